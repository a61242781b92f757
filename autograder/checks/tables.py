"""pandas' frames, series and indexes: columns, then rows, then labels, then column by column kinds and values.

pandas is not imported here: who has a frame to compare with has it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .arrays import Way, fact, wrong_places
from .difference import Difference, Kind, described, other_type

__all__ = ["compare_tables"]

_MOST_NAMED = 6
"""Columns that are named in one message."""
_MOST_CELLS = 20_000
"""Cells of a frame that is looked through for what may help: rows in another order, or twice."""

_Same = Callable[[Any, Any, str], None]
"""Compares one cell with what should be in it; raises `Difference`."""


def compare_tables(observed: Any, expected: Any, path: str, way: Way, same: _Same) -> None:
    """Compare with a frame, series or index.

    Rows and columns have an order, and labels and names count: an index that was to be numbered anew and was not is a difference.
    Whole numbers, real numbers, texts, times and so on are kinds that have to be the same, but not their sizes or units, nor how
    pandas keeps texts; a column without any value has no kind. Numbers are compared normwise, column by column.

    Args:
        observed: Anything.
        expected: A frame, series or index of pandas, or one of its arrays.
        path: What to call it.
        way: How numbers are compared.
        same: Compares cells that are neither numbers, texts nor times.

    Raises:
        Difference: At the first place where they part. Its path names a column, never a row: of hidden cases, rows are not told.
    """
    pd: Any = sys.modules["pandas"]
    kinds = (pd.DataFrame, pd.Series, pd.Index, pd.api.extensions.ExtensionArray)
    kind = next(kind for kind in kinds if isinstance(expected, kind))
    if not isinstance(observed, kind):
        raise other_type(observed, described(expected), path)
    table = _Tables(pd, way, same)
    if kind is pd.DataFrame:
        table.frames(observed, expected, path)
    elif kind is pd.Series:
        table.series(observed, expected, path)
    elif kind is pd.Index:
        table.rows(observed, expected, path)
        table.indexes(observed, expected, path)
    else:
        table.rows(observed, expected, path)
        table.column(pd.Series(observed), pd.Series(expected), path, None)


class _Tables:
    """One comparison."""

    def __init__(self, pd: Any, way: Way, same: _Same) -> None:
        self._pd, self._way, self._same = pd, way, same

    def frames(self, observed: Any, expected: Any, path: str) -> None:
        _compare_columns(observed.columns, expected.columns, f"{path}.columns")
        self.rows(observed, expected, path)
        self._labels(observed, expected, path)
        for place, label in enumerate(expected.columns):
            try:
                self.column(observed.iloc[:, place], expected.iloc[:, place], f"{path}[{label!r}]", expected.index)
            except Difference as difference:
                raise _as_order(difference, observed, expected, path) from None

    def series(self, observed: Any, expected: Any, path: str) -> None:
        self.rows(observed, expected, path)
        self._labels(observed, expected, path)
        if repr(observed.name) != repr(expected.name):
            raise Difference(Kind.NAME, path, f"expected {expected.name!r}, got {observed.name!r}"[:200])
        self.column(observed, expected, path, expected.index)

    def rows(self, observed: Any, expected: Any, path: str) -> None:
        if len(observed) != len(expected):
            twice = getattr(observed, "ndim", 1) > 1 and _has_doubles(observed) and not _has_doubles(expected)
            more = "; some of its rows are there more than once" if twice else ""
            raise Difference(Kind.ROWS, path, f"expected {len(expected)}, got {len(observed)}{more}")

    def _labels(self, observed: Any, expected: Any, path: str) -> None:
        try:
            self.indexes(observed.index, expected.index, f"{path}.index")
        except Difference as difference:
            ours, wanted = (Counter(map(repr, table.index.tolist())) for table in (observed, expected))
            if difference.kind is Kind.LABELS and ours == wanted:
                raise Difference(Kind.ORDER, path, _first_labels(observed.index, expected.index)) from None
            raise

    def indexes(self, observed: Any, expected: Any, path: str) -> None:
        if observed.nlevels != expected.nlevels:
            words = f"expected {expected.nlevels} level(s) of labels, got {observed.nlevels}"
            raise Difference(Kind.LABELS, path, f"{words}{_renumbered(expected)}")
        for level in range(expected.nlevels):
            ours, wanted = (self._pd.Series(index.get_level_values(level)) for index in (observed, expected))
            at = f"{path}.levels[{level}]" if expected.nlevels > 1 else path
            try:
                self.column(ours, wanted, at, None)
            except Difference as difference:
                kind = Kind.DTYPE if difference.kind is Kind.DTYPE else Kind.LABELS
                detail = str(difference).partition(f"{difference.kind.value}: ")[2]
                raise Difference(kind, at, f"{detail}{_renumbered(expected)}") from None
        if list(map(repr, observed.names)) != list(map(repr, expected.names)):
            raise Difference(Kind.NAME, path, f"expected {_listed(expected.names)}, got {_listed(observed.names)}")

    def column(self, observed: Any, expected: Any, path: str, rows: Any) -> None:
        """Compare two series of one length by position; `rows` are the labels to name a row by, None in an index."""
        ours, wanted = self._kind(observed), self._kind(expected)
        gone, wanted_gone = (column.isna().to_numpy() for column in (observed, expected))
        if ours != wanted and not (gone.all() or wanted_gone.all()):
            raise Difference(Kind.DTYPE, path, f"expected {wanted} ({expected.dtype}), got {ours} ({observed.dtype})")
        wrong = gone != wanted_gone
        if wrong.any():
            at = int(np.argmax(wrong))
            if gone[at]:
                raise Difference(Kind.GONE, path, f"expected {_cell(expected.iloc[at])}{_row(rows, at)}{_count(wrong)}")
            raise Difference(Kind.NOT_GONE, path, f"got {_cell(observed.iloc[at])}{_row(rows, at)}{_count(wrong)}")
        there = np.flatnonzero(~gone)
        if there.size:
            self._values(observed.iloc[there], expected.iloc[there], path, lambda at: _row(rows, int(there[at])))

    def _values(self, observed: Any, expected: Any, path: str, row: Callable[[int], str]) -> None:
        """Compare two series of one length and kind in which something is, and nothing is missing."""
        arrays = self._array(observed), self._array(expected)
        if arrays[1].dtype.kind == "O" and not _are_texts(*arrays):
            for at, (cell, wanted) in enumerate(zip(*arrays, strict=True)):
                try:
                    self._same(cell, wanted, "")
                except Difference:
                    raise Difference(Kind.VALUES, path, f"expected {_cell(wanted)}, got {_cell(cell)}{row(at)}") from None
            return
        with np.errstate(all="ignore"):
            wrong = np.asarray(wrong_places(*arrays, self._way), bool)
        if wrong.any():
            at = int(np.argmax(wrong))
            words = f"expected {_cell(expected.iloc[at])}, got {_cell(observed.iloc[at])}{row(at)}"
            raise Difference(Kind.VALUES, path, words + _count(wrong) + fact(*arrays))

    def _kind(self, column: Any) -> str:
        """What kind of values a column holds, whatever their size or unit is."""
        types, dtype = self._pd.api.types, column.dtype
        if isinstance(dtype, self._pd.CategoricalDtype):
            return f"ordered categories {_listed(dtype.categories)}" if dtype.ordered else "categories"
        if types.is_object_dtype(dtype):
            return "texts" if types.infer_dtype(column, skipna=True) == "string" else "objects"
        if types.is_datetime64_any_dtype(dtype):
            return f"times in {dtype.tz}" if isinstance(dtype, self._pd.DatetimeTZDtype) else "times"
        tests = (
            (types.is_bool_dtype, "truth values"),
            (types.is_integer_dtype, "whole numbers"),
            (types.is_float_dtype, "real numbers"),
            (types.is_complex_dtype, "complex numbers"),
            (types.is_timedelta64_dtype, "durations"),
            (types.is_string_dtype, "texts"),
        )
        return next((name for test, name in tests if test(dtype)), str(dtype))

    def _array(self, column: Any) -> Any:
        """Its values as an array that can be compared, of numbers, times, or objects."""
        dtype = getattr(column.dtype, "numpy_dtype", column.dtype)
        if isinstance(dtype, self._pd.DatetimeTZDtype):
            return column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
        return column.to_numpy(dtype if isinstance(dtype, np.dtype) and dtype.kind in "biufcmM" else object)


def _compare_columns(observed: Any, expected: Any, path: str) -> None:
    ours, wanted = observed.tolist(), expected.tolist()
    spelt, wanted_spelt = (list(map(repr, labels)) for labels in (ours, wanted))
    if spelt == wanted_spelt:
        if list(map(repr, observed.names)) != list(map(repr, expected.names)):
            raise Difference(Kind.NAME, path, f"expected {_listed(expected.names)}, got {_listed(observed.names)}")
        return
    lacking, extra = Counter(wanted_spelt) - Counter(spelt), Counter(spelt) - Counter(wanted_spelt)
    said = [f"it lacks {_named(lacking)}"] if lacking else []
    said += [f"{_named(extra)} {'are' if len(extra) > 1 else 'is'} not expected"] if extra else []
    words = "; ".join(said) or f"they are in another order: expected {_named(wanted_spelt)}, got {_named(spelt)}"
    raise Difference(Kind.COLUMNS, path, words)


def _as_order(difference: Difference, observed: Any, expected: Any, path: str) -> Difference:
    """What to say of a frame with this difference: that it has the expected rows in another order, if that is what it is."""
    in_cells = difference.kind in (Kind.VALUES, Kind.GONE, Kind.NOT_GONE)
    if not in_cells or expected.size > _MOST_CELLS or Counter(_spelt(observed)) != Counter(_spelt(expected)):
        return difference
    return Difference(Kind.ORDER, path, "each row is as expected")


def _has_doubles(table: Any) -> bool:
    # Without a column, an index of a few bytes may have any length.
    return max(table.size, len(table)) <= _MOST_CELLS and max(Counter(_spelt(table)).values(), default=0) > 1


def _spelt(frame: Any) -> Iterator[tuple[str, ...]]:
    return (tuple(map(_cell, row)) for row in frame.itertuples(index=False, name=None))


def _renumbered(expected: Any) -> str:
    """What to do where labels should be numbers from 0 on."""
    numbered = type(expected).__name__ == "RangeIndex" and expected.start == 0 and expected.step == 1
    return "; reset_index(drop=True) numbers rows anew" if numbered else ""


def _first_labels(observed: Any, expected: Any) -> str:
    ours, wanted = observed.tolist(), expected.tolist()
    at = next(place for place, pair in enumerate(zip(ours, wanted, strict=True)) if repr(pair[0]) != repr(pair[1]))
    return f"row {at} should be the one of {_cell(wanted[at])}, and is that of {_cell(ours[at])}"


def _are_texts(*arrays: Any) -> bool:
    return all(type(cell) is str for array in arrays for cell in array)


def _row(rows: Any, at: int) -> str:
    """Where a row is, in words: by its label where that says more than its number."""
    if rows is None:
        return f" at position {at}"
    label = rows[at]
    return f" in row {at}" if repr(label) == repr(at) else f" in the row of {_cell(label)}"


def _count(wrong: Any) -> str:
    return f"; {int(np.count_nonzero(wrong))} of {wrong.size} differ" if wrong.size > 1 else ""


def _cell(value: Any) -> str:
    if isinstance(value, float):  # numpy's own, too
        return f"{value:.8g}"
    if isinstance(value, np.generic):
        value = value.item()
    shown = repr(value) if isinstance(value, (str, bytes, tuple, list, dict)) else str(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def _listed(names: Any) -> str:
    return _named([repr(name) for name in names])


def _named(spelt: Any) -> str:
    names = list(spelt)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return (", ".join(name[:60] for name in names[:_MOST_NAMED]) or "nothing") + more
