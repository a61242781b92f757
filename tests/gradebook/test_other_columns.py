"""Gradescope's and nbgrader's columns, of what came in as Gradescope gives it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from intake.downloads_made import put, taken, work

from autograder.gradebook.export import Export
from autograder.gradebook.gradescope import gradescope_csv
from autograder.gradebook.nbgrader import nbgrader_csv
from autograder.intake.roster import read_roster
from autograder.model import Lateness, Reporting
from autograder.model.people import HandedIn, LateLine, Standing

from .a_class import ASSIGNMENT, excused, not_submitted, points_of, reasons, standing, student

AT = datetime(2026, 10, 5, 22, 0, tzinfo=UTC)
METADATA = b"""---
submission_9001:
  :submitters:
  - :name: J
    :sid: s1
    :email: j@x
  - :name: Ursula
    :sid: s2
    :email: u@x
  :created_at: 2026-10-05 22:00:00.000000000 Z
"""
JANE = student("s1", 'Doe, "J" Jane', login="jane")
ON_TIME = LateLine("on time", late=False)
LATE = LateLine("1 day late", Fraction(3))


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> HandedIn:
    """What two handed in together."""
    root = put(
        tmp_path_factory.mktemp("gradescope") / "assignment_7_export",
        {"submission_metadata.yml": METADATA, "submission_9001/hw.ipynb": work(2)},
    )
    (arrival,) = taken(root).arrivals
    return arrival.handed_in


def the_class(group: HandedIn) -> tuple[Standing, ...]:
    return (
        replace(standing(JANE, Fraction(80, 3), group), lateness=ON_TIME),
        replace(standing(student("s2", "Ursula von der Au"), 12, group), lateness=LATE, final=Fraction(9)),
        excused(student("s3", "Eve")),
        not_submitted(student("s4", "Gone")),
        replace(not_submitted(student("s5", "=Zero")), left_out="", subtotal=Fraction(0)),
    )


def read(export: Export) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export.data.decode(), newline="")))


def test_gradescopes_columns(group: HandedIn) -> None:
    export = gradescope_csv(the_class(group), ASSIGNMENT, points_of=points_of)
    jane, ursula, zero = read(export)
    assert list(jane.items()) == list(
        {
            "Name": 'Doe, "J" Jane',
            "SID": "s1",
            "Email": "jane@uni.example",
            "Sections": "A",
            "Total Score": "26.666667",
            "Max Points": "30",
            "Status": "Graded",
            "Submission ID": "9001",
            "Submission Time": "2026-10-05 22:00:00 +0000",
            "Lateness (H:M:S)": "00:00:00",
            "View Count": "",
            "Submission Count": "",
            "1: rnn_cell (10.0 pts)": "10",
            "2: rnn (20.0 pts)": "16.666667",
        }.items()
    )
    assert (ursula["Total Score"], ursula["Lateness (H:M:S)"]) == ("12", "")
    assert (zero["Name"], zero["Total Score"], zero["Status"]) == ("'=Zero", "0", "Missing")
    assert set(reasons(export)) == {"Eve (s3)", "Gone (s4)"}


def test_where_there_is_no_roster_each_member_of_a_group_has_a_row_without_the_others(group: HandedIn) -> None:
    export = gradescope_csv([standing(None, 5, group)], ASSIGNMENT, points_of=points_of)
    assert [(row["Name"], row["SID"], row["Email"], row["Submission ID"], row["Total Score"]) for row in read(export)] == [
        ("J", "s1", "j@x", "9001", "5"),
        ("Ursula", "s2", "u@x", "9001", "5"),
    ]
    assert export.written == 2


def test_who_reads_gradescopes_grades_reads_ours(group: HandedIn, tmp_path: Path) -> None:
    (tmp_path / "grades.csv").write_bytes(gradescope_csv(the_class(group), ASSIGNMENT, points_of=points_of).data)
    roster = read_roster(tmp_path / "grades.csv")
    assert [(one.id, one.email) for one in roster.students] == [("s1", "jane@uni.example"), ("s2", ""), ("s5", "")]


def test_nbgraders_columns(group: HandedIn) -> None:
    assignment = replace(ASSIGNMENT, reporting=Reporting(Lateness(AT)))
    export = nbgrader_csv([*the_class(group), standing(None, 5, group)], assignment, points_of=points_of)
    jane, ursula, zero, nobody = read(export)
    assert list(jane.items()) == list(
        {
            "assignment": "rnn",
            "duedate": "2026-10-05 22:00:00",
            "timestamp": "2026-10-05 22:00:00",
            "student_id": "s1",
            "last_name": "Doe",
            "first_name": '"J" Jane',
            "email": "jane@uni.example",
            "raw_score": "26.666667",
            "late_submission_penalty": "0",
            "score": "26.666667",
            "max_score": "30",
        }.items()
    )
    assert (ursula["last_name"], ursula["first_name"]) == ("Ursula von der Au", "")
    assert (ursula["raw_score"], ursula["late_submission_penalty"], ursula["score"]) == ("12", "3", "9")
    assert (zero["score"], zero["last_name"], nobody["student_id"]) == ("0", "'=Zero", "submission_9001")
    assert reasons(export)["Eve (s3)"] == "They are excused, and nbgrader has no word for that."
