"""Judges a class again with a corrected bundle, and says who would change; nothing counts until it is made official.

What a bundle judged is a run of its own in the store. A question whose tests, and whatever else decides its verdicts, are what they were is
not judged again. Making a run official is an event of staff's: it can be undone, and students' pages are made anew only then.

lock → is there anything to do? → start what grades → judge, one transaction for each submission → compare → official, if that is wanted
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder.batch.about_bundle import say_of_bundle
from autograder.batch.acts import noted
from autograder.batch.asking import means_for
from autograder.batch.comparing import Comparison, compare, is_read
from autograder.batch.files import Files, prepare
from autograder.batch.judging import Item, Judging
from autograder.batch.means import Means, grading
from autograder.batch.up_to_date import writing
from autograder.batch.view import ClassNow, class_now, official_chain
from autograder.batch.written_by_hand import read_why
from autograder.bundle import Bundle
from autograder.errors import InputError, MachineFault
from autograder.intake.subsets import chosen
from autograder.model import Assignment, Outcome
from autograder.printable import one_line
from autograder.report.hearing import Progress
from autograder.standing.events import Official
from autograder.store import Kept, Store, keep

__all__ = ["Regraded", "Regrading", "make_official", "regrade", "regrading_for"]

_KEEP_BEST, _REPLACE = "keep-best", "replace"


@dataclass(frozen=True, slots=True)
class Regrading:
    """How a class is regraded; nothing of it changes a verdict."""

    policy: str | None = None
    """`replace`, `keep-best`, or `keep-best:` and names of questions with commas between. None: `replace`."""
    apply: bool = False
    """Make it official as soon as everything is judged."""
    why: str = ""
    """Staff's reason, for the event that makes it official."""
    only: str | None = None
    """Judge these alone, by names with commas between; None: everybody. An empty text is refused."""
    states: frozenset[str] = frozenset()
    """Judge again also those whose result in this run has this status: `withheld`."""
    means: Means = field(default_factory=Means)
    """By what means."""


@dataclass(frozen=True, slots=True)
class Regraded:
    """What came of it."""

    out: Path
    """The class's folder."""
    run: str
    """Id of the bundle's run."""
    before: str
    """Id of the run that counted when this began."""
    keep_best: tuple[str, ...] = ()
    """Questions in which nobody may lose points by it, in the assignment's order."""
    counts_already: bool = False
    """True where this bundle's results counted already, and nothing was judged."""
    judged: int = 0
    """How many submissions this command looked at again; the others had been already."""
    comparison: Comparison = field(default_factory=lambda: Comparison(0, (), 0, (), 0))
    """Who would change; nobody where the results count already."""
    official: str = ""
    """Id of the event that made it official; empty where nothing did."""
    interrupted: bool = False
    """True when it was stopped by Ctrl-C."""
    incomplete: bool = False
    """True when the time limit came before the end."""
    damaged: tuple[str, ...] = ()
    """A sentence for each kept file that cannot be read; its submission was left out."""
    unwritten: tuple[str, ...] = ()
    """A sentence for each derived file that could not be written."""


def regrading_for(
    *, policy: str | None = None, apply: bool = False, why: str = "", only: str | None = None, state: Collection[str] = (), **means: Any
) -> Regrading:
    """Read what is asked of regrading; see `Regrading`. The rest is as `means_for` has it.

    Raises:
        InputError: something is written as nobody can read it.
    """
    unknown = sorted(set(state) - {"withheld"})
    if unknown:
        raise InputError(f"Results that are {unknown[0]!r} cannot be judged again by themselves. Ask for withheld, or judge all afresh.")
    return Regrading(policy=policy, apply=apply, why=why, only=only, states=frozenset(state), means=means_for(**means))


