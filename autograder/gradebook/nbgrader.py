"""nbgrader's columns, as `nbgrader export` writes them, for scripts that read those.

    assignment, duedate, timestamp, student_id, last_name, first_name, email, raw_score, late_submission_penalty, score, max_score

As there, `raw_score` is before lateness and `score` after it, so this file does not ask which of them other platforms get. Where staff gave
the total, or who handed in nothing gets points, `score` is that. Times are UTC without an offset, as there. Unlike there, cells
are quoted where they must be (a name with a comma moved nbgrader's columns), and who has no score has no row, not a zero.

Rosters here have one name. `Doe, Jane` is split at its comma; any other name is in `last_name`, whole: where to split it would be a guess.
There is no word for an excuse: they are left out.

Source: nbgrader, nbgrader/plugins/export.py.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from autograder.gradebook.export import Excused, Export, LeftOut, PointsOf, excused_or_unknown, perhaps_handed_in
from autograder.model import Assignment
from autograder.model.people import Standing
from autograder.printable import neutral, number

__all__ = ["nbgrader_csv"]

_COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def nbgrader_csv(standings: Sequence[Standing], assignment: Assignment, *, points_of: PointsOf) -> Export:
    """Return the class in nbgrader's columns: those whose score is known, in their order."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    lateness = assignment.reporting.lateness
    due = "" if lateness is None else _utc(lateness.due)
    left_out: list[LeftOut] = []
    for standing in standings:
        points = points_of(standing)
        if points is None or isinstance(points, Excused):
            left_out.append(excused_or_unknown(standing, points, "nbgrader"))
            continue
        raw = points if standing.subtotal is None else standing.subtotal
        score = points if standing.final is None else standing.final
        penalty = 0 if standing.lateness is None else number(standing.lateness.points)
        at = None if standing.handed_in is None else standing.handed_in.submitted_at
        writer.writerow(
            [
                neutral(assignment.name),
                due,
                "" if at is None else _utc(at),
                *_person(standing),
                number(raw),
                penalty,
                number(score),
                number(assignment.points),
            ]
        )
    return Export(buffer.getvalue().encode(), len(standings) - len(left_out), tuple(left_out), perhaps_handed_in(standings, points_of))


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _person(standing: Standing) -> tuple[str, str, str, str]:
    student = standing.student
    if student is None:
        return (neutral(standing.handed_in.name) if standing.handed_in is not None else "", "", "", "")
    last, _, first = (part.strip() for part in student.name.partition(","))
    return (neutral(student.id), neutral(last), neutral(first), neutral(student.email))
