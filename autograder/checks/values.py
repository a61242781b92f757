"""Everything that a function may return, by the structure of what it should have returned."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import ATOL, RTOL, Way, compare_arrays, compare_numbers, compare_shapes
from .difference import Difference, Kind, described, is_table, other_type
from .tables import compare_tables

__all__ = ["assert_same", "assert_unchanged", "compare"]

_DEPTH = 40


@np.errstate(all="ignore")
def assert_same(
    observed: Any,
    expected: Any,
    *,
    names: tuple[str, ...] = (),
    only: tuple[str, ...] = (),
    items: tuple[str, ...] = (),
    rtol: float = RTOL,
    atol: float = ATOL,
) -> None:
    """Compare everything in `expected` with what is at its place in `observed`.

    Shapes come before values, so an empty array is not equal to everything. Arrays are compared normwise:
    max|observed - expected| <= rtol * max|expected| + atol. Lists and tuples are interchangeable, and so are Python and
    numpy numbers of one kind. A type that is neither plain Python nor a numpy array is different from everything, but for pandas'
    frames, series and indexes: their columns, labels, names and kinds have to be the same, too (`tables.compare_tables`).

    Args:
        observed: What a function returned. Anything.
        expected: What it should have returned; an author's own value.
        names: What to call the items of a returned tuple, e.g. ("a_next", "yt_pred", "cache"), or the value itself.
        only: Those of `names` that are compared; the others need only be there. All when empty.
        items: What to call the items of every tuple of that many items further in, e.g. of each cache: "cache[1] (a_prev)".
        rtol: Dimensionless.
        atol: In the unit of the values.

    Raises:
        Difference: At the first place where they part. Nothing else, whatever `observed` is.
        ValueError: `only` has something that `names` has not.

    Source: normwise relative error, Higham, Accuracy and Stability of Numerical Algorithms, §6.
    """
    if not set(only) <= set(names):
        raise ValueError(f"`only` names {', '.join(sorted(set(only) - set(names)))}, which `names` does not.")
    way = Way(rtol, atol, items)
    if len(names) == 1 and not isinstance(expected, (tuple, list)):
        compare(observed, expected, names[0], way, 0)
    elif names and isinstance(expected, (tuple, list)) and len(names) == len(expected):
        returned = _items(observed, expected, "the returned value")
        for name, item, wanted in zip(names, returned, expected, strict=True):
            if not only or name in only:
                compare(item, wanted, name, way, 0)
    else:
        compare(observed, expected, "the returned value", way, 0)


@np.errstate(all="ignore")
def assert_unchanged(after: Any, before: Any, *, name: str) -> None:
    """Check that an argument is as it was: `before` is a copy made earlier, `name` what to call it.

    Raises:
        Difference: Of kind `CHANGED`.
    """
    try:
        compare(after, before, name, Way(0.0, 0.0), 0)
    except Difference as difference:
        raise Difference(Kind.CHANGED, difference.path) from None


def compare(observed: Any, expected: Any, path: str, way: Way, depth: int) -> None:
    """Compare with a part of the expected value, `depth` levels within it; `path` is what that part is called."""
    assert depth < _DEPTH, "the expected value is nested too deep, or contains itself"
    if observed is None and expected is not None:
        raise Difference(Kind.NONE, path, f"expected {described(expected)}")
    if observed is expected:
        return  # also what is not equal to itself: pandas' NA and NaT
    observed, expected = _python_text(observed), _python_text(expected)
    if type(expected) is np.ndarray and (expected.dtype.kind == "O" or (expected.dtype.kind == "U" and _holds_objects(observed))):
        compare_shapes(observed, expected, path)
        for index, (item, wanted) in enumerate(zip(observed.ravel().tolist(), expected.ravel().tolist(), strict=True)):
            compare(item, wanted, f"{path}.ravel()[{index}]" if expected.ndim > 1 else f"{path}[{index}]", way, depth + 1)
    elif type(expected) is np.ndarray:
        compare_arrays(observed, expected, path, way)
    elif is_table(expected):
        compare_tables(observed, expected, path, way, lambda cell, wanted, at: compare(cell, wanted, at, way, depth + 1))
    elif isinstance(expected, (np.generic, bool, int, float, complex)):
        compare_numbers(observed, expected, path, way)
    elif isinstance(expected, dict):
        _compare_dicts(observed, expected, path, way, depth)
    elif isinstance(expected, (tuple, list)):
        named = type(expected) is tuple and len(expected) == len(way.items)
        called = [f" ({name})" for name in way.items] if named else [""] * len(expected)
        for index, (item, wanted) in enumerate(zip(_items(observed, expected, path), expected, strict=True)):
            compare(item, wanted, f"{path}[{index}]{called[index]}", way, depth + 1)
    elif type(observed) is not type(expected):
        raise other_type(observed, described(expected), path)
    elif observed != expected:  # str, bytes, None, sets: exact builtin types of the author's choice
        raise Difference(Kind.VALUES, path, f"expected {expected!r}, got {observed!r}"[:300])


def _python_text(value: Any) -> Any:
    return value.item() if isinstance(value, (np.str_, np.bytes_)) and type(value).__module__ == "numpy" else value


def _holds_objects(value: Any) -> bool:
    """Whether it is an array of objects, as which pandas may give texts."""
    return type(value) is np.ndarray and value.dtype.kind == "O"


def _items(observed: Any, expected: Any, path: str) -> Any:
    if observed is None:
        raise Difference(Kind.NONE, path, f"expected {described(expected)}; is there a return?")
    if not isinstance(observed, (tuple, list)):
        raise other_type(observed, described(expected), path)
    if len(observed) != len(expected):
        raise Difference(Kind.LENGTH, path, f"expected {len(expected)} items, got {len(observed)}")
    return observed


def _compare_dicts(observed: Any, expected: dict[Any, Any], path: str, way: Way, depth: int) -> None:
    if not isinstance(observed, dict):
        raise other_type(observed, "a dictionary", path)
    if (id(observed), id(expected)) in way.compared:
        return
    for key, wanted in expected.items():
        if key not in observed:
            raise Difference(Kind.MISSING_KEY, f"{path}[{key!r}]", f"it has {_keys(observed)}")
        compare(observed[key], wanted, f"{path}[{key!r}]", way, depth + 1)
    if len(observed) > len(expected):
        extra = [key for key in observed if key not in expected]
        raise Difference(Kind.EXTRA_KEY, path, f"not expected: {_keys(extra)}")
    way.compared.add((id(observed), id(expected)))


def _keys(keys: Any) -> str:
    return ", ".join(repr(key)[:40] for key in list(keys)[:12]) or "no keys"
