"""Values to a table of nodes and back, on the trusted side: nothing that comes in is believed.

The table is that of `autograder/inside/codec.py`. A node names only earlier nodes, so a table is always finite; but a
small one can describe a huge value (a list of two equal lists, thirty times), so sizes are counted after expansion.
What decodes is made of exact builtin types, numpy arrays and scalars of numeric kinds, and `Opaque`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.grading import keys, rich
from autograder.grading.keys import Unreadable

__all__ = ["Encoded", "Opaque", "Unreadable", "Unsendable", "UnsendableOfOurs", "decode", "decode_with_parts"]

_ARRAY = re.compile(r"(?P<dtype>[<>|=]?[biufc](1|2|4|8|16|32))(?P<axes>( [0-9]{1,13})*)", re.ASCII)
_MOST_NODES = 400_000
_MOST_EXPANDED = 2_000_000
_MOST_DEPTH = 100
_MOST_AXES = 32
_MOST_INT_BITS = 1 << 16
_MOST_NAME = 80
_MOST_TEXT = 2_000


class Unsendable(TypeError):
    """A test passed something that cannot be sent to a student's function; names its type."""


class UnsendableOfOurs(Unsendable):
    """It is not the student's, who cannot be charged for it."""


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

    def __init__(
        self, value: Any, received: Mapping[int, int] | None = None, function_node: Callable[[Any], list[Any] | None] | None = None
    ) -> None:
        self._function_node = function_node
        self.nodes: list[Any] = []
        self.elements = 0
        """Scalars and array elements, shared parts counted once."""
        self.longest_axis = 0
        """Of any of its arrays."""
        self.largest_number = 0
        """Magnitude of its largest whole number."""
        self._pieces: list[bytes] = []
        self._index: dict[int, int] = {}
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
        if kind in _SCALARS:
            self.elements += 1
            if kind is int:
                self.largest_number = max(self.largest_number, abs(value))
            return self._node(value if kind is float and math.isfinite(value) else _scalar_node(value))
        key = id(value)
        index = self._index.get(key)
        if index is None:
            if key in self._received:
                return self._node(["k", self._received[key]])
            if depth > _MOST_DEPTH:
                index = -1
            else:
                self._index[key] = -1  # while it is being described
                self._index[key] = index = self._node(self._compound(value, kind, depth))
                self._alive.append(value)
        if index < 0:
            raise Unsendable("a test passed a value that contains itself, or is nested too deep, to a student's function")
        return index

    def _node(self, node: Any) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _compound(self, value: Any, kind: type, depth: int) -> Any:
        if kind not in _PLAIN and (apart := rich.reduce(value, kind)) is not None:
            name, plain = apart
            return ["x", name, self._add(plain, depth + 1)]
        if kind is np.ndarray and value.dtype.kind in "biufc":
            self.elements += value.size
            self.longest_axis = max(self.longest_axis, *value.shape, 0)
            self._pieces.append(value.tobytes())
            return " ".join([value.dtype.str, *map(str, value.shape)])
        if isinstance(value, np.generic) and value.dtype.kind in "biufc":
            self.elements += 1
            self._pieces.append(value.tobytes())
            return ["g", value.dtype.str]
        if kind is bytes:
            self.elements += len(value)
            self._pieces.append(value)
            return ["y", len(value)]
        if isinstance(value, (list, tuple)):
            return ["l" if isinstance(value, list) else "t", [self._add(part, depth + 1) for part in value]]
        if isinstance(value, (set, frozenset)):
            parts = sorted(value, key=repr)
            return ["S" if isinstance(value, set) else "F", [self._add(part, depth + 1) for part in parts]]
        if isinstance(value, dict):
            return ["d", [[self._add(key, depth + 1), self._add(part, depth + 1)] for key, part in value.items()]]
        if self._function_node is not None and (node := self._function_node(value)) is not None:
            return node
        words = f"a value of type {kind.__name__} cannot be sent to a student's function"
        # A handle; a record, which a test that makes none has of the student's; what the student's function raised (see `verdicts.raised`).
        theirs = isinstance(value, (Opaque, np.void)) or (isinstance(value, BaseException) and kind.__module__ == "__main__")
        raise Unsendable(words) if theirs else UnsendableOfOurs(words)


