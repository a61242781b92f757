"""Notebooks of students are looked at in a process of its own, so that none of them costs the driver its memory or its life.

    driver ── socket: a notebook's bytes ──► reader   (parses JSON and Python; runs nothing)
           ◄── digests, or why it is none ──

The reader is started by exec, has a memory limit of its own, and ends when the socket closes or the driver is gone. It is started when
it is first needed, and again when it died: of too much memory, or because one notebook took too long. Frames are those of
`autograder.kernel.frames`, JSON and capped.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from autograder.errors import MachineFault
from autograder.kernel.frames import BadFrame, Closed, FrameTimeout, Link
from autograder.model import OtterRules
from autograder.records import plain

__all__ = ["Looked", "Reader", "Unreadable"]

_START_S = 60.0
_MOST_HEADER = 1 << 20
_MEMORY_BYTES = 2 << 30
"""Address space of the reader: what grading parses takes up to 25 times its 32 MiB, and Python with nbformat some 200 MiB."""
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from autograder.intake.reading import main; main(int(sys.argv[2]))"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a notebook holds."""

    source_sha256: str
    """Of what the kernel gets: the code cells' sources in order, and what lies beside the notebook. Outputs and text change nothing."""
    functions: Mapping[str, str]
    """Graded function or class → digest of its last definition, which does not depend on where it stands; without those not defined."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are no notebook."""

    reason: str
    """A sentence that names the file and says what to do: the one that grading has."""


class Reader:
    """Looks at notebooks, one at a time; not for several threads at once. Close it when done.

    Args:
        functions: Names of the graded functions and classes.
        otter: As in the assignment: what may be handed in besides notebooks.
        time_s: For one notebook.
        memory_bytes: Address space of the process.
    """

    def __init__(
        self, functions: Sequence[str], otter: OtterRules | None = None, *, time_s: float = 20.0, memory_bytes: int = _MEMORY_BYTES
    ) -> None:
        self._order = {"functions": list(functions), "otter": plain(otter) if otter is not None else None}
        self._time_s = time_s
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._link: Link | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None

    def close(self) -> None:
        """End the process; a second call does nothing, and a later `look` starts another."""
        if self._link is not None:
            self._link.close()
            self._link = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def look(self, data: bytes, shown: str) -> Looked | Unreadable:
        """Say what a notebook holds, or a zip with one, or a script.

        Args:
            data: Its bytes.
            shown: What messages call it; ends as the file does.

        Raises:
            MachineFault: the process cannot be started.
        """
        for _attempt in range(2):  # a process that is gone may have died of the machine, or of the notebook before
            link = self._link or self._start()
            deadline = time.monotonic() + self._time_s
            try:
                link.send({"shown": shown}, data, deadline=deadline)
                reply, _body = link.receive(deadline=deadline)
                return _looked(reply)
            except FrameTimeout:
                self.close()
                return Unreadable(f"{shown}: takes more than {self._time_s:g} s to read. Ask for it again with its outputs cleared.")
            except (Closed, BadFrame, ValueError):
                self.close()
            except BaseException:
                self.close()  # Ctrl-C between question and answer: the answer would be taken for the next one's
                raise
        return Unreadable(f"{shown}: takes more memory to read than a notebook may. Ask for it again with its outputs cleared.")

    def _start(self) -> Link:
        self.close()
        ours, theirs = socket.socketpair()
        package = Path(__file__).resolve().parents[2]
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", _PROGRAM, str(package), str(self._memory_bytes)],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env=_environment(),
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise MachineFault(f"The process that reads notebooks cannot be started: {error.strerror}.") from error
        self._link = Link(ours, most_bytes=0, most_header=_MOST_HEADER)
        try:
            self._link.send(self._order, deadline=time.monotonic() + _START_S)
            self._link.receive(deadline=time.monotonic() + _START_S)
        except (Closed, FrameTimeout, BadFrame) as error:
            self.close()
            raise MachineFault("The process that reads notebooks did not start. Is memory left, and is the package whole?") from error
        return self._link


def _environment() -> dict[str, str]:
    """Ours, but with threads of no library and relative paths made absolute: the process starts in another folder."""
    kept = dict(os.environ) | {"OPENBLAS_NUM_THREADS": "1"}
    with contextlib.suppress(KeyError):
        kept["PYTHONPATH"] = os.pathsep.join(os.path.abspath(part) for part in kept["PYTHONPATH"].split(os.pathsep) if part)
    return kept


def _looked(reply: dict[str, Any]) -> Looked | Unreadable:
    match reply:
        case {"unreadable": str(reason)}:
            return Unreadable(reason)
        case {"sha256": str(digest), "functions": dict(functions)} if all(isinstance(value, str) for value in functions.values()):
            return Looked(digest, functions)
    raise ValueError(json.dumps(reply)[:80])
