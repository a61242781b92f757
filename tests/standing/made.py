"""A class made by hand: one assignment, events in a row, submissions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from autograder.model import Assignment, HandedIn, Lateness, Outcome, Platform, Question, QuestionOutcome, Reporting, Student
from autograder.standing.events import Act, Event, Undo

DUE = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
POLICY = Lateness(DUE, grace_s=900, per_day=Fraction(1, 10), cap=Fraction(1, 2))
A, B, EXTRA = (
    Question("a", ("a",), Fraction(10)),
    Question("b", ("b",), Fraction(5)),
    Question("extra", ("extra",), Fraction(0), optional=True),
)
ADA, BEN = Student("1", "ada", name="Ada"), Student("2", "ben", name="Ben")


def assignment(reporting: Reporting | None = None) -> Assignment:
    return Assignment("toy", "A toy", "toy.ipynb", "toy.py", (A, B, EXTRA), reporting=reporting or Reporting())


def outcome(a: Fraction | int | None, b: Fraction | int | None, extra: int | None = 1, *, reason: str = "") -> Outcome:
    earned = {"a": a, "b": b, "extra": extra}
    questions = tuple(QuestionOutcome(name, None if each is None else Fraction(each), 1, 2) for name, each in earned.items())
    return Outcome(questions, None if a is None or b is None else Fraction(a) + Fraction(b), reason)


def handed_in(
    owner: str = "jdoe",
    *,
    attempt: str = "",
    name: str = "",
    at: datetime | None = None,
    late: bool | None = None,
    refused: str = "",
) -> HandedIn:
    return HandedIn(Platform.CANVAS, "hw", owner, attempt, name or f"{owner}{attempt}", submitted_at=at, late=late, refused=refused)


def event(number: int, act: Act, *, why: str = "because", at: datetime | None = None) -> Event:
    return Event(f"{number:012x}", "ta", DUE + timedelta(hours=number) if at is None else at, why, act)


def row_of_events(*acts: Act) -> list[Event]:
    """One event after another, with ids 1, 2, …"""
    return [event(number, act) for number, act in enumerate(acts, 1)]


def undo(number: int) -> Undo:
    return Undo(event=f"{number:012x}")


def told(*values: object) -> tuple[object, ...]:
    """Several values side by side, to compare at once."""
    return values
