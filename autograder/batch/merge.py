"""Puts together what several machines graded of one class: `grade --shard I/N` on each, then this.

In any order, and as often as one likes: the result is the same. Verdicts, submissions and staff's events of all sources are united. Where
two of them disagree about the same submission (another file under the same identity, or another verdict for the same file), nobody can
say which is right: it is withheld and named, until somebody grades it again. Who is in no source yet is `not graded`.

A source is copied before it is read, with its log: it may lie on a network's file system, or be write-protected.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.batch.files import Files, prepare
from autograder.batch.up_to_date import writing
from autograder.batch.view import FIRST_RUN, OPAQUE_KEY, class_now
from autograder.errors import InputError, MachineFault
from autograder.model import Confined, Graded, HandedIn, Measured, Result, Standing, Submission, Withheld
from autograder.outputs import DATABASE
from autograder.printable import number
from autograder.store import Store
from autograder.store.files import Files as KeptFiles

__all__ = ["Merged", "merge"]

_DISPUTED = "Graders disagree about it: "
"""How the reason begins where two sources contradict each other; such a result stays until it is graded again."""
_COPIED = ("", "-wal")


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did."""

    now: tuple[Standing, ...]
    """Where everybody stands."""
    added: int
    """Results that were not there before."""
    disputed: tuple[str, ...]
    """Names of submissions about which sources disagree."""
    unwritten: tuple[str, ...]
    """A sentence for each derived file that could not be written."""


def merge(out: Path, sources: Sequence[Path], *, wait: bool = False) -> Merged:
    """Unite what was graded into `out`, which is made or added to.

    Raises:
        InputError: a source has no results, is damaged, or is of another assignment, bundle or roster; nothing of that source is taken.
        MachineFault: the store cannot be written.
    """
    added = 0
    with writing(out, wait=wait):
        prepare(out)
        with Store(out, writing=True) as store:
            for source in sources:
                if source.resolve() == out.resolve():
                    raise InputError(f"{source} is the folder that is merged into. Name the others alone.")
                with _opened(source) as other:
                    _refuse_damaged(other, source)
                    _refuse_another(store, other, source)
                    added += _Union(store, other, KeptFiles(source)).all()
            now = class_now(store)
            files = Files(now)
            standings = files.all()
            disputed = [one.handed_in.name for one in now.kept.values() if one.outcome and one.outcome.reason.startswith(_DISPUTED)]
            return Merged(standings, added, tuple(disputed), tuple(files.unwritten))


@contextmanager
def _opened(source: Path) -> Iterator[Store]:
    if not (source / DATABASE).is_file():
        raise InputError(f"{source} has no results: there is no {DATABASE} in it. Name the folders that `autograder grade -o` wrote to.")
    with tempfile.TemporaryDirectory(prefix="autograder-merge-") as folder:
        try:
            for suffix in _COPIED:
                if (source / f"{DATABASE}{suffix}").exists():
                    shutil.copyfile(source / f"{DATABASE}{suffix}", Path(folder) / f"{DATABASE}{suffix}")
        except OSError as error:
            raise InputError(f"{source} cannot be read: {error.strerror}. Look at its rights.") from error
        try:
            store = Store(Path(folder), writing=False)
        except MachineFault as error:
            raise _damaged(source) from error
        with store:
            yield store


def _refuse_damaged(other: Store, source: Path) -> None:
    """Read all of a source first: what cannot be read would be in the way here, too."""
    try:
        runs = other.classes.runs()
        for run in runs:
            for kept in other.classes.submissions(run):
                other.classes.result(run, kept.handed_in)
        other.classes.roster()
        other.history.all()
        other.judged.check()
        bytes.fromhex(other.fact(OPAQUE_KEY) or "")
        sound = other.fact(FIRST_RUN) in {*runs, None}
    except (sqlite3.Error, MachineFault, ValueError):
        sound = False
    if not sound:
        raise _damaged(source)


def _damaged(source: Path) -> InputError:
    return InputError(f"{source} is damaged, and nothing of it is taken. Restore it from a backup, or grade its part again.")


