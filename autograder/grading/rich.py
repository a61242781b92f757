"""Values beyond the plainest, on the trusted side: taken apart into plain ones, and put together from what is not believed.

The student's side of it is `autograder/inside/rich.py`; a test holds the two together. What is put together is made of exact types of
Python, numpy and pandas, looked up in tables of ours, and of what has been read as plain before.
"""

from __future__ import annotations

import builtins
import datetime as dt
import decimal
import fractions
import functools
import itertools
import math
import pathlib
import re
import sys
import types
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.grading import generators, tables
from autograder.grading.compared import refuse_comparers
from autograder.grading.exact import exactly, named_zone, whole, zone_of
from autograder.grading.importable import importable
from autograder.grading.keys import dictionary

__all__ = ["rebuild", "reduce", "refill"]


def reduce(value: Any, kind: type) -> tuple[str, Any] | None:
    """A value that is not plain in itself, as its kind's name and a plain value to make it from; None of what is not known.

    Args:
        value: Anything.
        kind: Its type, exactly: of a subclass nothing is known.
    """
    if kind in _SIMPLE:
        return _SIMPLE[kind](value)
    if isinstance(value, dict):
        return _mapping(value, kind)
    if isinstance(value, tuple):
        fields = getattr(kind, "_fields", None)
        known = type(fields) is tuple and kind.__bases__ == (tuple,) and len(fields) == len(value)
        return ("named", (kind.__name__, fields, tuple(value))) if known else None
    if kind is np.ndarray and value.dtype.kind in "USMmO":
        if value.dtype.kind == "O":
            return "objects", (value.shape, value.ravel().tolist())
        return "array", (value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, (np.str_, np.bytes_, np.datetime64, np.timedelta64)) and kind.__module__ == "numpy":
        return "scalar", (value.dtype.str, np.asarray(value).tobytes())
    if isinstance(value, type):
        return ("type", value.__name__) if TYPES.get(value.__name__) is value else None
    if kind is functools.partial and importable(value.func) is not None:  # what anybody can call is never called here for the student
        return "partial", (value.func, value.args, value.keywords)
    if kind is np.ndarray and value.dtype.kind == "V" and value.dtype.names:
        return "records", (list(value.dtype.names), [np.ascontiguousarray(value[name]) for name in value.dtype.names], value.ndim)
    if kind in _EXCEPTIONS:
        return "exception", (kind.__name__, value.args)
    if isinstance(value, pathlib.PurePath):
        return "path", str(value)
    if isinstance(value, _ITERATORS):
        return "iterator", _feed(value)
    if (generator := generators.reduce(value, kind)) is not None:
        return generator
    return tables.reduce(value, kind) if "pandas" in sys.modules and kind.__module__.partition(".")[0] == "pandas" else None


_SIMPLE: dict[type, Callable[[Any], tuple[str, Any]]] = {
    dt.datetime: lambda v: ("datetime", (v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond, zone_of(v), v.fold)),
    dt.date: lambda v: ("date", (v.year, v.month, v.day)),
    dt.time: lambda v: ("time", (v.hour, v.minute, v.second, v.microsecond, zone_of(v), v.fold)),
    dt.timedelta: lambda v: ("timedelta", (v.days, v.seconds, v.microseconds)),
    decimal.Decimal: lambda v: ("decimal", str(v)),
    fractions.Fraction: lambda v: ("fraction", (v.numerator, v.denominator)),
    range: lambda v: ("range", (v.start, v.stop, v.step)),
    slice: lambda v: ("slice", (v.start, v.stop, v.step)),
    type(...): lambda _v: ("ellipsis", None),
    bytearray: lambda v: ("bytearray", bytes(v)),
    re.Pattern: lambda v: ("pattern", (v.pattern, v.flags)),
    types.SimpleNamespace: lambda v: ("namespace", dict(vars(v))),
    deque: lambda v: ("deque", (list(v), v.maxlen)),
    type({}.keys()): lambda v: ("keys", list(v)),
    type({}.values()): lambda v: ("values", list(v)),
    type({}.items()): lambda v: ("items", [list(pair) for pair in v]),
}
_EXCEPTIONS = [kind for kind in vars(builtins).values() if isinstance(kind, type) and issubclass(kind, BaseException)]
_KINDS: list[type] = [bool, bytes, complex, dict, float, frozenset, int, list, object, range, set, str, tuple, type, type(None), np.ndarray]
TYPES: dict[str, type] = {kind.__name__: kind for kind in (*_KINDS, *_EXCEPTIONS)}
"""The types that cross as values themselves."""
_FACTORIES = ("bool", "dict", "float", "int", "list", "set", "str", "tuple")


