"""Grades submissions against one bundle, several at a time: the driver's side of `autograder.grading.judges`."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder import records
from autograder.bundle import Bundle
from autograder.errors import MachineFault, SubmissionError
from autograder.grading.contexts import contexts
from autograder.grading.court import load_material, release_cells
from autograder.grading.definitions import modules
from autograder.grading.engine import engine_identity
from autograder.grading.judges import MOST_RESULT, serve
from autograder.grading.notebook import NotebookNode, from_plain
from autograder.grading.so_far import SoFar
from autograder.kernel import frames
from autograder.kernel.stock import Stock
from autograder.kernel.zygote import Zygote
from autograder.model import Execution, Graded, KernelKind, Measured, QuestionScore, Result, Submission, Withheld

__all__ = ["Grader", "GraderBug", "Order", "as_answered", "as_asked", "processors"]

_SEND_S = 60.0
_RESULT_S = 7 * 24 * 3600.0
"""Judges are watched where they are forked; the driver waits."""
_AHEAD = 2
"""Orders that wait for each judge at work, so that none is idle while the driver writes."""


class GraderBug(Exception):
    """The grader itself failed; a traceback is the message."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Order:
    """A submission to grade."""

    submission: Submission
    """Its file is read when its turn comes."""
    known: tuple[QuestionScore, ...] = ()
    """Scores of questions that need not be judged again; they come back as they are."""


