"""A class in a store, without grading anything: roster, submissions and results made by hand.

ada    handed in; a wrong helper: 6 of 10, and 20 of 20 with the reference's
ben    handed in, all right
cleo   handed in nothing
dora   handed in a file that is no notebook: withheld
zed    handed in, and is on no roster: `mystery`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from report.made_by_hand import ASSIGNMENT, case, score, submission, wrong_helper

from autograder.batch.files import Files, prepare
from autograder.batch.view import FIRST_RUN, OPAQUE_KEY, class_now
from autograder.model import (
    Assignment,
    CaseVerdict,
    Confined,
    Execution,
    Graded,
    HandedIn,
    Person,
    Platform,
    Profile,
    Question,
    Result,
    Student,
    Withheld,
)
from autograder.standing.events import Act, Event
from autograder.store import Run, Store

__all__ = [
    "ADA",
    "BEN",
    "CLEO",
    "CONFINED",
    "DORA",
    "DUE",
    "MEMBERS",
    "ROSTER",
    "Member",
    "add_events",
    "all_right",
    "canvas",
    "grade_by_hand",
]

ADA = Student("1001", "ada", "ada@example.edu", "Ada Adler", "A")
BEN = Student("1002", "ben", "ben@example.edu", "Ben Berg", "B")
CLEO = Student("1003", "cleo", "cleo@example.edu", "Cleo Clark", "A")
DORA = Student("1004", "dora", "dora@example.edu", "Dora Dorn", "B")
ROSTER = (ADA, BEN, CLEO, DORA)
CONFINED = Confined(Profile.NAMESPACES, ("No network.",), ())
DUE = datetime(2026, 5, 3, 22, 0, tzinfo=UTC)
"""Everybody handed in two hours before it."""


@dataclass(frozen=True)
class Member:
    """A submission, and what became of it; None where it is not judged yet."""

    handed_in: HandedIn
    result: Result | None


def canvas(login: str, name: str = "", *, at: datetime | None = DUE - timedelta(hours=2), late: bool | None = None) -> HandedIn:
    """What Canvas has from whoever has this login."""
    people = (Person(login=login),)
    return HandedIn(Platform.CANVAS, "12", f"9{login}", "1", name or login, f"{login}.ipynb", people, submitted_at=at, late=late)


def all_right(name: str, assignment: Assignment = ASSIGNMENT) -> Graded:
    """Every case of every question passed."""
    return Graded(submission(name), tuple(score(q, *_cases(q)) for q in assignment.questions), Execution(7))


def _cases(question: Question) -> tuple[CaseVerdict, ...]:
    return (case("values", int(question.points), hidden=False), case("any size", 0))


MEMBERS = (
    Member(canvas("ada"), wrong_helper("ada")),
    Member(canvas("ben"), all_right("ben")),
    Member(canvas("dora"), Withheld(submission("dora"), "dora.ipynb is empty. Ask for the notebook again.")),
    Member(canvas("zed", "mystery"), all_right("mystery")),
)


def grade_by_hand(
    out: Path,
    members: Iterable[Member] = MEMBERS,
    *,
    students: Sequence[Student] = ROSTER,
    assignment: Assignment = ASSIGNMENT,
    files: bool = True,
) -> Run:
    """Make the store of a class that was graded, and, unless told otherwise, the files that are made of it; return its run."""
    prepare(out)
    with Store(out, writing=True) as store:
        keys = tuple((question.name, f"{number:02x}" * 32) for number, question in enumerate(assignment.questions))
        parts = store.files.put(f"no bundle, but as good as one of {assignment.title}".encode())
        run = Run(parts, "ab" * 32, assignment, keys, stand_ins=(("whole", ("helper",)),))
        with store.transaction():
            store.classes.add_run(run)
            if store.fact(FIRST_RUN) is None:
                store.set_fact(FIRST_RUN, run.id)
                store.set_fact(OPAQUE_KEY, "cd" * 32)
            store.classes.set_roster(students)
        for member in members:
            content = store.files.put(f"the notebook of {member.handed_in.name}".encode())
            with store.transaction():
                store.classes.set_submission(member.handed_in, content)
                if member.result is not None:
                    confined = CONFINED if isinstance(member.result, Graded) else None
                    store.classes.set_result(run.id, member.handed_in.key, content, member.result, confined)
        if files:
            Files(class_now(store)).all()
    return run


def add_events(out: Path, *acts: Act) -> list[Event]:
    """Note acts of staff, one an hour, without making any file."""
    with Store(out, writing=True) as store:
        already = len(store.history.all())
        events = [
            Event(f"{already + n:012x}", "ta", DUE + timedelta(hours=already + n), "because", act) for n, act in enumerate(acts, start=1)
        ]
        with store.transaction():
            for event in events:
                store.history.add(event)
    return events