def regrade(bundle: Bundle, out: Path, asked: Regrading, progress: Progress) -> Regraded:
    """Judge what a class's store holds with another bundle, and say who would change.

    The same call again goes on where an earlier one was stopped, and judges nothing where that one had come to its end.

    Args:
        bundle: An opened bundle; its folder must stay until this returns.
        out: The class's folder.
        asked: How.
        progress: Hears of every step.

    Returns:
        Who would change; after Ctrl-C, of those judged until then. Official only if that was asked, and every submission is judged.

    Raises:
        InputError: There are no results, they are of another assignment, or a name or a policy means nothing.
        AuthorError: The bundle's tests or solution do not load.
        MachineFault: There is no warm process, confinement that the config requires cannot be had, or the store cannot be written.
    """
    until = asked.means.until()
    with Store(out, writing=False) as store:  # before a lock makes a folder
        _refuse_another_assignment(store, bundle.assignment)
    say_of_bundle(bundle, progress, grades_a_class=True)
    keep_best, reason = _policy(asked.policy, bundle.assignment), read_why(asked.why)
    with writing(out, wait=asked.means.wait):
        prepare(out)
        with Store(out, writing=True) as store:
            run = keep(bundle, store.files, {})
            official, kept = official_chain(store)[-1]
            counts = official.id == run.id and (asked.policy is None or kept == frozenset(keep_best))
            if official.id == run.id:
                _refuse_what_counts(asked, keep_best, counts=counts)
            if counts and not asked.means.fresh:
                return Regraded(out, run.id, run.id, keep_best, counts_already=True)
            store.files.tidy()
            now = class_now(store)
            todo = _todo(now, run.id, asked)
        judging = _Judged()
        if todo:
            judging.do(bundle, out, todo, asked, until, progress)
        with Store(out, writing=True) as store:
            before = now.outcomes if official.id == run.id and todo else None
            comparison = _compared(store, run.id, tuple(kept) if counts else keep_best, before)
            regraded = Regraded(
                out,
                run.id,
                official.id,
                keep_best,
                judged=len(todo),
                comparison=comparison,
                interrupted=judging.interrupted,
                incomplete=judging.stopped_early,
                damaged=tuple(judging.damaged),
            )
            if counts:  # judged afresh, and in its place
                files = Files(class_now(store))
                files.all()
                return replace(regraded, counts_already=True, unwritten=tuple(files.unwritten))
            if asked.apply and not comparison.missing and not judging.interrupted:
                return _official(store, regraded, reason)
            return regraded


def make_official(regraded: Regraded, *, why: str = "", wait: bool = False) -> Regraded:
    """Let a run's results count from now on, and make every file anew that is made of them.

    Raises:
        InputError: not everything is judged, or other results have become official since.
        MachineFault: the store cannot be written.
    """
    with writing(regraded.out, wait=wait), Store(regraded.out, writing=True) as store:
        now = class_now(store)
        lacking = any(not one.current and is_read(one, now) for one in store.classes.submissions(regraded.run))
        if lacking or now.run.id != regraded.before:
            raise InputError(f"Something has changed in {regraded.out} since this was shown. Give the same command again.")
        return _official(store, regraded, read_why(why))


def _official(store: Store, regraded: Regraded, why: str) -> Regraded:
    """Add the event, and make the files. Where those cannot all be written, the event stands."""
    event = noted(store, Official(run=regraded.run, keep_best=regraded.keep_best), why)
    files = Files(class_now(store))
    files.all()
    return replace(regraded, official=event.id, unwritten=tuple(files.unwritten))


def _refuse_another_assignment(store: Store, assignment: Assignment) -> None:
    chain = official_chain(store)
    if not chain:
        raise InputError(f"{store.out} has no results yet. Grade into it first: `autograder grade -b BUNDLE PATH… -o {store.out}`.")
    name = chain[-1][0].assignment.name
    if name != assignment.name:
        raise InputError(
            f"{store.out} has the results of the assignment `{one_line(name)}`, and this bundle is of `{one_line(assignment.name)}`. Name "
            "that assignment's own folder with `-o`, or the right bundle with `-b`."
        )


def _refuse_what_counts(asked: Regrading, keep_best: tuple[str, ...], *, counts: bool) -> None:
    """Refuse what cannot be had of the bundle whose results count already; say how it can."""
    if counts and asked.means.fresh and not asked.apply:
        raise InputError(
            "The results of this bundle count already: judged afresh, new ones take their place at once. Add `--apply` if that is meant."
        )
    if not counts and keep_best:
        raise InputError(
            "The results of this bundle count already, under another policy. First go back with `autograder undo`, then regrade with this "
            "policy: nothing is judged again."
        )


