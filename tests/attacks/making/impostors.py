"""Return values that are not what they seem, or more than a judge can hold."""

from __future__ import annotations

from .attack import family

add = family("impostors", alone=True)


def returns(name: str, note: str, value: str, *, before: str = "", **rest: object) -> None:
    """`center` returns the value of an expression, which may use `x`."""
    add(name, note, center=f"{before.strip()}\ndef center(x):\n    return {value}\n", **{"earns": {"center": 0}, **rest})


returns(
    "impostor_array_subclass",
    "A subclass of numpy's array whose every comparison holds.",
    "np.zeros_like(x).view(Right)",
    before="""
class Right(np.ndarray):
    def __eq__(self, other): return np.True_
    def __array_ufunc__(self, *args, **kwargs): return np.True_
    def __array_function__(self, *args, **kwargs): return np.True_
    def __array_finalize__(self, other): self.shape_ = getattr(other, "shape", None)
    def __sub__(self, other): return np.zeros(3)
""",
)
returns(
    "impostor_lying_array",
    "Gives whoever asks for an array another one, and looks at the asker's variables for the expected one.",
    "Liar()",
    before="""
class Liar:
    shape, ndim, dtype, size = (3,), 1, np.dtype(float), 3
    def __array__(self, dtype=None, copy=None):
        import sys
        step = sys._getframe()
        while step:
            for name in ("expected", "wanted", "reference", "before"):
                if name in step.f_locals:
                    return step.f_locals[name]
            step = step.f_back
        return np.zeros(3)
    @property
    def __array_interface__(self):
        return {"shape": (1 << 40,), "typestr": "<f8", "data": (8, False), "version": 3}
    def __len__(self): return 3
""",
)
returns(
    "impostor_reduce",
    "An object that runs a command in whoever unpickles it.",
    "[Runs(), Runs()]",
    before="""
class Runs:
    def __reduce__(self):
        import os
        return os.system, ("touch unpickled; kill -URG $PPID",)
    __reduce_ex__ = lambda self, protocol: self.__reduce__()
    __getstate__ = __setstate__ = __reduce__
""",
)
add(
    "impostor_dictionary",
    "A dictionary whose items are others each time they are looked at.",
    forward="""
class Cache(dict):
    turn = 0
    def items(self):
        Cache.turn += 1
        return [(key, value if Cache.turn % 2 else 0) for key, value in dict.items(self)] * Cache.turn
    def __eq__(self, other): return True
    def __getitem__(self, key): return self
    def __len__(self): return 3
    def __iter__(self): return iter("xyw")

def forward(x, w):
    return np.zeros_like(x), Cache(x=1, w=2, y=3)
""",
    earns={"forward": 0},
)
add(
    "impostor_texts",
    "A dictionary whose keys are texts that are equal to every other.",
    forward="""
class Key(str):
    def __eq__(self, other): return True
    def __hash__(self): return hash("x")

def forward(x, w):
    return np.zeros_like(x), {Key("a"): x, Key("b"): w, Key("c"): x}
""",
    earns={"forward": 0},
)
add(
    "impostor_number",
    "A number that is as near to any other as one likes.",
    spread="""
class Near(float):
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __eq__(self, other): return True
    def __abs__(self): return 0.0
    def __float__(self): return float("nan")
    def __le__(self, other): return True
    __hash__ = float.__hash__

def spread(x):
    center(x)
    return Near(1.0)
""",
    earns={"spread": 0},
)
add(
    "impostor_changed_by_a_thread",
    "A thread goes on changing what was returned: garbage while it may be read, and back.",
    first="""
import threading, time
def flicker(array):
    until = time.monotonic() + 0.4
    while time.monotonic() < until:
        array += 1
        array -= 1
""",
    center="""
def center(x):
    answer = np.zeros_like(x)
    threading.Thread(target=flicker, args=(answer,), daemon=True).start()
    return answer
""",
    earns={"center": 0},
)
add(
    "impostor_argument_changed_by_a_thread",
    "A thread writes into the arguments after the function returned.",
    center="""
import threading, time
def later(array, value):
    time.sleep(0.01)
    array[...] = value

def center(x):
    threading.Thread(target=later, args=(x, 0.0), daemon=True).start()
    return x * 0
""",
    earns={"center": 0},
)
returns("impostor_cycle", "A list in itself, a dictionary in itself, and each in the other.", "tangle()", before="""
def tangle():
    a, b = [1.0], {}
    a += [a, b, (a, b)]
    b["b"], b["a"] = b, a
    return a
""")  # fmt: skip
returns("impostor_deep", "A hundred thousand lists in each other.", "deep()", before="""
def deep():
    value = []
    for _ in range(100_000):
        value = [value]
    return value
""")  # fmt: skip
returns("impostor_long", "Ten million items.", "[0.5] * 10_000_000")
returns("impostor_wide", "Ten million numbers in an array.", "np.zeros(10_000_000)")
returns("impostor_huge_integer", "An integer of ten million bits.", "1 << 10_000_000")
returns("impostor_not_a_number", "Nothing but nan, which is not even different from itself.", "np.full_like(x, np.nan)")
returns("impostor_infinite", "Nothing but infinity, which is near to everything at a relative tolerance.", "np.full_like(x, np.inf)")
returns("impostor_objects", "An array of objects that are equal to everything.", "np.array([Equal()] * x.size, dtype=object)", before="""
class Equal:
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    def __le__(self, other): return True
""")  # fmt: skip
returns(
    "impostor_structured",
    "An array of records, of texts, of dates, of nothing, by turns.",
    "next(turns)",
    before="""
import itertools
turns = itertools.cycle([
    np.zeros(3, dtype=[("a", "<f8"), ("b", "O")]), np.array(["-2", "-1", "3"]), np.zeros(3, dtype="M8[s]"), np.zeros(3, dtype="V16"),
    np.ma.masked_array([-2.0, -1.0, 3.0], mask=True), np.matrix([[-2.0, -1.0, 3.0]]), np.void(b"1234"), np.array(None),
    np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 20, 1 << 10), (0, 0)),
])
""",
)
returns("impostor_broadcast", "Eight bytes that say they are eight gigabytes.", "np.broadcast_to(np.float64(0), (1 << 15, 1 << 15))")
add(
    "impostor_shape",
    "A column where a row belongs: 240 kB that a naive comparison makes 7 GiB of.",
    spread="def spread(x):\n    center(x)\n    return np.zeros((30_000, 1))\n",
    forward='def forward(x, w):\n    return np.zeros((30_000, 1)), {"x": np.zeros((1, 30_000)), "w": w, "y": np.zeros((30_000, 1))}\n',
    earns={"spread": 0, "forward": 0},
)
returns(
    "impostor_endless",
    "A list that never ends when it is looked at.",
    "Endless([1.0])",
    before="""
class Endless(list):
    def __iter__(self):
        for n in range(50_000_000):
            yield n
""",
)
returns(
    "impostor_named_by_a_class",
    "An object whose type, name and text all raise.",
    "Odd()",
    before="""
class Meta(type):
    def __repr__(cls): raise SystemExit
    def __getattribute__(cls, name): raise KeyboardInterrupt
class Odd(metaclass=Meta):
    def __getattribute__(self, name): raise KeyboardInterrupt
    def __repr__(self): raise SystemExit
""",
)
add(
    "impostor_generator",
    "Generators, functions, modules, types and frames where values belong.",
    forward="""
import sys
def forward(x, w):
    return (n for n in x), {"x": forward, "w": np, "y": sys._getframe(), float: type}
""",
    earns={"forward": 0},
)
add(
    "impostor_surrogates",
    "Texts that no encoder takes: lone surrogates, nulls, a megabyte of them.",
    forward="""
def forward(x, w):
    return "\\ud800\\udfff\\x00" * 300_000, {"\\udc00": "\\ud800", "\\x00": b"\\xff\\x00", "x": "\\U0010ffff"}
""",
    earns={"forward": 0},
)
