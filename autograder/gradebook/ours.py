"""Our own gradebook: one row for each student, and one for each submission that is nobody's.

    submission, QUESTION…, total, possible, status,
    student_id, login, email, name, section, group, attempt, file, submitted, late, late_points, total_override, final, overridden, why,
    reason, comments

The first columns are what they were before there were rosters, so scripts that read them go on working:

- `submission` is blank where nothing was handed in; members of a group share one.
- A question's points are staff's where staff gave any, else those of grading.
- `total` is the sum of the counted questions of its row: before lateness, and before a total that staff gave. It is the old column
  wherever nobody overrode anything and nothing is late; then `final` is the same.
- `possible` leaves out optional questions, and so does `total`.
- `status` is `graded`, `withheld`, `not graded` (the run was stopped before it), `not submitted` or `excused`.

Of the new ones, `late` is in words, `late_points` is what lateness subtracts, `total_override` is staff's own total, and `final` is the
score: blank where it is not known and where they are excused. `overridden` names what staff changed, `why` their reasons, `reason` why it
is withheld: this is a file for staff. `comments` are for the student.

A cell that is not known is blank, never 0. UTF-8; quoted as RFC 4180 says. A text that a spreadsheet would take for a formula gets an
apostrophe in front. Times are ISO 8601 with their offset.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from fractions import Fraction

from autograder.model import Assignment, Isolation, Question
from autograder.model.people import Standing
from autograder.printable import neutral, number

__all__ = ["Cell", "gradebook_bytes", "is_heading", "table"]

Cell = str | Fraction | None
"""A text, a number, or nothing."""

_FIRST = ("submission",)
_SUMS = ("total", "possible", "status")
_PERSON = ("student_id", "login", "email", "name", "section", "group", "attempt", "file", "submitted")
_STAFF = ("late", "late_points", "total_override", "final", "overridden", "why", "reason", "comments")
_OURS = frozenset((*_FIRST, *_SUMS, *_PERSON, *_STAFF))


def gradebook_bytes(standings: Sequence[Standing], assignment: Assignment) -> bytes:
    """Return the gradebook as CSV; rows stay in their order."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    for row in table(standings, assignment):
        writer.writerow([_written(cell) for cell in row])
    return buffer.getvalue().encode()


def is_heading(line: bytes) -> bool:
    """Whether a line is as the first one of a gradebook of ours, of whatever assignment."""
    return line.startswith(f"{_FIRST[0]},".encode()) and f",{','.join(_SUMS)},".encode() in line


def table(standings: Sequence[Standing], assignment: Assignment) -> list[tuple[Cell, ...]]:
    """Return the heading and a row for each standing, as they are before they are written."""
    heading: tuple[Cell, ...] = (*_FIRST, *map(_heading, assignment.questions), *_SUMS, *_PERSON, *_STAFF)
    return [heading, *(_row(standing, assignment) for standing in standings)]


def _row(standing: Standing, assignment: Assignment) -> tuple[Cell, ...]:
    points = {question.name: question.points for question in standing.questions}
    handed_in = standing.handed_in
    return (
        "" if handed_in is None else handed_in.name,
        *(points.get(question.name) for question in assignment.questions),
        standing.subtotal,
        assignment.points,
        standing.state.value,
        *_person(standing),
        "" if standing.lateness is None else standing.lateness.words,
        None if standing.lateness is None else standing.lateness.points,
        standing.total_override,
        standing.final,
        _overridden(standing),
        _why(standing),
        standing.reason,
        _comments(standing),
    )


def _person(standing: Standing) -> tuple[Cell, ...]:
    student, handed_in = standing.student, standing.handed_in
    who = ("",) * 6 if student is None else (student.id, student.login, student.email, student.name, student.section, student.group)
    if handed_in is None:
        return (*who, "", "", "")
    submitted = "" if handed_in.submitted_at is None else handed_in.submitted_at.isoformat(timespec="seconds")
    return (*who, handed_in.attempt, handed_in.file, submitted)


def _overridden(standing: Standing) -> str:
    names = [question.name for question in standing.questions if question.override is not None]
    return ", ".join([*names, "total"] if standing.total_override is not None else names)


def _why(standing: Standing) -> str:
    reasons = [f"{question.name}: {question.why}" for question in standing.questions if question.why]
    return "; ".join([*reasons, standing.why] if standing.why else reasons)


def _comments(standing: Standing) -> str:
    words = [f"{question.name}: {text}" for question in standing.questions for text in question.comments]
    return "; ".join((*words, *standing.comments))


def _heading(question: Question) -> str:
    """A question's name, with a mark where its results are not tamper-proof, and where it would be taken for a column of ours."""
    name = f"{question.name} (question)" if question.name in _OURS else question.name
    return f"{name} (not tamper-proof)" if question.isolation is Isolation.SHARED else name


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return neutral(cell)
        case Fraction():
            return str(number(cell))
