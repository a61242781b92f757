"""What a platform's module makes of what it recognised, before one file of several is chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from autograder.intake.tree import File, Folder
from autograder.model import Assignment, OtterRules, Person, Platform

__all__ = ["ARCHIVE", "NOTEBOOK", "Came", "Download", "Piece", "Wanted", "few", "instant"]

NOTEBOOK, ARCHIVE = ".ipynb", ".zip"
_MOST_NOTES = 20

_INSTANT = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)[T _](\d\d)[:_-](\d\d)[:_-](\d\d)(?:\.(\d{1,9}))?\s*(?:(Z|UTC|GMT)|([+-])(\d\d):?(\d\d))?\s*", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the assignment says of a submission; see `of`."""

    name: str = ""
    """Of the assignment, for downloads that hold several."""
    functions: tuple[str, ...] = ()
    """Names of the graded functions and classes."""
    stubs: tuple[str, ...] = ()
    """Sources of the untouched release's code cells; empty where they are not known."""
    otter: OtterRules | None = None
    """Where the course was made with otter, a .py file may take the place of the notebook, and what a zip holds beside it counts."""
    course_files: frozenset[str] = frozenset()
    """Names of files that students have from the course: a script of these is no submission."""

    @classmethod
    def of(cls, assignment: Assignment, stubs: Sequence[str] = (), course_files: Iterable[str] = ()) -> Wanted:
        """What an assignment says, with the release's untouched code cells and the names of the course's files."""
        functions = dict.fromkeys(name for question in assignment.questions for name in question.functions)
        return cls(assignment.name, tuple(functions), tuple(stubs), assignment.otter, frozenset(course_files))

    def hand_ins(self, files: Sequence[Piece]) -> list[Piece]:
        """Those of one submission's files that may be what was handed in: the notebooks, else the zips, else the scripts."""
        kinds = (NOTEBOOK, ARCHIVE, ".py") if self.otter is not None else (NOTEBOOK, ARCHIVE)
        for kind in kinds:
            if these := [one for one in files if one.file.ending == kind and (kind != ".py" or one.file.name not in self.course_files)]:
                return these
        return []


@dataclass(frozen=True, slots=True)
class Piece:
    """One of the files of a submission."""

    file: File
    """Where its bytes are."""
    original: str
    """What the student called it."""
    attempt: str = ""
    """As in `HandedIn`, where each file has a mark of its own."""
    late: bool | None = None
    """As in `HandedIn`, where each file has a flag of its own."""


@dataclass(slots=True)
class Came:
    """One submission, with every file of it."""

    owner: str
    """As in `HandedIn`."""
    name: str
    """As in `HandedIn`; need not be unique yet."""
    files: list[Piece]
    """All that was handed in."""
    shown: str
    """What messages call all of it."""
    attempt: str = ""
    """As in `HandedIn`."""
    people: tuple[Person, ...] = ()
    """As in `HandedIn`."""
    anonymous: bool = False
    """As in `HandedIn`."""
    submitted_at: datetime | None = None
    """As in `HandedIn`."""
    late: bool | None = None
    """As in `HandedIn`."""
    refused: str = ""
    """Why there is nothing to grade, whatever the files."""
    notes: tuple[str, ...] = ()
    """As in `HandedIn`."""
    earlier: list[Piece] = field(default_factory=list)
    """What was handed in before, each a submission of its own where every attempt is asked for."""


@dataclass(slots=True)
class Download:
    """What one platform wrote."""

    platform: Platform
    """Which."""
    what: str
    """In words: `a Canvas download: 812 files of 403 people`."""
    assignment: str
    """As in `HandedIn`."""
    came: list[Came]
    """In no order that counts."""
    rest: Folder | None = None
    """What lay among it and is not the platform's; its notebooks are taken as a folder's."""
    passed_over: list[str] = field(default_factory=list)
    """Sentences on files that are no submissions."""
    warnings: list[str] = field(default_factory=list)
    """Sentences for whoever gave it."""


def few(sentences: Sequence[str]) -> tuple[str, ...]:
    """The first of many sentences, and how many more there are: whoever can hand in can hand in thousands."""
    more = len(sentences) - _MOST_NOTES
    return (*sentences[:_MOST_NOTES], f"And {more:,} more notes like these.") if more > 0 else tuple(sentences)


def instant(text: str) -> datetime | None:
    """A time as platforms write it, in UTC; one without an offset is UTC. None when it is none."""
    match = _INSTANT.fullmatch(text)
    if match is None:
        return None
    *parts, fraction, _utc, sign, hours, minutes = match.groups()
    try:
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        year, month, day, hour, minute, second = map(int, parts)
        microsecond = int((fraction or "0")[:6].ljust(6, "0"))
        return datetime(year, month, day, hour, minute, second, microsecond, timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
