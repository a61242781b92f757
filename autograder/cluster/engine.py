"""Grades on a dask cluster: the driver's side, with the shape of a `Grader`.

Who judges what is decided here, not by dask: each submission is given to one worker by name, at most two for each of its threads, so
that no worker is idle and memory stays flat. A worker is given submissions when its service has said that it is the same engine as
this machine's, behind the same walls; if not, it is refused, by name, once.

When a worker is gone, what it had is given to others. A submission that was lost once goes to a worker that has nothing else, so that
what it may do to a worker costs no other submission; one that was lost three times is withheld.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import queue
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.bundle import Bundle
from autograder.cluster.answers import result_of
from autograder.cluster.parcel import packed
from autograder.cluster.process import Hello, ServiceEnded, ServiceProcess, ServiceRefused
from autograder.cluster.service import MOST_ASKED
from autograder.errors import AuthorError, InputError, MachineFault, SubmissionError
from autograder.grading.engine import differences
from autograder.grading.notebook import read_bytes
from autograder.grading.session import GraderBug, Order, as_asked, processors
from autograder.kernel.sandbox import Confinement
from autograder.model import Result, Sandbox, Withheld

if TYPE_CHECKING:
    from autograder.cluster.connection import Connection, Task

__all__ = ["ClusterGrader"]

_AHEAD = 2
_LONGEST_WHY = 600
_MOST_LOST = 3
_FETCH_S = 120.0
_LOOK_S = 0.5
_START_LOOK_S = 0.1
_OWN_START_S = 120.0
_STARTING_S = 300.0
"""Seconds for a worker's service to be ready."""
_NOBODY_S = 120.0
"""Seconds without any worker, before there are none to be expected."""


@dataclass(eq=False, slots=True)
class _Job:
    """A submission on its way."""

    order: Order
    asked: bytes
    known: bytes
    notebook: bytes
    lost: int = 0
    why: str = ""
    task: Task | None = None
    worker: str = ""


@dataclass(slots=True)
class _Accepted:
    """A worker that grades as this machine would."""

    threads: int
    at_work: set[_Job] = field(default_factory=set)

    def has_room_for(self, lost: int) -> bool:
        if lost or any(other.lost for other in self.at_work):
            return not self.at_work
        return len(self.at_work) < _AHEAD * self.threads


