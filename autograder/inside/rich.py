"""Values beyond the plainest, on the student's side: taken apart into plain ones, and put together again.

The trusted side's putting together, which believes nothing, is `autograder/grading/rich.py`. pandas is used only when the notebook
has imported it.
"""

from __future__ import annotations

import builtins
import datetime as dt
import decimal
import fractions
import functools
import itertools
import pathlib
import re
import sys
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import generators

__all__ = ["MUTABLE", "feed", "rebuild", "reduce"]

MUTABLE = frozenset(
    (
        "array",
        "bytearray",
        "counter",
        "default",
        "deque",
        "frame",
        "namespace",
        "objects",
        "records",
        "ordered",
        "series",
        *generators.KINDS,
    )
)
"""Kinds that can be changed in place."""
_MOST_ITEMS = 1_024
"""Items of an iterator that are asked for at a time."""


def _records(names: list[str], columns: list[Any], dimensions: int) -> Any:
    made = np.empty(columns[0].shape[:dimensions], [(n, c.dtype, c.shape[dimensions:]) for n, c in zip(names, columns, strict=True)])
    for name, column in zip(names, columns, strict=True):
        made[name] = column
    return made


def feed(iterator: Any) -> Callable[[int], tuple[list[Any], bool]]:
    """A function that gives the next items of an iterator, and says whether there may be more."""

    def more(most: int) -> tuple[list[Any], bool]:
        items = list(itertools.islice(iterator, most))
        return items, len(items) == most

    more.__name__ = "the generator"
    return more


def fed(more: Callable[[int], tuple[list[Any], bool]]) -> Iterator[Any]:
    """Give what such a function gives: at first one by one, for somebody may look at what that has changed."""
    most, goes_on = 1, True
    while goes_on:
        items, goes_on = more(most)
        yield from items
        most = min(2 * most, _MOST_ITEMS)


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
    if kind is np.ndarray and value.dtype.kind == "V" and value.dtype.names:
        return "records", (list(value.dtype.names), [np.ascontiguousarray(value[name]) for name in value.dtype.names], value.ndim)
    if kind in _EXCEPTIONS:
        return "exception", (kind.__name__, value.args)
    if isinstance(value, pathlib.PurePath):
        return "path", str(value)
    return generators.reduce(value, kind) or _of_pandas(value, kind)


