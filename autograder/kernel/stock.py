"""The trusted side of `kernel: stock`: the environment's ordinary Python kernel, cold, one for the notebook and one for each question.

    driver ── control ──► starter ──► bridge ──► stock kernel (the notebook)
       │                     └──────► bridge ──► stock kernel (the notebook again, then one question)
       ├────────────── control of each bridge ─────┘    │
       └────────────── question's socket ───────────────┘

A stock kernel has threads, so it cannot be forked: where a warm kernel is forked for a question, here the notebook's cells run
again in a fresh kernel, in a folder that is as the notebook found it. The bridges are ours and run no student code (see
`inside/bridge.py`). With bubblewrap every bridge has namespaces of its own: an empty root with the interpreter read-only, its own
processes, no network. Without, it is confined as a warm kernel is, by Landlock and seccomp.

Nothing is shared between two questions but what the notebook's cells make anew.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import MachineFault
from autograder.kernel import frames
from autograder.kernel.sandbox import Confinement, environment, survey, warm_order
from autograder.kernel.zygote import GREETING, QUESTION_HEADER, Kernel, Zygote
from autograder.model import Limits, Sandbox

__all__ = ["Bubblewrap", "Stock", "StockKernel", "find_bubblewrap"]

_START_S = 90.0
"""Seconds for a kernel to start; the bridge itself gives up after 60."""
_SLOWER = 3.0
"""How many times as long as at first a notebook may take when it runs again."""
_DISK = 256 << 20
_INSIDE = Path(__file__).resolve().parent.parent / "inside"
_BASE = Path("/student")


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Whether bubblewrap can be used here."""

    command: tuple[str, ...]
    """What is written before a command to run it in namespaces of its own; empty when that does not work here."""
    why_not: str
    """A sentence; empty when it works."""


