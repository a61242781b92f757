"""Judges one question's cases in one world, in a process of its own.

The judge's process is forked from the grader: tests and reference are already loaded in it. It has its own memory limit, so that
a reply that makes a comparison ask for gigabytes costs that case only; its verdicts cross a socket pair one by one, so
that what was judged before it ended stays judged. If it ends while a student's value is in play, that is the student's
verdict, unless the reference's value ends it as well: then it is the author's mistake.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from autograder.bundle import case_seed
from autograder.grading import verdicts
from autograder.grading.reference import Oracle, Reference
from autograder.grading.remote import Namespace, Remote
from autograder.grading.testfile import Case, LoadedTest, here
from autograder.grading.verdicts import CaseOutcome, StudentAct
from autograder.kernel import frames
from autograder.model import Limits, Verdict

__all__ = ["Bench", "Trial", "judge"]

_TEST_S = 30.0
"""Seconds that a test may take by itself, the student's calls apart."""
_MEMORY = 2 << 30
"""Bytes that comparing may take on top of the grader's own."""
_MOST = 1 << 20


@dataclass(frozen=True)
class Trial:
    """What is judged: some cases of one question in one world."""

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
    key: bytes
    """The question's key; a case's generator is seeded by HMAC-SHA256 of the case's name under it."""


@dataclass(frozen=True)
class Bench:
    """Where it is judged."""

    root: Path
    """The unpacked bundle: tests run with it as the current directory."""
    reference: Reference
    """The solution."""
    limits: Limits
    """Time for calls."""
    in_child: Callable[[], None]
    """Closes, in the judge's process, every descriptor that must not outlive the grader."""


def judge(trial: Trial, bench: Bench, question: Callable[[], frames.Link], done: Callable[[], None]) -> list[CaseOutcome]:
    """Judge the trial's cases in order.

    Args:
        trial: What.
        bench: Where.
        question: Forks a fresh process of the question; raises `StudentAct` when the notebook's process cannot.
        done: Ends that process.

    Returns:
        One outcome for each index of the trial: every declared case gets one, whatever happens.
    """
    outcomes: list[CaseOutcome] = []
    left_s = bench.limits.question_s
    while len(outcomes) < len(trial.indices):
        remaining = trial.indices[len(outcomes) :]
        if left_s <= 0:
            words = f"The time for this question ({bench.limits.question_s:g} s) was used up by the checks before."
            return outcomes + [CaseOutcome(Verdict.TIMED_OUT, words, words)] * len(remaining)
        try:
            link = question()
        except StudentAct as act:
            lost = CaseOutcome(act.verdict, act.open_words, act.closed_words, act.open_words)
            return outcomes + [lost] * len(remaining)
        try:
            report = _in_own_process(replace(trial, indices=remaining), bench, link, left_s)
        finally:
            link.close()
            done()
        new, left_s = report.outcomes, report.left_s
        if report.lost is not None and len(new) < len(remaining):
            new.append(_whose_fault(replace(trial, indices=remaining[len(new) : len(new) + 1]), bench, report))
        if not new:
            raise AssertionError("a judge that neither judged nor ended")
        outcomes += new
    return outcomes


@dataclass
class _Report:
    """What came from a judge's process."""

    outcomes: list[CaseOutcome]
    left_s: float
    lost: str | None = None
    """How the process ended in the middle of a case; None when it ended by itself."""
    value_seen: bool = False
    """Whether a value of the student's had come into the case in which it was lost."""


def _whose_fault(trial: Trial, bench: Bench, report: _Report) -> CaseOutcome:
    assert report.lost is not None
    if not report.value_seen:
        return verdicts.of_lost_judge(report.lost, value_seen=False)
    again = _in_own_process(trial, bench, None, bench.limits.question_s)
    return verdicts.of_lost_judge(report.lost, value_seen=again.lost is None)


