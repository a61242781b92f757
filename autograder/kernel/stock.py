"""The trusted side of `kernel: stock`: the environment's ordinary Python kernel, cold, one for the notebook and one for each question.

    driver ── control ──► starter ──► bridge ──► stock kernel (the notebook)
       │                     └──────► bridge ──► stock kernel (the notebook again, then one question)
       ├────────────── control of each bridge ─────┘    │
       └────────────── question's socket ───────────────┘

A stock kernel has threads, so it cannot be forked: where a warm kernel is forked for a question, here the notebook's cells run
again in a fresh kernel, in a folder that is as the notebook found it. The bridges are ours and run no student code (see
`inside/bridge.py`). With bubblewrap every bridge has a world of its own, as a warm kernel has in the profile `namespaces`:
an empty root with the interpreter read-only, its own processes, no network. Without, it is confined as in the profile `processes`.

Nothing is shared between two questions but what the notebook's cells make anew.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.errors import MachineFault
from autograder.kernel import frames
from autograder.kernel.layers import Layer
from autograder.kernel.sandbox import Confinement, environment, survey, warm_order
from autograder.kernel.zygote import Kernel, Zygote, greeted, question_link
from autograder.model import Limits, Profile, Sandbox

__all__ = ["Bubblewrap", "Stock", "StockKernel", "find_bubblewrap"]

_START_S = 90.0
"""Seconds for a kernel to start; the bridge itself gives up after 60."""
_SLOWER = 3.0
"""How many times as long as at first a notebook may take when it runs again."""
_SMALL = 1 << 20
_STUDENT = "1000"
"""User and group id that a notebook sees as its own, as in the profile `namespaces`."""
_DEVICES = ("null", "zero", "full", "random", "urandom")
_INSTALL = "Install bubblewrap (on Debian and Ubuntu: apt install bubblewrap)."


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Whether bubblewrap can be used here."""

    program: str | None
    """Path of `bwrap`; None when it does not work here."""
    why_not: str
    """Part of a sentence; empty when it works."""

    def command(self, disk_bytes: int) -> list[str]:
        """What is written before a command to run it in a root of its own, with that much room for files."""
        return [] if self.program is None else [self.program, *_world(disk_bytes)]