def find_bubblewrap(home: Path) -> Bubblewrap:
    """Look for `bwrap` and try it.

    Args:
        home: Folder to start it in.
    """
    variables = environment(home)
    program = shutil.which("bwrap", path=variables["PATH"])
    if program is None:
        return Bubblewrap((), "bubblewrap is not installed (on Debian and Ubuntu: apt install bubblewrap)")
    command = (program, *_namespaces())
    try:
        tried = subprocess.run(
            [*command, sys.executable, "-P", "-c", "import ssl, zmq"],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=variables,
            cwd=home,
            timeout=_START_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Bubblewrap((), f"bubblewrap is installed and cannot be run here ({error})")
    if tried.returncode:
        said = tried.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {tried.returncode}"]
        return Bubblewrap((), f"bubblewrap is installed and does not work here ({said[-1][:200]})")
    return Bubblewrap(command, "")


def _namespaces() -> Iterator[str]:
    """Options of bubblewrap: an empty root, what the interpreter needs read-only, one folder of limited size to write to."""
    yield from ("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    yield from ("--die-with-parent", "--as-pid-1", "--cap-drop", "ALL", "--hostname", "student")
    yield from ("--proc", "/proc", "--dev", "/dev")
    for path in _readable():
        yield from ("--ro-bind-try", path, path)
    yield from ("--size", str(_DISK), "--tmpfs", str(_BASE), "--chdir", str(_BASE))
    yield from ("--remount-ro", "/dev", "--remount-ro", "/")


def _readable() -> list[str]:
    found = [path for path in warm_order(_BASE, Sandbox.BEST)["readable"] if path != "/proc"]
    return sorted({*found, str(_INSIDE), str(Path(sys.prefix) / "share" / "jupyter")})


class Stock(Zygote):
    """Starts stock kernels. It is used as a zygote is; nothing in it is warm. Close it when done.

    Args:
        preload: Modules that each kernel imports before its notebook's first cell.
        sandbox: The author's wish.

    Raises:
        MachineFault: it did not start, or the wish cannot be fulfilled.
    """

    _PROGRAM = "stock.py"

    def _first_order(self, sandbox: Sandbox) -> dict[str, Any]:
        off = Bubblewrap((), "the configuration says `sandbox: off`")
        self._bubblewrap = off if sandbox is Sandbox.OFF else find_bubblewrap(self.home)
        return {"bubblewrap": self._bubblewrap.command or None, **warm_order(self.home, sandbox)}

    def _survey(self, header: dict[str, Any]) -> Confinement:
        wish = Sandbox.BEST if self._sandbox is Sandbox.REQUIRED else self._sandbox
        found = survey(wish, header["landlock"], walled=header["walled"], seccomp=header["seccomp"])
        confinement = _with_bubblewrap(found, self._bubblewrap)
        if self._sandbox is Sandbox.REQUIRED and confinement.missing:
            raise MachineFault(
                "The configuration says `sandbox: required`, and here is not protected: " + "; ".join(confinement.missing) + "."
            )
        return confinement

    def fork(self, scratch: Path, limits: Limits) -> StockKernel:
        """Start a confined kernel in a folder of its own with the files that are now in `scratch`.

        Raises:
            MachineFault: it could not be started.
        """
        files = {path.relative_to(scratch).as_posix(): path.read_bytes() for path in sorted(scratch.rglob("*")) if path.is_file()}
        return StockKernel(self, files, limits, *self.start(files, limits, [], None))

    def start(
        self, files: Mapping[str, bytes], limits: Limits, cells: list[dict[str, Any]], question: socket.socket | None
    ) -> tuple[frames.Link, frames.Link]:
        """Start a bridge and its kernel, and wait until that can run cells; the bridge's socket, and the kernel's.

        Args:
            files: Relative POSIX path → contents.
            limits: The submission's.
            cells: Execute requests to begin with, each with its `message` and `interrupt_s` (None: never).
            question: Where calls are answered after them, or None.

        Raises:
            MachineFault: it could not be started.
        """
        bubblewrapped = bool(self.confinement and self._bubblewrap.command)
        base = _BASE if bubblewrapped else self.home / f"kernel-{uuid.uuid4().hex[:12]}"
        order = self.confinement.order(base / "work", limits)
        order |= {
            "do": "begin",
            "base": str(base),
            "remove": not bubblewrapped,
            "files": [[name, len(data)] for name, data in files.items()],
            "readable": [*order["readable"], *_readable()],
            "devices": order["writable"][1:],
            "preload": self._preload,
            "cells": cells,
        }
        control, link = self._forked({})
        deadline = time.monotonic() + _START_S
        try:
            fds = () if question is None else (question.fileno(),)
            control.send(order, b"".join(files.values()), fds=fds, deadline=deadline)
            answer, _body = control.receive(deadline=deadline)
            said, _body = link.receive(deadline=deadline) if answer["did"] == "begin" else (answer, b"")
        except (frames.Closed, frames.FrameTimeout, frames.BadFrame) as error:
            control.close()
            link.close()
            raise MachineFault("A stock kernel could not be started: the process that starts it ended, or did not answer.") from error
        if said.get("say") != "ready":
            control.close()
            link.close()
            raise MachineFault(f"A stock kernel could not be started: {said.get('text', '')}.")
        return control, link


def _with_bubblewrap(found: Confinement, bubblewrap: Bubblewrap) -> Confinement:
    """What holds with (or without) namespaces around what is found to hold in any process."""
    holds = ["a kernel of its own for every notebook and question, without the grader's environment or descriptors", *found.holds[1:]]
    missing = list(found.missing)
    if bubblewrap.command:
        holds.append("files, processes, network: only the interpreter, its own and none are there at all (bubblewrap)")
        holds.append(f"disk: {_DISK >> 20} MiB")
        missing = [sentence for sentence in missing if not sentence.startswith(("files:", "network", "signals:"))]
        if os.getuid() == 0:
            missing.append("the user: student code has root's number, without root's rights; run the grader as an ordinary user")
    elif not any("sandbox: off" in sentence for sentence in missing):
        missing.append(f"namespaces: {bubblewrap.why_not}, so the names of files outside and the disk are not protected")
    return Confinement(found.landlock, seccomp=found.seccomp, holds=tuple(holds), missing=tuple(missing))


class _Recorder(frames.Link):
    """A kernel's socket that remembers the cells sent over it, and after how many seconds each was interrupted."""

    def __init__(self, link: frames.Link) -> None:
        super().__init__(link.sock, most_bytes=1 << 20)
        self.pid = link.pid
        self.cells: list[dict[str, Any]] = []
        self._began = time.monotonic()

    def send(self, header: dict[str, Any], body: bytes = b"", *, fds: tuple[int, ...] = (), deadline: Any) -> None:
        """Send one frame, and remember it."""
        self.cells.append({"message": header["message"], "interrupt_s": None})
        self._began = time.monotonic()
        super().send(header, body, fds=fds, deadline=deadline)

    def interrupted(self) -> None:
        """The cell that was sent last is being interrupted."""
        if self.cells and self.cells[-1]["interrupt_s"] is None:
            self.cells[-1]["interrupt_s"] = time.monotonic() - self._began


class StockKernel(Kernel):
    """One submission's stock kernels, one after another: first the notebook's, then a question's at a time."""

    def __init__(self, stock: Stock, files: Mapping[str, bytes], limits: Limits, control: frames.Link, link: frames.Link) -> None:
        self._cells = _Recorder(link)
        super().__init__(control, self._cells)
        self._stock, self._files, self._limits = stock, files, limits
        self._question: Kernel | None = None
        self._began = time.monotonic()
        self._took_s = 0.0

    def interrupt(self) -> None:
        """Send SIGINT to the kernel."""
        self._cells.interrupted()
        super().interrupt()

    def hold(self, keep: int | None) -> None:
        """With `keep`, end every other process of the question; without, end the notebook's kernel or the question's.

        Raises:
            Unruly: that is not possible.
            MachineFault: the first process is gone.
        """
        if self._question is None:
            self._took_s = self._took_s or time.monotonic() - self._began
            self.close()
        elif keep is None:
            self._end_question()
        else:
            self._question.hold(keep)

    def release(self) -> None:
        """Nothing is held: the next question starts afresh."""

    def fork_question(self, *, most_bytes: int, deadline: float) -> frames.Link:  # noqa: ARG002 - starting takes as long as it takes
        """Run the notebook's cells again in a fresh kernel, which then answers calls.

        Raises:
            frames.Closed, frames.FrameTimeout, frames.BadFrame: this time the notebook did not come to its end.
            Unruly: its other processes cannot be ended.
            MachineFault: no kernel could be started.
        """
        ours, theirs = socket.socketpair()
        link = frames.Link(ours, most_bytes=most_bytes, most_header=GREETING, credentials=True)
        try:
            self._question = Kernel(*self._stock.start(self._files, self._limits, self._cells.cells, theirs))
            theirs.close()
            header, _body = link.receive(deadline=time.monotonic() + _START_S + _SLOWER * self._took_s)
            if header.get("say") != "here" or link.pid is None:
                raise frames.BadFrame("a question that does not begin as one")
            link.most_header = QUESTION_HEADER
            self.hold(link.pid)
        except BaseException:
            theirs.close()
            link.close()
            self._end_question()
            raise
        return link

    def forget(self) -> None:
        """Let go of its sockets; whatever there is at their other ends, ends."""
        super().forget()
        if self._question is not None:
            self._question.forget()

    def close(self) -> None:
        """End every process of the submission; a second call does nothing."""
        self._end_question()
        super().close()

    def _end_question(self) -> None:
        question, self._question = self._question, None
        if question is not None:
            question.close()
            self.cpu_s += question.cpu_s
            self.memory_bytes = max(self.memory_bytes, question.memory_bytes)
