"""Gradescope's own columns, as in its "Download Grades", for scripts that read those. Gradescope itself imports no grades.

    Name, SID, Email, Sections, Total Score, Max Points, Status, Submission ID, Submission Time, Lateness (H:M:S), View Count,
    Submission Count, 1: QUESTION (10.0 pts), …

Gradescope also writes `First Name` and `Last Name`; rosters here have one name, and where it would have to be split is a guess.
What is not known here is blank: view and submission counts, how late it is in hours, and a Submission ID that is not Gradescope's own.
As there, each member of a group has a row, with nothing of the others in it.
Who handed in nothing and gets points all the same is `Missing`, everybody else `Graded`. There is no word for an excuse: they are left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from autograder.gradebook.export import Excused, Export, LeftOut, PointsOf, excused_or_unknown, perhaps_handed_in
from autograder.model import Assignment
from autograder.model.people import Platform, Standing
from autograder.printable import neutral, number

__all__ = ["gradescope_csv"]

_COLUMNS = (
    "Name",
    "SID",
    "Email",
    "Sections",
    "Total Score",
    "Max Points",
    "Status",
    "Submission ID",
    "Submission Time",
    "Lateness (H:M:S)",
    "View Count",
    "Submission Count",
)


def gradescope_csv(standings: Sequence[Standing], assignment: Assignment, *, points_of: PointsOf) -> Export:
    """Return the class in Gradescope's columns: those whose score is known, in their order."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    questions = [question for question in assignment.questions if not question.optional]
    titles = [neutral(f"{at}: {question.name} ({float(question.points)} pts)") for at, question in enumerate(questions, 1)]
    writer.writerow([*_COLUMNS, *titles])
    left_out: list[LeftOut] = []
    written = 0
    for standing in standings:
        points = points_of(standing)
        if points is None or isinstance(points, Excused):
            left_out.append(excused_or_unknown(standing, points, "Gradescope"))
            continue
        earned = {question.name: question.points for question in standing.questions}
        cells = [earned.get(question.name) for question in questions]
        score = [number(points), number(assignment.points), "Missing" if standing.handed_in is None else "Graded"]
        by_question = ["" if cell is None else number(cell) for cell in cells]
        for person in _people(standing):
            writer.writerow([*person, *score, *_submission(standing), "", "", *by_question])
            written += 1
    return Export(buffer.getvalue().encode(), written, tuple(left_out), perhaps_handed_in(standings, points_of))


def _people(standing: Standing) -> list[tuple[str, str, str, str]]:
    """Name, number, address and section of whoever has this standing: one, but for a group of which there is no roster."""
    student = standing.student
    if student is not None:
        return [(neutral(student.name), neutral(student.id), neutral(student.email), neutral(student.section))]
    people = standing.handed_in.people if standing.handed_in is not None else ()
    return [(neutral(person.name), neutral(person.sid), neutral(person.email), "") for person in people] or [("", "", "", "")]


def _submission(standing: Standing) -> tuple[str, str, str]:
    """Its id, when, and how late; how late in hours nobody has worked out, so it is 0 or not known."""
    handed_in, lateness = standing.handed_in, standing.lateness
    if handed_in is None:
        return ("", "", "")
    own = handed_in.platform is Platform.GRADESCOPE and not handed_in.claimed
    submitted = "" if handed_in.submitted_at is None else handed_in.submitted_at.strftime("%Y-%m-%d %H:%M:%S %z")
    return (neutral(handed_in.attempt) if own else "", submitted, "00:00:00" if lateness is not None and not lateness.late else "")