def _refuse_another(store: Store, other: Store, source: Path) -> None:
    theirs = other.fact(FIRST_RUN)
    if theirs is None:
        raise InputError(f"{source} has no results yet. Merge it when something was graded into it.")
    ours = store.fact(FIRST_RUN)
    if ours is not None and ours != theirs:
        one, two = store.classes.runs()[ours].assignment.name, other.classes.runs()[theirs].assignment.name
        what = f"of another assignment ({two}; here: {one})" if one != two else "graded with another bundle"
        raise InputError(f"{source} is {what}. Only parts of one class, graded with the same bundle, can be merged.")
    roster, theirs_too = store.classes.roster(), other.classes.roster()
    if roster and theirs_too and roster != theirs_too:
        raise InputError(f"{source} was graded with another roster. Grade its part again with the same one, or without any.")


class _Union:
    """One source on its way into a store."""

    def __init__(self, store: Store, other: Store, kept: KeptFiles) -> None:
        self._store, self._other, self._kept = store, other, kept

    def all(self) -> int:
        """Take what is there, and return how many results are new."""
        runs = self._other.classes.runs()
        for run in runs.values():
            self._store.files.put(self._kept.get(run.parts))
        first = self._other.fact(FIRST_RUN)
        found = {one.handed_in.key: one for one in self._other.classes.submissions(first or "")}
        for content in sorted({one.content for one in found.values() if one.content}):
            self._store.files.put(self._kept.get(content))
        with self._store.transaction():
            if self._store.fact(FIRST_RUN) is None and first is not None:
                self._store.set_fact(FIRST_RUN, first)
                self._store.set_fact(OPAQUE_KEY, self._other.fact(OPAQUE_KEY) or "")
            for run in runs.values():
                self._store.classes.add_run(run)
            if not self._store.classes.roster():
                self._store.classes.set_roster(self._other.classes.roster())
            for event in self._other.history.all():
                self._store.history.add(event)
            self._store.judged.unite(self._other.judged)
            return sum(self._submission(one.handed_in, one.content, list(runs)) for one in found.values())

    def _submission(self, handed_in: HandedIn, content: str, runs: Sequence[str]) -> int:
        classes = self._store.classes
        mine = classes.submission(handed_in.key)
        if mine is None or (content and not mine.content):
            classes.set_submission(handed_in, content)
        elif content and content != mine.content:
            first, second = sorted((content, mine.content))
            self._dispute(mine.handed_in, mine.content, runs, f"two files came under this identity, {first[:12]}… and {second[:12]}…")
            return 0
        return sum(self._result(run, handed_in) for run in runs)

    def _result(self, run: str, handed_in: HandedIn) -> int:
        theirs = self._other.classes.result(run, handed_in)
        if theirs is None:
            return 0
        mine = self._store.classes.result(run, handed_in)
        judged = self._other.classes.outcome(run, handed_in.key)
        assert judged is not None
        if mine is None:
            self._store.classes.set_result(run, handed_in.key, judged[1], *theirs)
            return 1
        chosen = _chosen(mine, theirs)
        if chosen is not mine:
            self._store.classes.set_result(run, handed_in.key, judged[1], *chosen)
        return 0

    def _dispute(self, handed_in: HandedIn, content: str, runs: Sequence[str], why: str) -> None:
        for run in runs:
            reason = f"{_DISPUTED}{why}. Grade it again from the file that counts."
            self._store.classes.set_result(run, handed_in.key, content, Withheld(Submission("", Path()), reason), None)


_Found = tuple[Result, Confined | None]


def _chosen(mine: _Found, theirs: _Found) -> _Found:
    """Of two results for the same file the one that counts, whichever way round they come."""
    one, two = mine[0], theirs[0]
    disputed = [found for found in (mine, theirs) if isinstance(found[0], Withheld) and found[0].reason.startswith(_DISPUTED)]
    if disputed:
        return min(disputed, key=_text)
    if isinstance(one, Graded) and isinstance(two, Graded):
        if _verdicts(one) == _verdicts(two):
            return mine
        reason = f"{_DISPUTED}{' and '.join(sorted((_scores(one), _scores(two))))}. Grade it again with `grade --state withheld`."
        return Withheld(Submission("", Path()), reason), None
    if isinstance(one, Withheld) and isinstance(two, Withheld):
        return min((mine, theirs), key=_text)
    return mine if isinstance(one, Graded) else theirs


def _text(found: _Found) -> str:
    return found[0].reason if isinstance(found[0], Withheld) else ""


def _verdicts(result: Graded) -> Graded:
    return replace(result, submission=Submission("", Path()), measured=Measured())


def _scores(result: Graded) -> str:
    earned = {score.question.name: "withheld" if score.earned is None else number(score.earned) for score in result.questions}
    return json.dumps(earned)
