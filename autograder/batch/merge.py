"""Puts together what several machines graded of one class: `grade --shard I/N` on each, then this.

In any order, and as often as one likes: the result is the same. Verdicts, submissions and staff's events of all sources are united. Where
two of them contradict each other (another file, person or time under the same identity; another verdict for the same notebook, whoever
handed it in), nobody can say which is right: whatever rests on it is withheld and named, until somebody grades it again. Who is in no
source yet is `not graded`.

sources  →  copied and looked at  →  lock  →  notebooks and bundles  →  everything else, in one transaction  →  files
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.batch.agreeing import HANDED_IN, VERDICTS, Claim, Found, agreed_claim, agreed_result, is_dispute, withheld
from autograder.batch.files import Files, prepare
from autograder.batch.resting import contexts_of, rests_on, unite_contexts
from autograder.batch.sources import Common, Source, looked_at, take_files
from autograder.batch.up_to_date import writing
from autograder.batch.view import FIRST_RUN, OPAQUE_KEY, class_now
from autograder.errors import InputError
from autograder.model import Graded, HandedIn, Standing
from autograder.store import Kept, Store
from autograder.temporary import temporary_folder

__all__ = ["Merged", "merge"]


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
    unfinished: tuple[str, ...] = ()
    """A sentence for each source that somebody was writing to."""


def merge(out: Path, sources: Sequence[Path], *, wait: bool = False) -> Merged:
    """Unite what was graded into `out`, which is made or added to.

    Raises:
        InputError: a source has no results, is damaged, or they are of different assignments, bundles or rosters; nothing is taken then.
        MachineFault: the store cannot be written.
    """
    for folder in sources:
        if os.path.realpath(folder) == os.path.realpath(out):
            raise InputError(f"{folder} is the folder that is merged into. Name the others alone.")
    common = Common()
    with temporary_folder("autograder-merge-") as folder:
        parts = looked_at(sources, common, folder)
        with writing(out, wait=wait):
            prepare(out)
            with Store(out, writing=True) as store:
                common.take(store, out)
                take_files(parts, store.files)
                added = _united(store, parts)
                now = class_now(store)
                files = Files(now)
                standings = files.all()
                ours = [one for one in now.kept.values() if one.current and one.outcome is not None]
                disputed = tuple(one.handed_in.name for one in ours if one.outcome is not None and is_dispute(one.outcome.reason))
                return Merged(standings, added, disputed, tuple(files.unwritten), tuple(_unfinished(part) for part in parts if part.writer))


def _unfinished(part: Source) -> str:
    return f"{part.folder} is still being written to ({part.writer}): merge it again when that has ended."


def _united(store: Store, parts: Sequence[Source]) -> int:
    """Take every source as a whole, or none; return how many results are new."""
    before = _results(store)
    with store.transaction():
        for part in parts:
            with Store(part.copy, writing=False) as other:
                _take(store, other)
        _settle_claims(store)
        _settle_verdicts(store)
    return len(_results(store) - before)


def _results(store: Store) -> set[tuple[str, str]]:
    """Run and submission of every result that is of what is there."""
    return {(run, one.handed_in.key) for run in store.classes.runs() for one in store.classes.submissions(run) if one.current}


def _take(store: Store, other: Store) -> None:
    first = other.fact(FIRST_RUN)
    assert first is not None
    if store.fact(FIRST_RUN) is None:
        store.set_fact(FIRST_RUN, first)
        store.set_fact(OPAQUE_KEY, other.fact(OPAQUE_KEY) or "")
    runs = other.classes.runs()
    for run in runs.values():
        store.classes.add_run(run)
    if not store.classes.roster():
        store.classes.set_roster(other.classes.roster())
    for event in other.history.all():
        store.history.add(event)
    unite_contexts(store, other)
    store.judged.unite(other.judged)
    for theirs in other.classes.submissions(first):
        claim = _claim(other, theirs)
        mine = store.classes.submission(theirs.handed_in.key)
        agreed = claim if mine is None else agreed_claim(_claim(store, mine), claim)
        store.classes.set_submission(agreed.handed_in, agreed.content)
        if agreed.disputed:
            _withhold(store, first, agreed.handed_in, "", HANDED_IN)
            continue
        for run_id in runs:
            found = [one for one in (_found(store, run_id, agreed), _found(other, run_id, agreed)) if one is not None]
            if found:
                chosen = found[0] if len(found) == 1 else agreed_result(*found)
                _keep(store, run_id, agreed.handed_in, agreed.content, chosen)


def _claim(store: Store, kept: Kept) -> Claim:
    handed_in = kept.handed_in
    return Claim(handed_in, kept.content, not kept.content and any(_is_disputed(store, run, handed_in) for run in store.classes.runs()))


def _is_disputed(store: Store, run: str, handed_in: HandedIn) -> bool:
    judged = store.classes.outcome(run, handed_in.key)
    return judged is not None and judged[0].reason == HANDED_IN and not judged[1]


def _found(store: Store, run: str, claim: Claim) -> Found | None:
    """What became of this file of it; of another one it is nothing any more."""
    judged = store.classes.outcome(run, claim.handed_in.key)
    found = store.classes.result(run, claim.handed_in)
    if judged is None or found is None or judged[1] != claim.content:
        return None
    return Found(*found, store.classes.contexts(run, claim.handed_in.key))


def _keep(store: Store, run: str, handed_in: HandedIn, content: str, found: Found) -> None:
    store.classes.set_result(run, handed_in.key, content, found.result, found.confined, found.contexts)


def _withhold(store: Store, run: str, handed_in: HandedIn, content: str, dispute: str) -> None:
    _keep(store, run, handed_in, content, withheld(dispute))


def _settle_claims(store: Store) -> None:
    """What nobody knows who handed in, or what, has no score in any run."""
    runs = store.classes.runs()
    for one in list(store.classes.submissions("")):
        if _claim(store, one).disputed:
            for run in runs:
                _withhold(store, run, one.handed_in, "", HANDED_IN)


def _settle_verdicts(store: Store) -> None:
    """Nothing rests on what graders contradict each other about."""
    contradicted = store.judged.contradicted()
    if not contradicted:
        return
    for run in store.classes.runs():
        contexts = contexts_of(store, run)
        for one in list(store.classes.submissions(run)):
            if not one.current:
                continue
            found = _found(store, run, Claim(one.handed_in, one.content))
            assert found is not None
            if not isinstance(found.result, Graded):
                continue
            judged_in = (
                [contexts[found.contexts]] if found.contexts in contexts else contexts.values()
            )  # where it is not noted, all of them
            if any(rests_on(store, each, one.handed_in, one.content) & contradicted for each in judged_in):
                _withhold(store, run, one.handed_in, one.content, VERDICTS)