def _in_own_process(trial: Trial, bench: Bench, link: frames.Link | None, left_s: float) -> _Report:
    ours, theirs = socket.socketpair()
    # A Ctrl-C that arrives in the middle of a fork would be raised where nobody hears it, and be lost.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            ours.close()
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the grader hears Ctrl-C, and ends us
            for number in (signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            bench.in_child()
            _judge_all(trial, bench, link, left_s, frames.Link(theirs, most_bytes=_MOST))
            status = 0
        finally:
            os._exit(status)
    theirs.close()
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return _collect(frames.Link(ours, most_bytes=_MOST), left_s)
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _collect(judge_link: frames.Link, left_s: float) -> _Report:
    """Take verdicts as they come, until the judge says it is done or is lost."""
    report = _Report([], left_s)
    deadline = time.monotonic() + left_s + _TEST_S
    try:
        while True:
            header, _body = judge_link.receive(deadline=deadline)
            match header["say"]:
                case "value":
                    report.value_seen = True
                case "outcome":
                    verdict = Verdict(header["verdict"])
                    report.outcomes.append(CaseOutcome(verdict, header["open"], header["closed"], header["staff"]))
                    report.value_seen = False
                case _:
                    report.left_s = header["left_s"]
                    return report
    except frames.Closed:
        report.lost = "ended"
    except frames.FrameTimeout:
        report.lost = f"took more than {left_s + _TEST_S:g} s"
        report.left_s = 0.0
    return report


def _judge_all(trial: Trial, bench: Bench, link: frames.Link | None, left_s: float, report: frames.Link) -> None:
    """In the judge's process: run the cases until the question's process is gone, and tell."""
    _limit_memory()
    with contextlib.ExitStack() as stack:
        stack.enter_context(here(bench.root))
        seen: list[bool] = [False]

        def value_came() -> None:
            if not seen[0]:
                seen[0] = True
                _tell(report, {"say": "value"})

        oracle = None if trial.stand_ins is None else Oracle(bench.reference, trial.stand_ins)
        remote = None if link is None else Remote(link, bench.limits, left_s, oracle, value_came)
        for number, index in enumerate(trial.indices):
            seen[0] = False
            case = trial.test.cases[index]
            refused = 0 if remote is None else remote.refused
            outcome = _judge_one(case, trial, bench, remote, seen, first=number == 0)
            if remote is not None and remote.refused > refused and outcome.verdict is not Verdict.PASSED:
                note = f"The oracle refused {remote.refused - refused} questions of stand-ins (see docs/how-it-works.md)."
                outcome = replace(outcome, staff=f"{outcome.staff}\n{note}")
            _tell(report, {"say": "outcome", **_plain(outcome)})
            if remote is not None and remote.ended is not None:
                break
        _tell(report, {"say": "done", "left_s": left_s if remote is None else remote.left_s})


def _judge_one(case: Case, trial: Trial, bench: Bench, remote: Remote | None, seen: list[bool], *, first: bool) -> CaseOutcome:
    seed = case_seed(trial.key, case.name)
    random.seed(seed)
    np.random.seed(seed % (1 << 32))  # noqa: NPY002 - for tests that draw from the global generators all the same
    try:
        if first and remote is not None:
            remote.prepare(trial.imports, trial.stand_ins or frozenset())
        namespace = Namespace(
            remote,
            bench.reference,
            trial.own,
            frozenset(case.parameters) & trial.others,
            references=frozenset(case.parameters) & trial.references,
            rng=np.random.default_rng(seed),
        )
        case.run(namespace)
    except BaseException as error:  # noqa: BLE001 - tests may raise anything; SystemExit in a test is the author's
        return verdicts.of_exception(error, value_seen=seen[0], test_file=trial.test.path)
    if remote is not None and remote.ended is not None:
        return CaseOutcome(remote.ended.verdict, remote.ended.open_words, remote.ended.closed_words)
    return CaseOutcome(Verdict.PASSED)


def _plain(outcome: CaseOutcome) -> dict[str, str]:
    most = 20_000
    words = {"open": outcome.open, "closed": outcome.closed, "staff": outcome.staff}
    return {"verdict": outcome.verdict.value} | {key: _readable(text[:most]) for key, text in words.items()}


def _readable(text: str) -> str:
    """Text without what would disturb a terminal, a page or an encoder: a student's value may be quoted in it."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _tell(report: frames.Link, message: dict[str, object]) -> None:
    report.send(message, deadline=time.monotonic() + _TEST_S)


def _limit_memory() -> None:
    with open("/proc/self/statm", encoding="ascii") as file:
        address_space = int(file.read().split()[0]) * resource.getpagesize()
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = address_space + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
