"""Numbers and arrays: shapes before values, kinds before digits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .difference import Difference, Kind, is_plain_number, other_type

__all__ = ["ATOL", "RTOL", "Way", "compare_arrays", "compare_numbers", "compare_shapes", "fact", "wrong_places"]

RTOL = 1e-6
"""Relative tolerance, per array. Correct variants differ by at most 7e-16 (2e-7 in float32), the nearest wrong one by 0.39."""
ATOL = 1e-9
"""Absolute tolerance, for arrays of zeros."""
_FAMILIES = {
    "b": "truth values",
    "i": "integers",
    "u": "integers",
    "f": "real numbers",
    "c": "complex numbers",
    "U": "texts",
    "S": "bytes",
    "M": "times",
    "m": "durations",
}


@dataclass(frozen=True)
class Way:
    """How values are compared, and what the items of tuples are called."""

    rtol: float
    atol: float
    items: tuple[str, ...] = ()
    compared: set[tuple[int, int]] = field(default_factory=set)
    """Dictionaries that were found equal: the same parameters may be in every cache."""


def compare_numbers(observed: Any, expected: Any, path: str, way: Way) -> None:
    """Compare with a number; of numpy's own, also one of time or text."""
    if type(observed) is np.ndarray and observed.ndim == 0:
        observed = observed[()]
    if not is_plain_number(observed):
        raise other_type(observed, "a number", path)
    if type(observed) is int and type(expected) is int:  # of any size
        if observed != expected:
            raise Difference(Kind.VALUES, path, f"expected {_whole(expected)}, got {_whole(observed)}")
        return
    arrays = np.asarray(observed), np.asarray(expected)
    if any(array.dtype.kind == "O" for array in arrays):  # a whole number beyond 64 bits beside a number of another kind
        raise Difference(Kind.NUMBERS, path, f"expected a {type(expected).__name__}, got a {type(observed).__name__}")
    compare_arrays(*arrays, path, way)


def compare_arrays(observed: Any, expected: np.ndarray[Any, Any], path: str, way: Way) -> None:
    """Compare with an array of anything but objects."""
    if (
        type(observed) is np.ndarray
        and (observed.shape, observed.dtype) == (expected.shape, expected.dtype)
        and observed.tobytes() == expected.tobytes()
    ):
        return
    if expected.ndim == 0 and is_plain_number(observed):
        observed = np.asarray(observed)
    compare_shapes(observed, expected, path)
    if _FAMILIES.get(observed.dtype.kind) != _FAMILIES.get(expected.dtype.kind):
        raise Difference(Kind.NUMBERS, path, f"expected {expected.dtype}, got {observed.dtype}")
    if expected.dtype.kind in "fc":
        lost = np.isfinite(expected) & ~np.isfinite(observed)
        if lost.any():
            raise Difference(Kind.NOT_FINITE, path, f"the first at {_index(np.unravel_index(int(np.argmax(lost)), expected.shape))}")
    wrong = wrong_places(observed, expected, way)
    count = int(np.count_nonzero(wrong))
    if count == 0:
        return
    at = np.unravel_index(int(np.argmax(wrong)), expected.shape)
    where = f" at {_index(at)}" if expected.ndim else ""
    detail = f"expected {_shown(expected[at])}, got {_shown(observed[at])}{where}"
    if expected.size > 1:
        detail += f"; {count} of {expected.size} differ"
    raise Difference(Kind.VALUES, path, detail + fact(observed, expected))


def compare_shapes(observed: Any, expected: np.ndarray[Any, Any], path: str) -> None:
    """See that it is an array of the expected shape."""
    if type(observed) is not np.ndarray:
        raise other_type(observed, f"an array of shape {expected.shape}", path)
    if observed.shape != expected.shape:
        turned = "; it is transposed" if observed.shape == expected.shape[::-1] else ""
        raise Difference(Kind.SHAPE, path, f"expected {expected.shape}, got {observed.shape}{turned}")


def wrong_places(observed: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], way: Way) -> Any:
    """True where `observed` is not close to `expected`, which has its shape and kind; what is not finite is only equal to its like."""
    if expected.dtype.kind in "mM":
        return (observed != expected) & ~(np.isnat(observed) & np.isnat(expected))
    if expected.dtype.kind not in "fc":
        return observed != expected
    bound = way.rtol * np.abs(expected).max(initial=0.0) + way.atol
    # What is not finite is close to nothing in this sense, and looked at below.
    if bound < np.inf and bool((np.abs(observed - expected) <= bound).all()):
        return np.zeros(expected.shape, bool)
    finite = np.isfinite(expected)
    scale = np.max(np.abs(expected[finite]), initial=0.0)
    close = np.abs(np.where(finite, observed, 0) - np.where(finite, expected, 0)) <= way.rtol * scale + way.atol
    same_kind = np.where(np.isnan(expected), np.isnan(observed), observed == expected)
    return ~np.where(finite, close, same_kind)


def fact(observed: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> str:
    """A fact about the whole array, when there is one that helps."""
    if expected.size < 2 or expected.dtype.kind not in "iufc":
        return ""
    if not observed.any():
        return "; yours is all zeros"
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1] and np.allclose(observed.T, expected):
        return "; yours is transposed"
    if np.allclose(observed, -expected):
        return "; yours has the opposite sign"
    if expected.dtype.kind == "f" and expected.all():
        with np.errstate(all="ignore"):
            ratios = observed / expected
        if np.allclose(ratios, ratios.flat[0]):
            return f"; yours is {float(ratios.flat[0]):.6g} times what it should be"
    if expected.ndim and expected.shape[-1] > 1 and np.allclose(observed[..., 1:], expected[..., :-1]):
        return "; yours is one place late along the last axis"
    if expected.ndim and expected.shape[-1] > 1 and np.allclose(observed[..., :-1], expected[..., 1:]):
        return "; yours is one place early along the last axis"
    return ""


def _whole(number: int) -> str:
    """A whole number, or how large it is: Python refuses to write very long ones."""
    return str(number) if number.bit_length() < 300 else f"a whole number of {number.bit_length()} bits"


def _shown(value: Any) -> str:
    return f"{value:.8g}" if value.dtype.kind in "biufc" else str(value)[:80]


def _index(at: Any) -> str:
    return "[" + ", ".join(str(int(position)) for position in at) + "]"
