"""Of where a person stands, what that person may see: the only part of a `Standing` that reaches anything made for students.

    their name, and the file they handed in; of a group's submission no file name, since it may name the others
    every question's points after staff's overrides, beside the automatic ones
    what staff wrote for them; never why, and never what is for staff alone
    what lateness costs, in its own words; the total; whether they are excused

Nobody else's name, no rank, no figure of the class, no time.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from autograder.model import QuestionStanding, Standing, State
from autograder.printable import number, one_line, printable_data

__all__ = ["QuestionView", "StudentsView", "students_view", "view_document"]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question, as its student may see where it stands."""

    points: Fraction | None
    """After staff's override; None while not known."""
    automatic: Fraction | None
    """What grading gave; None while not known."""
    by_teacher: bool
    """Whether staff gave the points."""
    comments: tuple[str, ...]
    """What staff wrote for the student."""


@dataclass(frozen=True, slots=True)
class StudentsView:
    """What one person may see of where they stand."""

    name: str
    """The person's own; where there is no roster, the submission's."""
    file: str
    """Name of what was handed in, without folders; empty where it is a group's, or nobody wrote it down."""
    state: State
    """What became of it."""
    questions: dict[str, QuestionView]
    """Name of a question → where it stands."""
    subtotal: Fraction | None
    """Sum of the counted questions, before lateness; None while not known."""
    late: str
    """Lateness in words; empty where nothing is known or asked of it."""
    late_points: Fraction
    """What lateness subtracts; 0 where it costs nothing."""
    total_by_teacher: bool
    """Whether the total is staff's own, in place of subtotal and lateness."""
    final: Fraction | None
    """The score; None while not known, or excused."""
    comments: tuple[str, ...]
    """What staff wrote for the student about all of it."""


def students_view(standing: Standing) -> StudentsView:
    """Return what the person (or the group, where it is nobody's) may see."""
    student, handed_in, late = standing.student, standing.handed_in, standing.lateness
    own_name = (student.name or student.login or student.id) if student else ""
    group = (handed_in is not None and len(handed_in.people) > 1) or (student is not None and bool(student.group))
    file = "" if group or handed_in is None else handed_in.file.replace("\\", "/").rpartition("/")[2]
    return StudentsView(
        name=own_name or (handed_in.name if handed_in else ""),
        file=file,
        state=standing.state,
        questions={question.name: _question(question) for question in standing.questions},
        subtotal=standing.subtotal,
        late=late.words if late else "",
        late_points=late.points if late else Fraction(0),
        total_by_teacher=standing.total_override is not None and standing.state is not State.EXCUSED,
        final=standing.final,
        comments=standing.comments,
    )


def view_document(view: StudentsView, root: str) -> dict[str, Any]:
    """Return it as plain data: the key `standing` of a student's document; `root` is the folder that the bundle was unpacked to."""
    data = {
        "state": str(view.state),
        "subtotal": _number(view.subtotal),
        "late": {"words": view.late, "points": number(view.late_points)} if view.late else None,
        "total_set_by_teacher": view.total_by_teacher,
        "final": _number(view.final),
        "comments": list(view.comments),
        "questions": [
            {
                "name": one_line(name),
                "points": _number(question.points),
                "automatic": _number(question.automatic),
                "set_by_teacher": question.by_teacher,
                "comments": list(question.comments),
            }
            for name, question in view.questions.items()
        ],
    }
    clean: dict[str, Any] = printable_data(data, root)
    return clean


def _question(question: QuestionStanding) -> QuestionView:
    return QuestionView(question.points, question.automatic, question.override is not None, question.comments)


def _number(points: Fraction | None) -> int | float | None:
    return None if points is None else number(points)