_MOST_ITEMS = 1_024
"""Items of an iterator that are asked for at a time."""
_EMPTY: tuple[Any, ...] = ([], (), {}, set(), "", range(0))
_ITERATORS: Any = (
    *(types.GeneratorType, enumerate, filter, map, reversed, zip, itertools.chain, itertools.count, itertools.islice, itertools.cycle),
    *(itertools.repeat, *(type(iter(empty)) for empty in _EMPTY)),
)


def _feed(iterator: Any) -> Callable[[int], tuple[list[Any], bool]]:
    """A function that gives the next items of an iterator of a test's, and says whether there may be more."""

    def more(most: int) -> tuple[list[Any], bool]:
        items = list(itertools.islice(iterator, min(most, _MOST_ITEMS)))
        return items, len(items) == most

    return more


def _fed(more: Any) -> Iterator[Any]:
    """Give what such a function of the student's gives: at first one by one, for somebody may look at what that has changed."""
    most, goes_on = 1, True
    while goes_on:
        items, goes_on = more(most)
        if len(exactly(list, items)) > most:
            raise ValueError("more than was asked for")
        yield from items
        goes_on = exactly(bool, goes_on)
        most = min(2 * most, _MOST_ITEMS)


def _iterator(more: Any) -> Iterator[Any]:
    if type(more) is not types.FunctionType:
        raise ValueError("an iterator that gives nothing")
    return _fed(more)


def _mapping(value: Any, kind: type) -> tuple[str, Any] | None:
    pairs = [list(pair) for pair in value.items()]
    if kind is Counter:
        return "counter", pairs
    if kind is OrderedDict:
        return "ordered", pairs
    if kind is defaultdict:
        factory = getattr(value.default_factory, "__name__", None)
        return "default", (factory if factory in _FACTORIES else None, pairs)
    return None


def refill(original: Any, changed: Any) -> bool:
    """Give an object of ours, in place, the contents that its copy has now; False of what it cannot do that for."""
    kind = type(original)
    if kind is not type(changed):
        return False
    if kind in (Counter, OrderedDict, defaultdict):
        original.clear()
        dict.update(original, changed)
    elif kind is types.SimpleNamespace:
        vars(original).clear()
        vars(original).update(vars(changed))
    elif kind is np.ndarray and original.dtype.kind == "V":
        original[...] = changed
    elif kind is bytearray:
        original[:] = changed
    elif kind is deque:
        original.clear()
        original.extend(changed)
    elif kind in generators.TYPES:
        generators.follow(original, changed)
    elif kind.__module__.partition(".")[0] == "pandas" and hasattr(original, "_update_inplace"):
        original._update_inplace(changed)  # noqa: SLF001 - what pandas itself does for every `inplace=True`
    else:
        return False
    return True


def rebuild(kind: str, plain: Any) -> Any:
    """The value of a kind.

    Args:
        kind: Any text.
        plain: Anything that can be read.

    Raises:
        ValueError, TypeError, LookupError, OverflowError, ArithmeticError: they do not describe a value.
        ImportError: it needs pandas, which is not installed here.
    """
    if kind in _MADE:
        return _MADE[kind](plain)
    if kind in ("array", "scalar"):
        return _array(*plain) if kind == "array" else _array(plain[0], (), plain[1])[()]
    if kind == "objects":
        shape, items = exactly(tuple, plain)
        array = np.empty(len(exactly(list, items)), object)
        for place, item in enumerate(items):
            array[place] = item
        return array.reshape(_shape(shape))
    if kind == "named":
        name, fields, values = plain
        made = _named(exactly(str, name), exactly(tuple, fields))(*exactly(tuple, values))
        refuse_comparers(made._asdict())
        return made
    if kind in generators.KINDS:
        return generators.rebuild(kind, plain)
    return tables.rebuild(kind, plain)


_NAMED: dict[tuple[str, tuple[str, ...]], Any] = {}
_MOST_NAMED = 200
_ARRAY = re.compile(r"[<>|=]?([US][0-9]{1,6}|[Mm]8(\[(Y|M|W|D|h|m|s|ms|us|ns)\])?)", re.ASCII)
_MOST_DIGITS = 5_000
_LONGEST_PATTERN = 1_000
_HIGHEST = 0x10FFFF


def _named(name: str, fields: tuple[str, ...]) -> Any:
    """The same class for the same fields, so that two of its values can be equal."""
    if len(_NAMED) >= _MOST_NAMED:
        _NAMED.clear()
    if (name, fields) not in _NAMED:
        _NAMED[name, fields] = namedtuple(name, [exactly(str, field) for field in fields])  # noqa: PYI024
    return _NAMED[name, fields]


