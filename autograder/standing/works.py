"""Which submission counts: of one owner's attempts, and of one student's own and group's submissions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from autograder.model import HandedIn
from autograder.printable import one_line
from autograder.standing.lateness import instant

__all__ = ["Work", "newest", "works_of"]

_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Work:
    """What one owner handed in: all attempts, of which one counts."""

    owner_key: str
    """Whose (`HandedIn.owner_key`)."""
    counts: HandedIn
    """The attempt that counts."""
    names: frozenset[str]
    """What events may call it: the key of any attempt, and the owner's."""


def works_of(handed_in: Iterable[HandedIn]) -> Mapping[str, Work]:
    """Return owner key → work; the greatest attempt counts, numbers in it by value, and among equal ones the latest."""
    attempts: dict[str, list[HandedIn]] = {}
    for one in handed_in:
        attempts.setdefault(one.owner_key, []).append(one)
    return {
        owner: Work(owner, max(several, key=_attempt), frozenset((owner, *(one.key for one in several))))
        for owner, several in sorted(attempts.items())
    }


def newest(works: Sequence[Work]) -> Work | str:
    """Return the one of a student's works that was handed in last, or the sentence why that cannot be told."""
    if len(works) == 1:
        return works[0]
    names = " and ".join(sorted(one_line(work.counts.name) for work in works))
    times = [_instant(work.counts) for work in works]
    known = [time for time in times if time is not None]
    if len(known) < len(times):
        missing = " and ".join(sorted(one_line(work.counts.name) for work in works if work.counts.submitted_at is None))
        return f"{names} are the same person's, and for want of the time of {missing} the newest is not known."
    if known.count(max(known)) > 1:
        return f"{names} are the same person's, and were handed in at the same time."
    return works[times.index(max(known))]


def _attempt(one: HandedIn) -> tuple[list[tuple[int, str]], timedelta, str, str]:
    parts = _DIGITS.split(one.attempt)  # text, digits, text, …: equal places hold equal kinds
    natural = [(0, part) if place % 2 == 0 else _by_value(part) for place, part in enumerate(parts)]
    time = _instant(one)
    return natural, timedelta.min if time is None else time, one.attempt, one.name


def _by_value(digits: str) -> tuple[int, str]:
    """Order of digits' value, without a number: those may be longer than `int` reads."""
    value = digits.lstrip("0")
    return len(value), value


def _instant(one: HandedIn) -> timedelta | None:
    return None if one.submitted_at is None else instant(one.submitted_at, f"the time of {one_line(one.name)}")
