"""Grading in a process of its own, from the caller's side; for the other side, and what goes between them, see `grading_process`."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from autograder import records
from autograder.api.steps import STEPS, Hear
from autograder.errors import AuthorError, AutograderError, InputError, MachineFault, SubmissionError
from autograder.kernel.frames import BadFrame, Closed, FrameTimeout, Link

__all__ = ["GraderBug", "answer"]

_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from autograder.api.grading_process import main; main()"
_SEND_S = 60.0
_END_S = 10.0
_LONGEST_S = 30 * 24 * 3600.0
_MOST_BYTES = 256 << 20
"""Of one answer: as much as a judge's result may have."""
_KINDS = {kind.__name__: kind for kind in (SubmissionError, InputError, MachineFault, AutograderError)}


class GraderBug(Exception):
    """The grader itself failed; the traceback of the process that graded is the message."""


def answer(order: dict[str, Any], hear: Hear | None) -> Any:
    """Have an order done, and return the answer in plain data; the process has ended then.

    Args:
        order: What to do, in plain data.
        hear: Called with each step, in this thread. What it raises stops the run, as Ctrl-C does, and comes out of here.

    Raises:
        AutograderError: what the process raised.
        KeyboardInterrupt: after Ctrl-C, when everything is kept and the process has ended; a second one ends it at once.
        GraderBug: the grader itself failed.
    """
    process, link = _started()
    try:
        link.send(order, deadline=time.monotonic() + _SEND_S)
        found = _listened(link, hear)
        process.wait()
    except (Closed, FrameTimeout, BadFrame) as error:
        raise MachineFault(
            f"The process that graded has ended ({_end(process)}). What was graded is kept; the same call goes on."
        ) from error
    except BaseException:
        _stop(process, link)
        raise
    finally:
        if process.poll() is None:  # interrupted on the way out
            process.kill()
            process.wait()
        link.close()
    return found


def _started() -> tuple[subprocess.Popen[bytes], Link]:
    ours, theirs = socket.socketpair()
    package = Path(__file__).resolve().parents[2]
    with theirs:
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, str(package)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,  # what tests and solution print is nobody's document
                stderr=subprocess.DEVNULL,
                env=dict(os.environ) | {"OPENBLAS_NUM_THREADS": "1"},
                start_new_session=True,  # Ctrl-C is for the caller, who passes it on
            )
        except OSError as error:
            ours.close()
            raise MachineFault(f"The process that grades cannot be started: {error.strerror}.") from error
    return process, Link(ours, most_bytes=_MOST_BYTES)


def _listened(link: Link, hear: Hear | None) -> Any:
    while True:
        header, body = link.receive(deadline=time.monotonic() + _LONGEST_S)
        match header:
            case {"say": "step", "step": str(name)}:
                if hear is not None:
                    hear(records.read(json.loads(body), STEPS[name]))
            case {"say": "done"}:
                return json.loads(body)
            case {"say": "error", "kind": "AuthorError", "what": what, "file": file, "line": line, "remedy": remedy}:
                raise AuthorError(what, file=file, line=line, remedy=remedy)
            case {"say": "error", "kind": str(kind), "text": str(text)}:
                raise _KINDS[kind](text)
            case {"say": "stopped"}:
                raise MachineFault("The process that graded was stopped from outside. What was graded is kept; the same call goes on.")
            case {"say": "bug"}:
                raise GraderBug(json.loads(body))
            case _:
                raise BadFrame(str(header)[:80])


def _stop(process: subprocess.Popen[bytes], link: Link) -> None:
    """Let it keep what it has, and wait for its end."""
    process.send_signal(signal.SIGTERM)  # not SIGINT, which a program that was started in the background may never hear
    link.sock.setblocking(True)
    with contextlib.suppress(OSError):
        while link.sock.recv(1 << 16):
            pass  # it must not wait for us to read
    process.wait()


def _end(process: subprocess.Popen[bytes]) -> str:
    try:
        code = process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
