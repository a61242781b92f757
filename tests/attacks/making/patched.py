"""Numpy, builtins, equality and our own modules, patched: whatever the student's process believes, nobody asks it."""

from __future__ import annotations

from .attack import family
from .toolbox import OURS

add = family("patched")

add(
    "patched_comparisons",
    "Every comparison of numpy says that all is well.",
    first="""
for name in ("allclose", "array_equal", "isclose", "all", "any", "count_nonzero", "array_equiv"):
    setattr(np, name, lambda *args, **kwargs: True)
for name in [name for name in dir(np.testing) if name.startswith("assert_")]:
    setattr(np.testing, name, lambda *args, **kwargs: None)
""",
    center="def center(x):\n    return np.zeros_like(x)\n",
    earns={"center": 0},
)

add(
    "patched_builtins",
    "Inside the graded function every builtin that a comparison could use lies.",
    center="""
def center(x):
    import builtins
    for name in ("abs", "all", "any", "isinstance", "len", "max", "min", "round", "sorted", "sum", "zip", "bool", "float"):
        setattr(builtins, name, lambda *args, **kwargs: True)
    return np.zeros_like(x)
""",
    earns={"center": 0},
)

add(
    "patched_equality",
    "Returns an object that is equal to everything, close to everything and true.",
    center="""
class Right:
    def __init__(self, *args): pass
    def always(self, *args, **kwargs): return True
    def itself(self, *args, **kwargs): return self
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = always
    __sub__ = __rsub__ = __abs__ = __getitem__ = __array_ufunc__ = __array_function__ = __getattr__ = itself
    __array_priority__ = 1e9
    def __float__(self): return 0.0
    def __len__(self): return 3
    def __hash__(self): return 0

def center(x):
    return Right()
""",
    earns={"center": 0},
)

add(
    "patched_array_methods",
    "Replaces the methods of numpy's own array type, through its dictionary.",
    center="""
def center(x):
    import ctypes, gc
    methods = gc.get_referents(np.ndarray.__dict__)[0]
    methods["tobytes"] = lambda self: bytes(self.nbytes)
    methods["__eq__"] = methods["all"] = lambda *args, **kwargs: True
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(np.ndarray))
    return x
""",
    earns={"center": 0},
)

add(
    "patched_codec",
    "The encoder in the student's process describes every value as one of no known kind.",
    first=OURS
    + """
codec = ours("codec")
encode = codec.Encoder._array
def array(self, value):
    node = encode(self, value)
    return ["passed", "==", True] if np.all(value == 0) else node
codec.Encoder._array = array
""",
    center="def center(x):\n    return np.zeros_like(x)\n",
    earns={"center": 0},
)

add(
    "patched_answerer",
    "The code that calls the function answers with a verdict instead of a value.",
    first=OURS
    + """
question = ours("question")
call = question._Desk.call
def say_passed(desk, header, body):
    if header["target"] != "center":
        return call(desk, header, body)
    nodes = [["b", 1], ["s", "passed"]]
    return {"say": "returned", "verdict": "passed", "earned": 10, "outcome": "passed", "nodes": nodes, "root": 0, "arguments": None, "earlier": None, "variables": {}, "printed": ""}, b""
question._Desk.call = say_passed
""",
    center="def center(x):\n    return x\n",
    earns={"center": 0},
)

add(
    "patched_kinds",
    "Says of a function that was never written that it is there, and answers for it.",
    first=OURS
    + """
question = ours("question")
question._kind = lambda names, name: "function"
""",
    center="pass",
    earns={"center": 0},
)

add(
    "patched_checks",
    "Puts a comparer, an otter and a pytest of its own where tests import them from, in memory and as files.",
    first="""
import sys, types
for name in ("autograder_checks", "otter", "otter.test_files", "pytest", "numpy.testing", "solutions", "attacked"):
    fake = types.ModuleType(name)
    fake.__getattr__ = lambda attribute: (lambda *args, **kwargs: (lambda function: function))
    sys.modules[name] = fake
text = "def __getattr__(name):\\n    return lambda *args, **kwargs: lambda function: function\\n"
for name in ("autograder_checks.py", "autograder_checks/__init__.py", "otter.py", "pytest.py", "attacked.py", "conftest.py", "sitecustomize.py"):
    with open(name, "w") as file:
        file.write(text)
""",
    center="def center(x):\n    return np.zeros_like(x)\n",
    earns={"center": 0},
)

add(
    "patched_stand_ins",
    "What puts stand-ins into a question's process hands one to a graded function that has no business with it.",
    first=OURS
    + """
standins = ours("standins")
put = standins.put
def put_and_keep(names, name, ask):
    names["kept"] = ask
    return put(names, name, ask)
standins.put = put_and_keep
""",
    center='def center(x):\n    return globals()["kept"](x)\n',
    spread='def spread(x):\n    return globals()["kept"](x[:, None])[:, 0].std() if x.ndim == 9 else 0.0\n',
    earns={"center": 0, "spread": 0},
)

add(
    "patched_earlier",
    "Says after each call that what it returned before was something else.",
    first=OURS
    + """
desk = ours("question")._Desk
call = desk.call
def call_and_forget(self, header, body):
    answer = call(self, header, body)
    result, _changed = self._earlier
    self._earlier = result * 0 if isinstance(result, np.ndarray) else result, lambda: True
    return answer
desk.call = call_and_forget
""",
    earns={"center": 8},
)
