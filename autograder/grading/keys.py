"""Dictionary keys and set members that came from the student's side: hashable by what they are, and not made to collide."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
from collections import Counter
from pathlib import PurePath
from typing import Any

import numpy as np

__all__ = ["Unreadable", "dictionary", "members"]

_MOST_COLLIDING = 64
_PLAIN = (
    *(bool, int, float, complex, str, bytes, frozenset, np.generic, type, type(None), type(...)),
    *(dt.date, dt.time, dt.timedelta, decimal.Decimal, fractions.Fraction, range, PurePath),  # datetimes and pandas' timestamps are dates
)


class Unreadable(Exception):
    """What came is not the description of a value; says how, without quoting any of it."""


def dictionary(keys: list[Any], values: list[Any]) -> dict[Any, Any]:
    """The dictionary of as many keys and values.

    Raises:
        Unreadable: a key is not plain, two are equal, or too many have one hash.
        ValueError: there are more of one than of the other.
    """
    made = dict(zip(_spread(keys), values, strict=True))
    if len(made) != len(keys):
        raise Unreadable("equal keys")
    return made


def members(parts: list[Any]) -> set[Any]:
    """The set of the parts.

    Raises:
        Unreadable: one is not plain, two are equal, or too many have one hash.
    """
    made = set(_spread(parts))
    if len(made) != len(parts):
        raise Unreadable("equal keys")
    return made


def _spread(keys: list[Any]) -> list[Any]:
    """Keys that a dictionary can be made of in reasonable time: plain, and not too many of one hash."""
    for key in keys:
        _check(key)
    if len(keys) > _MOST_COLLIDING and max(Counter(map(hash, keys)).values()) > _MOST_COLLIDING:
        raise Unreadable("keys made to collide")
    return keys


def _check(value: Any) -> None:
    """Hashable by what it is, not by what the student says."""
    if isinstance(value, tuple):
        for part in value:
            _check(part)
    elif not isinstance(value, _PLAIN) and type(value).__name__ not in ("Period", "Interval"):  # pandas': what came has no type of its own
        raise Unreadable("a key that is not plain")
