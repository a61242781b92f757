"""Values to a table of nodes and back, on the trusted side: nothing that comes in is believed.

The table is that of `autograder/inside/codec.py`. A node names only earlier nodes, so a table is always finite; but a
small one can describe a huge value (a list of two equal lists, thirty times), so sizes are counted after expansion.
What decodes is made of exact builtin types, numpy arrays and scalars of numeric kinds, and `Opaque`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["Encoded", "Opaque", "Unreadable", "Unsendable", "decode", "decode_with_parts"]

_DTYPE = re.compile(r"[<>|=]?[biufc](1|2|4|8|16|32)")
_MOST_NODES = 400_000
_MOST_EXPANDED = 2_000_000
_MOST_DEPTH = 100
_MOST_AXES = 32
_MOST_INT_BITS = 1 << 16
_MOST_NAME = 80


class Unreadable(Exception):
    """What came is not the description of a value; says how, without quoting any of it."""


class Unsendable(TypeError):
    """A test passed something that cannot be sent to a student's function; names its type."""


class Opaque:
    """Something of the student's that is not plain data: equal to nothing, never true, of no length."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self.type_name!r} object, not plain data>"


class Encoded:
    """A value ready to be sent: `nodes`, the `root` node's index, `body`, and how much there is of it.

    Args:
        value: Plain data of our own.
        received: `id` of an object that came in the message which this answers → its node there. Where `value` holds that very
            object, it is named and not described again.

    Raises:
        Unsendable: it holds something that is not plain data.
    """

    def __init__(self, value: Any, received: Mapping[int, int] | None = None) -> None:
        self.nodes: list[Any] = []
        self.elements = 0
        """Scalars and array elements, shared parts counted once."""
        self._pieces: list[bytes] = []
        self._bytes = 0
        self._index: dict[int, int] = {}
        self._open: set[int] = set()
        self._alive: list[Any] = []
        self._received = received or {}
        self.root = self.add(value)

    @property
    def body(self) -> bytes:
        """Contents of arrays and bytes, in the order of the nodes."""
        return b"".join(self._pieces)

    def add(self, value: Any) -> int:
        """Describe one more value, which may share parts with those before; its node's index."""
        return self._add(value, 0)

    def add_contents(self, value: Any) -> int:
        """Describe what is in an array, list, dictionary or set now, though it was received itself; its node's index."""
        return self._node(self._compound(value, type(value), 0))

    def _add(self, value: Any, depth: int) -> int:
        kind = type(value)
        if value is None or kind in (bool, int, float, complex, str):
            self.elements += 1
            return self._node(_scalar_node(value))
        key = id(value)
        if key in self._index:
            return self._index[key]
        if key in self._received:
            return self._node(["k", self._received[key]])
        if key in self._open or depth > _MOST_DEPTH:
            raise Unsendable("a test passed a value that contains itself, or is nested too deep, to a student's function")
        self._open.add(key)
        index = self._node(self._compound(value, kind, depth))
        self._open.discard(key)
        self._index[key] = index
        self._alive.append(value)
        return index

    def _node(self, node: Any) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _blob(self, data: bytes) -> tuple[int, int]:
        offset = self._bytes
        self._bytes += len(data)
        self._pieces.append(data)
        return offset, len(data)

    def _compound(self, value: Any, kind: type, depth: int) -> Any:
        if kind is np.ndarray and value.dtype.kind in "biufc":
            self.elements += value.size
            return ["a", value.dtype.str, list(value.shape), *self._blob(value.tobytes())]
        if isinstance(value, np.generic) and value.dtype.kind in "biufc":
            self.elements += 1
            return ["g", value.dtype.str, *self._blob(value.tobytes())]
        if kind is bytes:
            self.elements += len(value)
            return ["y", *self._blob(value)]
        if isinstance(value, (list, tuple)):
            return ["l" if isinstance(value, list) else "t", [self._add(part, depth + 1) for part in value]]
        if isinstance(value, (set, frozenset)):
            parts = sorted(value, key=repr)
            return ["S" if isinstance(value, set) else "F", [self._add(part, depth + 1) for part in parts]]
        if isinstance(value, dict):
            return ["d", [[self._add(key, depth + 1), self._add(part, depth + 1)] for key, part in value.items()]]
        raise Unsendable(f"a value of type {kind.__name__} cannot be sent to a student's function")


def _scalar_node(value: Any) -> Any:
    if value is None:
        return ["n"]
    if isinstance(value, bool):
        return ["b", int(value)]
    if isinstance(value, int):
        return ["i", value if -(1 << 53) <= value <= 1 << 53 else hex(value)]
    if isinstance(value, float):
        return ["f", value if math.isfinite(value) else repr(value)]
    if isinstance(value, complex):
        return ["c", _scalar_node(value.real)[1], _scalar_node(value.imag)[1]]
    return ["s", value]


def decode(header: dict[str, Any], roots: tuple[str, ...], body: bytes) -> list[Any]:
    """Build the values at `header[root]` for each of `roots`; None where that entry is None.

    Args:
        header: A frame's header with `nodes` and the roots' indices. Any JSON.
        roots: Keys of `header`.
        body: The frame's body.

    Raises:
        Unreadable: it does not describe values, or describes too much. Nothing else is raised, whatever comes.
    """
    return decode_with_parts(header, roots, body)[0]


