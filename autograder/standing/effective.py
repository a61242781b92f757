"""Which of staff's acts are in force: events, in any order, folded into a view.

Events are ordered by their moment, then by their id, so that stores merged either way round give one view. An event counts unless an undo
that counts itself says otherwise; so undoing an undo brings the event back. Of two overrides, excuses or extensions for one person (and
question), or two matches of one owner, the latest counts; once it is undone, the one before. Comments add up.

What makes no sense (an undo of an event that is not there, two events with one id, undos in a circle) has no effect, and is told in `odd`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from autograder.errors import InputError
from autograder.printable import one_line
from autograder.standing.describe import describe
from autograder.standing.events import Act, Comment, Event, Excuse, Extension, Match, Official, Override, Undo
from autograder.standing.lateness import instant

__all__ = ["Said", "View", "effective", "in_force", "undo_target"]

A = TypeVar("A", bound=Act)


@dataclass(frozen=True, slots=True)
class Said(Generic[A]):
    """An act in force, with the event that holds it."""

    event: Event
    """When, by whom and why."""
    act: A
    """What was done."""

    @property
    def order(self) -> tuple[timedelta, str]:
        """Place among all events."""
        return _order(self.event)


@dataclass(frozen=True, slots=True)
class View:
    """What staff said, as it counts now. `who` is a roster id or a submission's key, as in the events."""

    overrides: Mapping[tuple[str, str | None], Said[Override]] = field(default_factory=dict)
    """(who, question or None for the total) → the latest."""
    comments: Mapping[str, tuple[Said[Comment], ...]] = field(default_factory=dict)
    """Who → in order, those for staff alone too."""
    excuses: Mapping[str, Said[Excuse]] = field(default_factory=dict)
    """Who → the latest."""
    extensions: Mapping[str, Said[Extension]] = field(default_factory=dict)
    """Who → the latest."""
    matches: Mapping[str, Said[Match]] = field(default_factory=dict)
    """`HandedIn.owner_key` → the latest."""
    officials: tuple[Said[Official], ...] = ()
    """Runs made official, in order; the last counts, and the one before it is what its `keep_best` looks at."""
    odd: tuple[str, ...] = ()
    """Sentences about events that make no sense; for staff."""

    @property
    def official(self) -> Official | None:
        """The run whose results count; None where none was ever made official."""
        return self.officials[-1].act if self.officials else None


def effective(events: Iterable[Event]) -> View:
    """Fold events into what counts now.

    Args:
        events: In any order; an event that comes twice is one.
    """
    ordered, odd = _distinct(events)
    counts, circular = _in_force(ordered)
    known = {event.id: event for event in ordered}
    for event in ordered:
        if isinstance(event.act, Undo) and event.act.event not in known:
            odd.append(f"Event {event.id} undoes {event.act.event}, and there is no such event: it has no effect.")
    odd += [f"Event {event.id} undoes itself by way of others: it has no effect." for event in circular]

    overrides: dict[tuple[str, str | None], Said[Override]] = {}
    comments: dict[str, tuple[Said[Comment], ...]] = {}
    excuses: dict[str, Said[Excuse]] = {}
    extensions: dict[str, Said[Extension]] = {}
    matches: dict[str, Said[Match]] = {}
    officials: list[Said[Official]] = []
    for event in ordered:
        if event.id not in counts:
            continue
        match event.act:
            case Override() as act:
                overrides[act.who, act.question] = Said(event, act)
            case Comment() as act:
                comments[act.who] = (*comments.get(act.who, ()), Said(event, act))
            case Excuse() as act:
                excuses[act.who] = Said(event, act)
            case Extension() as act:
                extensions[act.who] = Said(event, act)
            case Match() as act:
                matches[act.submission] = Said(event, act)
            case Official() as act:
                officials.append(Said(event, act))
            case Undo():
                pass
    return View(overrides, comments, excuses, extensions, matches, tuple(officials), tuple(map(one_line, odd)))


def in_force(events: Iterable[Event]) -> frozenset[str]:
    """Return the ids of the events that count: those that nobody undid, or whose undo is undone."""
    return frozenset(_in_force(_distinct(events)[0])[0])


def undo_target(events: Iterable[Event], written: str) -> Event:
    """Find the event that somebody wants to undo.

    Args:
        events: All there are.
        written: Its id, or the beginning of it if that is unique.

    Raises:
        InputError: There is none, there are several, or it is undone already; says what to do.
    """
    ordered, _ = _distinct(events)
    counts, _ = _in_force(ordered)
    wanted = written.strip().lower()
    found = [event for event in ordered if event.id == wanted] or [event for event in ordered if wanted and event.id.startswith(wanted)]
    if not found:
        raise InputError(f"There is no event {written!r}. Write an event's id, or the first digits of it.")
    if len(found) > 1:
        shown = "; ".join(f"{event.id}: {describe(event)}" for event in found[:5])
        raise InputError(f"{len(found)} events begin with {written!r}. Write more digits: {shown}")
    (target,) = found
    if target.id not in counts:
        by = [event for event in ordered if isinstance(event.act, Undo) and event.act.event == target.id and event.id in counts]
        remedy = f" To bring it back, undo {by[-1].id}." if by else ""
        raise InputError(f"Event {target.id} counts no more: it is undone already.{remedy}")
    return target


def _distinct(events: Iterable[Event]) -> tuple[list[Event], list[str]]:
    """Return events in order, each id once; and what is odd about that."""
    ordered: list[Event] = []
    odd: list[str] = []
    known: dict[str, Event] = {}
    for event in sorted(events, key=lambda event: (*_order(event), repr(event))):
        first = known.get(event.id)
        if first is None:
            known[event.id] = event
            ordered.append(event)
        elif first != event:
            odd.append(f"Two different events have the id {event.id}: the earlier counts ({describe(first)}).")
    return ordered, list(dict.fromkeys(odd))


def _in_force(ordered: list[Event]) -> tuple[set[str], list[Event]]:
    """Return the ids of the events that count, and undos that undo each other in a circle.

    Every undo has one target, so what nobody undoes is settled first, then its target, and so on; only circles are never settled.
    Clocks differ, so an undo may well be dated before what it undoes.
    """
    undoers: dict[str, int] = defaultdict(int)
    for event in ordered:
        if isinstance(event.act, Undo):
            undoers[event.act.event] += 1
    known = {event.id: event for event in ordered}
    counts = set(known)
    settled = [event for event in ordered if not undoers[event.id]]
    seen = set[str]()
    while settled:
        event = settled.pop()
        seen.add(event.id)
        if not isinstance(event.act, Undo) or event.act.event not in known:
            continue
        if event.id in counts:
            counts.discard(event.act.event)
        undoers[event.act.event] -= 1
        if not undoers[event.act.event]:
            settled.append(known[event.act.event])
    return counts, [event for event in ordered if event.id not in seen]


def _order(event: Event) -> tuple[timedelta, str]:
    return instant(event.at, f"the time of event {event.id}"), event.id
