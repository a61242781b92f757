"""A process that forks a judge for each submission, several at a time, and watches them.

    driver ── orders, results ──► this process ──fork──► judge: one submission, from file to verdicts
                                       └── a connection to the zygote for each place at the bench ──┘

It is forked from the driver when tests and reference are loaded, has one thread, and grades nothing itself. So the driver never
forks again and may have threads and a database; each submission meets the tests as they were loaded, whatever the one before
did to them; and a judge that a student's value ends takes nothing with it: the submission is graded again, and the case in
which it happened is charged, to the student or, where the reference's value ends a judge too, to the author.

    → {"do": "grade", "number", "name", "shown", "path"} + JSON of a `SoFar`, or nothing | {"do": "run", "number", "path"}
    ← {"say": "graded" | "withheld" | "ran" | "bug", "number"} + JSON

A judge says one such thing, without a number; before that, as often as it likes, {"say": "so far"} + JSON of a `SoFar`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from autograder import records
from autograder.errors import AuthorError, MachineFault, SubmissionError
from autograder.grading import closed_files
from autograder.grading.court import Charge, Material, trial_of_one_case
from autograder.grading.grade import Grading
from autograder.grading.judge import Bench, limit_memory, rehearse
from autograder.grading.remote import Unsure
from autograder.grading.so_far import SoFar
from autograder.grading.whereabouts import Place, Whereabouts
from autograder.kernel import frames
from autograder.kernel.zygote import Zygote
from autograder.model import Measured, Submission

__all__ = ["MOST_RESULT", "serve"]

MOST_RESULT = 256 << 20
"""Bytes of one result: a notebook's outputs and every case's words."""
_LOOK_S = 0.5
_SEND_S = 60.0
_BEGIN_S = 3600.0
"""Seconds until the first case begins: the notebook runs, and has limits of its own."""


@dataclass
class _Job:
    """One order of the driver's, and what has come of it so far."""

    order: dict[str, Any]
    charges: tuple[Charge, ...] = ()
    sure: bool = False
    faults: int = 0
    lost_at: Place | None = None
    """Where a judge ended that may have been the machine's victim: once more, before anyone is charged."""
    so_far: tuple[bytes, ...] = ()
    """What was known before, and what judges have said that they have settled."""
    rehearsal: Charge | None = None
    """A charge that is being tried on the reference."""
    began: float = 0.0
    """When its first judge sat down; 0 before."""
    cpu_s: float = 0.0
    """Of judges that gave no result."""


@dataclass
class _Sitting:
    """A judge at work."""

    job: _Job
    pid: int
    link: frames.Link
    whereabouts: Whereabouts


