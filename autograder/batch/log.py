"""What staff did so far, as a list for staff: what counts, what is undone, what something later took the place of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.batch.persons import Persons
from autograder.batch.view import class_now
from autograder.printable import one_line
from autograder.standing.describe import describe
from autograder.standing.effective import Said, View, in_force
from autograder.standing.events import Comment, Event, Excuse, Extension, Match, Official, Override, Undo
from autograder.store import Store

__all__ = ["Entry", "as_data", "as_lines", "read_log"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, and whether it counts."""

    id: str
    """What `autograder undo` takes."""
    at: datetime
    """UTC."""
    by: str
    """Account name."""
    did: str
    """What was done, as a sentence."""
    why: str
    """May be empty."""
    counts: bool
    """Whether it does."""
    undone_by: str = ""
    """Id of the event that undid it; empty where none did."""
    replaced_by: str = ""
    """Id of a later event that took its place; empty where none did."""


def read_log(out: Path, student: str | None = None) -> tuple[Entry, ...]:
    """Return staff's events by time.

    Args:
        out: The class's folder.
        student: Only those about this person; None: all.

    Raises:
        InputError: there is no such class or person.
        MachineFault: the store cannot be read.
    """
    with Store(out, writing=False) as store:
        now = class_now(store)
    events: Sequence[Event] = now.events
    persons = Persons(now)
    if student is not None:
        names = persons.names_of(persons.find(student))
        known = {event.id: event for event in events}
        events = [event for event in events if _is_about(event, names, known)]
    counting = in_force(now.events)
    latest = _latest(now.view)
    named = persons.all_named(now.events)
    undone_by = {one.act.event: one.id for one in now.events if isinstance(one.act, Undo) and one.id in counting}
    return tuple(
        Entry(
            event.id,
            event.at.astimezone(UTC),
            event.by,
            describe(named[event.id], named),
            event.why,
            counts=event.id in counting,
            undone_by="" if event.id in counting else undone_by.get(event.id, ""),
            replaced_by=latest.get(_place(event), "") if event.id in counting and latest.get(_place(event), event.id) != event.id else "",
        )
        for event in events
    )


def _is_about(event: Event, names: frozenset[str], known: dict[str, Event]) -> bool:
    for _each in known:  # undos in a circle would never end
        if not isinstance(event.act, Undo) or event.act.event not in known:
            break
        event = known[event.act.event]
    match event.act:
        case Override(who=who) | Comment(who=who) | Excuse(who=who) | Extension(who=who):
            return who in names
        case Match(submission=submission, student=student):
            return submission in names or student in names
        case Official() | Undo():
            return False


def _place(event: Event) -> tuple[str | None, ...]:
    """Of what only the latest counts; of its own where all do."""
    match event.act:
        case Override(who=who, question=question):
            return ("override", who, question)
        case Excuse(who=who):
            return ("excuse", who)
        case Extension(who=who):
            return ("extension", who)
        case Match(submission=submission):
            return ("match", submission)
        case Comment() | Official() | Undo():
            return ("event", event.id)


def _latest(view: View) -> dict[tuple[str | None, ...], str]:
    said: list[Said[Any]] = [*view.overrides.values(), *view.excuses.values(), *view.extensions.values(), *view.matches.values()]
    return {_place(one.event): one.event.id for one in said}


def as_data(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return them as plain data, for scripts; keys may be added."""
    return [
        {
            "id": entry.id,
            "at": entry.at.isoformat(timespec="seconds"),
            "by": entry.by,
            "did": entry.did,
            "why": entry.why,
            "counts": entry.counts,
            "undone_by": entry.undone_by or None,
            "replaced_by": entry.replaced_by or None,
        }
        for entry in entries
    ]


def as_lines(entries: Sequence[Entry]) -> list[str]:
    """Return them as lines for a terminal: two for an event, three where there is a reason."""
    lines = [] if entries else ["Staff did nothing yet."]
    for entry in entries:
        fate = ""
        if not entry.counts:
            fate = f" (undone by {entry.undone_by})" if entry.undone_by else " (does not count)"
        elif entry.replaced_by:
            fate = f" (replaced by {entry.replaced_by})"
        lines.append(f"{entry.id}  {entry.at:%Y-%m-%d %H:%M} UTC  {entry.by}{fate}")
        lines.append(f"    {entry.did}")
        lines += [f"    why: {entry.why}"] if entry.why else []
    return [one_line(line) for line in lines]
