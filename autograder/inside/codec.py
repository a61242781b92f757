"""Values to a table of plain nodes and back, on the student's side.

A value is a list of nodes, each naming only earlier nodes, and the index of its root. Shared parts are one node; a part
that contains itself is opaque at the place where it does. The trusted side's reading of the same table, which believes
none of it, is `autograder/grading/wire.py`; a test holds the two together.

    ["n"] None     ["b", 0|1] bool      ["i", int | "hex"] int          ["f", number | "nan" | "inf" | "-inf"] float
    ["c", re, im]  ["s", text]          ["y", offset, bytes] bytes      ["l"|"t"|"S"|"F", [node, …]] list tuple set frozenset
    ["d", [[key node, value node], …]]  ["a", dtype, [axis, …], offset, bytes] array   ["g", dtype, offset, bytes] numpy scalar
    ["o", type name] anything else: only its name is told
    ["k", node] in an answer to a stand-in: the very object that was sent as this node, so that a helper that hands its
                argument on (into a cache, say) does so here as well, and not a copy of it
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["Encoder", "TooLarge", "decode", "decode_all"]

_DEPTH = 64
_NODES = 400_000
_BYTES = 96 << 20
_KINDS = "biufc"


class TooLarge(Exception):
    """The value has more parts or bytes than may be sent; says which."""


class Encoder:
    """Collects the nodes and bytes of one message; several roots may share parts."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self._pieces: list[bytes] = []
        self._bytes = 0
        self._index: dict[int, int] = {}
        self.sent: dict[int, Any] = {}
        """Node → the object that it describes, scalars left out."""
        self._open: set[int] = set()

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
        if kind in (bool, int, float, complex, str) or value is None:
            return self._node(_scalar(value))
        key = id(value)
        if key in self._index:
            return self._index[key]
        if key in self._open:
            return self._node(["o", kind.__name__ + " containing itself"])
        if depth > _DEPTH:
            return self._node(["o", kind.__name__ + " nested too deep"])
        self._open.add(key)
        try:
            index = self._node(self._compound(value, kind, depth))
        finally:
            self._open.discard(key)
        self._index[key] = index
        self.sent[index] = value
        return index

    def _node(self, node: Any) -> int:
        if len(self.nodes) >= _NODES:
            raise TooLarge(f"more than {_NODES} parts")
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _blob(self, data: bytes) -> tuple[int, int]:
        offset = self._bytes
        self._bytes += len(data)
        if self._bytes > _BYTES:
            raise TooLarge(f"more than {_BYTES >> 20} MiB")
        self._pieces.append(data)
        return offset, len(data)

    def _compound(self, value: Any, kind: type, depth: int) -> Any:
        if kind is np.ndarray:
            if value.dtype.kind not in _KINDS or value.dtype.names is not None:
                return ["o", f"array of {value.dtype}"]
            if value.nbytes > _BYTES:
                raise TooLarge(f"more than {_BYTES >> 20} MiB")
            return ["a", value.dtype.str, list(value.shape), *self._blob(value.tobytes())]
        if isinstance(value, np.generic):
            if value.dtype.kind not in _KINDS or kind.__module__ != "numpy":
                return ["o", kind.__name__]
            return ["g", value.dtype.str, *self._blob(value.tobytes())]
        if kind is bytes:
            return ["y", *self._blob(value)]
        for plain, mark in ((list, "l"), (tuple, "t"), (set, "S"), (frozenset, "F")):
            if isinstance(value, plain):
                parts = sorted(value, key=repr) if mark in "SF" else list(value)
                return [mark, [self.add(part, depth + 1) for part in parts]]
        if isinstance(value, dict):
            return ["d", [[self.add(k, depth + 1), self.add(v, depth + 1)] for k, v in list(value.items())]]
        return ["o", kind.__name__]


def _scalar(value: Any) -> Any:
    if value is None:
        return ["n"]
    if value is True or value is False:
        return ["b", int(value)]
    if type(value) is int:
        return ["i", value if -(1 << 53) <= value <= 1 << 53 else hex(value)]
    if type(value) is float:
        return ["f", value if math.isfinite(value) else repr(value)]
    if type(value) is complex:
        return ["c", _scalar(value.real)[1], _scalar(value.imag)[1]]
    return ["s", value]


def decode(nodes: list[Any], root: int, body: bytes) -> Any:
    """Build the value that the trusted side described; every array is fresh and writable."""
    return decode_all(nodes, body, {})[root]


def decode_all(nodes: list[Any], body: bytes, sent: dict[int, Any]) -> list[Any]:
    """Build the value of every node; those that name an object of `sent` are that object itself."""
    built: list[Any] = []
    for node in nodes:
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
            built.append(body[node[1] : node[1] + node[2]])
        elif mark in "ltSF":
            plain = {"l": list, "t": tuple, "S": set, "F": frozenset}[mark]
            built.append(plain(built[i] for i in node[1]))
        elif mark == "d":
            built.append({built[k]: built[v] for k, v in node[1]})
        elif mark == "a":
            flat = np.frombuffer(body, dtype=np.dtype(node[1]), count=math.prod(node[2]), offset=node[3])
            built.append(flat.reshape(node[2]).copy())
        elif mark == "k":
            built.append(sent[node[1]])
        elif mark == "g":
            built.append(np.frombuffer(body, dtype=np.dtype(node[1]), count=1, offset=node[2])[0])
        else:
            raise ValueError(mark)
    return built