_PLAIN = frozenset((bytes, dict, frozenset, list, set, tuple, np.float64, np.int64, np.bool_))
"""What is never taken apart otherwise; numeric arrays are asked about, which costs little."""
_SCALARS = frozenset((type(None), bool, int, float, complex, str))


def _scalar_node(value: Any) -> Any:
    if type(value) is float:
        return ["f", repr(value)]
    if value is None:
        return ["n"]
    if isinstance(value, bool):
        return ["b", int(value)]
    if isinstance(value, int):
        return ["i", value if -(1 << 53) <= value <= 1 << 53 else hex(value)]
    if isinstance(value, complex):
        return ["c", *(part if math.isfinite(part) else repr(part) for part in (value.real, value.imag))]
    return ["s", value]


def decode(
    header: dict[str, Any],
    roots: tuple[str, ...],
    body: bytes,
    remote: Callable[[int, str, str, str], Any] | None = None,
    opaque: Callable[[str], None] | None = None,
) -> list[Any]:
    """Build the values at `header[root]` for each of `roots`; None where that entry is None.

    Args:
        header: A frame's header with `nodes` and the roots' indices. Any JSON.
        roots: Keys of `header`.
        body: The frame's body.

    Raises:
        Unreadable: it does not describe values, or describes too much. Nothing else is raised, whatever comes.
    """
    return decode_with_parts(header, roots, body, remote, opaque)[0]


def decode_with_parts(
    header: dict[str, Any],
    roots: tuple[str, ...],
    body: bytes,
    remote: Callable[[int, str, str, str], Any] | None = None,
    opaque: Callable[[str], None] | None = None,
) -> tuple[list[Any], list[Any]]:
    """Like `decode`; returns also the value that each node describes, in the order of the nodes."""
    nodes = header.get("nodes")
    if type(nodes) is not list or len(nodes) > _MOST_NODES:
        raise Unreadable("no value, or one of too many parts")
    try:
        built = _build(nodes, body, remote, opaque)
        indices = [header.get(root) for root in roots]
        return [None if index is None else built[_index(index, len(built))] for index in indices], built
    except Unreadable:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, AttributeError) as error:
        raise Unreadable("something that is not a value") from error


def _build(
    nodes: list[Any], body: bytes, remote: Callable[[int, str, str, str], Any] | None, opaque: Callable[[str], None] | None
) -> list[Any]:
    """The value of every node. This is where a judge spends most of its time, so arrays and numbers are dealt with first."""
    built: list[Any] = []
    sizes: list[int] = []  # after expansion
    depths: list[int] = []
    at = 0  # contents follow each other, so no byte is copied twice
    value: Any
    for node in nodes:
        size = depth = 1
        if type(node) is str:
            kind, native, shape, count = _shapes.get(node) or _shape(node)
            if at + count > len(body):
                raise Unreadable("a part beyond the end of the message")
            value = np.ndarray(shape, kind, body, at).astype(native) if count else np.empty(shape, native)
            at += count
        elif type(node) is float:
            value = node
        elif node[0] in ("l", "t", "S", "F", "d"):
            mark, inner = node
            parts = [_index(part, len(built)) for part in (inner if mark != "d" else _paired(inner))]
            value = _container(mark, [built[part] for part in parts])
            for part in parts:
                size += sizes[part]
                depth = max(depth, depths[part] + 1)
            if size > _MOST_EXPANDED or depth > _MOST_DEPTH:
                raise Unreadable("a value of too many parts, or nested too deep")
        elif node[0] in ("y", "g"):
            mark, what = node
            count = _exactly(int, what) if mark == "y" else _shape(_exactly(str, what))[3]
            if count < 0 or at + count > len(body):
                raise Unreadable("a part beyond the end of the message")
            value = body[at : at + count] if mark == "y" else _generic(what, body, at)
            at += count
        elif node[0] == "x":
            part = _index(node[2], len(built))
            value = _rebuilt(node[1], built[part])
            size, depth = sizes[part] + 1, depths[part] + 1
            if depth > _MOST_DEPTH:
                raise Unreadable("a value nested too deep")
        elif node[0] in ("h", "o"):
            value = _handle(node, remote, opaque)
        else:
            value = _scalar(node[0], node)
        built.append(value)
        sizes.append(size)
        depths.append(depth)
    return built


