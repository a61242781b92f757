"""Our own gradebook, from standings."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest

from autograder.gradebook.ours import gradebook_bytes
from autograder.model import Assignment, Isolation, Question
from autograder.model.people import LateLine, Platform, QuestionStanding, Standing, State

from .a_class import ASSIGNMENT, excused, handed_in, not_submitted, standing, student

OLD = [
    "submission,rnn_cell,rnn,backward,total,possible,status",
    "canvas-11,10,0.333333,0,10.333333,30,graded",
    "late,,,,,30,not graded",
]
"""What the gradebook was before there were rosters."""
JANE = student("s1", "Jane Doe", login="jane", group="g7")


def read(*standings: Standing, assignment: Assignment = ASSIGNMENT) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gradebook_bytes(standings, assignment).decode(), newline="")))


def test_the_first_columns_are_byte_for_byte_those_of_before_where_nobody_overrode_and_nothing_is_late() -> None:
    pending = replace(standing(None, None, replace(handed_in("1"), name="late")), state=State.PENDING)
    new = gradebook_bytes([standing(None, Fraction(31, 3), handed_in("11")), pending], ASSIGNMENT).decode().splitlines()
    assert [line[: len(before)] for line, before in zip(new, OLD, strict=True)] == OLD
    assert all(line[len(before)] == "," for line, before in zip(new, OLD, strict=True))


def test_a_row_says_all_that_is_known() -> None:
    at = datetime(2026, 10, 5, 23, 59, 1, 5, tzinfo=timezone(timedelta(hours=2)))
    work = replace(handed_in("11"), submitted_at=at, file="=my work.ipynb")
    questions = (
        QuestionStanding("rnn_cell", Fraction(4), Fraction(9), "the key was wrong", ("Well done.",)),
        QuestionStanding("rnn", Fraction(15)),
        QuestionStanding("backward", None),
    )
    one = Standing(JANE, work, State.GRADED, questions, Fraction(24), LateLine("2 days late", Fraction(6)), Fraction(25), Fraction(25))
    (row,) = read(replace(one, why="agreed", comments=("See me.",)))
    assert row == {
        "submission": "canvas-11",
        "rnn_cell": "9",
        "rnn": "15",
        "backward": "",
        "total": "24",
        "possible": "30",
        "status": "graded",
        "student_id": "s1",
        "login": "jane",
        "email": "jane@uni.example",
        "name": "Jane Doe",
        "section": "A",
        "group": "g7",
        "attempt": "1",
        "file": "'=my work.ipynb",
        "submitted": "2026-10-05T23:59:01+02:00",
        "late": "2 days late",
        "late_points": "6",
        "total_override": "25",
        "final": "25",
        "overridden": "rnn_cell, total",
        "why": "rnn_cell: the key was wrong; agreed",
        "reason": "",
        "comments": "rnn_cell: Well done.; See me.",
    }


def test_who_has_no_score_has_a_row_and_blanks_in_it_never_zeros() -> None:
    ill, gone, dead = read(excused(JANE), not_submitted(JANE), standing(JANE, None, handed_in("11")))
    assert [(row["status"], row["final"]) for row in (ill, gone, dead)] == [("excused", ""), ("not submitted", ""), ("withheld", "")]
    assert (gone["submission"], gone["total"], gone["rnn"], dead["reason"]) == ("", "", "", "The kernel died.")
    assert [row["final"] for row in read(standing(JANE, 0))] == ["0"]


@pytest.mark.parametrize("name", ["total", "email", "final"])
def test_a_question_that_is_called_as_a_column_of_ours_is_marked(name: str) -> None:
    question = Question(name, ("f",), Fraction(5), isolation=Isolation.SHARED)
    one = replace(standing(JANE, 5), questions=(QuestionStanding(name, Fraction(5)),))
    (row,) = read(one, assignment=replace(ASSIGNMENT, questions=(question,)))
    assert row[f"{name} (question) (not tamper-proof)"] == "5"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "@SUM(A1)", "-2+3"])
def test_no_text_is_a_formula_and_no_number_is_a_text(name: str) -> None:
    (row,) = read(replace(standing(student("s1", name), -2, handed_in("1", Platform.FOLDER)), reason='a "b",\nc'))
    assert (row["name"], row["final"], row["reason"]) == ("'" + name, "-2", 'a "b",\\nc')
