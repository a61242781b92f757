"""The trusted side of the warm process: start it, fork submissions from it, talk to their inits.

    driver ── control ──► zygote ──fork──► init ──fork──► kernel ──fork──► question
       └────────────── control of init ──────┘              │                 │
       └────────────── kernel's socket ─────────────────────┘                 │
       └────────────── question's socket ─────────────────────────────────────┘

The zygote and the inits are ours, but the kernel's and the questions' sockets end in processes that run student code.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.errors import MachineFault
from autograder.kernel import frames
from autograder.kernel.sandbox import Confinement, environment, survey, warm_order
from autograder.model import Limits, Profile, Sandbox

__all__ = ["Kernel", "Unruly", "Zygote", "greeted", "question_link"]

_START_S = 60.0
_ANSWER_S = 30.0
_SMALL = 1 << 20
_GONE = "The process that starts kernels is gone, so none could be started."
_LOOKS = 100
_GREETING = 1 << 10
_QUESTION_HEADER = 16 << 20
"""Bytes of JSON that describe one value: 400,000 nodes of 40 bytes. Parsing takes up to 25 times as much memory."""


class Unruly(Exception):
    """The submission starts processes faster than they can be ended; nothing can be said of it any more."""


class Zygote:
    """A warm process with the modules of `preload` imported and one kernel built. Close it when done.

    Args:
        preload: Modules to import before the first fork; one that cannot be imported is listed in `not_preloaded`.
        sandbox: The author's wish; see `autograder.kernel.sandbox.survey`.
        profile: How to confine; None for the best that the machine allows. `sandbox: off` is `off` whatever is said here.

    Raises:
        MachineFault: it did not start.
    """

    _PROGRAM = "zygote.py"

    def __init__(self, preload: tuple[str, ...], sandbox: Sandbox, profile: Profile | None = None) -> None:
        self._preload = preload
        if not sys.platform.startswith("linux"):
            raise MachineFault("Grading needs Linux: it forks and confines processes in ways that other systems do not have.")
        program = Path(__file__).resolve().parent.parent / "inside" / self._PROGRAM
        order = {"preload": preload, **self._first_order(sandbox, profile)}
        ours, theirs = socket.socketpair()
        os.set_inheritable(theirs.fileno(), True)
        self._process = subprocess.Popen(
            # Not -I, which would also ignore PYTHONHASHSEED: the environment is ours.
            [sys.executable, "-P", str(program), str(theirs.fileno()), json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd="/",
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()
        self._link = frames.Link(ours, most_bytes=_SMALL)
        self._sandbox, self._profile = sandbox, profile
        self.not_preloaded: tuple[str, ...] = ()
        """One sentence for each module that could not be imported."""
        self._confinement: Confinement | None = None
        self.processor: int | None = None
        """The one processor that kernels run on; None for any."""

    def _first_order(self, sandbox: Sandbox, profile: Profile | None) -> dict[str, Any]:
        return warm_order(sandbox, profile)

    @property
    def confinement(self) -> Confinement:
        """What holds on this machine; waits until the zygote is warm.

        Raises:
            MachineFault: it did not become warm, or the wish, or the profile, cannot be had here.
        """
        if self._confinement is None:
            try:
                found, _body = self._link.receive(deadline=time.monotonic() + _START_S)
            except (frames.Closed, frames.FrameTimeout, frames.BadFrame) as error:
                self.close()
                raise MachineFault(
                    "The warm kernel did not start. Run `python -c 'import ipykernel, numpy'` in this environment to see why."
                ) from error
            try:
                self._confinement = self._surveyed(found)
            except MachineFault:
                self.close()
                raise
        return self._confinement

    def _surveyed(self, found: dict[str, Any]) -> Confinement:
        if found["threads"] != 1:
            raise MachineFault(
                f"A preloaded module left {found['threads']} threads running; a process with threads cannot be forked safely. "
                "Remove it from `preload` in grader_config.yaml."
            )
        if self._profile is Profile.NAMESPACES and found["profile"] == Profile.PROCESSES:
            raise MachineFault(f"The profile `namespaces` was asked for, and this machine refuses it: {found['why_not']}.")
        self.not_preloaded = tuple(found["missing"])
        return self._survey(found)

    def _survey(self, found: dict[str, Any]) -> Confinement:
        return survey(self._sandbox, found)

    @property
    def alive(self) -> bool:
        """False when the process has ended; it says nothing over this connection that it was not asked."""
        return not self._link.pending()

    def fork(self, files: Mapping[str, bytes], limits: Limits) -> Kernel:
        """Fork a confined kernel that finds `files` (relative POSIX path → contents) in its folder.

        Raises:
            MachineFault: no process could be made, or its files not be written.
        """
        order = {
            "do": "fork",
            **self.confinement.order(limits),
            "processor": self.processor,
            "files": [[name, len(data)] for name, data in files.items()],
        }
        kernel = Kernel(*self._begun(order, b"".join(files.values()), time.monotonic() + _ANSWER_S))
        kernel.wait_ready()
        return kernel

    def _begun(self, order: dict[str, Any], body: bytes, deadline: float) -> tuple[frames.Link, frames.Link]:
        """Have a submission's first process forked: the links to it, and to the kernel that it will start.

        Raises:
            MachineFault: there is nobody to do it.
        """
        init_ours, init_theirs = socket.socketpair()
        kernel_ours, kernel_theirs = socket.socketpair()
        # Made before anything can be said: the system notes a sender only for those who want to know.
        links = frames.Link(init_ours, most_bytes=_SMALL), frames.Link(kernel_ours, most_bytes=_SMALL, credentials=True)
        try:
            self._link.send(order, body, fds=(init_theirs.fileno(), kernel_theirs.fileno()), deadline=deadline)
        except (frames.Closed, frames.FrameTimeout) as error:
            for link in links:
                link.close()
            raise MachineFault(_GONE) from error
        finally:
            init_theirs.close()
            kernel_theirs.close()
        return links

    def connect(self) -> frames.Link:
        """A further connection to the zygote, for a process that forks kernels on its own; see `over`.

        Raises:
            MachineFault: it is gone.
        """
        ours, theirs = socket.socketpair()
        try:
            self._link.send({"do": "connect"}, fds=(theirs.fileno(),), deadline=time.monotonic() + _ANSWER_S)
        except (frames.Closed, frames.FrameTimeout) as error:
            ours.close()
            raise MachineFault(_GONE) from error
        finally:
            theirs.close()
        return frames.Link(ours, most_bytes=_SMALL)

    def over(self, connection: frames.Link) -> Zygote:
        """In a forked process: this zygote, spoken to over a connection of that process alone."""
        self._link.close()
        self._link = connection
        return self

    def another(self) -> Zygote:
        """A new one in the place of one that has ended.

        Raises:
            MachineFault: it did not start.
        """
        self.close()
        zygote = type(self)(self._preload, self._sandbox, self._profile)
        _ = zygote.confinement
        return zygote

    def forget(self) -> None:
        """Leave it to a forked process to speak to it and to close it."""
        self._link.close()

    def close(self) -> None:
        """End the zygote; submissions forked from it end by the closing of their own sockets."""
        self._link.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._confinement is not None and self._confinement.home is not None:  # what it would have removed itself
            for _ in range(_LOOKS):  # another of our processes may be removing it as well
                with contextlib.suppress(RecursionError):  # folders in folders in folders: that process can
                    shutil.rmtree(self._confinement.home, ignore_errors=True)
                if not self._confinement.home.exists():
                    break
                time.sleep(0.02)


@contextlib.contextmanager
def question_link(most_bytes: int) -> Iterator[tuple[frames.Link, socket.socket]]:
    """A link for a question, and the end of it that its process is to have; both are closed when what is done within fails."""
    ours, theirs = socket.socketpair()
    link = frames.Link(ours, most_bytes=most_bytes, most_header=_GREETING, credentials=True)
    try:
        yield link, theirs
    except BaseException:
        link.close()
        raise
    finally:
        theirs.close()


def greeted(link: frames.Link, deadline: float) -> None:
    """Hear a question's first words: from here on its process may send values, and its end ends the link.

    Raises:
        frames.Closed, frames.FrameTimeout, frames.BadFrame: it says something else, or nothing.
    """
    header, _body = link.receive(deadline=deadline)
    if header.get("say") != "here" or link.pid is None:
        raise frames.BadFrame("a question that does not begin as one")
    link.most_header = _QUESTION_HEADER
    link.watch()


class Kernel:
    """One submission's processes. `link` ends in student code; the init's socket does not."""

    def __init__(self, init: frames.Link, link: frames.Link) -> None:
        self._init = init
        self.link = link
        self.cpu_s = 0.0
        """CPU seconds of those of its processes that have ended; of all after `close`."""
        self.memory_bytes = 0
        """Largest resident set of any of its processes that have ended; of all after `close`."""
        self.overrun: str | None = None
        """Which limit on all processes together made init end some of them since the last question began, or, before the first one,
        while the notebook ran: "memory" or "processes"; None when they kept within. Told by every command, so read it after
        `end_question`, `remember` or `close`."""
        self.complete = True
        """False when the notebook left more files than can be put back: then questions start from the bundle's files alone."""
        self.closed = False

    @property
    def pid(self) -> int | None:
        """The kernel's process, as this process sees it; None before it is ready."""
        return self.link.pid

    def wait_ready(self) -> None:
        """Wait until the kernel is confined.

        Raises:
            MachineFault: it is not, and says why.
        """
        try:
            header, _body = self.link.receive(deadline=time.monotonic() + _ANSWER_S)
        except (frames.Closed, frames.FrameTimeout, frames.BadFrame) as error:
            self.close()
            raise MachineFault("A kernel ended before its notebook began.") from error
        if header.get("say") != "ready":
            self.close()
            raise MachineFault(f"A kernel could not be started and confined: {header.get('text', '')}.")

    def remember(self) -> None:
        """End every process but the kernel, and remember the submission's files as they are.

        Raises:
            Unruly: its processes cannot be ended.
            MachineFault: the init is gone.
        """
        self._command({"do": "remember"})

    def interrupt(self) -> None:
        """Send SIGINT to the kernel."""
        self._command({"do": "interrupt"})

    def fork_question(self, *, most_bytes: int, deadline: float) -> frames.Link:
        """Have the kernel fork a question, then hold everything else. Its process is `link.pid`, as this process numbers them.

        Raises:
            frames.Closed, frames.FrameTimeout, frames.BadFrame: the kernel, which has run student code, did not fork one that is
                what it should be.
            Unruly: its other processes cannot be ended.
            MachineFault: the init is gone.
        """
        self.overrun = None
        with question_link(most_bytes) as (link, theirs):
            self.link.send({"do": "question"}, fds=(theirs.fileno(),), deadline=deadline)
            inode = os.fstat(theirs.fileno()).st_ino
            theirs.close()
            wait_s = max(deadline - time.monotonic(), 0.0)
            command = {"do": "question", "socket": inode, "wait_s": wait_s}
            answer = self._command(command, fds=(link.sock.fileno(),), patience_s=wait_s)
            if answer["refused"] == "silent":
                raise frames.FrameTimeout
            if answer["refused"] is not None:
                raise frames.BadFrame(f"a question's process that is {answer['refused']}")
            greeted(link, deadline)
            return link

    def end_question(self) -> None:
        """End every process but the kernel, put the submission's files back as they were remembered, and let the kernel go on.

        Raises:
            Unruly: its processes cannot be ended.
            MachineFault: the init is gone.
        """
        self._command({"do": "end question"})

    def forget(self) -> None:
        """Let go of its sockets; whatever there is at their other ends, ends."""
        self.closed = True
        self._init.close()
        self.link.close()

    def close(self) -> None:
        """End every process of the submission; a second call does nothing."""
        if self.closed:
            return
        self.closed = True
        with contextlib.suppress(MachineFault, Unruly):
            self._command({"do": "end"})
        self._init.close()
        self.link.close()

    def _command(self, command: dict[str, Any], *, fds: tuple[int, ...] = (), patience_s: float = 0.0) -> dict[str, Any]:
        deadline = time.monotonic() + _ANSWER_S + patience_s
        try:
            self._init.send(command, fds=fds, deadline=deadline)
            answer, _body = self._init.receive(deadline=deadline)
        except (frames.Closed, frames.FrameTimeout, frames.BadFrame) as error:
            raise MachineFault("A submission's first process is gone.") from error
        self.cpu_s, self.memory_bytes, self.complete = answer["cpu_s"], answer["memory_bytes"], answer["complete"]
        self.overrun = answer["overrun"] or self.overrun
        if not answer["clean"]:
            raise Unruly
        return answer