def _policy(written: str | None, assignment: Assignment) -> tuple[str, ...]:
    """Questions whose earlier points are kept where they are better, in the assignment's order.

    Raises:
        InputError: it is no policy, or names no question.
    """
    everything = tuple(question.name for question in assignment.questions)
    kind, colon, names = (_REPLACE if written is None else written).partition(":")
    if kind == _REPLACE and not colon:
        return ()
    if kind != _KEEP_BEST:
        raise InputError(
            f"`{one_line(written or '')}` is no policy. Write `{_REPLACE}`, `{_KEEP_BEST}`, or `{_KEEP_BEST}:` and questions with "
            f"commas between, such as `{_KEEP_BEST}:{','.join(everything[:2])}`."
        )
    if not colon:
        return everything
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in everything:
            near = difflib.get_close_matches(name, everything, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(everything)}."
            raise InputError(f"`{one_line(name)}` is no question of this assignment. {hint}")
    if not wanted:
        raise InputError(f"`{_KEEP_BEST}:` names no question. Without the colon it means all of them.")
    return tuple(name for name in everything if name in wanted)


def _todo(now: ClassNow, run_id: str, asked: Regrading) -> list[Item]:
    """What this run has to judge still; what is not read yet is left to `grade`."""
    keys = {one.key for one in chosen(asked.only, now.handed_in, now.students, now.matching)} if asked.only is not None else set(now.kept)
    return [
        Item(one.handed_in, _reading(now, one))
        for one in now.store.classes.submissions(run_id)
        if one.handed_in.key in keys and is_read(one, now) and (asked.means.fresh or not one.current or _status(one) in asked.states)
    ]


def _status(one: Kept) -> str:
    return "withheld" if one.outcome is not None and one.outcome.total is None else ""


def _reading(now: ClassNow, one: Kept) -> Callable[[], bytes]:
    if one.content:
        return partial(now.store.files.get, one.content)
    outcome = now.outcomes.get(one.handed_in.key)
    return partial(_unreadable, outcome.reason if outcome is not None else "")


def _unreadable(reason: str) -> bytes:
    """Say again why there is nothing to read."""
    raise InputError(reason)


@dataclass(slots=True)
class _Judged:
    """How far the judging came."""

    damaged: list[str] = field(default_factory=list)
    interrupted: bool = False
    stopped_early: bool = False

    def do(self, bundle: Bundle, out: Path, todo: Sequence[Item], asked: Regrading, until: float | None, progress: Progress) -> None:
        """Judge them, and keep the results in the bundle's own run."""
        with grading(bundle, asked.means, progress) as (grader, reader), Store(out, writing=True) as store:
            run = keep(bundle, store.files, grader.stand_ins)
            with store.transaction():
                store.classes.add_run(run)
                if not asked.means.fresh:  # all at once where nothing that decides a verdict has changed
                    store.classes.adopt(run.id, official_chain(store)[-1][0].id, grader.contexts.digest)
            judging = Judging(store, run, grader, grader.confinement.confined, reader, progress, fresh=asked.means.fresh)
            judging.again, judging.until = asked.states, until
            progress.began(len(todo), 0, possible=bundle.assignment.points, at_a_time=grader.workers)
            try:
                judging.judge(self._readable(todo))
            except KeyboardInterrupt:
                self.interrupted = True
            self.stopped_early = judging.stopped_early

    def _readable(self, todo: Sequence[Item]) -> Iterator[Item]:
        """Those whose file is still there: a damaged one is nobody's fault, and no result."""
        for item in todo:
            try:
                item.read()
            except InputError:
                pass  # that is its result
            except MachineFault as fault:
                self.damaged.append(str(fault))
                continue
            yield item


def _compared(store: Store, run_id: str, keep_best: Sequence[str], before: Mapping[str, Outcome] | None) -> Comparison:
    now = class_now(store)
    runs = store.classes.runs()
    if run_id not in runs:
        raise InputError(f"Nothing that was handed in has been read yet. First go on with `autograder grade … -o {store.out}`.")
    return compare(now, runs[run_id], frozenset(keep_best), before)
