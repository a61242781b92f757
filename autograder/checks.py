"""Comparing what a function returned with what it should have returned, and saying where they first part.

Test files use it as `autograder_checks`: students have a copy of this one file beside their notebook, graders have it in the
package. It needs nothing but numpy.

    assert_same(observed, expected)              everything: structure, shapes, kinds of numbers, values
    assert_printed("a.shape", "(5, 10)", a=a)    against text as numpy prints it, to the digits printed
    assert_unchanged(after, before, name="x")    an argument that a function must not have changed

Each raises `Difference`, whose text names the place in the *expected* structure, so "value[2][0]" is the first item of the third.
"""

from __future__ import annotations

import ast
import enum
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Difference", "Kind", "assert_printed", "assert_same", "assert_unchanged"]

RTOL = 1e-6
"""Relative tolerance, per array. Correct variants differ by at most 7e-16 (2e-7 in float32), the nearest wrong one by 0.39."""
ATOL = 1e-9
"""Absolute tolerance, for arrays of zeros."""
_DEPTH = 40


class Kind(enum.StrEnum):
    """What is different; the words that are shown of a hidden case."""

    NONE = "it is None"
    TYPE = "it is of another type"
    LENGTH = "it has another number of items"
    MISSING_KEY = "a key is missing"
    EXTRA_KEY = "it has a key too many"
    SHAPE = "its shape is different"
    NUMBERS = "its numbers are of another kind"
    NOT_FINITE = "it holds nan or infinity"
    VALUES = "its values are different"
    CHANGED = "the function changed this argument"


class Difference(AssertionError):
    """Where and how two values differ.

    Attributes:
        kind: What is different.
        path: Where, in the expected structure.
        closed: The same in words that hold nothing of the observed value: fit for hidden cases.
    """

    def __init__(self, kind: Kind, path: str, detail: str = "") -> None:
        self.kind = kind
        self.path = path
        self.closed = f"{path}: {kind.value}."
        super().__init__(f"{path}: {kind.value}" + (f": {detail}" if detail else "."))


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
    numpy numbers of one kind. A type that is neither plain Python nor a numpy array is different from everything.

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
    way = _Way(rtol, atol, items)
    if len(names) == 1 and not isinstance(expected, (tuple, list)):
        _compare(observed, expected, names[0], way, 0)
    elif names and isinstance(expected, (tuple, list)) and len(names) == len(expected):
        returned = _items(observed, expected, "the returned value")
        for name, item, wanted in zip(names, returned, expected, strict=True):
            if not only or name in only:
                _compare(item, wanted, name, way, 0)
    else:
        _compare(observed, expected, "the returned value", way, 0)


@np.errstate(all="ignore")
def assert_unchanged(after: Any, before: Any, *, name: str) -> None:
    """Check that an argument is as it was: `before` is a copy made earlier, `name` what to call it.

    Raises:
        Difference: Of kind `CHANGED`.
    """
    try:
        _compare(after, before, name, _Way(0.0, 0.0), 0)
    except Difference as difference:
        raise Difference(Kind.CHANGED, difference.path) from None


@np.errstate(all="ignore")
def assert_printed(label: str, printed: str, **values: Any) -> None:
    """Compare a part of a value with text as numpy prints it: numbers to half a unit of their last printed digit.

    Args:
        label: The expression that was printed: a name with indices, keys, `.shape`, or `len(name)`; e.g. 'gradients["dba"][4]'.
        printed: E.g. "[ 0.5958 -1.2e-05]", "0.172117767533", "(5, 10)" or "10".
        values: What the names in `label` stand for.

    Raises:
        Difference: They do not agree, or the value has no such part.
    """
    observed = _part(ast.parse(label, mode="eval").body, values)
    texts = re.findall(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf)", printed)
    if printed.strip().startswith("(") or not any(mark in printed for mark in ".["):
        wanted = tuple(int(text) for text in texts)
        _compare(observed, wanted if printed.strip().startswith("(") else wanted[0], label, _Way(0.0, 0.0), 0)
        return
    numbers = np.array([float(text) for text in texts])
    observed = np.asarray(observed) if _plain_number(observed) else observed
    if type(observed) is not np.ndarray:
        raise _other_type(observed, "an array of numbers" if "[" in printed else "a number", label)
    if observed.size != numbers.size or (observed.ndim == 0) != ("[" not in printed):
        raise Difference(Kind.SHAPE, label, f"expected {numbers.size} number(s), got an array of shape {observed.shape}")
    if observed.dtype.kind not in "biuf":
        raise Difference(Kind.NUMBERS, label, f"expected real numbers, got {observed.dtype}")
    # The digits printed, or the tolerance of everything else where that is wider: float32 is fine.
    tolerance = np.maximum([_half_unit(text) for text in texts], RTOL * np.max(np.abs(numbers), initial=0.0)) + 1e-8
    found = observed.reshape(-1).astype(float)
    wrong = ~(np.abs(found - numbers) <= tolerance)
    if wrong.any():
        at = int(np.argmax(wrong))
        where = f" at position {at}" if numbers.size > 1 else ""
        raise Difference(Kind.VALUES, label, f"expected {texts[at]}, got {found[at]:.10g}{where}")


