"""Numbers that platforms wrote, and numbers that we write."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.gradebook.export import as_number, two_decimals
from autograder.printable import neutral


@pytest.mark.parametrize(
    ("points", "written"),
    [
        (Fraction(0), "0"),
        (Fraction(30), "30"),
        (Fraction(100), "100"),
        (Fraction("26.50"), "26.5"),
        (Fraction(2, 3), "0.67"),
        (Fraction("0.005"), "0.01"),
        (Fraction("2.675"), "2.68"),  # as a float it is less, and would be 2.67
        (Fraction("0.00499"), "0"),
        (Fraction("-0.004"), "0"),
        (Fraction("-1.005"), "-1.01"),
    ],
)
def test_points_are_rounded_once_and_half_away_from_zero(points: Fraction, written: str) -> None:
    assert two_decimals(points) == written
    assert two_decimals(points, comma=True) == written.replace(".", ",")


@pytest.mark.parametrize(
    ("text", "number"),
    [("30", 30), (" 30.00 ", 30), ("12,5", Fraction("12.5")), ("1.234,5", Fraction("1234.5")), ("-2", -2), ("0,00", 0)],
)
def test_a_number_is_read_with_a_point_or_a_comma(text: str, number: Fraction) -> None:
    assert as_number(text) == number


@pytest.mark.parametrize("text", ["", "-", "EX", "N/A", "1e3", "12,", ".5", "1 000", "٣", "9" * 1000])
def test_what_is_no_number_is_none(text: str) -> None:
    assert as_number(text) is None


@pytest.mark.parametrize(("text", "written"), [("=1+1", "'=1+1"), ("-x", "'-x"), ("a=b", "a=b"), ("\t=1", "\\t=1"), ("a\nb", "a\\nb")])
def test_a_text_of_ours_is_no_formula_and_stays_on_its_line(text: str, written: str) -> None:
    assert neutral(text) == written
