"""Judges one question's cases in one world, in the process of one submission's judge (see `autograder.grading.judges`).

A question's process that has ended is replaced by a fresh one for the cases that are left. Every declared case gets exactly
one outcome, whatever happens. Should a student's value end the judge itself, whoever watches it learns from `Whereabouts` in
which case; that case is then charged, and not tried again.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import random
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from autograder.grading import closed_files, verdicts
from autograder.grading.namespace import Namespace, NotebookText
from autograder.grading.reference import Oracle, Reference
from autograder.grading.remote import Budget, Remote, Unsure, used_up
from autograder.grading.testfile import LoadedTest
from autograder.grading.verdicts import CaseOutcome, StudentAct
from autograder.grading.whereabouts import Place, Stage, Whereabouts
from autograder.kernel import frames
from autograder.model import Limits, Verdict

__all__ = ["Bench", "Trial", "in_one_process", "judge", "limit_memory", "rehearse"]

_TEST_S = 30.0
"""Seconds that a test may take by itself, the student's calls apart."""
_MEMORY = 2 << 30
"""Bytes that judging may take on top of what the judge starts with."""


@dataclass(frozen=True)
class Trial:
    """What is judged: some cases of one question in one world."""

    question: int
    """The question's index in the assignment."""
    stage: Stage
    """Which of its stages this is."""
    test: LoadedTest
    """The question's test file."""
    indices: tuple[int, ...]
    """Which of its cases, in order."""
    own: tuple[str, ...]
    """Functions of the question."""
    others: frozenset[str]
    """Functions of other questions that a test may take."""
    stand_ins: frozenset[str] | None
    """Helpers to be stood in for, in the reference world; None in the student's own."""
    references: frozenset[str]
    """Those of `others` that tests get from the reference, in the reference world; none in the student's own."""
    imports: Mapping[str, str]
    """Name → import statement of the assignment, for names that the notebook does not have; mostly empty."""
    seeds: tuple[int, ...]
    """Of every case of the test file: what its generators start from."""
    text: NotebookText
    """What the notebook's text says of it."""
    ours: bool
    """True in a bundle of ours, whose cases may take `reference` and `rng`."""
    beside: bool
    """True where its tests run in the student's process."""
    exact: bool
    """True to let a case pass that finds nothing of what it looks for, as otter does."""


@dataclass(frozen=True)
class Bench:
    """Where it is judged."""

    reference: Reference | None
    """The solution, where there is one."""
    limits: Limits
    """Time for calls."""
    whereabouts: Whereabouts
    """Told of every case."""
    sure: bool
    """False: a call that only waits until its limit raises `Unsure`, for everything to be tried once more."""


def judge(
    trial: Trial,
    bench: Bench,
    budget: Budget,
    question: Callable[[], contextlib.AbstractContextManager[frames.Link]],
    overrun: Callable[[], str | None],
) -> list[CaseOutcome]:
    """Judge the trial's cases in order.

    Args:
        trial: What.
        bench: Where.
        budget: The question's time in this world; counts down.
        overrun: Says which limit on all processes together the last question's process broke, once it has ended.
        question: Within, a fresh process of the question is there; raises `StudentAct` when the notebook's process cannot make one.

    Returns:
        One outcome for each index of the trial.

    Raises:
        Unsure, MachineFault: a time-out need not be the student's.
    """
    outcomes: list[CaseOutcome] = []
    while len(outcomes) < len(trial.indices):
        remaining = trial.indices[len(outcomes) :]
        if budget.spent:
            words = used_up(bench.limits)
            return outcomes + [CaseOutcome(Verdict.TIMED_OUT, words, words)] * len(remaining)
        try:
            with question() as link:
                outcomes += in_one_process(replace(trial, indices=remaining), bench, budget, link)
            if outcomes[-1].process_ended and (limit := overrun()) is not None:
                outcomes[-1] = verdicts.of_overrun(limit)
        except StudentAct as act:
            lost = CaseOutcome(act.verdict, act.open_words, act.closed_words, act.open_words, repeatable=False)
            return outcomes + [lost] * len(remaining)
    return outcomes


