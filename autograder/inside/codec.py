"""Values to a table of plain nodes and back, on the student's side.

A value is a list of nodes, each naming only earlier nodes, and the index of its root. Shared parts are one node; a part
that contains itself is opaque at the place where it does. Nodes that have contents take them from the body, one after the
other. The trusted side's reading of the same table, which believes none of it, is `autograder/grading/wire.py`; a test holds the
two together. Arrays and floats, of which there are most, are the shortest:

    "<f8 5 10" array: dtype, axes    2.5 float
    ["n"] None     ["b", 0|1] bool      ["i", int | "hex"] int          ["f", "nan" | "inf" | "-inf"] float
    ["c", re, im]  ["s", text]          ["y", bytes] bytes              ["g", dtype] numpy scalar
    ["l"|"t"|"S"|"F", [node, …]] list tuple set frozenset               ["d", [[key node, value node], …]]
    ["o", type name] anything else: only its name is told
    ["x", kind, node] what `rich.py` takes apart into a plain value and puts together again
    ["h", number, name, kind, docstring] a function or class, when it may be called by its number
    ["k", node] in an answer to a stand-in: the very object that was sent as this node, so that a helper that hands its
                argument on (into a cache, say) does so here as well, and not a copy of it
"""

from __future__ import annotations

import itertools
import math
import operator
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from . import rich

__all__ = ["Encoder", "TooLarge", "decode", "decode_all", "described"]

_DEPTH = 64
_NODES = 400_000
_BYTES = 96 << 20
_KINDS = "biufc"
_TEXT = 2_000


class TooLarge(Exception):
    """The value has more parts or bytes than may be sent; says which."""


class Encoder:
    """Collects the nodes and bytes of one message; several roots may share parts."""

    def __init__(self, keep: Callable[[Any], int] | None = None) -> None:
        self._keep = keep
        self.nodes: list[Any] = []
        self.sent: dict[int, Any] = {}
        """Node → the object that it describes, scalars left out."""
        self._pieces: list[bytes] = []
        self._bytes = 0
        self._index: dict[int, int] = {}  # id → node; -1 while it is being described
        self._arrays: list[tuple[Any, tuple[int, ...], bytes]] = []
        self._containers: list[tuple[Any, list[Any]]] = []
        self._rich: list[Any] = []

    @property
    def body(self) -> bytes:
        """All array and bytes contents, in the order of the nodes."""
        return b"".join(self._pieces)

    def add(self, value: Any, depth: int = 0) -> int:
        """Append what `value` needs and return its node's index.

        Raises:
            TooLarge: more than can be sent.
        """
        kind = type(value)
        if kind in _SCALARS:
            return self._node(value if kind is float and math.isfinite(value) else _scalar(value))
        key = id(value)
        known = self._index.get(key)
        if known is not None:
            return known if known >= 0 else self._node(["o", kind.__name__ + " containing itself"])
        if depth > _DEPTH:
            return self._node(["o", kind.__name__ + " nested too deep"])
        self._index[key] = -1
        self._index[key] = index = self._node(self._array(value) if kind is np.ndarray else self._compound(value, kind, depth + 1))
        self.sent[index] = value
        return index

    def watch(self) -> Callable[[], bool]:
        """Return a function that tells whether anything described so far has changed since."""
        arrays, containers = self._arrays[:], self._containers[:]
        others = [(value, described(value)) for value in self._rich]

        def changed() -> bool:
            return (
                any(described(value) != before for value, before in others)
                or any(array.shape != shape or array.tobytes() != data for array, shape, data in arrays)
                or any(
                    len(now) != len(then) or not all(map(operator.is_, now, then)) for now, then in ((_held(c), t) for c, t in containers)
                )
            )

        return changed

    def _node(self, node: Any) -> int:
        nodes = self.nodes
        if len(nodes) >= _NODES:
            raise TooLarge(f"more than {_NODES} parts")
        nodes.append(node)
        return len(nodes) - 1

    def _take(self, data: bytes) -> None:
        self._bytes += len(data)
        if self._bytes > _BYTES:
            raise TooLarge(f"more than {_BYTES >> 20} MiB")
        self._pieces.append(data)

    def _array(self, value: Any) -> Any:
        dtype = value.dtype
        if dtype.kind not in _KINDS:
            return self._taken_apart(rich.reduce(value, np.ndarray), value, 1) or ["o", f"array of {dtype}"]
        if value.nbytes > _BYTES:
            raise TooLarge(f"more than {_BYTES >> 20} MiB")
        data, shape = value.tobytes(), value.shape
        self._take(data)
        self._arrays.append((value, shape, data))
        key = dtype, shape
        text = _texts.get(key)
        if text is None:
            if len(_texts) > _MOST_TEXTS:
                _texts.clear()
            text = _texts[key] = " ".join([dtype.str, *map(str, shape)])
        return text

    def _taken_apart(self, apart: tuple[str, Any] | None, value: Any, depth: int) -> Any:
        if apart is None:
            return None
        kind, plain = apart
        if kind in rich.MUTABLE:
            self._rich.append(value)
        return ["x", kind, self.add(plain, depth)]

    def _compound(self, value: Any, kind: type, depth: int) -> Any:
        if kind not in _PLAIN:
            if (node := self._taken_apart(rich.reduce(value, kind), value, depth)) is not None:
                return node
            if self._keep is not None and isinstance(value, _ITERATORS):
                return self._taken_apart(("iterator", rich.feed(value)), value, depth)
        if isinstance(value, np.generic):
            if value.dtype.kind not in _KINDS or kind.__module__ != "numpy":
                return ["o", kind.__name__]
            self._take(value.tobytes())
            return ["g", value.dtype.str]
        if kind is bytes:
            self._take(value)
            return ["y", len(value)]
        for plain, mark in ((tuple, "t"), (list, "l"), (dict, "d"), (set, "S"), (frozenset, "F")):
            if isinstance(value, plain):
                held = _held(value)
                if mark in "ldS":
                    self._containers.append((value, held))
                parts = [self.add(part, depth) for part in (sorted(held, key=repr) if mark in "SF" else held)]
                return [mark, [list(pair) for pair in zip(parts[::2], parts[1::2], strict=True)] if mark == "d" else parts]
        if self._keep is not None and callable(value):
            text = getattr(value, "__doc__", None)
            name, what = getattr(value, "__name__", kind.__name__), "class" if isinstance(value, type) else "function"
            return ["h", self._keep(value), name, what, text[:_TEXT] if isinstance(text, str) else ""]
        return ["o", kind.__name__]