class ClusterGrader(contextlib.AbstractContextManager["ClusterGrader"]):
    """Everything that is loaded once for a class, on a cluster's workers. Close it when done.

    Args:
        bundle: An opened bundle; its folder must stay until this is constructed.
        address: `local`, or a scheduler's `tls://host:port`.
        workers: For `local`: how many submissions are graded at a time; as many as there are processors when None.
        processes: For `local`: by how many of dask's workers.
        debug: Raise `GraderBug` where the grader itself fails on a submission, instead of withholding that result.
        say: Called with sentences that the person at the terminal should know at once: refused and lost workers.

    Raises:
        AuthorError: a test file or the solution does not load.
        InputError: the address cannot be used as given, or the extra is not installed.
        MachineFault: there is no such cluster, or student code could reach it.
    """

    def __init__(
        self,
        bundle: Bundle,
        address: str,
        *,
        workers: int | None = None,
        processes: int = 1,
        debug: bool = False,
        say: Callable[[str], None],
    ) -> None:
        if bundle.assignment.sandbox is Sandbox.OFF:
            raise InputError(
                "The bundle's config says `sandbox: off`. Student code that can reach a network can reach a cluster, and run code on all "
                "of its machines: remove that line from grader_config.yaml and build the bundle again, or grade without --cluster."
            )
        if any(importlib.util.find_spec(name) is None for name in ("dask", "distributed")):
            raise InputError("--cluster needs dask.distributed: pip install 'notebook-autograder[cluster]'.")
        from autograder.cluster.connection import Connection, security_for  # noqa: PLC0415 - an extra, with threads of its own

        security = security_for(address)
        self.bundle = bundle
        self._debug, self._say, self._address = debug, say, address
        parcel = packed(bundle)
        threads = max(1, (workers or processors()) // processes)
        with contextlib.ExitStack() as stack:
            own = ServiceProcess(parcel, 1)  # what this machine is compared by; it starts while dask is imported
            with contextlib.closing(own):
                self._connection: Connection = stack.enter_context(Connection(address, security, workers=processes, threads=threads))
                hello = _own_hello(own)
            self.confinement: Confinement = hello.walls.confinement()
            """What confines student code on this machine; on every worker that grades, the same layers hold."""
            _refuse_network(self.confinement)
            self.identity = hello.identity
            """See `autograder.grading.engine`; that of every worker that grades."""
            self.contexts = hello.contexts
            """As `Grader.contexts`."""
            self.not_preloaded = hello.not_preloaded
            """As `Grader.not_preloaded`."""
            self.stand_ins = dict(hello.stand_ins)
            """As `Grader.stand_ins`."""
            self._name = f"autograder-{bundle.sha256[:12]}-{secrets.token_hex(8)}"
            self._connection.install(self._name, parcel)
            self._seen = self._connection.workers()
            self._stack = stack.pop_all()
        self._at_work: set[_Job] = set()
        self._accepted: dict[str, _Accepted] = {}
        self._refused: dict[str, str] = {}
        self._starting: dict[str, float] = {}
        self._called: dict[str, str] = {}
        self._looked = 0.0
        self._somebody = time.monotonic()

    @property
    def workers(self) -> int:
        """How many submissions are graded at a time, by the workers that are there now: those that start are counted, refused ones not."""
        return sum(threads for address, threads in self._seen.items() if address not in self._refused)

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End every service that was started for this, and a cluster of our own. A second call does nothing."""
        self._stack.close()

    def grade_all(self, orders: Iterable[Order | None]) -> Iterator[tuple[Order, Result]]:
        """Grade submissions, several at a time: as `Grader.grade_all`.

        Args:
            orders: Taken as there is room for more; None: there is nothing to order before another result has been taken.

        Yields:
            Order and result, as they come.

        Raises:
            GraderBug: the grader itself failed, and `debug` was wanted.
            MachineFault: there is no worker any more, or no scheduler.
        """
        waiting = iter(orders)
        again: deque[_Job] = deque()
        done: queue.SimpleQueue[tuple[_Job, Task]] = queue.SimpleQueue()
        try:
            while True:
                again += self._look()
                for job in [job for job in again if job.lost >= _MOST_LOST]:
                    again.remove(job)
                    yield job.order, _given_up(job)
                exhausted = False
                while self._accepted and not exhausted:
                    if again:  # before any other, or no worker would ever be free for it
                        if not self._send(again[0], done):
                            break
                        again.popleft()
                        continue
                    if not any(worker.has_room_for(0) for worker in self._accepted.values()):
                        break
                    order = next(waiting, None)
                    exhausted = order is None
                    if order is not None:
                        made = _job(order)
                        if isinstance(made, _Job):
                            self._send(made, done)
                        else:
                            yield order, made
                if exhausted and not self._at_work and not again:
                    return
                with contextlib.suppress(queue.Empty):
                    job, task = done.get(timeout=_LOOK_S if self._accepted else _START_LOOK_S)
                    if job.task is not task:  # its worker was gone before it was heard
                        continue
                    result = self._taken(job, task)
                    if result is None:
                        again.append(job)
                    else:
                        yield job.order, result
        finally:
            for job in list(self._at_work):
                self._release(job)

    def _send(self, job: _Job, done: queue.SimpleQueue[tuple[_Job, Task]]) -> bool:
        """Give a job to the worker that has least to do; False where none has room for it."""
        free = [(len(w.at_work) / w.threads, address) for address, w in self._accepted.items() if w.has_room_for(job.lost)]
        if not free:
            return False
        job.worker = min(free)[1]
        self._accepted[job.worker].at_work.add(job)
        self._at_work.add(job)
        job.task = self._connection.ask(job.worker, self._name, job.asked, job.known, job.notebook)
        job.task.when_done(lambda task: done.put((job, task)))
        return True

    def _release(self, job: _Job) -> None:
        """It is with no worker any more."""
        task, job.task = job.task, None
        self._at_work.discard(job)
        worker = self._accepted.get(job.worker)
        if worker is not None:
            worker.at_work.discard(job)
        if task is not None:
            task.drop()

    def _taken(self, job: _Job, task: Task) -> Result | None:
        """The result of a job that is done; None where it is to be done again."""
        try:
            return result_of(self._fetched(job, task), job.order.submission, self.bundle, debug=self._debug)
        except (GraderBug, MachineFault):
            raise
        except ServiceRefused as refusal:
            self._refuse(job.worker, str(refusal))
        except Exception as error:  # noqa: BLE001 - whatever dask says when a worker, or what it held, is gone
            self._lost(job, f"{type(error).__name__}: {error}".strip(": ") if not isinstance(error, ServiceEnded) else "its service ended")
        finally:
            self._release(job)
        return None

    def _fetched(self, job: _Job, task: Task) -> bytes:
        """What a worker has said; it has to be fetched from there.

        Raises:
            MachineFault: there is no scheduler any more.
            Exception: what ended the task, or that it does not come.
        """
        until = time.monotonic() + _FETCH_S
        while True:
            try:
                return task.result()
            except TimeoutError:
                if time.monotonic() > until or job.worker not in self._connection.workers():
                    raise

    def _lost(self, job: _Job, why: str) -> None:
        job.lost += 1
        job.why = " ".join(why.split())[:_LONGEST_WHY]

    def _look(self) -> list[_Job]:
        """See which workers there are; the jobs of those that are gone.

        Raises:
            MachineFault: there are none, and none are to be expected; or no scheduler.
        """
        now = time.monotonic()
        if now - self._looked < (_LOOK_S if self._accepted else _START_LOOK_S):
            return []
        self._looked = now
        seen = self._seen = self._connection.workers()
        for address in self._accepted.keys() - seen.keys():
            del self._accepted[address]
            self._say(f"The worker {self._called.pop(address)} is gone. What it had is given to others.")
        lost = [job for job in self._at_work if job.worker not in seen]
        for job in lost:
            self._lost(job, "the worker is gone")
            self._release(job)
        for known in (self._starting, self._refused):
            for address in known.keys() - seen.keys():
                del known[address]
        new = [address for address in seen if address not in self._accepted and address not in self._refused]
        for address in new:
            self._starting.setdefault(address, now)
            if not address.startswith("tls://"):
                self._refuse(address, "its connection is without TLS")
        for address, (state, said, called) in self._connection.how_they_are(self._name, [a for a in new if a in self._starting]).items():
            self._called[address] = f"{address} ({called})"
            self._judge(address, seen[address], state, said)
        if self._accepted or self._starting:
            self._somebody = now
        elif seen:
            reasons = "; ".join(f"{self._called.get(address, address)}: {why}" for address, why in sorted(self._refused.items()))
            raise MachineFault(f"No worker of the cluster can be used. {reasons}.")
        elif now - self._somebody > _NOBODY_S:
            raise MachineFault(f"The cluster {self._address} has had no worker for {_NOBODY_S:.0f} seconds. Start some, and run again.")
        return lost

    def _judge(self, address: str, threads: int, state: str, said: bytes) -> None:
        """Accept a worker, refuse it, or wait for it."""
        if state == "starting":
            if time.monotonic() - self._starting[address] > _STARTING_S:
                self._refuse(address, f"it was not ready within {_STARTING_S:.0f} seconds")
            return
        if state == "refused":
            self._refuse(address, said.decode("utf-8", "replace"))
            return
        try:
            there = Hello.read(said).identity
        except ValueError:
            self._refuse(address, "it is no grader that this one knows")
            return
        difference = differences(self.identity, there)
        if difference:
            self._refuse(address, f"it would not grade as this machine does ({difference})")
            return
        del self._starting[address]
        self._accepted[address] = _Accepted(threads)

    def _refuse(self, address: str, why: str) -> None:
        why = " ".join(why.split())[:_LONGEST_WHY]
        self._starting.pop(address, None)
        if address in self._accepted:  # what it has comes back by itself
            del self._accepted[address]
        if self._refused.setdefault(address, why) is why:
            self._say(f"The worker {self._called.get(address, address)} is refused: {why}.")


def _job(order: Order) -> _Job | Withheld:
    """What is sent for an order; or why there is nothing to send."""
    submission = order.submission
    header, known = as_asked(0, order)
    header["shown"] = submission.shown or header.pop("path")
    try:
        notebook = read_bytes(submission.path, header["shown"])
    except SubmissionError as error:
        return Withheld(submission, str(error))
    if len(known) + len(notebook) > MOST_ASKED:
        return Withheld(submission, f"{header['shown']}: is too large to be sent to another machine. Grade it without --cluster.")
    return _Job(order, json.dumps(header).encode(), known, notebook)


def _given_up(job: _Job) -> Withheld:
    submission = job.order.submission
    return Withheld(
        submission,
        f"{submission.shown or submission.path}: the worker that graded it was lost {_MOST_LOST} times, the last two times with nothing "
        f"else to do ({job.why}). Grade it once more on one machine, without --cluster, to see what it does.",
    )


def _own_hello(own: ServiceProcess) -> Hello:
    """What this machine says of itself.

    Raises:
        AuthorError, InputError, MachineFault: it cannot grade this.
    """
    try:
        return Hello.read(own.hello(_OWN_START_S))
    except ServiceRefused as refusal:
        _raise(refusal)
    except (ServiceEnded, TimeoutError, ValueError) as error:
        raise MachineFault(
            "The grader's own service did not start on this machine. Run `python -m autograder.cluster.service < /dev/null` to see why."
        ) from error


def _raise(refusal: ServiceRefused) -> NoReturn:
    """As the grader would have raised it here."""
    kinds: dict[str, Any] = {kind.__name__: kind for kind in (AuthorError, InputError, MachineFault)}
    raise kinds.get(refusal.kind, MachineFault)(refusal.why) from refusal


def _refuse_network(confinement: Confinement) -> None:
    """Whoever reaches a dask cluster can run code in it: so student code reaches nothing, and reads no key.

    Raises:
        MachineFault: it could.
    """
    network = any(layer.holds for layer in confinement.layers if layer.name == "network")
    if not network or not confinement.closes_files:
        raise MachineFault(
            "On this machine student code would not be kept from the network, or from files of yours, and whoever reaches a cluster can "
            f"run code on all of its machines. Not protected: {'; '.join(confinement.missing)}. `autograder doctor` says what can be done."
        )