def _part(expression: ast.expr, values: dict[str, Any]) -> Any:
    """The part of a value that a label names; where there is none, a `Difference` that says what was there instead."""
    match expression:
        case ast.Name(id=name):
            return values[name]
        case ast.Call(args=[inner]):
            whole = _part(inner, values)
            if type(whole) not in (tuple, list, dict):
                raise _other_type(whole, "a tuple, list or dictionary", ast.unparse(inner))
            return len(whole)
        case ast.Attribute(value=inner, attr="shape"):
            whole = _part(inner, values)
            if type(whole) is not np.ndarray:
                raise _other_type(whole, "an array", ast.unparse(inner))
            return whole.shape
        case ast.Subscript(value=inner, slice=place):
            key = ast.literal_eval(place)
            whole = _part(inner, values)
            if type(whole) not in (tuple, list, dict, np.ndarray) or (type(whole) is np.ndarray and whole.ndim == 0):
                raise _other_type(whole, f"something with [{key!r}]", ast.unparse(inner))
            try:
                return whole[key]
            except (IndexError, KeyError, TypeError):
                kind = Kind.MISSING_KEY if type(whole) is dict else Kind.LENGTH
                raise Difference(kind, ast.unparse(expression), "there is no such part") from None
    raise AssertionError(f"{ast.unparse(expression)} is no label")


@dataclass(frozen=True)
class _Way:
    """How values are compared, and what the items of tuples are called."""

    rtol: float
    atol: float
    items: tuple[str, ...] = ()
    compared: set[tuple[int, int]] = field(default_factory=set)
    """Dictionaries that were found equal: the same parameters may be in every cache."""


def _compare(observed: Any, expected: Any, path: str, way: _Way, depth: int) -> None:
    assert depth < _DEPTH, "the expected value is nested too deep, or contains itself"
    if observed is None and expected is not None:
        raise Difference(Kind.NONE, path, f"expected {_described(expected)}")
    if type(expected) is np.ndarray:
        _compare_arrays(observed, expected, path, way)
    elif isinstance(expected, (np.generic, bool, int, float, complex)):
        _compare_numbers(observed, expected, path, way)
    elif isinstance(expected, dict):
        _compare_dicts(observed, expected, path, way, depth)
    elif isinstance(expected, (tuple, list)):
        named = type(expected) is tuple and len(expected) == len(way.items)
        called = [f" ({name})" for name in way.items] if named else [""] * len(expected)
        for index, (item, wanted) in enumerate(zip(_items(observed, expected, path), expected, strict=True)):
            _compare(item, wanted, f"{path}[{index}]{called[index]}", way, depth + 1)
    elif type(observed) is not type(expected):
        raise _other_type(observed, _described(expected), path)
    elif observed != expected:  # str, bytes, None, sets: exact builtin types of the author's choice
        raise Difference(Kind.VALUES, path, f"expected {expected!r}, got {observed!r}"[:300])


def _items(observed: Any, expected: Any, path: str) -> Any:
    if observed is None:
        raise Difference(Kind.NONE, path, f"expected {_described(expected)}; is there a return?")
    if not isinstance(observed, (tuple, list)):
        raise _other_type(observed, _described(expected), path)
    if len(observed) != len(expected):
        raise Difference(Kind.LENGTH, path, f"expected {len(expected)} items, got {len(observed)}")
    return observed


def _compare_dicts(observed: Any, expected: dict[Any, Any], path: str, way: _Way, depth: int) -> None:
    if not isinstance(observed, dict):
        raise _other_type(observed, "a dictionary", path)
    if (id(observed), id(expected)) in way.compared:
        return
    for key, wanted in expected.items():
        if key not in observed:
            raise Difference(Kind.MISSING_KEY, f"{path}[{key!r}]", f"it has {_keys(observed)}")
        _compare(observed[key], wanted, f"{path}[{key!r}]", way, depth + 1)
    if len(observed) > len(expected):
        extra = [key for key in observed if key not in expected]
        raise Difference(Kind.EXTRA_KEY, path, f"not expected: {_keys(extra)}")
    way.compared.add((id(observed), id(expected)))


def _keys(keys: Any) -> str:
    return ", ".join(repr(key)[:40] for key in list(keys)[:12]) or "no keys"