def _shape(shape: Any) -> tuple[int, ...]:
    axes = tuple(whole(exactly(tuple, shape)))
    if len(axes) > 32 or any(axis < 0 for axis in axes):
        raise ValueError("an impossible shape")
    return axes


def _array(dtype: Any, shape: Any, data: Any) -> Any:
    if not _ARRAY.fullmatch(exactly(str, dtype)):
        raise ValueError("an array of an unknown kind")
    kind, axes = np.dtype(dtype), _shape(shape)
    if kind.itemsize == 0 or math.prod(axes) * kind.itemsize != len(exactly(bytes, data)):
        if kind.itemsize == 0 and data == b"" and math.prod(axes) <= 100_000:
            return np.zeros(axes, kind)
        raise ValueError("an array of another size")
    if kind.kind == "U" and data:
        codes = np.frombuffer(data, np.dtype("u4").newbyteorder(kind.byteorder))
        if int(codes.max()) > _HIGHEST:
            raise ValueError("a text of no characters")
    return np.frombuffer(data, kind).reshape(axes).astype(kind.newbyteorder("="))


def _decimal(text: str) -> decimal.Decimal:
    if len(text) > _MOST_DIGITS:
        raise ValueError("a number of too many digits")
    number = decimal.Decimal(text)
    if number.is_finite() and abs(number.adjusted()) > _MOST_DIGITS:  # its hash would take for ever
        raise ValueError("a number of too many digits")
    return number


def _pattern(text: Any, flags: Any) -> re.Pattern[Any]:
    if type(text) not in (str, bytes) or len(text) > _LONGEST_PATTERN:
        raise ValueError("no pattern")
    return re.compile(text, exactly(int, flags) & ~re.DEBUG)  # which prints


def _namespace(values: Any) -> types.SimpleNamespace:
    refuse_comparers(values)
    return types.SimpleNamespace(**values)


def _exception(name: Any, args: Any) -> BaseException:
    kind = TYPES[exactly(str, name)]
    if kind not in _EXCEPTIONS:
        raise ValueError("no exception")
    made: BaseException = kind(*exactly(tuple, args))
    return made


def _records(names: Any, columns: Any, dimensions: Any) -> Any:
    """An array of records, of the arrays of their fields."""
    shapes = {exactly(np.ndarray, column).shape[: exactly(int, dimensions)] for column in exactly(list, columns)}
    kinds = [(exactly(str, name), column.dtype, column.shape[dimensions:]) for name, column in zip(names, columns, strict=True)]
    (shape,) = shapes
    made = np.empty(shape, kinds)
    for name, column in zip(names, columns, strict=True):
        made[name] = column
    return made


def _pairs(pairs: Any) -> Any:
    return dictionary([key for key, _value in exactly(list, pairs)], [value for _key, value in pairs])


_MADE: dict[str, Callable[[Any], Any]] = {
    "datetime": lambda p: dt.datetime(*whole(p[:7])).replace(tzinfo=named_zone(p[7]), fold=exactly(int, p[8])),  # noqa: DTZ001
    "date": lambda p: dt.date(*whole(p)),
    "time": lambda p: dt.time(*whole(p[:4])).replace(tzinfo=named_zone(p[4]), fold=exactly(int, p[5])),
    "timedelta": lambda p: dt.timedelta(*whole(p)),
    "decimal": lambda p: _decimal(exactly(str, p)),
    "fraction": lambda p: fractions.Fraction(*whole(p)),
    "range": lambda p: range(*whole(p)),
    "slice": lambda p: slice(*p),
    "ellipsis": lambda _p: ...,
    "bytearray": lambda p: bytearray(exactly(bytes, p)),
    "deque": lambda p: deque(exactly(list, p[0]), p[1] if p[1] is None else exactly(int, p[1])),
    "keys": lambda p: _pairs([[key, None] for key in p]).keys(),
    "values": lambda p: dict(enumerate(exactly(list, p))).values(),
    "items": lambda p: _pairs(p).items(),
    "counter": lambda p: Counter(_pairs(p)),
    "ordered": lambda p: OrderedDict(_pairs(p)),
    "default": lambda p: defaultdict(TYPES.get(p[0]) if p[0] in _FACTORIES else None, _pairs(p[1])),
    "type": lambda p: TYPES[exactly(str, p)],
    "pattern": lambda p: _pattern(*p),
    "namespace": lambda p: _namespace(exactly(dict, p)),
    "exception": lambda p: _exception(*p),
    "records": lambda p: _records(*p),
    "path": lambda p: pathlib.Path(exactly(str, p)),
    "iterator": _iterator,
}