def decode_with_parts(header: dict[str, Any], roots: tuple[str, ...], body: bytes) -> tuple[list[Any], list[Any]]:
    """Like `decode`; returns also the value that each node describes, in the order of the nodes."""
    nodes = header.get("nodes")
    if type(nodes) is not list or len(nodes) > _MOST_NODES:
        raise Unreadable("no value, or one of too many parts")
    table = _Table(body)
    try:
        for node in nodes:
            table.add(node)
        indices = [header.get(root) for root in roots]
        return [None if index is None else table.built[table.index(index)] for index in indices], table.built
    except Unreadable:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, AttributeError) as error:
        raise Unreadable("something that is not a value") from error


class _Table:
    """Values built so far, with their expanded sizes and depths."""

    def __init__(self, body: bytes) -> None:
        self.built: list[Any] = []
        self._size: list[int] = []
        self._depth: list[int] = []
        self._body = body
        self._copied = 0

    def index(self, value: Any) -> int:
        if type(value) is not int or not 0 <= value < len(self.built):
            raise Unreadable("a part that is not there")
        return value

    def add(self, node: Any) -> None:
        mark = node[0]
        parts: list[int] = []
        if mark in ("l", "t", "S", "F"):
            parts = [self.index(part) for part in node[1]]
        elif mark == "d":
            parts = [self.index(part) for pair in node[1] for part in _pair(pair)]
        size = 1 + sum(self._size[part] for part in parts)
        depth = 1 + max((self._depth[part] for part in parts), default=0)
        if size > _MOST_EXPANDED or depth > _MOST_DEPTH:
            raise Unreadable("a value of too many parts, or nested too deep")
        self.built.append(self._value(mark, node, parts))
        self._size.append(size)
        self._depth.append(depth)

    def _value(self, mark: Any, node: Any, parts: list[int]) -> Any:
        match mark:
            case "n":
                return None
            case "b":
                return bool(_exactly(int, node[1]))
            case "i":
                return _integer(node[1])
            case "f":
                return _float(node[1])
            case "c":
                return complex(_float(node[1]), _float(node[2]))
            case "s":
                return _exactly(str, node[1])
            case "y":
                return self._bytes(node[1], node[2])
            case "l":
                return [self.built[part] for part in parts]
            case "t":
                return tuple(self.built[part] for part in parts)
            case "S" | "F":
                members = [_key(self.built[part]) for part in parts]
                plain = set(members) if mark == "S" else frozenset(members)
                return _same_count(plain, members)
            case "d":
                keys = [_key(self.built[part]) for part in parts[::2]]
                return _same_count(dict(zip(keys, (self.built[part] for part in parts[1::2]), strict=True)), keys)
            case "a":
                return self._array(node[1], node[2], node[3], node[4])
            case "g":
                return self._array(node[1], [], node[2], node[3])[()]
            case "o":
                return Opaque("".join(c if c.isprintable() else "?" for c in _exactly(str, node[1])[:_MOST_NAME]))
            case _:
                raise Unreadable("a part of unknown kind")

    def _bytes(self, offset: Any, count: Any) -> bytes:
        start, length = _exactly(int, offset), _exactly(int, count)
        if start < 0 or length < 0 or start + length > len(self._body):
            raise Unreadable("a part beyond the end of the message")
        # Several nodes may name the same bytes: what is copied is counted, not what came.
        self._copied += length
        if self._copied > 2 * len(self._body):
            raise Unreadable("parts that lie over each other")
        return self._body[start : start + length]

    def _array(self, dtype: Any, shape: Any, offset: Any, count: Any) -> Any:
        if type(dtype) is not str or not _DTYPE.fullmatch(dtype):
            raise Unreadable("an array that is not of numbers")
        axes = [_exactly(int, axis) for axis in _exactly(list, shape)]
        kind = np.dtype(dtype)
        if len(axes) > _MOST_AXES or any(axis < 0 or axis > 1 << 40 for axis in axes):
            raise Unreadable("an array of impossible shape")
        data = self._bytes(offset, count)
        if math.prod(axes) * kind.itemsize != len(data):
            raise Unreadable("an array whose shape and bytes disagree")
        return np.frombuffer(data, dtype=kind).reshape(axes).astype(kind.newbyteorder("="), copy=True)


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise Unreadable("a part of the wrong kind")
    return value


def _pair(pair: Any) -> Any:
    if len(_exactly(list, pair)) != 2:
        raise Unreadable("a pair that is not one")
    return pair


def _integer(value: Any) -> int:
    if type(value) is str:
        if len(value) > _MOST_INT_BITS // 4:
            raise Unreadable("a number of too many digits")
        return int(value, 16)
    return int(_exactly(int, value))


def _float(value: Any) -> float:
    if type(value) is str:
        if value not in ("nan", "inf", "-inf"):
            raise Unreadable("a number that is not one")
        return float(value)
    if type(value) is int:
        return float(value)
    return float(_exactly(float, value))


def _key(value: Any) -> Any:
    """A dictionary key or set member: hashable by what it is, not by what the student says."""
    if isinstance(value, tuple):
        for part in value:
            _key(part)
        return value
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes, frozenset, np.generic)):
        return value
    raise Unreadable("a key that is not plain")


def _same_count(built: Any, members: list[Any]) -> Any:
    if len(built) != len(members):
        raise Unreadable("equal keys")
    return built
