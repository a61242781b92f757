"""Values against text as numpy prints them."""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np

from .arrays import RTOL, Way
from .difference import Difference, Kind, is_plain_number, other_type
from .values import compare

__all__ = ["assert_printed"]


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
        compare(observed, wanted if printed.strip().startswith("(") else wanted[0], label, Way(0.0, 0.0), 0)
        return
    numbers = np.array([float(text) for text in texts])
    observed = np.asarray(observed) if is_plain_number(observed) else observed
    if type(observed) is not np.ndarray:
        raise other_type(observed, "an array of numbers" if "[" in printed else "a number", label)
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
                raise other_type(whole, "a tuple, list or dictionary", ast.unparse(inner))
            return len(whole)
        case ast.Attribute(value=inner, attr="shape"):
            whole = _part(inner, values)
            if type(whole) is not np.ndarray:
                raise other_type(whole, "an array", ast.unparse(inner))
            return whole.shape
        case ast.Subscript(value=inner, slice=place):
            key = ast.literal_eval(place)
            whole = _part(inner, values)
            if type(whole) not in (tuple, list, dict, np.ndarray) or (type(whole) is np.ndarray and whole.ndim == 0):
                raise other_type(whole, f"something with [{key!r}]", ast.unparse(inner))
            try:
                return whole[key]
            except (IndexError, KeyError, TypeError):
                kind = Kind.MISSING_KEY if type(whole) is dict else Kind.LENGTH
                raise Difference(kind, ast.unparse(expression), "there is no such part") from None
    raise AssertionError(f"{ast.unparse(expression)} is no label")


def _half_unit(text: str) -> float:
    """Half a unit in the last digit of a printed number."""
    mantissa, _, exponent = text.lower().partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