def described(value: Any) -> tuple[list[Any], bytes]:
    """A value's description, by which it can be seen whether it has changed."""
    encoder = Encoder()
    encoder.add(value)
    return encoder.nodes, encoder.body


def _held(value: Any) -> list[Any]:
    """What a container holds; of a dictionary, keys and values in turn."""
    return [part for pair in value.items() for part in pair] if isinstance(value, dict) else list(value)


_texts: dict[tuple[Any, tuple[int, ...]], str] = {}
"""(dtype, shape) → how an array of it is described."""
_MOST_TEXTS = 4096
_PLAIN = frozenset((bytes, dict, frozenset, list, set, tuple, *(np.dtype(code).type for code in "?bhilqBHILQefdFD")))
_EMPTY: tuple[Any, ...] = ([], (), {}, set(), "", range(0))
_ITERATORS: Any = (
    types.GeneratorType,
    *(enumerate, filter, map, reversed, zip, itertools.chain, itertools.count, itertools.islice, itertools.cycle, itertools.repeat),
    *(type(iter(empty)) for empty in _EMPTY),
)
_SCALARS = frozenset((type(None), bool, int, float, complex, str))


def _scalar(value: Any) -> Any:
    if type(value) is float:
        return ["f", repr(value)]
    if value is None:
        return ["n"]
    if value is True or value is False:
        return ["b", int(value)]
    if type(value) is int:
        return ["i", value if -(1 << 53) <= value <= 1 << 53 else hex(value)]
    if type(value) is complex:
        return ["c", *(part if math.isfinite(part) else repr(part) for part in (value.real, value.imag))]
    return ["s", value]


def decode(nodes: list[Any], root: int, body: bytes, refer: Callable[[list[Any]], Any] | None = None) -> Any:
    """Build the value that the trusted side described; every array is fresh and writable."""
    return decode_all(nodes, body, {}, refer)[root]


def decode_all(nodes: list[Any], body: bytes, sent: dict[int, Any], refer: Callable[[list[Any]], Any] | None = None) -> list[Any]:
    """Build the value of every node; those that name an object of `sent` are that object itself."""
    built: list[Any] = []
    at = 0
    for node in nodes:
        if type(node) is str:
            dtype, *axes = node.split(" ")
            shape = tuple(map(int, axes))
            array = np.frombuffer(body, dtype=dtype, count=math.prod(shape), offset=at).reshape(shape).copy()
            at += array.nbytes
            built.append(array)
            continue
        if type(node) is not list:
            built.append(float(node))
            continue
        mark = node[0]
        if mark == "n":
            built.append(None)
        elif mark == "b":
            built.append(bool(node[1]))
        elif mark == "i":
            built.append(int(node[1], 16) if isinstance(node[1], str) else node[1])
        elif mark == "f":
            built.append(float(node[1]))
        elif mark == "c":
            built.append(complex(float(node[1]), float(node[2])))
        elif mark == "s":
            built.append(node[1])
        elif mark == "y":
            built.append(body[at : at + node[1]])
            at += node[1]
        elif mark in "ltSF":
            plain = {"l": list, "t": tuple, "S": set, "F": frozenset}[mark]
            built.append(plain(built[i] for i in node[1]))
        elif mark == "d":
            built.append({built[k]: built[v] for k, v in node[1]})
        elif mark == "k":
            built.append(sent[node[1]])
        elif mark == "x":
            built.append(rich.rebuild(node[1], built[node[2]]))
        elif mark in "pmqv" and refer is not None:
            built.append(refer(node))
        elif mark == "g":
            scalar = np.frombuffer(body, dtype=np.dtype(node[1]), count=1, offset=at)[0]
            at += scalar.nbytes
            built.append(scalar)
        else:
            raise ValueError(mark)
    return built
