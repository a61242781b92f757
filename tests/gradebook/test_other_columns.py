"""Gradescope's and nbgrader's columns."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from autograder.gradebook.export import Export
from autograder.gradebook.gradescope import gradescope_csv
from autograder.gradebook.nbgrader import nbgrader_csv
from autograder.model import Lateness, Reporting
from autograder.model.people import LateLine, Person, Platform

from .a_class import ASSIGNMENT, excused, handed_in, not_submitted, points_of, reasons, standing, student

AT = datetime(2026, 10, 5, 22, 0, tzinfo=UTC)
WORK = replace(handed_in("9001", Platform.GRADESCOPE, people=(Person(sid="s1", email="j@x", name="J"),)), submitted_at=AT)
JANE = student("s1", 'Doe, "J" Jane', login="jane")
ON_TIME = LateLine("on time", late=False)
LATE = LateLine("1 day late", Fraction(3))
CLASS = (
    replace(standing(JANE, Fraction(80, 3), WORK), lateness=ON_TIME),
    replace(standing(student("s2", "Ursula von der Au"), 12, WORK), lateness=LATE, final=Fraction(9)),
    excused(student("s3", "Eve")),
    not_submitted(student("s4", "Gone")),
    replace(not_submitted(student("s5", "=Zero")), left_out="", subtotal=Fraction(0)),
    standing(None, 5, WORK),
)


def read(export: Export) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export.data.decode(), newline="")))


def test_gradescopes_columns() -> None:
    export = gradescope_csv(CLASS, ASSIGNMENT, points_of=points_of)
    jane, ursula, zero, nobody = read(export)
    assert jane == {
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
    }
    assert (ursula["Total Score"], ursula["Lateness (H:M:S)"]) == ("12", "")
    assert (zero["Name"], zero["Total Score"], zero["Status"]) == ("'=Zero", "0", "Missing")
    assert (nobody["Name"], nobody["SID"], nobody["Email"]) == ("J", "s1", "j@x")
    assert set(reasons(export)) == {"Eve (s3)", "Gone (s4)"}


def test_nbgraders_columns() -> None:
    assignment = replace(ASSIGNMENT, reporting=Reporting(Lateness(AT)))
    export = nbgrader_csv(CLASS, assignment, points_of=points_of)
    jane, ursula, zero, nobody = read(export)
    assert jane == {
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
    }
    assert (ursula["last_name"], ursula["first_name"]) == ("Ursula von der Au", "")
    assert (ursula["raw_score"], ursula["late_submission_penalty"], ursula["score"]) == ("12", "3", "9")
    assert (zero["score"], zero["last_name"], nobody["student_id"]) == ("0", "'=Zero", "gradescope-9001")
    assert reasons(export)["Eve (s3)"] == "They are excused, and nbgrader has no word for that."