_SIMPLE: dict[type, Callable[[Any], tuple[str, Any]]] = {
    dt.datetime: lambda v: ("datetime", (v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond, _zone(v), v.fold)),
    dt.date: lambda v: ("date", (v.year, v.month, v.day)),
    dt.time: lambda v: ("time", (v.hour, v.minute, v.second, v.microsecond, _zone(v), v.fold)),
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


def _zone(moment: Any) -> Any:
    """None, the zone's name, or its distance from UTC in seconds."""
    if moment.tzinfo is None:
        return None
    key = getattr(moment.tzinfo, "key", None)
    away = moment.utcoffset()
    return key if isinstance(key, str) or away is None else away.total_seconds()


def _of_pandas(value: Any, kind: type) -> tuple[str, Any] | None:
    pd: Any = sys.modules.get("pandas")
    if pd is None or str(getattr(kind, "__module__", "")).partition(".")[0] != "pandas":  # a class need not say where it is from
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
        return "index", (value.name, value.array, getattr(value, "freqstr", None))
    if value is pd.NaT:
        return "nat", None
    if value is pd.NA:
        return "na", None
    if kind is pd.Timestamp:
        return "timestamp", (int(value.asm8.view("i8")), value.unit, _zone(value))
    if kind is pd.Timedelta:
        return "pandas timedelta", (int(value.asm8.view("i8")), value.unit)
    if kind is pd.Period:
        return "period", (value.ordinal, value.freqstr)
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
    if isinstance(dtype, pd.PeriodDtype):
        return "periods", (value.asi8, value.freqstr)
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


def rebuild(kind: str, plain: Any) -> Any:
    """The value that the trusted side took apart."""
    if kind in _MADE:
        return _MADE[kind](plain)
    if kind == "array":
        dtype, shape, data = plain
        return np.frombuffer(data, np.dtype(dtype)).reshape(shape).copy()
    if kind == "scalar":
        return np.frombuffer(plain[1], np.dtype(plain[0]))[0]
    if kind == "objects":
        shape, items = plain
        array = np.empty(len(items), object)
        for place, item in enumerate(items):
            array[place] = item
        return array.reshape(shape)
    if kind == "named":
        from collections import namedtuple

        name, fields, values = plain
        return namedtuple(name, fields)(*values)  # noqa: PYI024
    if kind in generators.KINDS:
        return generators.rebuild(kind, plain)
    import pandas as pd

    return _pandas(kind, plain, pd)


def _tz(zone: Any) -> Any:
    import zoneinfo

    if zone is None or isinstance(zone, str):
        return zone and zoneinfo.ZoneInfo(zone)
    return dt.timezone(dt.timedelta(seconds=zone))


_MADE: dict[str, Callable[[Any], Any]] = {
    "datetime": lambda p: dt.datetime(*p[:7]).replace(tzinfo=_tz(p[7]), fold=p[8]),  # noqa: DTZ001
    "date": lambda p: dt.date(*p),
    "time": lambda p: dt.time(*p[:4]).replace(tzinfo=_tz(p[4]), fold=p[5]),
    "timedelta": lambda p: dt.timedelta(*p),
    "decimal": decimal.Decimal,
    "fraction": lambda p: fractions.Fraction(*p),
    "range": lambda p: range(*p),
    "slice": lambda p: slice(*p),
    "ellipsis": lambda _p: ...,
    "bytearray": bytearray,
    "deque": lambda p: deque(p[0], p[1]),
    "keys": lambda p: dict.fromkeys(p).keys(),
    "values": lambda p: dict(enumerate(p)).values(),
    "items": lambda p: dict(p).items(),
    "counter": lambda p: Counter(dict(p)),
    "ordered": OrderedDict,
    "default": lambda p: defaultdict(TYPES.get(p[0]), p[1]),
    "type": lambda p: TYPES[p],
    "pattern": lambda p: re.compile(*p),
    "namespace": lambda p: types.SimpleNamespace(**p),
    "exception": lambda p: TYPES[p[0]](*p[1]),
    "records": lambda p: _records(*p),
    "path": pathlib.Path,
    "partial": lambda p: functools.partial(p[0], *p[1], **p[2]),
    "iterator": fed,
}


def _pandas(kind: str, plain: Any, pd: Any) -> Any:
    if kind == "frame":
        columns, index, arrays = plain
        frame = pd.DataFrame(dict(enumerate(arrays)), index=index, columns=range(len(arrays)))
        frame.columns = columns
        return frame
    if kind == "timestamp":
        stamp = pd.Timestamp(np.datetime64(plain[0], plain[1]))
        return stamp if plain[2] is None else stamp.tz_localize("UTC").tz_convert(_tz(plain[2]))
    made: dict[str, Callable[[], Any]] = {
        "series": lambda: pd.Series(plain[2], index=plain[1], name=plain[0], copy=True),
        "range index": lambda: pd.RangeIndex(*plain[1:], name=plain[0]),
        "multi index": lambda: pd.MultiIndex.from_arrays(plain[1], names=plain[0]),
        "index": lambda: _index(pd, *plain),
        "nat": lambda: pd.NaT,
        "na": lambda: pd.NA,
        "pandas timedelta": lambda: pd.Timedelta(np.timedelta64(plain[0], plain[1])),
        "period": lambda: pd.Period(ordinal=plain[0], freq=plain[1]),
        "periods": lambda: pd.arrays.PeriodArray(plain[0], dtype=pd.PeriodDtype(plain[1])),
        "interval": lambda: pd.Interval(*plain),
        "intervals": lambda: pd.arrays.IntervalArray.from_arrays(*plain),
        "numpy column": lambda: plain,
        "category": lambda: pd.Categorical.from_codes(plain[0], categories=plain[1], ordered=plain[2]),
        "strings": lambda: pd.array(plain[0], dtype=pd.StringDtype(na_value=np.nan if plain[1] == "nan" else pd.NA)),
        "zoned": lambda: pd.DatetimeIndex(plain[0].view(f"M8[{plain[1]}]")).tz_localize("UTC").tz_convert(plain[2]).array,
        "masked": lambda: pd.array(np.where(plain[2], None, plain[1].astype(object)), dtype=plain[0]),
    }
    return made[kind]()


def _index(pd: Any, name: Any, array: Any, frequency: str | None) -> Any:
    index = pd.Index(array, name=name)
    if isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex)) and frequency is not None:
        index.freq = frequency
    return index
