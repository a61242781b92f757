"""What a value of the student's may not bring along: a function of theirs in the place of a method that compares.

A test that says `table(frame).equals(expected)` asks the value, and pandas answers for a frame. A named tuple or a function with an
attribute of that name would have the student's own function answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["refuse_comparers"]

_COMPARERS = frozenset(
    (
        *("equals", "identical", "compare", "isin", "eq", "ne", "lt", "le", "gt", "ge", "sub", "subtract"),  # numpy's and pandas'
        *("issubset", "issuperset", "isdisjoint", "difference", "symmetric_difference", "startswith", "endswith"),
    )
)


def refuse_comparers(attributes: Mapping[str, Any]) -> None:
    """Look at the attributes of a value that is made here.

    Raises:
        ValueError: one of them would compare.
    """
    if any(name in _COMPARERS and callable(value) for name, value in attributes.items()):
        raise ValueError("a comparison of the student's own")