def _compare_numbers(observed: Any, expected: Any, path: str, way: _Way) -> None:
    if type(observed) is np.ndarray and observed.ndim == 0:
        observed = observed[()]
    if not _plain_number(observed):
        raise _other_type(observed, "a number", path)
    if type(observed) is int and type(expected) is int:  # of any size
        if observed != expected:
            raise Difference(Kind.VALUES, path, f"expected {_whole(expected)}, got {_whole(observed)}")
        return
    arrays = np.asarray(observed), np.asarray(expected)
    if any(array.dtype.kind == "O" for array in arrays):  # a whole number beyond 64 bits beside a number of another kind
        raise Difference(Kind.NUMBERS, path, f"expected a {type(expected).__name__}, got a {type(observed).__name__}")
    _compare_arrays(*arrays, path, way)


def _compare_arrays(observed: Any, expected: np.ndarray[Any, Any], path: str, way: _Way) -> None:
    if (
        type(observed) is np.ndarray
        and (observed.shape, observed.dtype) == (expected.shape, expected.dtype)
        and observed.tobytes() == expected.tobytes()
    ):
        return
    if expected.ndim == 0 and _plain_number(observed):
        observed = np.asarray(observed)
    if type(observed) is not np.ndarray:
        raise _other_type(observed, f"an array of shape {expected.shape}", path)
    if observed.shape != expected.shape:
        hint = "; it is transposed" if observed.shape == expected.shape[::-1] else ""
        raise Difference(Kind.SHAPE, path, f"expected {expected.shape}, got {observed.shape}{hint}")
    if observed.dtype.kind not in "biufc" or _family(observed.dtype) != _family(expected.dtype):
        raise Difference(Kind.NUMBERS, path, f"expected {expected.dtype}, got {observed.dtype}")
    if expected.dtype.kind not in "fc":
        _refuse_values(observed, expected, observed != expected, path)
        return
    bound = way.rtol * np.abs(expected).max(initial=0.0) + way.atol
    # What is not finite is close to nothing in this sense, and looked at below.
    if bound < np.inf and bool((np.abs(observed - expected) <= bound).all()):
        return
    wanted_finite, found_finite = np.isfinite(expected), np.isfinite(observed)
    if (wanted_finite & ~found_finite).any():
        at = np.unravel_index(int(np.argmax(wanted_finite & ~found_finite)), expected.shape)
        raise Difference(Kind.NOT_FINITE, path, f"the first at {_index(at)}")
    scale = np.max(np.abs(expected[wanted_finite]), initial=0.0)
    close = np.abs(np.where(wanted_finite, observed, 0) - np.where(wanted_finite, expected, 0)) <= way.rtol * scale + way.atol
    same_kind = np.where(np.isnan(expected), np.isnan(observed), observed == expected)
    _refuse_values(observed, expected, ~np.where(wanted_finite, close, same_kind), path)


def _whole(number: int) -> str:
    """A whole number, or how large it is: Python refuses to write very long ones."""
    return str(number) if number.bit_length() < 300 else f"a whole number of {number.bit_length()} bits"


def _refuse_values(observed: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], wrong: np.ndarray[Any, Any], path: str) -> None:
    count = int(np.count_nonzero(wrong))
    if count == 0:
        return
    at = np.unravel_index(int(np.argmax(wrong)), expected.shape)
    where = f" at {_index(at)}" if expected.ndim else ""
    detail = f"expected {expected[at]:.8g}, got {observed[at]:.8g}{where}"
    if expected.size > 1:
        detail += f"; {count} of {expected.size} differ"
    raise Difference(Kind.VALUES, path, detail + _hint(observed, expected))


def _hint(observed: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> str:
    """A fact about the whole array, when there is one that helps."""
    if expected.size < 2 or expected.dtype.kind == "b":
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


def _family(dtype: np.dtype[Any]) -> str:
    return {"b": "truth values", "i": "integers", "u": "integers", "f": "real numbers", "c": "complex numbers"}[dtype.kind]


def _plain_number(value: Any) -> bool:
    return type(value) in (int, float, complex, bool) or (isinstance(value, np.generic) and type(value).__module__ == "numpy")


def _half_unit(text: str) -> float:
    """Half a unit in the last digit of a printed number."""
    mantissa, _, exponent = text.lower().partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def _index(at: Any) -> str:
    return "[" + ", ".join(str(int(position)) for position in at) + "]"


def _described(value: Any) -> str:
    if type(value) is np.ndarray:
        return f"an array of shape {value.shape}"
    if isinstance(value, (tuple, list)):
        return f"a tuple or list of {len(value)} items"
    return {dict: "a dictionary", str: "a text", bool: "True or False"}.get(type(value), f"a {type(value).__name__}")


def _other_type(observed: Any, wanted: str, path: str) -> Difference:
    if observed is None:
        return Difference(Kind.NONE, path, f"expected {wanted}")
    # In the grader's process what is not plain data is a handle that knows the name of its type.
    name = observed.type_name if type(observed).__name__ == "Opaque" else type(observed).__name__
    cure = "; np.asarray makes an array of it" if "array" in wanted and type(observed) not in (dict, str) else ""
    return Difference(Kind.TYPE, path, f"expected {wanted}, got a {name}{cure}")
