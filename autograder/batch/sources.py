"""Results from elsewhere, on their way into a merge: each is copied as it is at one moment, read through, and compared with the others.

What cannot be merged is refused before anything is written, and all of it at once: whoever reads it at midnight mends the command once.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.batch.resting import contexts_of
from autograder.batch.run import earlier_times
from autograder.batch.view import FIRST_RUN, OPAQUE_KEY
from autograder.errors import InputError, MachineFault
from autograder.model import Student
from autograder.printable import one_line
from autograder.standing.events import Event
from autograder.standing.lateness import instant
from autograder.store import Run, Store, snapshot
from autograder.store.files import Files
from autograder.store.store import networked

__all__ = ["Common", "Source", "looked_at", "take_files"]

_LEFT_OUT = "Nothing was merged. A part may also be left out: its students are `not graded` until it is merged, too."


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of results, and a copy of its database."""

    folder: Path
    """As it was named."""
    copy: Path
    """Folder of the copy, which nobody changes."""
    writer: str
    """Who was writing there when it was copied; empty where nobody was."""


@dataclass(slots=True)
class Common:
    """What all that is merged has in common, as far as it was looked at."""

    _first: tuple[Path, Run] | None = None
    _roster: tuple[Path, tuple[Student, ...]] | None = None
    _events: dict[str, tuple[Path, Event]] = field(default_factory=dict)

    def take(self, store: Store, folder: Path) -> None:
        """Compare a store with those before.

        Raises:
            InputError: they are not parts of one class.
        """
        first = store.fact(FIRST_RUN)
        if first is None:
            return
        run = store.classes.runs()[first]
        self._first = self._first or (folder, run)
        other, their_run = self._first
        if run.id != their_run.id:
            mine, theirs = one_line(run.assignment.name), one_line(their_run.assignment.name)
            different = "bundles" if mine == theirs else f"assignments ({theirs} and {mine})"
            raise InputError(f"{other} and {folder} were graded with different {different}. Only parts of one class can be merged.")
        roster = store.classes.roster()
        if roster:
            self._roster = self._roster or (folder, roster)
            if roster != self._roster[1]:
                raise InputError(
                    f"{self._roster[0]} and {folder} were graded with different rosters. Grade one of them again with the other's roster."
                )
        for event in store.history.all():
            other, theirs_too = self._events.setdefault(event.id, (folder, event))
            if event != theirs_too:
                raise InputError(f"{other} and {folder} say different things of the event {event.id}: one of them is damaged.")


def looked_at(folders: Sequence[Path], common: Common, into: Path) -> list[Source]:
    """Copy every source, and see that all of them can be merged.

    Args:
        folders: Sources; one that is named twice is looked at once.
        common: What they have in common.
        into: An empty folder, for copies.

    Raises:
        InputError: some cannot be merged, says which, and why; or there is no place for copies.
        MachineFault: there is no room for a copy.
    """
    kind = networked(into)
    if kind:
        raise InputError(f"Temporary files lie on a network's file system here ({kind}). Set TMPDIR to a folder on a local disk.")
    sources: list[Source] = []
    complaints: list[str] = []
    once: dict[str, Path] = {}
    for folder in folders:
        once.setdefault(os.path.realpath(folder), folder)
    for number, folder in enumerate(once.values()):
        copy = into / str(number)
        copy.mkdir()
        try:
            source = Source(folder, copy, snapshot(folder, copy))
            with Store(copy, writing=False) as store:
                _refuse_damaged(store, folder)
                common.take(store, folder)
            sources.append(source)
        except InputError as error:
            complaints.append(str(error))
    _refuse(complaints)
    return sources


def take_files(sources: Sequence[Source], files: Files) -> None:
    """Take every source's notebooks and bundles. Without a word of them in the store they are nobody's, and in nobody's way.

    Raises:
        InputError: some are gone or damaged; says in which source.
        MachineFault: there is no room for them.
    """
    complaints: list[str] = []
    for source in sources:
        with Store(source.copy, writing=False) as store:
            wanted = [run.parts for run in store.classes.runs().values()]
            wanted += sorted({one.content for one in store.classes.submissions("") if one.content})
        theirs = Files(source.folder)
        for sha256 in wanted:
            try:
                data = theirs.get(sha256)
            except MachineFault as fault:
                complaints.append(f"{_damaged(source.folder)} {fault}")
                break
            files.put(data)
    _refuse(complaints)


def _refuse(complaints: Sequence[str]) -> None:
    if complaints:
        raise InputError("\n".join([*complaints, _LEFT_OUT]))


def _refuse_damaged(store: Store, folder: Path) -> None:
    """Read all of a source first: what cannot be read would be in the way here, too."""
    try:
        runs = store.classes.runs()
        for run in runs:
            for kept in store.classes.submissions(run):
                store.classes.result(run, kept.handed_in)
                if kept.handed_in.submitted_at is not None:
                    instant(kept.handed_in.submitted_at)
        store.classes.roster()
        store.history.all()
        store.judged.check()
        contexts_of(store)
        earlier_times(store)
        bytes.fromhex(store.fact(OPAQUE_KEY) or "")
        first = store.fact(FIRST_RUN)
        sound = first in {*runs, None}
    except (sqlite3.Error, InputError, MachineFault, ValueError, RecursionError):
        sound = False
    if not sound:
        raise InputError(_damaged(folder))
    if first is None:
        raise InputError(f"{folder} has no results yet. Merge it when something was graded into it.")


def _damaged(folder: Path) -> str:
    return f"{folder} is damaged, and nothing of it is taken. Restore it from a backup, or grade its part again."
