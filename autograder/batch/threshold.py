"""What a total must reach, in points or as a share of all points: `--fail-under`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from autograder.errors import InputError
from autograder.printable import in_points

__all__ = ["Threshold", "read_threshold"]

_WRITTEN = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(%?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A least total."""

    text: str
    """As it was written."""
    amount: Fraction
    """Points, or per cent."""
    per_cent: bool
    """Which of the two."""

    def points(self, possible: Fraction) -> Fraction:
        """The least total, in points.

        Raises:
            InputError: nobody could reach it.
        """
        least = self.amount * possible / 100 if self.per_cent else self.amount
        if least > possible:
            raise InputError(
                f"--fail-under {self.text}: this assignment has {in_points(possible)}, so everybody would fail. "
                "Write no more than that, or a share, such as 60%."
            )
        return least


def read_threshold(text: str) -> Threshold:
    """Read points (`12.5`) or a share (`60%`).

    Raises:
        ValueError: it is neither; says how to write it.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None or (found[2] and Fraction(found[1]) > 100):
        raise ValueError(f"{text!r} is neither points, such as 12.5, nor a share from 0% to 100%, such as 60%.")
    return Threshold(text, Fraction(found[1]), bool(found[2]))
