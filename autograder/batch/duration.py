"""A duration as people write it on a command line: `90 min`."""

from __future__ import annotations

import re

from autograder.errors import InputError

__all__ = ["read_duration"]

_UNITS = {"s": 1, "min": 60, "h": 3600}
_WRITTEN = re.compile(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*(s|min|h)\s*", re.ASCII)


def read_duration(text: str) -> float:
    """Return seconds.

    Raises:
        InputError: it is none; says how to write it.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise InputError(f"{text!r} is no duration. Write it with its unit, such as `30 s`, `90 min` or `2 h`.")
    return float(found[1]) * _UNITS[found[2]]