class Grader(contextlib.AbstractContextManager["Grader"]):
    """Everything that is loaded once for a class: a warm zygote, the tests, the reference. Close it when done.

    Args:
        bundle: An opened bundle; its folder must stay until this is closed.
        workers: How many submissions are graded at a time; as many as there are processors when None.
        debug: Raise `GraderBug` where the grader itself fails on a submission, instead of withholding that result.

    Raises:
        AuthorError: a test file or the solution does not load.
        MachineFault: no warm process, or `sandbox: required` cannot be had.
    """

    def __init__(self, bundle: Bundle, *, workers: int | None = None, debug: bool = False) -> None:
        self.bundle = bundle
        self._debug = debug
        self.workers = workers or processors()
        # Started first: it warms up while otter, which takes longer, is imported here.
        kind = Stock if bundle.assignment.kernel is KernelKind.STOCK else Zygote
        zygote = kind(_preload(bundle), bundle.assignment.sandbox)
        try:
            material = load_material(bundle)
            self.confinement = zygote.confinement
            """What confines student code on this machine, and what does not."""
        except BaseException:
            zygote.close()
            raise
        self.contexts = contexts(material, engine_identity(self.confinement))
        """Under what verdicts of this grader may be used again."""
        self.not_preloaded = zygote.not_preloaded
        """Sentences: modules of `preload` that cannot be imported here; submissions that need them will fail."""
        self.stand_ins = {q.name: tuple(sorted(material.plan.helpers[q.name] | material.plan.inputs[q.name])) for q in material.plan.order}
        """Question name → the functions that the reference answers for in that question's reference world; may be empty."""
        ours, theirs = socket.socketpair()
        # A Ctrl-C that arrives in the middle of a fork would be raised where nobody hears it, and be lost.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
        self._pid = os.fork()
        if self._pid == 0:
            try:
                ours.close()
                for number in (signal.SIGTERM, signal.SIGHUP):
                    if signal.getsignal(number) is not signal.SIG_IGN:
                        signal.signal(number, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
                serve(theirs, material, zygote, self.workers)
            finally:
                os._exit(0)
        theirs.close()
        zygote.forget()
        self._zygote = zygote
        self._link = frames.Link(ours, most_bytes=MOST_RESULT)
        self._closed = False
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the judges and the warm process. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self._link.close()
        os.waitpid(self._pid, 0)
        self._zygote.close()

    def grade(self, submission: Submission) -> Result:
        """Grade one submission; see `grade_all`."""
        (_order, result) = next(iter(self.grade_all([Order(submission)])))
        return result

    def grade_all(self, orders: Iterable[Order | None]) -> Iterator[tuple[Order, Result]]:
        """Grade submissions, several at a time; how, says `autograder.grading.grade`.

        Args:
            orders: Taken as there is room for more; None: there is nothing to order before another result has been taken.

        Yields:
            Order and result, as they come. An author's mistake or a machine's fault is withheld, with its reason; nothing is raised
            for what a student did.

        Raises:
            GraderBug: the grader itself failed, and `debug` was wanted; then this grader can only be closed.
            MachineFault: the process that keeps the judges is gone.
        """
        waiting = iter(orders)
        pending: dict[int, Order] = {}
        numbers = itertools.count()
        while True:
            while len(pending) < _AHEAD * self.workers and (order := next(waiting, None)) is not None:
                number = next(numbers)
                pending[number] = order
                self.send(*as_asked(number, order))
            if not pending:
                return
            header, body = self.receive()
            done = pending.pop(header["number"])
            yield done, as_answered(done.submission, header, body, debug=self._debug)

    def run_notebook(self, path: Path) -> tuple[NotebookNode, Execution]:
        """Run a notebook's cells in the sandbox.

        Returns:
            Its bare cells with their outputs, and what happened to each.

        Raises:
            SubmissionError, MachineFault
        """
        self.send({"do": "run", "number": 0, "path": str(path.absolute())})
        header, body = self.receive()
        data = json.loads(body)
        if header["say"] == "ran":
            return from_plain(data["notebook"]), records.read(data["execution"], Execution)
        raise SubmissionError(data["reason"]) if header["say"] == "withheld" else GraderBug(data["traceback"])

    def fileno(self) -> int:
        """What can be waited for besides: readable when judges have said something."""
        return self._link.sock.fileno()

    def pending(self) -> bool:
        """Whether `receive` would not wait for the first of it."""
        return self._link.pending()

    def send(self, order: dict[str, Any], body: bytes = b"") -> None:
        """Order something of the judges, as `autograder.grading.judges` describes; for `grade_all`, or in its place.

        Raises:
            MachineFault: the process that keeps the judges is gone.
        """
        try:
            self._link.send(order, body, deadline=time.monotonic() + _SEND_S)
        except (frames.Closed, frames.FrameTimeout) as error:
            raise _gone() from error

    def receive(self) -> tuple[dict[str, Any], bytes]:
        """Wait for what the judges say next. Files of the bundle are named from its root: where it is unpacked differs from run to run.

        Raises:
            MachineFault: the process that keeps the judges is gone.
        """
        try:
            header, body = self._link.receive(deadline=time.monotonic() + _RESULT_S)
        except (frames.Closed, frames.FrameTimeout) as error:
            raise _gone() from error
        return header, body.replace(json.dumps(f"{self.bundle.root}/")[1:-1].encode(), b"")


def as_asked(number: int, order: Order) -> tuple[dict[str, Any], bytes]:
    """What is sent to have a submission graded: header and body; the answer has the same number."""
    submission = order.submission
    header = {"do": "grade", "number": number, "name": submission.name, "shown": submission.shown}
    header["path"] = str(submission.path.absolute())
    return header, json.dumps(records.plain(SoFar(closed=order.known))).encode() if order.known else b""


def as_answered(submission: Submission, header: dict[str, Any], body: bytes, *, debug: bool = False) -> Result:
    """What judges said of a submission, about the submission as we know it: a name may hold bytes that no JSON does.

    Raises:
        GraderBug: the grader itself failed, and `debug` is wanted.
        ValueError: they say nothing that a judge says.
    """
    data = json.loads(body)
    if header["say"] == "bug":
        if debug:
            raise GraderBug(data["traceback"])
        return Withheld(
            submission,
            f"The grader itself failed on {submission.shown or submission.path} ({data['what']}). This is a mistake in the grader: "
            "run again with `--debug`, and report what it shows.",
        )
    if header["say"] == "withheld":
        measured = records.read(data["measured"], Measured)
        result: Result = Withheld(submission, records.read(data["reason"], str))
    else:
        graded = records.read(data, Graded)
        measured = graded.measured
        result = replace(graded, submission=submission)
    wall_s, cpu_s = (records.read(header[key], float) for key in ("wall_s", "cpu_s"))
    return replace(result, measured=replace(measured, wall_s=wall_s, cpu_s=round(measured.cpu_s + cpu_s, 4)))


def _preload(bundle: Bundle) -> tuple[str, ...]:
    """What the config says, and what the untouched notebook imports, but for the course's own files: they differ between bundles.

    Raises:
        AuthorError: the notebook cannot be read.
    """
    own = {Path(name).parts[0].removesuffix(".py") for name in bundle.files()}
    found = modules(release_cells(bundle))
    return tuple(dict.fromkeys([*bundle.assignment.preload, *(name for name in found if name.partition(".")[0] not in own)]))


def _gone() -> MachineFault:
    return MachineFault("The process that keeps the judges has ended. Grade again what has no result.")
