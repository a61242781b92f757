"""A class as it stands: what its store holds, read with the roster, staff's events and the author's policy of today."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from autograder.bundle import Bundle
from autograder.errors import InputError
from autograder.intake.matching import Matching, match
from autograder.model import Assignment, Confined, Graded, HandedIn, Outcome, Result, Standing, State, Student
from autograder.standing.effective import View, effective
from autograder.standing.events import Event
from autograder.standing.regrade import kept_best
from autograder.standing.standing import standings
from autograder.store import Kept, Run, Store, for_reports

__all__ = ["ClassNow", "class_now", "official_chain", "official_run", "supposing"]

FIRST_RUN = "first run"
"""Fact: id of the run that counts until another is made official."""
OPAQUE_KEY = "opaque key"
"""Fact: what students' folders are named by; hexadecimal, the same for every store that began with the same bundle."""
TIMES = "times"
"""Fact: `autograder.intake.times.Times`, as the last such file had them."""


@dataclass(frozen=True)
class ClassNow:
    """Who is in the class, what they handed in, and what counts."""

    store: Store
    """Where it is read from; open."""
    run: Run
    """The one that counts."""
    chain: tuple[tuple[Run, frozenset[str]], ...]
    """The runs that decide, in order, each with the questions in which nobody may lose points by it; the last is `run`."""
    students: tuple[Student, ...]
    """The roster; empty where there is none."""
    kept: Mapping[str, Kept]
    """Key → submission, with its outcome in the last run alone."""
    outcomes: dict[str, Outcome]
    """Key → what counts; none where nothing does yet. Grows while a run goes on."""
    matching: Matching
    """Whose each submission is."""
    view: View
    """What staff said."""
    events: tuple[Event, ...]
    """Every event that `view` was made of, by time."""

    @property
    def assignment(self) -> Assignment:
        """The policy that counts."""
        return self.run.assignment

    @property
    def bundle(self) -> Bundle:
        """The bundle that counts, for reports: not unpacked."""
        return for_reports(self.run)

    @property
    def handed_in(self) -> tuple[HandedIn, ...]:
        """Every attempt of everybody."""
        return tuple(kept.handed_in for kept in self.kept.values())

    def standings(self) -> tuple[Standing, ...]:
        """Where each stands: a row for each student, then one for each submission that is nobody's."""
        owners, conflicts = self._whose
        return standings(self.assignment, self.handed_in, self.outcomes, self.students, owners, conflicts, self.view)

    def withheld(self, rows: Iterable[Standing]) -> int:
        """How many rows are withheld and wait for somebody. A submission that gave way to another of the same person asks for nothing."""
        return sum(row.state is State.WITHHELD and not self._gave_way(row) for row in rows)

    def _gave_way(self, row: Standing) -> bool:
        return row.student is None and row.handed_in is not None and self.matching.owners[row.handed_in.owner_key].displaced

    def around(self, handed_in: HandedIn) -> tuple[Standing, ...]:
        """Where those stand whose a submission is."""
        owners, conflicts = self._whose
        ids = frozenset(owners.get(handed_in.owner_key, ()))
        students = [student for student in self.students if student.id in ids]
        if self.students and not students:
            return ()  # it is nobody's: its row needs to know the whole roster
        mine = {key for id_ in ids for key in self._theirs.get(id_, ())} | {handed_in.owner_key}
        works = [one for key in sorted(mine) for one in self._works.get(key, ())]
        return standings(self.assignment, works, self.outcomes, students, owners, conflicts, self.view)

    @cached_property
    def _whose(self) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
        return owners_and_conflicts(self.matching)

    @cached_property
    def _theirs(self) -> dict[str, list[str]]:
        """Student → owners."""
        found: dict[str, list[str]] = {}
        for owner, ids in self._whose[0].items():
            for id_ in ids:
                found.setdefault(id_, []).append(owner)
        return found

    @cached_property
    def _works(self) -> dict[str, list[HandedIn]]:
        """Owner → attempts."""
        found: dict[str, list[HandedIn]] = {}
        for one in self.handed_in:
            found.setdefault(one.owner_key, []).append(one)
        return found

    def result(self, handed_in: HandedIn) -> tuple[Result, Confined | None] | None:
        """What counts for a submission, with its cases; None where nothing does yet."""
        if handed_in.key not in self.outcomes:
            return None
        found: tuple[Result, Confined | None] | None = None
        for run, keep in self.chain:
            judged = self.store.classes.result(run.id, handed_in)
            if judged is None:
                continue
            result, confined = judged
            if found is not None and keep and isinstance(result, Graded) and isinstance(found[0], Graded):
                result = better_of(found[0], result, keep)
            found = (result, confined)
        return found

    def folder(self, standing: Standing) -> str:
        """Name of the folder with a student's page: it tells nothing, and nobody who knows theirs can guess another's."""
        key = bytes.fromhex(self.store.fact(OPAQUE_KEY) or "")
        who = (
            f"student {standing.student.id}" if standing.student else f"owner {standing.handed_in.owner_key if standing.handed_in else ''}"
        )
        return hmac.digest(key, who.encode("utf-8", "surrogatepass"), "sha256").hex()[:20]


