"""The class as CSV: one row for each submission, one column for each question.

    submission, QUESTION…, total, possible, status

`status` is `graded`, `withheld` or `not graded` (the run was stopped before it). A cell that is not known is blank, never 0;
the total is blank whenever a counted question is. Optional questions have a column, and are in neither total nor possible.
UTF-8; quoted as RFC 4180 says. A text that a spreadsheet would take for a formula gets an apostrophe in front.

Source of the formula characters: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from fractions import Fraction

from autograder.model import Assignment, Graded, Isolation, Question, Result
from autograder.printable import number, one_line

__all__ = ["Row", "gradebook_bytes", "status_of"]

_OURS = ("submission", "total", "possible", "status")
_FORMULA = ("=", "+", "-", "@")  # tabs and line ends, which count too, are written out (`one_line`)

Row = tuple[str, Result | None]
"""A submission's name, and its result, or None when the run was stopped before it."""


def gradebook_bytes(rows: Sequence[Row], assignment: Assignment) -> bytes:
    """Return the gradebook's text; rows stay in their order."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    names = [question.name for question in assignment.questions]
    writer.writerow(["submission", *(_text(_heading(question)) for question in assignment.questions), "total", "possible", "status"])
    possible = str(number(assignment.points))
    for name, result in rows:
        earned: dict[str, Fraction | None] = {}
        total: Fraction | None = None
        if isinstance(result, Graded):
            earned = {score.question.name: score.earned for score in result.questions}
            total = result.total
        cells = [_points(earned.get(question)) for question in names]
        writer.writerow([_text(name), *cells, _points(total), possible, status_of(result)])
    return buffer.getvalue().encode()


def status_of(result: Result | None) -> str:
    """Say in the gradebook's words what became of a submission."""
    if result is None:
        return "not graded"
    return "graded" if isinstance(result, Graded) and result.total is not None else "withheld"


def _heading(question: Question) -> str:
    """A question's name, with a mark where its results are not tamper-proof, and where it would be taken for a column of ours."""
    name = f"{question.name} (question)" if question.name in _OURS else question.name
    return f"{name} (not tamper-proof)" if question.isolation is Isolation.SHARED else name


def _points(points: Fraction | None) -> str:
    return "" if points is None else str(number(points))


def _text(text: str) -> str:
    text = one_line(text)
    return "'" + text if text.startswith(_FORMULA) else text
