"""One store made of several: whichever of them is taken first, and however often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.batch.agreeing import HANDED_IN, VERDICTS, Claim, Found, agreed_claim, agreed_result, is_same, withheld
from autograder.batch.resting import contexts_of, rests_on, unite_contexts
from autograder.batch.view import FIRST_RUN, OPAQUE_KEY, TIMES
from autograder.model import Graded, HandedIn
from autograder.store import Kept, Store

__all__ = ["unite"]


def unite(store: Store, others: Sequence[Path]) -> int:
    """Take all that other stores know, or nothing of it.

    Args:
        store: Into which.
        others: Folders of parts of the same class, whose notebooks and bundles are there already.

    Returns:
        How many results are new.

    Raises:
        MachineFault: it cannot be written.
    """
    before = _results(store)
    with store.transaction():
        for folder in others:
            with Store(folder, writing=False) as other:
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
    times = [known for known in (store.fact(TIMES), other.fact(TIMES)) if known is not None]
    if times:
        store.set_fact(TIMES, max(times))  # of several files one, whichever of the parts comes first
    runs = other.classes.runs()
    for each in runs.values():
        store.classes.add_run(each)
    if not store.classes.roster():
        store.classes.set_roster(other.classes.roster())
    for event in other.history.all():
        store.history.add(event)
    unite_contexts(store, other)
    store.judged.unite(other.judged)
    ours = tuple(store.classes.runs())
    for kept in other.classes.submissions(first):
        theirs, known = _claim(other, kept, runs), store.classes.submission(kept.handed_in.key)
        mine = None if known is None else _claim(store, known, ours)
        agreed = theirs if mine is None or is_same(mine, theirs) else agreed_claim(mine, theirs)
        if mine is None or not is_same(mine, agreed):
            store.classes.set_submission(agreed.handed_in, agreed.content)
        if agreed.disputed:
            _withhold(store, first, agreed.handed_in, "", HANDED_IN)
            continue
        for run in runs:
            _take_result(store, other, run, agreed)


def _take_result(store: Store, other: Store, run: str, agreed: Claim) -> None:
    theirs = _found(other, run, agreed)
    if theirs is None:
        return
    mine = _found(store, run, agreed)
    chosen = theirs if mine is None else agreed_result(mine, theirs)
    if chosen != mine:
        _keep(store, run, agreed.handed_in, agreed.content, chosen)


def _claim(store: Store, kept: Kept, runs: Iterable[str]) -> Claim:
    handed_in = kept.handed_in
    return Claim(handed_in, kept.content, not kept.content and any(_is_disputed(store, run, handed_in) for run in runs))


def _is_disputed(store: Store, run: str, handed_in: HandedIn) -> bool:
    judged = store.classes.outcome(run, handed_in.key)
    return judged is not None and judged[0].reason == HANDED_IN and not judged[1]


def _found(store: Store, run: str, claim: Claim) -> Found | None:
    """What became of this file of it; of another one it is nothing any more."""
    judged = store.classes.outcome(run, claim.handed_in.key)
    found = None if judged is None or judged[1] != claim.content else store.classes.result(run, claim.handed_in)
    return None if found is None else Found(*found, store.classes.contexts(run, claim.handed_in.key))


def _keep(store: Store, run: str, handed_in: HandedIn, content: str, found: Found) -> None:
    store.classes.set_result(run, handed_in.key, content, found.result, found.confined, found.contexts)


def _withhold(store: Store, run: str, handed_in: HandedIn, content: str, dispute: str) -> None:
    _keep(store, run, handed_in, content, withheld(dispute))


def _settle_claims(store: Store) -> None:
    """What nobody knows who handed in, or what, has no score in any run."""
    runs = store.classes.runs()
    for one in list(store.classes.submissions("")):
        if _claim(store, one, runs).disputed:
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
