"""The program that grades beside a worker: `python -m autograder.cluster.service`, with a socket as its standard input.

It is exec'ed with a clean environment and holds one `Grader`: so nothing of dask's, which has threads and connections, is ever forked
into a process that meets student code. It speaks in our frames:

    → {"do": "open", "folder", "sha256", "workers"} + parcel      once, first
    ← {"say": "hello"} + JSON of what `autograder.cluster.process.Hello` describes | {"say": "refused", "kind", "why"}, and it ends
    → {"do": "grade", "number", "known", "asked"} + JSON of what is known (`known` bytes; may be 0), then the notebook file
    ← {"say": "graded" | "withheld" | "bug", "number", "wall_s", "cpu_s"} + JSON: what a judge said (`autograder.grading.judges`)

The bundle lies in that folder, closed to other users as every bundle's is, and in no sandbox.

When the other end closes, whatever closed it, also the end of the process that had it, this process ends all its children, removes the
folder and ends. It does so, too, when nothing has been asked for a while: a driver may have been cut off.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import select
import shutil
import signal
import socket
import stat
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from autograder import records
from autograder.cluster.parcel import unpacked
from autograder.errors import AutograderError
from autograder.grading.engine import engine_identity
from autograder.grading.session import Grader
from autograder.kernel import frames

__all__ = ["MOST_ASKED", "MOST_PARCEL", "main"]

MOST_PARCEL = 768 << 20
"""Bytes of a bundle on its way: as many as one may have unpacked, and half as much again."""
MOST_ASKED = 96 << 20
"""Bytes of a notebook file (at most 32 MiB) and of what is known of it."""
_MOST_HEADER = 1 << 20
_BEGIN_S = 600.0
_SEND_S = 600.0
_IDLE_S = 1800.0


def main() -> int:
    """Serve until the other end closes; the exit code."""
    if not stat.S_ISSOCK(os.fstat(0).st_mode):
        sys.stderr.write(
            "This program is started by a worker, with a socket as its standard input. All that it needs can be imported here.\n"
        )
        return 2
    # It has a session of its own, and no Ctrl-C reaches it. But kernels are interrupted by the same signal, and inherit what a worker may
    # have set.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    link = frames.Link(socket.socket(fileno=os.dup(0)), most_bytes=MOST_PARCEL, most_header=_MOST_HEADER)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.register_at_fork(after_in_child=link.close)  # else judges would hold it open
    with contextlib.suppress(frames.Closed, frames.FrameTimeout):
        order, parcel = link.receive(deadline=time.monotonic() + _BEGIN_S)
        try:
            _serve(link, order, parcel)
        finally:
            shutil.rmtree(order["folder"], ignore_errors=True)
    return 0


def _serve(link: frames.Link, order: dict[str, Any], parcel: bytes) -> None:
    """Open the bundle, and grade with it.

    Raises:
        frames.Closed, frames.FrameTimeout: the other end is gone.
    """
    folder = Path(order["folder"])
    try:
        if hashlib.sha256(parcel).hexdigest() != order["sha256"]:
            raise ValueError("the bundle did not arrive as it was sent")
        grader = Grader(unpacked(parcel, folder), workers=order["workers"])
    except AutograderError as error:
        link.send({"say": "refused", "why": str(error), "kind": type(error).__name__}, deadline=time.monotonic() + _SEND_S)
        return
    except Exception as error:  # noqa: BLE001 - there is nobody else to tell
        why = f"{type(error).__name__}: {error}\n{traceback.format_exc()}"
        link.send({"say": "refused", "why": why, "kind": ""}, deadline=time.monotonic() + _SEND_S)
        return
    del parcel
    with grader:
        link.send({"say": "hello"}, json.dumps(_hello(grader)).encode(), deadline=time.monotonic() + _SEND_S)
        _Service(link, grader, folder).work()


def _hello(grader: Grader) -> dict[str, Any]:
    confinement = grader.confinement
    return {
        "identity": dict(engine_identity(confinement)),
        "walls": {
            "profile": confinement.profile.value,
            "landlock": confinement.landlock,
            "seccomp": confinement.seccomp,
            "own_user": confinement.own_user,
            "layers": records.plain(confinement.layers),
        },
        "contexts": records.plain(grader.contexts),
        "stand_ins": {name: list(functions) for name, functions in grader.stand_ins.items()},
        "not_preloaded": list(grader.not_preloaded),
    }


class _Service:
    """Passes orders on to the judges, and their answers back."""

    def __init__(self, link: frames.Link, grader: Grader, folder: Path) -> None:
        self._link, self._grader = link, grader
        self._folder = folder / "notebooks"
        self._folder.mkdir()
        self._at_work: set[int] = set()

    def work(self) -> None:
        """Until the other end closes, or nothing is asked any more.

        Raises:
            frames.Closed, frames.FrameTimeout: it is closed, or takes nothing.
            MachineFault: the process that keeps the judges is gone.
        """
        while True:
            waited: list[Any] = [self._link.sock, self._grader]
            ready, _, _ = select.select(waited, [], [], None if self._at_work else _IDLE_S)
            if not ready:
                return
            if self._grader in ready:
                while self._grader.pending():
                    self._answer()
            if self._link.sock in ready:
                while self._link.pending():
                    self._take()

    def _take(self) -> None:
        header, body = self._link.receive(deadline=time.monotonic() + _SEND_S)
        number = header["number"]
        path = self._folder / str(number)
        path.write_bytes(body[header["known"] :])
        self._at_work.add(number)
        self._grader.send({**header["asked"], "number": number, "path": str(path)}, body[: header["known"]])

    def _answer(self) -> None:
        header, body = self._grader.receive()
        self._at_work.discard(header["number"])
        (self._folder / str(header["number"])).unlink(missing_ok=True)
        self._link.send(header, body, deadline=time.monotonic() + _SEND_S)


if __name__ == "__main__":
    sys.exit(main())