class _Place:
    """A place at the bench: one judge at a time, over one connection to the zygote."""

    def __init__(self, processor: int) -> None:
        self.processor = processor
        """Judge and kernel take turns, so they share one: to wake a process on another costs more than most calls take.

        Measured in a virtual machine: a quarter of all CPU time.
        """
        self.sitting: _Sitting | None = None
        self.connection: frames.Link | None = None

    def disconnect(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def serve(sock: socket.socket, material: Material, zygote: Zygote, workers: int) -> None:
    """Grade what the driver orders until it closes its end; then every judge, kernel and the zygote have ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver hears Ctrl-C, and closes its end
    link = frames.Link(sock, most_bytes=MOST_RESULT)
    judges = _Judges(link, material, zygote, workers)
    gc.collect()
    gc.freeze()  # a collection in a judge need not look at, and thereby copy, what was there before it
    try:
        judges.work()
    except frames.Closed:
        pass
    finally:
        judges.end()


class _Judges:
    """What is waiting, and who is at work."""

    def __init__(self, link: frames.Link, material: Material, zygote: Zygote, workers: int) -> None:
        self._link, self._material, self._zygote = link, material, zygote
        self._waiting: deque[_Job] = deque()
        processors = sorted(os.sched_getaffinity(0))
        # Two graders on one machine should not meet on the same ones.
        self._places = [_Place(processors[(os.getpid() + place) % len(processors)]) for place in range(workers)]

    def work(self) -> None:
        """Until the driver's end is closed.

        Raises:
            frames.Closed: it is.
        """
        while True:
            for place in self._places:
                if place.sitting is None and self._waiting:
                    self._sit_down(place, self._waiting.popleft())
            sittings = {place.sitting.link.sock: place for place in self._places if place.sitting is not None}
            ready, _, _ = select.select([self._link.sock, *sittings], [], [], _LOOK_S if sittings else None)
            for sock in ready:
                if sock is self._link.sock:
                    while self._link.pending():  # several may have come at once
                        order, known = self._link.receive(deadline=time.monotonic() + _SEND_S)
                        self._waiting.append(_Job(order, so_far=(known,) if known else ()))
                else:
                    self._hear(sittings[sock])
            now = time.monotonic()
            for place in sittings.values():
                if place.sitting is not None and 0 < place.sitting.whereabouts.deadline < now:
                    self._lost(place, "took too long")

    def end(self) -> None:
        """End every judge, and the zygote; submissions end by the closing of their judges' sockets."""
        for place in self._places:
            if place.sitting is not None:
                self._dismiss(place)
            place.disconnect()
        self._zygote.close()

    def _sit_down(self, place: _Place, job: _Job) -> None:
        job.began = job.began or time.monotonic()
        try:
            if not self._zygote.alive:
                self._replace_zygote()
            if place.connection is None:
                place.connection = self._zygote.connect()
            ours, theirs = socket.socketpair()
            whereabouts = Whereabouts()
            whereabouts.nowhere(time.monotonic() + _BEGIN_S)
            pid = os.fork()
        except (OSError, MachineFault) as error:
            self._fault(place, job, str(error))
            return
        if pid == 0:
            self._be_a_judge(place, job, theirs, whereabouts)
        theirs.close()
        place.sitting = _Sitting(job, pid, frames.Link(ours, most_bytes=MOST_RESULT), whereabouts)

    def _replace_zygote(self) -> None:
        for place in self._places:
            place.disconnect()
        self._zygote = self._zygote.another()

    def _be_a_judge(self, place: _Place, job: _Job, sock: socket.socket, whereabouts: Whereabouts) -> NoReturn:
        """In the fork: one submission, one result."""
        status = 1
        try:
            assert place.connection is not None
            zygote = self._zygote.over(place.connection)
            zygote.processor = place.processor
            with contextlib.suppress(OSError):  # it may have been taken away since
                os.sched_setaffinity(0, {place.processor})
            self._link.close()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for descriptor in (1, 2):  # what a test or the reference prints or warns of, a student's values may have provoked
                os.dup2(nowhere, descriptor)
            for other in self._places:
                if other.sitting is not None:
                    other.sitting.link.close()
                if other is not place:
                    other.disconnect()
            link = frames.Link(sock, most_bytes=0)

            def tell(said: str, body: bytes) -> None:
                link.send({"say": said}, body, deadline=time.monotonic() + _SEND_S)

            tell(*_judged(job, self._material, zygote, whereabouts, lambda part: tell("so far", _json(records.plain(part)))))
            status = 0
        finally:
            os._exit(status)

    def _hear(self, place: _Place) -> None:
        """A judge has said something, or has ended without a word."""
        sitting = place.sitting
        assert sitting is not None
        try:
            header, body = sitting.link.receive(deadline=time.monotonic() + _SEND_S)
        except (frames.Closed, frames.BadFrame, frames.FrameTimeout):
            self._lost(place, "ended")
            return
        job = sitting.job
        if header["say"] == "so far":
            job.so_far += (body,)
            return
        self._dismiss(place)
        match header["say"]:
            case "unsure":
                self._again(replace(job, sure=True), body)
            case "fault":
                self._again(job, body)
                self._fault(place, self._waiting.popleft(), json.loads(body)["text"])
            case "rehearsed":
                assert job.rehearsal is not None
                self._charge(job, job.rehearsal)
            case said:
                self._tell(job, said, body)

    def _again(self, job: _Job, body: bytes) -> None:
        job.cpu_s += json.loads(body)["cpu_s"]
        self._waiting.appendleft(job)

    def _lost(self, place: _Place, how: str) -> None:
        """A judge has ended, or must be ended, without a result."""
        sitting = place.sitting
        assert sitting is not None
        job, where, seen = sitting.job, sitting.whereabouts.place, sitting.whereabouts.value_seen
        self._dismiss(place)
        place.disconnect()  # it may have stopped in the middle of a request
        if job.rehearsal is not None:
            self._charge(job, replace(job.rehearsal, students=False))
        elif where is None:
            self._fault(place, job, f"The process that judged it {how}.")
        elif how == "ended" and job.lost_at != where:
            self._waiting.appendleft(replace(job, lost_at=where))
        elif not seen:
            self._charge(job, Charge(where, how, students=False))
        else:
            self._waiting.appendleft(replace(job, rehearsal=Charge(where, how, students=True)))

    def _charge(self, job: _Job, charge: Charge) -> None:
        others = tuple(earlier for earlier in job.charges if earlier.place.question != charge.place.question)
        self._waiting.appendleft(replace(job, charges=(*others, charge), rehearsal=None, lost_at=None))

    def _fault(self, place: _Place, job: _Job, text: str) -> None:
        """The machine failed: once more, from a fresh kernel; then the result is withheld."""
        place.disconnect()
        if job.faults:
            self._tell(job, "withheld", json.dumps({"reason": text, "measured": records.plain(Measured(cpu_s=job.cpu_s))}).encode())
        else:
            self._waiting.appendleft(replace(job, faults=1))

    def _tell(self, job: _Job, said: str, body: bytes) -> None:
        header = {
            "say": said,
            "number": job.order["number"],
            "wall_s": round(time.monotonic() - job.began, 4),
            "cpu_s": round(job.cpu_s, 4),
        }
        self._link.send(header, body, deadline=time.monotonic() + _SEND_S)

    def _dismiss(self, place: _Place) -> None:
        sitting = place.sitting
        assert sitting is not None
        place.sitting = None
        sitting.link.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(sitting.pid, signal.SIGKILL)
        os.waitpid(sitting.pid, 0)
        sitting.whereabouts.close()


def _judged(job: _Job, material: Material, zygote: Zygote, whereabouts: Whereabouts, tell: Callable[[SoFar], None]) -> tuple[str, bytes]:
    """In a judge: what there is to say of the job; `tell` is called with what is settled before."""
    limit_memory()
    closed_files.guard(material.bundle.root)
    os.chdir(material.bundle.workplace)  # as otter runs tests
    if material.bundle.assignment.otter is not None:  # as otter does, too: tests import what lies beside the notebook
        sys.path.append(str(material.bundle.workplace))
    if job.rehearsal is not None:
        place = job.rehearsal.place
        rehearse(trial_of_one_case(material, place), Bench(material.reference, material.bundle.assignment.limits, whereabouts, sure=True))
        return "rehearsed", b""
    before = _cpu()
    began = time.monotonic()
    known = SoFar.of(records.read(json.loads(part), SoFar) for part in job.so_far)
    grading = Grading(material, zygote, whereabouts, job.charges, known, tell, sure=job.sure)

    def spent() -> float:
        return _cpu() - before + grading.student_cpu_s

    def measured() -> Measured:
        wall_s, cpu_s = round(time.monotonic() - began, 4), round(spent(), 4)
        return Measured(wall_s, cpu_s, round(grading.student_cpu_s, 4), grading.peak_memory_bytes)

    try:
        path = Path(job.order["path"])
        if job.order["do"] == "run":
            notebook, execution = grading.run_notebook(path)
            return "ran", _json({"notebook": notebook, "execution": records.plain(execution)})
        graded = grading.grade(Submission(job.order["name"], path, job.order["shown"]))
        return "graded", _json(records.plain(replace(graded, measured=measured())))
    except Unsure:
        return "unsure", _json({"cpu_s": spent()})
    except (MachineFault, MemoryError) as error:
        return "fault", _json({"cpu_s": spent(), "text": str(error) or "The grader ran out of memory."})
    except (SubmissionError, AuthorError) as error:
        return "withheld", _json({"reason": str(error), "measured": records.plain(measured())})
    except OSError as error:
        return "fault", _json({"cpu_s": spent(), "text": f"The machine failed: {error}."})
    except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the class
        last = traceback.extract_tb(error.__traceback__)[-1]
        place_of_error = f"{Path(last.filename).name}, line {last.lineno}"
        return "bug", _json({"what": f"{type(error).__name__}: {error}; {place_of_error}", "traceback": traceback.format_exc()})


def _json(data: Any) -> bytes:
    return json.dumps(data).encode()


def _cpu() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)
