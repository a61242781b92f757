"""Values of pandas, on the trusted side: see `rich.py`, which asks for them when pandas is there."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.grading.exact import ZONE, exactly, named_zone, whole, zone_of

__all__ = ["MASKED", "rebuild", "reduce"]


def reduce(value: Any, kind: type) -> tuple[str, Any] | None:
    """A value of pandas, which has been imported, as its kind's name and a plain value; None of what is not known.

    Args:
        value: Of one of pandas' classes.
        kind: Its type.
    """
    pd: Any = sys.modules["pandas"]
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
        return "timestamp", (int(value.asm8.view("i8")), value.unit, zone_of(value))
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


_UNITS = ("s", "ms", "us", "ns")
_LONGEST_RANGE = 100_000
_FREQUENCY = re.compile(r"-?([0-9]{1,4})?[A-Za-z]{1,4}(-[A-Z]{3})?", re.ASCII)
"""What pandas calls steps of time: "D", "2h", "QE-DEC"."""


def rebuild(kind: str, plain: Any) -> Any:
    """The value of a kind.

    Args:
        kind: Any text.
        plain: Anything that can be read.

    Raises:
        Exception: they do not describe a value; of whatever kind pandas raises.
        ImportError: it is not installed here.
    """
    import pandas as pd  # noqa: PLC0415 - not everybody has it, or needs it

    if kind == "frame":
        columns, index, arrays = plain
        held = {place: _column_of(array, pd) for place, array in enumerate(exactly(list, arrays))}
        frame = pd.DataFrame(held, index=_index(index, pd), columns=range(len(held)))
        frame.columns = _index(columns, pd)
        return frame
    if kind == "timestamp":
        stamp = pd.Timestamp(_counted("M8", *plain[:2]))
        return stamp if plain[2] is None else stamp.tz_localize("UTC").tz_convert(named_zone(plain[2]))
    made: dict[str, Callable[[], Any]] = {
        "series": lambda: pd.Series(_column_of(plain[2], pd), index=_index(plain[1], pd), name=plain[0], copy=True),
        "range index": lambda: pd.RangeIndex(*whole(plain[1:]), name=plain[0]),
        "multi index": lambda: pd.MultiIndex.from_arrays([_column_of(level, pd) for level in plain[1]], names=exactly(list, plain[0])),
        "index": lambda: _index_of(pd, *plain),
        "nat": lambda: pd.NaT,
        "na": lambda: pd.NA,
        "pandas timedelta": lambda: pd.Timedelta(_counted("m8", *plain)),
        "period": lambda: pd.Period(ordinal=exactly(int, plain[0]), freq=_frequency(plain[1])),
        "periods": lambda: pd.arrays.PeriodArray(_counts(plain[0]), dtype=pd.PeriodDtype(_frequency(plain[1]))),
        "interval": lambda: pd.Interval(plain[0], plain[1], exactly(str, plain[2])),
        "intervals": lambda: pd.arrays.IntervalArray.from_arrays(_held(plain[0], pd), _held(plain[1], pd), exactly(str, plain[2])),
        "numpy column": lambda: exactly(np.ndarray, plain),
        "category": lambda: pd.Categorical.from_codes(
            exactly(np.ndarray, plain[0]), categories=_held(plain[1], pd), ordered=plain[2] is True
        ),
        "strings": lambda: pd.array(_texts(plain[0]), dtype=pd.StringDtype(na_value=np.nan if plain[1] == "nan" else pd.NA)),
        "zoned": lambda: (
            pd.DatetimeIndex(exactly(np.ndarray, plain[0]).view(f"M8[{_unit(plain[1])}]"))
            .tz_localize("UTC")
            .tz_convert(_zone_of_column(plain[2]))
            .array
        ),
        "masked": lambda: _masked(pd, *plain),
    }
    return made[kind]()


def _masked(pd: Any, dtype: Any, values: Any, missing: Any) -> Any:
    """Numbers beside which some are missing: as many of these as of those, before anything is made of them."""
    one_for_one = exactly(np.ndarray, missing).dtype == bool and missing.shape == exactly(np.ndarray, values).shape and values.ndim == 1
    if dtype not in MASKED or not one_for_one:
        raise ValueError("a column that is none")
    return pd.array(np.where(missing, None, values.astype(object)), dtype=dtype)


def _zone_of_column(name: Any) -> str:
    if not re.fullmatch(r"(UTC|UTC[+-][0-9]{2}:[0-9]{2})|" + ZONE.pattern, exactly(str, name), re.ASCII):
        raise ValueError("no time zone")
    return str(name)


def _index_of(pd: Any, name: Any, array: Any, frequency: Any) -> Any:
    index = pd.Index(_column_of(array, pd), name=name)
    if isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex)) and frequency is not None:
        index.freq = _frequency(frequency)
    return index


def _counted(kind: str, count: Any, unit: Any) -> Any:
    return np.array(exactly(int, count), "int64").view(f"{kind}[{_unit(unit)}]")[()]


def _counts(array: Any) -> Any:
    if type(array) is not np.ndarray or array.dtype != np.int64 or array.ndim != 1:
        raise ValueError("no whole numbers")
    return array


def _frequency(text: Any) -> str:
    if not _FREQUENCY.fullmatch(exactly(str, text)):
        raise ValueError("no frequency")
    return str(text)


def _unit(unit: Any) -> str:
    if unit not in _UNITS:
        raise ValueError("no unit")
    return str(unit)


def _texts(texts: Any) -> Any:
    return [text if text is None else exactly(str, text) for text in exactly(list, texts)]


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
