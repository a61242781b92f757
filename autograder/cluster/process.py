"""Starts a service (`autograder.cluster.service`) and speaks with it; for a worker, and for the driver, which asks one what holds there."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Self

from autograder import records
from autograder.cluster.service import MOST_ASKED
from autograder.grading.contexts import Contexts
from autograder.grading.judges import MOST_RESULT
from autograder.kernel import frames
from autograder.kernel.layers import Layer
from autograder.kernel.sandbox import Confinement

__all__ = ["MOST_HEADER", "Hello", "ServiceEnded", "ServiceProcess", "ServiceRefused", "Walls"]

_PASSED_ON = ("PATH", "PYTHONPATH", "HOME", "TMPDIR", "TZ")
"""Where programs, this package, and temporary folders are; nothing of what dask, a shell or a job scheduler may have set."""
MOST_HEADER = 1 << 20
"""Bytes of JSON before what a judge said."""
_SEND_S = 120.0
_FOREVER_S = 365 * 24 * 3600.0
_ENDED_EARLY = "its service ended before it was ready; `python -m autograder.cluster.service < /dev/null` there may say why"
_END_S = 15.0
_END_AT_START_S = 0.2


class ServiceEnded(Exception):
    """The service is gone; what it was asked has no answer."""


class ServiceRefused(Exception):
    """The service cannot grade with this bundle here; says why, in sentences.

    Args:
        why: The sentences.
        kind: Name of the error of ours that says so; may be empty.
    """

    def __init__(self, why: str, kind: str = "") -> None:
        super().__init__(why, kind)  # as it was called, so that it can be pickled
        self.why, self.kind = why, kind

    def __str__(self) -> str:
        """The sentences."""
        return self.why


@dataclass(frozen=True, slots=True)
class Walls:
    """What confines student code there; a `Confinement` on its way."""

    profile: str
    """The profile's value."""
    landlock: int
    """Landlock's version; 0 where it is not applied."""
    seccomp: bool
    """Whether system calls are filtered."""
    own_user: bool
    """Whether a submission has a user id of its own."""
    layers: tuple[Layer, ...]
    """All layers, those that hold and those that do not."""

    def confinement(self) -> Confinement:
        """As a grader there has it."""
        found = {"profile": self.profile, "landlock": self.landlock, "seccomp": self.seccomp, "home": None}
        return Confinement({**found, "user": 0 if self.own_user else None}, self.layers)


@dataclass(frozen=True, slots=True)
class Hello:
    """What a service says of itself when it is ready."""

    identity: Mapping[str, str]
    """See `autograder.grading.engine.engine_identity`."""
    walls: Walls
    """What confines student code there."""
    contexts: Contexts
    """As `Grader.contexts`."""
    stand_ins: Mapping[str, tuple[str, ...]]
    """As `Grader.stand_ins`."""
    not_preloaded: tuple[str, ...]
    """As `Grader.not_preloaded`."""

    @classmethod
    def read(cls, body: bytes) -> Self:
        """From the JSON that it said.

        Raises:
            ValueError: it is none.
        """
        return records.read(json.loads(body), cls)