def in_one_process(trial: Trial, bench: Bench, budget: Budget, link: frames.Link) -> Iterator[CaseOutcome]:
    """Run cases until the question's process is gone; at least one."""
    oracle = None if trial.stand_ins is None or bench.reference is None else Oracle(bench.reference, trial.stand_ins)
    taken = frozenset().union(*(trial.test.cases[index].parameters for index in trial.indices))
    known = trial.others if trial.ours else taken
    names = (*trial.own, *sorted(taken & known - set(trial.own)))
    remote = Remote(link, names, bench.limits, budget, oracle, bench.whereabouts.value_came, printed=trial.test.prints or not trial.ours)
    for number, index in enumerate(trial.indices):
        bench.whereabouts.enter(Place(trial.question, trial.stage, index), time.monotonic() + budget.wall_s + budget.oracle_s + _TEST_S)
        refused, opaque = remote.refused, len(remote.opaque)
        outcome = _judge_one(index, trial, bench, remote, first=number == 0)
        bench.whereabouts.nowhere(time.monotonic() + _TEST_S)
        if remote.doubt is not None and not (bench.sure and isinstance(remote.doubt, Unsure)):
            raise remote.doubt
        if remote.refused > refused and outcome.verdict is not Verdict.PASSED:
            note = f"The oracle refused {remote.refused - refused} questions of stand-ins (see docs/how-it-works.md)."
            outcome = replace(outcome, staff=f"{outcome.staff}\n{note}")
        if len(remote.opaque) > opaque and outcome.verdict not in (Verdict.PASSED, Verdict.MISSING):
            types = tuple(sorted(set(remote.opaque[opaque:])))[:8]
            outcome = replace(outcome, staff=f"{outcome.staff}\n{_cannot_cross(types)}", held_back=types)
        yield replace(outcome, process_ended=remote.gone)
        if remote.ended is not None:
            return


def _judge_one(index: int, trial: Trial, bench: Bench, remote: Remote | None, *, first: bool) -> CaseOutcome:
    case, seed = trial.test.cases[index], trial.seeds[index]
    of_all = int.from_bytes(hashlib.sha256(b"global generators of %d" % seed).digest()[:4])  # tells nothing of `seed`
    random.seed(of_all)
    np.random.seed(of_all)  # noqa: NPY002 - for tests that draw from the global generators all the same
    namespace = None
    try:
        if remote is not None:
            remote.begin_case(may_stop="StopIteration" in case.source)
            if first:
                remote.prepare(trial.imports, trial.stand_ins or frozenset())
        namespace = Namespace.of_question(
            remote,
            bench.reference,
            trial.own,
            frozenset(case.parameters) & trial.others,
            references=frozenset(case.parameters) & trial.references,
            rng=np.random.default_rng(seed) if trial.ours else None,
            text=trial.text,
            taken=case.taken,
            value_came=bench.whereabouts.value_came,
        )
        with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir("."):  # a test that goes elsewhere takes no other with it
            if trial.beside and remote is not None:
                absent = [name for name in trial.own if trial.ours and name in case.parameters and remote.kind(name) is None]
                if absent:  # otter runs a test of its own with None in their place
                    return verdicts.of_missing(tuple(absent))
                remote.test("doctest" if trial.test.prints else "exception", case.source, index)
            else:
                with closed_files.closed():
                    case.run(namespace)
    except BaseException as error:  # noqa: BLE001 - tests may raise anything; SystemExit in a test is the author's
        if namespace is not None and namespace.missing and not isinstance(error, StudentAct):
            return verdicts.of_missing(tuple(namespace.missing))
        misused = isinstance(error, (TypeError, AttributeError)) and namespace is not None and namespace.found  # len() of a function
        return _read(error, trial, seen=bench.whereabouts.value_seen or misused)
    if remote is not None and remote.ended is not None:
        return CaseOutcome(remote.ended.verdict, remote.ended.open_words, remote.ended.closed_words)
    if namespace.missing and not namespace.found and not trial.exact:
        return verdicts.of_missing(tuple(namespace.missing))
    return CaseOutcome(Verdict.PASSED)


def _read(error: BaseException, trial: Trial, *, seen: bool) -> CaseOutcome:
    try:
        return _legible(verdicts.of_exception(error, value_seen=seen, test_file=trial.test.path))
    except MemoryError as lack:  # for its words: a student's value is quoted in them
        return _legible(verdicts.of_exception(lack, value_seen=seen, test_file=trial.test.path))


def _cannot_cross(types: tuple[str, ...]) -> str:
    return (
        f"What the student's code has or returned here cannot leave its process ({', '.join(types)}). If that is what the question is "
        "about, its tests can be run in there, where they are not safe from the student's code: isolation: shared "
        "(docs/coming-from-otter.md)."
    )


def rehearse(trial: Trial, bench: Bench) -> None:
    """Run the trial's cases with the reference's own functions: does it end the judge as well?

    What runs beside the student's code ends nothing here.
    """
    for index in trial.indices if bench.reference is not None and not trial.beside else ():
        bench.whereabouts.enter(Place(trial.question, trial.stage, index), time.monotonic() + _TEST_S)
        _judge_one(index, trial, bench, None, first=False)


def _legible(outcome: CaseOutcome) -> CaseOutcome:
    most = 20_000
    opened, closed, staff = (_readable(text[:most]) for text in (outcome.open, outcome.closed, outcome.staff))
    return replace(outcome, open=opened, closed=closed, staff=staff)


def _readable(text: str) -> str:
    """Text without what would disturb a terminal, a page or an encoder: a student's value may be quoted in it."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def limit_memory() -> None:
    """Let this process take no more than 2 GiB on top of what it has: a comparison that wants more gets a `MemoryError`."""
    with open("/proc/self/statm", "rb") as file:
        address_space = int(file.read().split()[0]) * resource.getpagesize()
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = address_space + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