def find_bubblewrap() -> Bubblewrap:
    """Look for `bwrap` and try it."""
    variables = environment()
    program = shutil.which("bwrap", path=variables["PATH"])
    if program is None:
        return Bubblewrap(None, "bubblewrap is not installed")
    found = Bubblewrap(program, "")
    command = [*found.command(_SMALL), sys.executable, "-P", "-c", "import ssl, zmq"]
    try:
        tried = subprocess.run(
            command, check=False, capture_output=True, stdin=subprocess.DEVNULL, env=variables, cwd="/", timeout=_START_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Bubblewrap(None, f"bubblewrap is installed and cannot be run here: {error}")
    if tried.returncode:
        said = tried.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {tried.returncode}"]
        return Bubblewrap(None, f"bubblewrap is installed and does not work here: {said[-1][:200]}")
    return found


def _world(disk_bytes: int) -> Iterator[str]:
    """Options of bubblewrap for the root that `inside/namespaces.py` makes: nothing but the interpreter, and a folder to write to."""
    readable = _readable()
    yield from ("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    yield from ("--uid", _STUDENT, "--gid", _STUDENT, "--hostname", "notebook", "--cap-drop", "ALL", "--die-with-parent", "--as-pid-1")
    yield from ("--proc", "/proc", "--tmpfs", "/dev")
    for name in _DEVICES:
        yield from ("--dev-bind", f"/dev/{name}", f"/dev/{name}")
    for name, target in {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}.items():
        yield from ("--symlink", f"/proc/self/fd{target}", f"/dev/{name}")
    yield from ("--symlink", "/scratch/shm", "/dev/shm", "--remount-ro", "/dev")  # noqa: S108 - the submission's own
    for path in readable:
        yield from ("--ro-bind-try", path, path)
    if not any(path.startswith("/tmp/") for path in readable):  # noqa: S108 - an interpreter there leaves no other use of it
        yield from ("--symlink", "/scratch/tmp", "/tmp")  # noqa: S108
    yield from ("--size", str(disk_bytes), "--tmpfs", "/scratch", "--chdir", "/scratch", "--remount-ro", "/")


def _readable() -> list[str]:
    kernelspecs = Path(sys.prefix) / "share" / "jupyter"
    found: list[str] = warm_order(Sandbox.BEST, None)["readable"]
    return [*found, str(kernelspecs)] if kernelspecs.exists() else found


class Stock(Zygote):
    """Starts stock kernels. It is used as a zygote is, but nothing in it is warm. Close it when done.

    Args:
        preload: Modules that each kernel imports before its notebook's first cell.
        sandbox: The author's wish.
        profile: `namespaces` is had by bubblewrap; None for that where it works, and `processes` where not.

    Raises:
        MachineFault: it did not start.
    """

    _PROGRAM = "stock.py"

    def _first_order(self, sandbox: Sandbox, profile: Profile | None) -> dict[str, Any]:
        order = warm_order(sandbox, profile)
        self._bubblewrap = find_bubblewrap() if order["profile"] in (None, Profile.NAMESPACES) else Bubblewrap(None, "")
        if order["profile"] in (None, Profile.NAMESPACES):
            order["profile"] = Profile.PROCESSES if self._bubblewrap.program is None else Profile.NAMESPACES
        return {**order, "readable": _readable()}

    def _surveyed(self, found: dict[str, Any]) -> Confinement:
        return super()._surveyed({**found, "why_not": self._bubblewrap.why_not or None})

    def _survey(self, found: dict[str, Any]) -> Confinement:
        return survey(self._sandbox, found, self._as_it_is_here, "That is what `kernel: stock` has here; see docs/stock-kernel.md.")

    def _as_it_is_here(self, layer: Layer) -> Layer:
        if layer.name == "a world of its own" and self._bubblewrap.why_not:
            text = f"{self._bubblewrap.why_not}, so what lies outside is forbidden, but there"
            return replace(layer, text=text, remedy=_INSTALL)
        if layer.name == "system calls" and layer.holds:
            return replace(layer, text=layer.text.replace("no sockets", "no sockets but files that others connect to"))
        return replace(layer, text=layer.text.replace("(namespaces", "(bubblewrap"))

    def fork(self, files: Mapping[str, bytes], limits: Limits) -> StockKernel:
        """Start a confined kernel that finds `files` (relative POSIX path → contents) in its folder.

        Raises:
            MachineFault: it could not be started.
        """
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
        order = self.confinement.order(limits) | {
            "do": "begin",
            "files": [[name, len(data)] for name, data in files.items()],
            "preload": self._preload,
            "cells": cells,
        }
        if self.confinement.profile is not Profile.NAMESPACES:
            order["readable"] = _readable()
        deadline = time.monotonic() + _START_S
        control, link = self._begun({"do": "fork", "command": self._bubblewrap.command(limits.disk_bytes)}, b"", deadline)
        try:
            fds = () if question is None else (question.fileno(),)
            control.send(order, b"".join(files.values()), fds=fds, deadline=deadline)
            answer, _body = control.receive(deadline=deadline)
            said, _body = link.receive(deadline=deadline) if answer["did"] == "begin" else (answer, b"")
            if said.get("say") != "ready":
                raise MachineFault(f"A stock kernel could not be started: {said.get('text', '')}.")
        except (frames.Closed, frames.FrameTimeout, frames.BadFrame) as error:
            control.close()
            link.close()
            raise MachineFault("A stock kernel could not be started: the process that starts it ended, or did not answer.") from error
        except MachineFault:
            control.close()
            link.close()
            raise
        return control, link


class _Recorder(frames.Link):
    """A kernel's socket that remembers the cells sent over it, and after how many seconds each was interrupted."""

    def __init__(self, link: frames.Link) -> None:
        super().__init__(link.sock, most_bytes=_SMALL)
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
        self._question: _Asked | None = None
        self._began = time.monotonic()
        self._took_s = 0.0

    def interrupt(self) -> None:
        """Send SIGINT to the kernel."""
        self._cells.interrupted()
        super().interrupt()

    def remember(self) -> None:
        """End the notebook's processes: what it left is made again for each question.

        Raises:
            Unruly: they cannot be ended.
            MachineFault: the first process is gone.
        """
        self._took_s = time.monotonic() - self._began
        self._command({"do": "end"})
        super().close()

    def fork_question(self, *, most_bytes: int, deadline: float) -> frames.Link:  # noqa: ARG002 - starting takes as long as it takes
        """Run the notebook's cells again in a fresh kernel, which then answers calls. Its process is `link.pid`.

        Raises:
            frames.Closed, frames.FrameTimeout, frames.BadFrame: this time the notebook did not come to its end.
            Unruly: its other processes cannot be ended.
            MachineFault: no kernel could be started.
        """
        self.overrun = None
        try:
            with question_link(most_bytes) as (link, theirs):
                self._question = _Asked(*self._stock.start(self._files, self._limits, self._cells.cells, theirs))
                theirs.close()
                greeted(link, time.monotonic() + _START_S + _SLOWER * self._took_s)
                self._question.end_others()
                return link
        except BaseException:
            self.end_question()
            raise

    def end_question(self) -> None:
        """End every process of the question."""
        question, self._question = self._question, None
        if question is not None:
            question.close()
            self.cpu_s += question.cpu_s
            self.memory_bytes = max(self.memory_bytes, question.memory_bytes)
            self.overrun = question.overrun

    def forget(self) -> None:
        """Let go of its sockets; whatever there is at their other ends, ends."""
        super().forget()
        if self._question is not None:
            self._question.forget()

    def close(self) -> None:
        """End every process of the submission; a second call does nothing."""
        self.end_question()
        super().close()


class _Asked(Kernel):
    """The processes of one question."""

    def end_others(self) -> None:
        """End every process but the kernel.

        Raises:
            Unruly: that is not possible.
            MachineFault: the first process is gone.
        """
        self._command({"do": "hold"})