class ServiceProcess:
    """A service of this process's own. Several threads may ask it at a time; close it when done.

    Args:
        parcel: A bundle that `autograder.cluster.parcel.packed` made.
        workers: How many submissions it grades at a time.
    """

    def __init__(self, parcel: bytes, workers: int) -> None:
        self._folder = tempfile.mkdtemp(prefix="autograder-service-")  # it removes it itself, also when this process is killed
        ours, theirs = socket.socketpair()
        try:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                # -P: what happens to lie in the folder that somebody started a worker in is no module of ours.
                [sys.executable, "-P", "-m", "autograder.cluster.service"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
                start_new_session=True,
            )
        except OSError:
            ours.close()
            os.rmdir(self._folder)
            raise
        finally:
            theirs.close()
        self._link = frames.Link(ours, most_bytes=MOST_RESULT, most_header=MOST_HEADER)
        self._sending = threading.Lock()
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._asked: dict[int, Future[tuple[dict[str, Any], bytes]]] = {}
        self._ended = False
        self._hello: Future[bytes] = Future()
        self._thread = threading.Thread(target=self._work, args=(parcel, workers), name="autograder-service", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """The service's process."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it is gone."""
        return self._ended

    @property
    def ready(self) -> bool:
        """Whether `hello` would not wait."""
        return self._hello.done()

    def hello(self, timeout_s: float | None = None) -> bytes:
        """What it says of itself (`Hello.read`); waits until it is ready.

        Raises:
            ServiceRefused: it cannot grade here.
            ServiceEnded: it ended before it said anything.
            TimeoutError: it is not ready yet.
        """
        return self._hello.result(timeout_s)

    def grade(self, asked: Mapping[str, Any], known: bytes, notebook: bytes) -> tuple[dict[str, Any], bytes]:
        """Have a notebook file graded; waits for the answer.

        Args:
            asked: The header of an order for judges, without its number and path.
            known: The body of such an order.
            notebook: The file.

        Returns:
            What a judge said: header and body.

        Raises:
            ServiceEnded: before it answered.
            ValueError: it is larger than `MOST_ASKED`.
        """
        if len(known) + len(notebook) > MOST_ASKED:
            raise ValueError("too large")
        number = next(self._numbers)
        answer: Future[tuple[dict[str, Any], bytes]] = Future()
        with self._lock:
            if self._ended:
                raise ServiceEnded
            self._asked[number] = answer
        header = {"do": "grade", "number": number, "known": len(known), "asked": dict(asked)}
        try:
            with self._sending:
                self._link.send(header, known + notebook, deadline=time.monotonic() + _SEND_S)
        except (frames.Closed, frames.FrameTimeout, OSError, ValueError) as error:  # the last two: closed by us meanwhile
            with self._lock:
                self._asked.pop(number, None)
            raise ServiceEnded from error
        return answer.result()

    def close(self) -> None:
        """End it, and all its children; a second call does nothing."""
        with contextlib.suppress(OSError):
            self._link.sock.shutdown(socket.SHUT_RDWR)  # wakes the thread that listens
        with contextlib.suppress(subprocess.TimeoutExpired):  # while it starts it hears nothing
            self._process.wait(_END_S if self.ready else _END_AT_START_S)
        if self._process.poll() is None:
            self._process.kill()  # its children end by the closing of its sockets
            self._process.wait()
        self._thread.join(_END_S)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _work(self, parcel: bytes, workers: int) -> None:
        """In a thread: send the bundle, then hear what is said until it ends."""
        try:
            order = {"do": "open", "folder": self._folder, "sha256": hashlib.sha256(parcel).hexdigest(), "workers": workers}
            self._link.send(order, parcel, deadline=time.monotonic() + _SEND_S)
            del parcel
            while True:
                header, body = self._link.receive(deadline=time.monotonic() + _FOREVER_S)
                self._hear(header, body)
        except (frames.Closed, frames.FrameTimeout, frames.BadFrame, OSError):
            pass
        finally:
            self._end()

    def _hear(self, header: dict[str, Any], body: bytes) -> None:
        match header.get("say"):
            case "hello":
                self._hello.set_result(body)
            case "refused":
                self._hello.set_exception(ServiceRefused(str(header["why"]), str(header["kind"])))
            case _:
                with self._lock:
                    answer = self._asked.pop(header["number"], None)
                if answer is not None:
                    answer.set_result((header, body))

    def _end(self) -> None:
        with self._lock:
            self._ended = True
            unanswered, self._asked = self._asked, {}
        self._link.close()
        if not self._hello.done():
            self._hello.set_exception(ServiceEnded(_ENDED_EARLY))
        for answer in unanswered.values():
            answer.set_exception(ServiceEnded())
        with contextlib.suppress(subprocess.TimeoutExpired):  # where it goes on, `close` ends it
            self._process.wait(_END_S)
            shutil.rmtree(self._folder, ignore_errors=True)


def _environment() -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed_on, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
