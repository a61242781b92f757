"""The class as CSV."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

import pytest

from autograder.model import Execution, Graded
from autograder.report.gradebook import Row, gradebook_bytes

from .made_by_hand import ASSIGNMENT, EXTRA, HELPER, WHOLE, case, half_judged, score, submission, withheld, wrong_helper


def read(*rows: Row) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gradebook_bytes(rows, ASSIGNMENT).decode(), newline="")))


def test_there_is_a_column_for_each_question_named_as_it_is() -> None:
    header = gradebook_bytes([], ASSIGNMENT).decode()
    assert header == "submission,helper,whole,extra,total,possible,status\n"


def test_optional_questions_have_a_column_and_are_in_no_total() -> None:
    (row,) = read(("jdoe", wrong_helper()))
    assert list(row.values()) == ["jdoe", "6", "20", "0", "26", "30", "graded"]


def test_withheld_cells_are_blank_never_zero() -> None:
    empty, half = read(("empty", withheld()), ("half", half_judged()))
    assert list(empty.values()) == ["empty", "", "", "", "", "30", "withheld"]
    assert list(half.values()) == ["half", "10", "", "0", "", "30", "withheld"]


def test_who_was_not_reached_has_a_row_that_says_so() -> None:
    (row,) = read(("later", None))
    assert list(row.values()) == ["later", "", "", "", "", "30", "not graded"]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"])
def test_a_name_that_a_spreadsheet_would_compute_is_text(name: str) -> None:
    (row,) = read((name, withheld()))
    assert row["submission"] == "'" + name


def test_numbers_are_left_as_numbers_even_below_zero() -> None:
    scores = (score(HELPER, case("a", 10), earned=-2), score(WHOLE, case("b", 20), earned=Fraction(1, 3)), score(EXTRA, case("c", 0)))
    (row,) = read(("jdoe", Graded(submission(), scores, Execution(1))))
    assert (row["helper"], row["whole"], row["total"]) == ("-2", "0.333333", "-1.666667")


def test_quotes_commas_and_line_ends_in_a_name_stay_in_one_cell() -> None:
    (row,) = read(('Doe, "J"\n\x1b', withheld()))
    assert row["submission"] == 'Doe, "J"\\n\\x1b'
    assert row["status"] == "withheld"
