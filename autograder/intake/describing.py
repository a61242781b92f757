"""What was taken in as a table for people: who will be graded from which file, and why."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.intake.taking import TakenIn
from autograder.model import HandedIn, Person
from autograder.printable import one_line

__all__ = ["Row", "describe"]


@dataclass(frozen=True, slots=True)
class Row:
    """One submission. Every field is one line that can be printed."""

    name: str
    """As in the gradebook."""
    platform: str
    """As in `Platform`."""
    who: str
    """As the platform says; `claimed: NAME` for what is only a file's name, `anonymous` where the platform hides it."""
    file: str
    """What messages call what is graded; empty where there is nothing."""
    handed_in: str
    """Attempt, time and lateness, as far as they are known: `attempt 9012, 2026-11-20 21:03:04 UTC, late`."""
    why: str
    """Why this file, or why none."""
    refused: bool
    """True where there is nothing to grade."""


def describe(taken: TakenIn) -> list[Row]:
    """Describe every submission, by name."""
    return [
        Row(
            name=one_line(arrival.handed_in.name),
            platform=arrival.handed_in.platform.value,
            who=_who(arrival.handed_in),
            file="" if arrival.handed_in.refused else one_line(arrival.shown),
            handed_in=_when(arrival.handed_in),
            why=one_line(" ".join((arrival.handed_in.refused, *arrival.handed_in.notes)).strip()),
            refused=bool(arrival.handed_in.refused),
        )
        for arrival in taken.arrivals
    ]


def _who(handed_in: HandedIn) -> str:
    if handed_in.claimed:
        return f"claimed: {one_line(handed_in.owner)}"
    if handed_in.anonymous:
        return "anonymous"
    return "; ".join(one_line(_person(person)) for person in handed_in.people)


def _person(person: Person) -> str:
    known = [text for text in (person.sid, person.email, person.login or person.id) if text and text != person.name]
    return f"{person.name} ({', '.join(known)})" if person.name and known else person.name or ", ".join(dict.fromkeys(known))


def _when(handed_in: HandedIn) -> str:
    parts = [f"attempt {handed_in.attempt}"] if handed_in.attempt else []
    if handed_in.submitted_at is not None:
        parts.append(handed_in.submitted_at.strftime("%Y-%m-%d %H:%M:%S UTC"))
    if handed_in.late:
        parts.append("late")
    return one_line(", ".join(parts))