def _index(value: Any, count: int) -> int:
    if type(value) is not int or not 0 <= value < count:
        raise Unreadable("a part that is not there")
    return value


_shapes: dict[str, tuple[np.dtype[Any], np.dtype[Any], tuple[int, ...], int]] = {}
"""How an array is described → its dtype, the same in this machine's byte order, its shape, its bytes."""
_MOST_SHAPES = 4096


def _shape(text: str) -> tuple[np.dtype[Any], np.dtype[Any], tuple[int, ...], int]:
    found = _ARRAY.fullmatch(text)
    if found is None:
        raise Unreadable("an array that is not of numbers")
    kind = np.dtype(found["dtype"])
    shape = tuple(map(int, found["axes"].split()))
    if len(shape) > _MOST_AXES:
        raise Unreadable("an array of impossible shape")
    if len(_shapes) >= _MOST_SHAPES:
        _shapes.clear()
    _shapes[text] = known = (kind, kind.newbyteorder("="), shape, kind.itemsize * math.prod(shape))
    return known


def _generic(dtype: str, body: bytes, at: int) -> Any:
    kind, native, shape, _count = _shape(dtype)
    if shape:
        raise Unreadable("a number with axes")
    return np.ndarray((), kind, body, at).astype(native)[()]


def _paired(pairs: Any) -> list[Any]:
    return [part for key, value in pairs for part in (key, value)]


def _container(mark: str, parts: list[Any]) -> Any:
    if mark == "l":
        return parts
    if mark == "t":
        return tuple(parts)
    if mark == "d":
        return keys.dictionary(parts[::2], parts[1::2])
    members = keys.members(parts)
    return members if mark == "S" else frozenset(members)


def _scalar(mark: Any, node: Any) -> Any:
    match mark:
        case "i":
            return _integer(node[1])
        case "n":
            return None
        case "b":
            return bool(_exactly(int, node[1]))
        case "f":
            return _float(node[1])
        case "c":
            return complex(_float(node[1]), _float(node[2]))
        case "s":
            return _exactly(str, node[1])
        case _:
            raise Unreadable("a part of unknown kind")


def _rebuilt(kind: Any, plain: Any) -> Any:
    try:
        return rich.rebuild(_exactly(str, kind), plain)
    except Unreadable:
        raise
    except ImportError as error:
        raise Unreadable("a value of pandas, which is not installed where it is graded") from error
    except Exception as error:  # pandas raises what it likes
        raise Unreadable("something that is not a value") from error


def _handle(node: Any, remote: Callable[[int, str, str, str], Any] | None, opaque: Callable[[str], None] | None) -> Any:
    mark, *rest = node
    name = "".join(c if c.isprintable() else "?" for c in _exactly(str, rest[-1] if mark == "o" else rest[1])[:_MOST_NAME])
    if mark == "h" and remote is not None:
        return remote(_exactly(int, rest[0]), name, _exactly(str, rest[2]), _exactly(str, rest[3])[:_MOST_TEXT])
    if opaque is not None:
        opaque(name)
    return Opaque(name)


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise Unreadable("a part of the wrong kind")
    return value


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
