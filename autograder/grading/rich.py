"""Values beyond the plainest, on the trusted side: taken apart into plain ones, and put together from what is not believed.

The student's side of it is `autograder/inside/rich.py`; a test holds the two together. What is put together is made of exact types of
Python, numpy and pandas, looked up in tables of ours, and of what has been read as plain before.
"""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import math
import re
import sys
import zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

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
    return _of_pandas(value, kind)


_SIMPLE: dict[type, Callable[[Any], tuple[str, Any]]] = {
    dt.datetime: lambda v: ("datetime", (v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond, _zone(v.tzinfo, v))),
    dt.date: lambda v: ("date", (v.year, v.month, v.day)),
    dt.time: lambda v: ("time", (v.hour, v.minute, v.second, v.microsecond)),
    dt.timedelta: lambda v: ("timedelta", (v.days, v.seconds, v.microseconds)),
    decimal.Decimal: lambda v: ("decimal", str(v)),
    fractions.Fraction: lambda v: ("fraction", (v.numerator, v.denominator)),
    range: lambda v: ("range", (v.start, v.stop, v.step)),
    slice: lambda v: ("slice", (v.start, v.stop, v.step)),
    type(...): lambda _v: ("ellipsis", None),
    bytearray: lambda v: ("bytearray", bytes(v)),
    deque: lambda v: ("deque", (list(v), v.maxlen)),
    type({}.keys()): lambda v: ("keys", list(v)),
    type({}.values()): lambda v: ("values", list(v)),
    type({}.items()): lambda v: ("items", [list(pair) for pair in v]),
}
TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (bool, bytes, complex, dict, float, frozenset, int, list, object, range, set, str, tuple, type, type(None), np.ndarray)
}
"""The types that cross as values themselves."""
_FACTORIES = ("bool", "dict", "float", "int", "list", "set", "str", "tuple")


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


def _zone(zone: Any, moment: Any) -> Any:
    """None, the zone's name, or its distance from UTC in seconds."""
    if zone is None:
        return None
    key = getattr(zone, "key", None)
    return key if isinstance(key, str) else moment.utcoffset().total_seconds()


def _of_pandas(value: Any, kind: type) -> tuple[str, Any] | None:
    pd: Any = sys.modules.get("pandas")
    if pd is None or kind.__module__.partition(".")[0] != "pandas":
        return None
    if kind is pd.DataFrame:
        return "frame", (value.columns, value.index, [value.iloc[:, place].array for place in range(value.shape[1])])
    if kind is pd.Series:
        return "series", (value.name, value.index, value.array)
    if kind is pd.RangeIndex:
        return "range index", (value.name, value.start, value.stop, value.step)
    if kind is pd.MultiIndex:
        return "multi index", (list(value.names), [value.get_level_values(level).array for level in range(value.nlevels)])
    if isinstance(value, pd.Index):
        return "index", (value.name, value.array)
    if value is pd.NaT:
        return "nat", None
    if value is pd.NA:
        return "na", None
    if kind is pd.Timestamp:
        return "timestamp", (value.as_unit("ns").value, value.unit, _zone(value.tzinfo, value))
    if kind is pd.Timedelta:
        return "pandas timedelta", (value.as_unit("ns").value, value.unit)
    if kind is pd.Interval:
        return "interval", (value.left, value.right, value.closed)
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return _column(value, pd)
    return None


def _column(value: Any, pd: Any) -> tuple[str, Any] | None:
    """What a column or an index holds."""
    dtype = value.dtype
    if isinstance(dtype, np.dtype) or isinstance(value, pd.arrays.NumpyExtensionArray):
        return "numpy column", np.asarray(value)
    if isinstance(dtype, pd.CategoricalDtype):
        return "category", (np.asarray(value.codes), dtype.categories, bool(dtype.ordered))
    if isinstance(dtype, pd.StringDtype):
        texts = [None if missing else text for text, missing in zip(value, value.isna(), strict=True)]
        return "strings", (texts, "nan" if dtype.na_value is not pd.NA else "NA")
    if isinstance(dtype, pd.DatetimeTZDtype):
        return "zoned", (value.asi8, dtype.unit, str(dtype.tz))
    if isinstance(dtype, pd.IntervalDtype):
        return "intervals", (value.left, value.right, value.closed)
    if str(dtype) in MASKED:
        missing = np.asarray(value.isna())
        zero = False if str(dtype) == "boolean" else 0
        return "masked", (str(dtype), value.to_numpy(dtype=MASKED[str(dtype)], na_value=zero), missing)
    return None


