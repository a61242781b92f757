"""What staff does after grading: each act is one more event in the store, and the files are brought up to date.

An event is written in one short transaction, also while another command grades. Then it is safe; the files follow at once, or, where
somebody else is writing them, when they have done.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.batch.consequences import Consequences
from autograder.batch.persons import Persons, find_question
from autograder.batch.up_to_date import make
from autograder.batch.view import ClassNow, class_now
from autograder.batch.written_by_hand import read_due, read_points, read_text, read_why
from autograder.errors import AutograderError, InputError
from autograder.intake.finding import find_owner, find_student
from autograder.printable import one_line
from autograder.standing.describe import describe
from autograder.standing.effective import undo_target
from autograder.standing.events import Act, Comment, Event, Excuse, Extension, Match, Override, Undo
from autograder.standing.lateness import instant
from autograder.store import Busy, Store, new_id

__all__ = ["Done", "comment", "excuse", "extend", "match", "noted", "override", "undo"]

_LONGEST_NAME = 64
_LAST_YEAR = 9000  # a clock beyond it is no clock


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act."""

    event: Event | None
    """What was noted; None where it had been said before, so that there was nothing to note."""
    did: str
    """What was done, as a sentence."""
    scores: tuple[str, ...] = ()
    """What scores were and are, as sentences."""
    warnings: tuple[str, ...] = ()
    """What staff should know, as sentences."""
    later: str = ""
    """Why the files do not show it yet, as a sentence; empty where they do."""
    unwritten: tuple[str, ...] = ()
    """A sentence for each file that could not be written."""


def override(out: Path, student: str, question: str, points: str, why: str) -> Done:
    """Give points by hand, for a question or for `TOTAL`.

    Raises:
        InputError: there is no such class, person, question or number of points, or no reason; nothing was noted.
        MachineFault: the store cannot be written; nothing was noted.
    """
    given, reason = read_points(points), _needed(why)

    def act(now: ClassNow) -> Act:
        return Override(who=Persons(now).find(student), question=find_question(question, now.assignment), points=given)

    return _done(out, act, reason)


def comment(out: Path, student: str, question: str | None, text: str, *, staff_only: bool = False) -> Done:
    """Write something beside a score: for the student, or for staff alone.

    Args:
        out: The class's folder.
        student: About whom.
        question: About which question; None or `TOTAL`: about all of it.
        text: The words.
        staff_only: The student never sees it.

    Raises:
        InputError: there is no such class, person or question, or no text; nothing was noted.
        MachineFault: the store cannot be written; nothing was noted.
    """
    words = read_text(text)

    def act(now: ClassNow) -> Act:
        who = Persons(now).find(student)
        try:
            about = None if question is None else find_question(question, now.assignment)
        except InputError as error:
            raise InputError(f"{error} If it is the first word of the comment, put the comment in quotes.") from error
        return Comment(who=who, question=about, text=words, staff_only=staff_only)

    return _done(out, act, "")


def excuse(out: Path, student: str, why: str) -> Done:
    """Let no score of somebody's count.

    Raises:
        InputError: there is no such class or person, or no reason; nothing was noted.
        MachineFault: the store cannot be written; nothing was noted.
    """
    reason = _needed(why)
    return _done(out, lambda now: Excuse(who=Persons(now).find(student)), reason)


def extend(out: Path, student: str, due: str, why: str = "") -> Done:
    """Give somebody a due date of their own.

    Raises:
        InputError: there is no such class, person or time; nothing was noted.
        MachineFault: the store cannot be written; nothing was noted.
    """
    until, reason = read_due(due), read_why(why)
    return _done(out, lambda now: Extension(who=Persons(now).find(student), due=until), reason)


def match(out: Path, submission: str, student: str, why: str = "") -> Done:
    """Say whose a submission is, in all its attempts. Nothing is graded for it.

    Raises:
        InputError: there is no such class, submission or student, or no roster; nothing was noted.
        MachineFault: the store cannot be written; nothing was noted.
    """
    reason = read_why(why)

    def act(now: ClassNow) -> Act:
        whose = find_student(student, now.students)
        return Match(submission=find_owner(submission, now.handed_in), student=whose.id)

    return _done(out, act, reason)


def undo(out: Path, event: str, why: str = "") -> Done:
    """Let an earlier event count no more; an undo, too, can be undone.

    Args:
        out: The class's folder.
        event: Its id, or the beginning of it.
        why: May be empty.

    Raises:
        InputError: there is no such class or event, or it is undone already; nothing was noted.
        MachineFault: the store cannot be written; nothing was noted.
    """
    return _done(out, lambda now: Undo(event=undo_target(now.events, event[:_LONGEST_NAME]).id), read_why(why))


def account() -> str:
    """Who runs this, by the name of their account."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container's user may have none
        name = ""
    return one_line(name)[:_LONGEST_NAME] or f"user {os.getuid()}"


def _needed(why: str) -> str:
    reason = read_why(why)
    if not reason:
        raise InputError("`--why` is empty. Write the reason: it stands beside the score, for staff.")
    return reason


def _done(out: Path, decide: Callable[[ClassNow], Act], why: str) -> Done:
    with Store(out, writing=False):
        pass  # before anything is made in a folder that is no class's
    with Store(out, writing=True) as store:
        before = class_now(store)
        persons = Persons(before)
        act = decide(before)
        if isinstance(act, Match) and _is_said(act, before):
            return Done(
                None, f"{persons.called(act.submission)} is {persons.called(act.student)}'s already, as staff said: nothing changes."
            )
        event = noted(store, act, why)
        now = class_now(store)
        persons = Persons(now)
        did = describe(persons.named(event), persons.all_named(now.events))
        found = Consequences(act, before, now)
        scores, warnings = tuple(found.scores()), tuple(found.warnings())
    try:
        made = make(out)
    except Busy as busy:
        return Done(
            event, did, scores, warnings, f"Another command is writing ({busy.owner}). It brings the files up to date when it ends."
        )
    except AutograderError as error:  # it is noted: nobody should say it again
        return Done(event, did, scores, warnings, unwritten=(str(error),))
    return Done(event, did, scores, warnings, unwritten=made.unwritten)


def _is_said(act: Match, now: ClassNow) -> bool:
    said = now.view.matches.get(act.submission)
    return said is not None and said.act == act


def noted(store: Store, act: Act, why: str) -> Event:
    """Add an event of now, by whoever runs this: later than all there are, whatever clocks say, for of two the later counts."""
    with store.transaction():
        events = store.history.all()
        if isinstance(act, Undo):
            undo_target(events, act.event)  # somebody else may have been quicker
        at = datetime.now(UTC)
        if events and instant(events[-1].at) >= instant(at) and events[-1].at.year < _LAST_YEAR:
            at = events[-1].at.astimezone(UTC) + timedelta(microseconds=1)
        event = Event(new_id(), account(), at, why, act)
        store.history.add(event)
    return event
