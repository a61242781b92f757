"""Our frozen nouns as plain data, and back: in a bundle's plan, and between our own processes. The only door to msgspec.

What is read back is checked against the noun's types; fractions are written as texts such as "1/3", paths as texts.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import msgspec

__all__ = ["BadRecord", "plain", "read"]

_POINTS = re.compile(r"[0-9]{1,20}(/[0-9]{1,20})?")  # `Fraction` alone would take 1e999999999

_T = TypeVar("_T")


class BadRecord(ValueError):
    """Plain data that is no such noun; says where."""


def plain(noun: Any) -> Any:
    """Describe a noun in dicts, lists, texts and numbers."""
    return msgspec.to_builtins(noun, enc_hook=_to_text)


def read(data: Any, kind: type[_T]) -> _T:
    """Build a noun of `kind` from its description.

    Raises:
        BadRecord: it is none.
    """
    try:
        return msgspec.convert(data, kind, dec_hook=_from_text)
    except (msgspec.ValidationError, ValueError, ZeroDivisionError) as error:
        raise BadRecord(str(error)) from error


def _to_text(value: Any) -> str:
    if isinstance(value, (Fraction, Path)):
        return str(value)
    raise NotImplementedError(type(value).__name__)


def _from_text(kind: type, value: Any) -> Any:
    if kind is Fraction:
        if not isinstance(value, str) or not _POINTS.fullmatch(value):
            raise ValueError("points are written as text: 20 or 5/2")
        return Fraction(value)
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind.__name__)