MASKED = {
    **{f"{sign}Int{bits}": f"{sign.lower()}int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)},
    "Float32": "float32",
    "Float64": "float64",
    "boolean": "bool",
}
"""pandas' types of columns that have missing values beside numbers → numpy's for the numbers."""


def refill(original: Any, changed: Any) -> bool:
    """Give an object of ours, in place, the contents that its copy has now; False of what it cannot do that for."""
    kind = type(original)
    if kind is not type(changed):
        return False
    if kind in (Counter, OrderedDict, defaultdict):
        original.clear()
        dict.update(original, changed)
    elif kind is bytearray:
        original[:] = changed
    elif kind is deque:
        original.clear()
        original.extend(changed)
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
        shape, items = _exactly(tuple, plain)
        array = np.empty(len(_exactly(list, items)), object)
        for place, item in enumerate(items):
            array[place] = item
        return array.reshape(_shape(shape))
    if kind == "named":
        name, fields, values = plain
        return _named(_exactly(str, name), _exactly(tuple, fields))(*_exactly(tuple, values))
    import pandas as pd  # noqa: PLC0415 - not everybody has it, or needs it

    return _pandas(kind, plain, pd)


_NAMED: dict[tuple[str, tuple[str, ...]], Any] = {}
_MOST_NAMED = 200
_ARRAY = re.compile(r"[<>|=]?([US][0-9]{1,6}|[Mm]8(\[(Y|M|W|D|h|m|s|ms|us|ns)\])?)", re.ASCII)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,30}){0,2}", re.ASCII)
_UNITS = ("s", "ms", "us", "ns")
_MOST_DIGITS = 5_000
_LONGEST_RANGE = 100_000
_HIGHEST = 0x10FFFF


def _named(name: str, fields: tuple[str, ...]) -> Any:
    """The same class for the same fields, so that two of its values can be equal."""
    if len(_NAMED) >= _MOST_NAMED:
        _NAMED.clear()
    if (name, fields) not in _NAMED:
        _NAMED[name, fields] = namedtuple(name, [_exactly(str, field) for field in fields])  # noqa: PYI024
    return _NAMED[name, fields]


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError("a part of the wrong kind")
    return value


def _whole(values: Any) -> Any:
    return [_exactly(int, value) for value in values]


def _shape(shape: Any) -> tuple[int, ...]:
    axes = tuple(_whole(_exactly(tuple, shape)))
    if len(axes) > 32 or any(axis < 0 for axis in axes):
        raise ValueError("an impossible shape")
    return axes


def _array(dtype: Any, shape: Any, data: Any) -> Any:
    if not _ARRAY.fullmatch(_exactly(str, dtype)):
        raise ValueError("an array of an unknown kind")
    kind, axes = np.dtype(dtype), _shape(shape)
    if kind.itemsize == 0 or math.prod(axes) * kind.itemsize != len(_exactly(bytes, data)):
        if kind.itemsize == 0 and data == b"" and math.prod(axes) <= 100_000:
            return np.zeros(axes, kind)
        raise ValueError("an array of another size")
    if kind.kind == "U" and data:
        codes = np.frombuffer(data, np.dtype("u4").newbyteorder(kind.byteorder))
        if int(codes.max()) > _HIGHEST:
            raise ValueError("a text of no characters")
    return np.frombuffer(data, kind).reshape(axes).astype(kind.newbyteorder("="))


def _tz(zone: Any) -> dt.tzinfo | None:
    if zone is None:
        return None
    if type(zone) is str:
        if not _ZONE.fullmatch(zone):
            raise ValueError("no time zone")
        return zoneinfo.ZoneInfo(zone)
    return dt.timezone(dt.timedelta(seconds=_exactly(float, zone)))


def _decimal(text: str) -> decimal.Decimal:
    if len(text) > _MOST_DIGITS:
        raise ValueError("a number of too many digits")
    number = decimal.Decimal(text)
    if number.is_finite() and abs(number.adjusted()) > _MOST_DIGITS:  # its hash would take for ever
        raise ValueError("a number of too many digits")
    return number


def _items(items: Any, complete: Any) -> Iterator[Any]:
    yield from items
    if complete is not True:
        raise RuntimeError(f"it gives more than {len(items)} items, and no more were taken")


def _pairs(pairs: Any) -> Any:
    return dictionary([key for key, _value in _exactly(list, pairs)], [value for _key, value in pairs])


