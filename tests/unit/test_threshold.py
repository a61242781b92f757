"""`--fail-under`: points, or a share of all points."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.batch.threshold import read_threshold
from autograder.errors import InputError


@pytest.mark.parametrize(
    ("text", "possible", "points"),
    [
        ("6", 10, 6),
        ("60%", 10, 6),
        ("0.1", 10, Fraction(1, 10)),
        ("33.3%", 10, Fraction(333, 100)),
        ("100%", 7, 7),
        ("0", 0, 0),
        ("50%", 0, 0),
    ],
)
def test_it_is_exact(text: str, possible: int, points: Fraction) -> None:
    assert read_threshold(text).points(Fraction(possible)) == points


@pytest.mark.parametrize("text", ["", "x", "-1", "1e3", "60 %", "%", "101%", "nan", "٣", "1/2", "9" * 10])
def test_anything_else_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither points, such as 12\.5, nor a share"):
        read_threshold(text)


def test_what_nobody_could_reach_is_refused() -> None:
    with pytest.raises(InputError, match=r"--fail-under 80: this assignment has 10 points"):
        read_threshold("80").points(Fraction(10))