def official_run(store: Store) -> Run | None:
    """The run that counts; None in a store without any."""
    chain = official_chain(store)
    return chain[-1][0] if chain else None


def official_chain(store: Store) -> tuple[tuple[Run, frozenset[str]], ...]:
    """The runs that decide, as `ClassNow.chain` has them; empty in a store without any."""
    return _chain(store, effective(store.history.all()))


def supposing(now: ClassNow, run: Run, keep: frozenset[str]) -> ClassNow:
    """The class as it would stand if a run were made official; nothing is changed by asking.

    Args:
        now: The class as it stands.
        run: Its results would count.
        keep: Questions in which nobody may lose points by it.
    """
    chain = _extended(now.chain, run, keep)
    kept = {one.handed_in.key: one for one in now.store.classes.submissions(run.id)}
    return replace(now, run=run, chain=chain, kept=kept, outcomes=_outcomes(now.store, chain, kept))


def class_now(store: Store) -> ClassNow:
    """Read a class.

    Raises:
        InputError: nothing was graded into it yet.
    """
    events = store.history.all()
    view = effective(events)
    chain = _chain(store, view)
    if not chain:
        raise InputError(f"{store.out} has no results yet. Grade into it first.")
    run = chain[-1][0]
    kept = {one.handed_in.key: one for one in store.classes.submissions(run.id)}
    students = store.classes.roster()
    confirmed = {owner: said.act.student for owner, said in view.matches.items()}
    matching = match([one.handed_in for one in kept.values()], students, confirmed)
    return ClassNow(store, run, chain, students, kept, _outcomes(store, chain, kept), matching, view, events)


def _chain(store: Store, view: View) -> tuple[tuple[Run, frozenset[str]], ...]:
    runs = store.classes.runs()
    first = store.fact(FIRST_RUN)
    chain: tuple[tuple[Run, frozenset[str]], ...] = ((runs[first], frozenset[str]()),) if first in runs else ()
    for said in view.officials:
        if said.act.run in runs:
            chain = _extended(chain, runs[said.act.run], frozenset(said.act.keep_best))
    return chain


def _extended(chain: tuple[tuple[Run, frozenset[str]], ...], run: Run, keep: frozenset[str]) -> tuple[tuple[Run, frozenset[str]], ...]:
    return (*chain, (run, keep)) if keep else ((run, keep),)


def _outcomes(store: Store, chain: tuple[tuple[Run, frozenset[str]], ...], kept: Mapping[str, Kept]) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for run, keep in chain:
        of_run = kept.values() if run is chain[-1][0] else store.classes.submissions(run.id)
        for one in of_run:
            key = one.handed_in.key
            if one.outcome is None or not one.current:
                continue
            before = found.get(key)
            found[key] = one.outcome if before is None or not keep else kept_best(before, one.outcome, run.assignment.questions, keep)
    return found


def better_of(before: Graded, after: Graded, keep: Iterable[str]) -> Graded:
    """Question by question the one that counts, as `kept_best` has it."""
    earlier = {score.question.name: score for score in before.questions}
    chosen = []
    for score in after.questions:
        old = earlier.get(score.question.name)
        loses = old is not None and old.earned is not None and (score.earned is None or score.earned < old.earned)
        chosen.append(old if old is not None and loses and score.question.name in keep else score)
    return replace(after, questions=tuple(chosen))


def owners_and_conflicts(matching: Matching) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Whose each owner's submission is, by ids; and why not: by id for students in doubt, by key for what gave way to another."""
    owners = {key: tuple(link.student.id for link in owner.links) for key, owner in matching.owners.items()}
    doubts = {conflict.student.id: conflict.sentence for conflict in matching.conflicts if conflict.counts is None}
    return owners, doubts | {key: owner.sentence for key, owner in matching.owners.items() if owner.displaced}