_MADE: dict[str, Callable[[Any], Any]] = {
    "datetime": lambda p: dt.datetime(*_whole(p[:7])).replace(tzinfo=_tz(p[7])),  # noqa: DTZ001
    "date": lambda p: dt.date(*_whole(p)),
    "time": lambda p: dt.time(*_whole(p)),
    "timedelta": lambda p: dt.timedelta(*_whole(p)),
    "decimal": lambda p: _decimal(_exactly(str, p)),
    "fraction": lambda p: fractions.Fraction(*_whole(p)),
    "range": lambda p: range(*_whole(p)),
    "slice": lambda p: slice(*p),
    "ellipsis": lambda _p: ...,
    "bytearray": lambda p: bytearray(_exactly(bytes, p)),
    "deque": lambda p: deque(_exactly(list, p[0]), p[1] if p[1] is None else _exactly(int, p[1])),
    "keys": lambda p: _pairs([[key, None] for key in p]).keys(),
    "values": lambda p: dict(enumerate(_exactly(list, p))).values(),
    "items": lambda p: _pairs(p).items(),
    "counter": lambda p: Counter(_pairs(p)),
    "ordered": lambda p: OrderedDict(_pairs(p)),
    "default": lambda p: defaultdict(TYPES.get(p[0]) if p[0] in _FACTORIES else None, _pairs(p[1])),
    "type": lambda p: TYPES[_exactly(str, p)],
    "iterator": lambda p: _items(_exactly(list, p[0]), p[1]),
}


def _pandas(kind: str, plain: Any, pd: Any) -> Any:
    if kind == "frame":
        columns, index, arrays = plain
        held = {place: _column_of(array, pd) for place, array in enumerate(_exactly(list, arrays))}
        frame = pd.DataFrame(held, index=_index(index, pd), columns=range(len(held)))
        frame.columns = _index(columns, pd)
        return frame
    if kind == "timestamp":
        stamp = pd.Timestamp(_exactly(int, plain[0]), unit="ns").as_unit(_unit(plain[1]))
        return stamp if plain[2] is None else stamp.tz_localize("UTC").tz_convert(_tz(plain[2]))
    made: dict[str, Callable[[], Any]] = {
        "series": lambda: pd.Series(_column_of(plain[2], pd), index=_index(plain[1], pd), name=plain[0], copy=True),
        "range index": lambda: pd.RangeIndex(*_whole(plain[1:]), name=plain[0]),
        "multi index": lambda: pd.MultiIndex.from_arrays([_column_of(level, pd) for level in plain[1]], names=_exactly(list, plain[0])),
        "index": lambda: pd.Index(_column_of(plain[1], pd), name=plain[0]),
        "nat": lambda: pd.NaT,
        "na": lambda: pd.NA,
        "pandas timedelta": lambda: pd.Timedelta(_exactly(int, plain[0]), unit="ns").as_unit(_unit(plain[1])),
        "interval": lambda: pd.Interval(plain[0], plain[1], _exactly(str, plain[2])),
        "intervals": lambda: pd.arrays.IntervalArray.from_arrays(_held(plain[0], pd), _held(plain[1], pd), _exactly(str, plain[2])),
        "numpy column": lambda: _exactly(np.ndarray, plain),
        "category": lambda: pd.Categorical.from_codes(
            _exactly(np.ndarray, plain[0]), categories=_held(plain[1], pd), ordered=plain[2] is True
        ),
        "strings": lambda: pd.array(_texts(plain[0]), dtype=pd.StringDtype(na_value=np.nan if plain[1] == "nan" else pd.NA)),
        "zoned": lambda: (
            pd.DatetimeIndex(_exactly(np.ndarray, plain[0]).view(f"M8[{_unit(plain[1])}]"))
            .tz_localize("UTC")
            .tz_convert(_named_zone(plain[2]))
            .array
        ),
        "masked": lambda: _masked(pd, *plain),
    }
    return made[kind]()


def _masked(pd: Any, dtype: Any, values: Any, missing: Any) -> Any:
    """Numbers beside which some are missing: as many of these as of those, before anything is made of them."""
    one_for_one = _exactly(np.ndarray, missing).dtype == bool and missing.shape == _exactly(np.ndarray, values).shape and values.ndim == 1
    if dtype not in MASKED or not one_for_one:
        raise ValueError("a column that is none")
    return pd.array(np.where(missing, None, values.astype(object)), dtype=dtype)


def _named_zone(name: Any) -> str:
    if not re.fullmatch(r"(UTC|UTC[+-][0-9]{2}:[0-9]{2})|" + _ZONE.pattern, _exactly(str, name), re.ASCII):
        raise ValueError("no time zone")
    return str(name)


def _unit(unit: Any) -> str:
    if unit not in _UNITS:
        raise ValueError("no unit")
    return str(unit)


def _texts(texts: Any) -> Any:
    return [text if text is None else _exactly(str, text) for text in _exactly(list, texts)]


def _index(value: Any, pd: Any) -> Any:
    if not isinstance(value, pd.Index):
        raise TypeError("an index that is none")
    return value


def _held(value: Any, pd: Any) -> Any:
    """An index whose labels came one by one: a range of a few bytes would become as long as it says."""
    if isinstance(_index(value, pd), pd.RangeIndex) and len(value) > _LONGEST_RANGE:
        raise ValueError("a range too long to be written out")
    return value


def _column_of(value: Any, pd: Any) -> Any:
    if type(value) is not np.ndarray and not isinstance(value, pd.api.extensions.ExtensionArray):
        raise TypeError("a column that is none")
    return value
