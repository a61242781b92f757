"""What staff did, one event after another. Nothing is ever changed or removed: to undo is an event, too.

    override    points for a question or the total, in place of the automatic ones
    comment     words for the student, or for staff alone
    excuse      no score counts
    extension   a due date of one person's own
    match       this submission is that student's
    official    from now on this run's results count
    undo        an earlier event counts no more

Persons are named by the roster's id, else by the submission's key (`HandedIn.key`); how a command finds them is not said here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

__all__ = ["Act", "Comment", "Event", "Excuse", "Extension", "Match", "Official", "Override", "Undo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Points given by hand."""

    who: str
    """Roster id, or key of a submission that is nobody's."""
    question: str | None
    """Name of a question; None: the total, after lateness."""
    points: Fraction
    """Instead of the automatic ones; may be more than possible, never less than 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Words beside a score."""

    who: str
    """Roster id, or key of a submission that is nobody's."""
    question: str | None
    """Name of a question; None: all of it."""
    text: str
    """The words."""
    staff_only: bool = False
    """True: the student never sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """No score counts."""

    who: str
    """Roster id, or key of a submission that is nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A due date of one person's own."""

    who: str
    """Roster id, or key of a submission that is nobody's."""
    due: datetime
    """With a UTC offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A submission is a student's, says staff."""

    submission: str
    """Its key without the attempt: it holds for every attempt of that owner (`HandedIn.owner_key`)."""
    student: str
    """Roster id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """A run's results count from now on."""

    run: str
    """Id of the run."""
    keep_best: tuple[str, ...] = ()
    """Questions in which nobody may lose points by it: the better of this run and the one before counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """An earlier event counts no more. Undoing an undo brings it back."""

    event: str
    """Id of that event."""


Act = Override | Comment | Excuse | Extension | Match | Official | Undo


@dataclass(frozen=True, slots=True)
class Event:
    """An act, by whom, when and why."""

    id: str
    """Unique, also among stores that are merged later; 12 hexadecimal digits."""
    by: str
    """Account name of whoever ran the command."""
    at: datetime
    """UTC. Order of events: by time, then by id."""
    why: str
    """The reason given; may be empty but for overrides and excuses."""
    act: Act
    """What was done."""
