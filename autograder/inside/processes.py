"""A submission's processes, as /proc shows them to init: found, stopped, ended, looked at. Init's own work; no student code runs here.

In a pid namespace, everything that /proc lists is the submission's. Elsewhere its processes are found as init's descendants:
orphans come back to it (child subreaper).
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable
from typing import Any

__all__ = ["Processes", "Unexpected"]

_SWEEPS = 200
"""Rounds of killing before we say that something keeps forking faster than we can end it."""
_LAST_S = 5.0
"""Seconds that killed processes have to be gone."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Unexpected(Exception):
    """A question's process is not what the kernel of ours would have forked; says how."""


class Processes:
    """The processes below this one, and what those that ended have used.

    Args:
        own_namespace: Whether this process is the first of a pid namespace.
    """

    def __init__(self, *, own_namespace: bool) -> None:
        self._own_namespace = own_namespace
        self.cpu_s = 0.0
        """CPU seconds of all that ended."""
        self.memory_bytes = 0
        """Largest resident set of any that ended."""

    def all(self) -> set[int]:
        """Every process of the submission but this one, those that have ended and were not collected yet included."""
        if self._own_namespace:
            return {int(name) for name in os.listdir("/proc") if name.isdigit()} - {1}
        found: set[int] = set()
        waiting = [os.getpid()]
        while waiting:
            pid = waiting.pop()
            # Gone, or hidden: what is below it comes to us when it is ended.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
                for thread in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{thread}/children") as file:
                        children = [int(child) for child in file.read().split()]
                    waiting.extend(child for child in children if child not in found)
                    found.update(children)
        return found

    def count(self, enough: int) -> int:
        """How many can run; not looked at closely where there are no more than `enough`."""
        found = self.all()
        return len(found) if len(found) <= enough else sum(map(_alive, found))

    def hold(self, kernel: int, keep: Iterable[int] = ()) -> bool:
        """Stop the kernel and end all others but `keep`; True when nothing else is left that could run.

        A process that we are about to end may have let the kernel go on, so this is done until it is seen to stand still. (One that
        is kept may do so later: where it matters that nothing moves, none is kept.)
        """
        kept = {kernel, *keep}
        for _ in range(_SWEEPS):
            send_signal(kernel, signal.SIGSTOP)
            if not self.end_all_but(kept):
                return False
            if _stands_still(kernel) and not any(_alive(pid) for pid in self.all() - kept):
                return True
            time.sleep(0.0002)
        return False

    def end_all_but(self, keep: set[int]) -> bool:
        """End every process but `keep` (zombies of a stopped kernel stay until it is reaped); True when none is left."""
        for sweep in range(_SWEEPS):
            doomed = [pid for pid in self.all() - keep if _alive(pid)]
            if not doomed:
                return True
            for pid in doomed:
                send_signal(pid, signal.SIGKILL)
            self.reap()
            time.sleep(0.0003 if sweep < 20 else 0.01)
        return False

    def end_all(self) -> bool:
        """End every process and collect what they used; True when none is left."""
        if not self._own_namespace:
            clean = self.end_all_but(set())
            while clean and self.reap():  # zombies whose parents have just died come to us a moment later
                time.sleep(0.0002)
            return clean
        until = time.monotonic() + _LAST_S
        while time.monotonic() < until:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)  # all of this namespace but us: none can fork meanwhile
            if not self.reap():
                return True
            time.sleep(0.0003)
        return False

    def reap(self) -> bool:
        """Collect what has ended; True while there are children left."""
        while True:
            try:
                pid, _code, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            self.cpu_s += usage.ru_utime + usage.ru_stime
            self.memory_bytes = max(self.memory_bytes, usage.ru_maxrss * 1024)

    def memory(self, enough: int) -> int:
        """Bytes of memory that all of them use together; no more than an upper bound where that is at most `enough`.

        The bound counts what processes share once for each of them, and costs one small file a process; the exact number (the
        proportional set sizes) makes the system walk all their pages.
        """
        found = self.all()
        bound = sum(_resident(pid) for pid in found)
        return bound if bound <= enough else sum(_proportional(pid) for pid in found)

    def keep_within(self, most: int, most_memory: int, spared: list[int]) -> str | None:
        """End what is too much for all processes together: first what the notebook started, then those spared, the last one first.

        Args:
            most: How many processes there may be.
            most_memory: Bytes that all may use together.
            spared: Ended only for memory, and only when there is no other way.

        Returns:
            The limit that was broken: "memory", "processes", or None.
        """
        broken = None
        if self.count(most) > most:
            broken = "processes"
            self.end_all_but(set(spared))
        spared = spared[:]
        while self.memory(most_memory) > most_memory:
            broken = "memory"
            self.end_all_but(set(spared))
            if not spared or self.memory(most_memory) <= most_memory:
                break
            spared.pop()
        return broken

    def look_at_question(self, pid: int, kernel: int, socket: int) -> None:
        """Check, from outside, that a process is a bare fork of the kernel.

        Args:
            socket: Inode of the one socket that it may have.

        Raises:
            Unexpected: it is something else, or gone.
        """
        try:
            with open(f"/proc/{pid}/status") as file:
                facts = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
            with open(f"/proc/{kernel}/status") as file:
                kernels = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
            open_files = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        except OSError as error:
            raise Unexpected("gone") from error
        if facts["PPid"] != str(kernel):
            raise Unexpected("not a child of the notebook's process")
        if facts["Threads"].strip() != "1":
            raise Unexpected("more than one thread")
        for key in ("Seccomp", "Seccomp_filters", "NoNewPrivs", "CapEff", "Uid"):
            if facts.get(key) != kernels.get(key):
                raise Unexpected("another confinement than the notebook's process has")
        for target in open_files:
            if target != f"socket:[{socket}]" and target.partition(":")[0] in ("socket", "pipe", "anon_inode", "/memfd"):
                raise Unexpected(f"a descriptor that is not its own ({target.partition(':')[0]})")


def send_signal(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def interrupt_group(pid: int) -> None:
    """Send SIGINT to a process's group: what it waits for too, since C's system() itself ignores the signal."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGINT)


def _stands_still(pid: int) -> bool:
    """True when none of its threads can run."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return all(_state(f"{pid}/task/{thread}") in "TtZX" for thread in os.listdir(f"/proc/{pid}/task"))
    return True


def _alive(pid: int) -> bool:
    return _state(str(pid)) not in "ZX"


def _state(task: str) -> str:
    """The letter of proc(5): R, S, D, T (stopped), Z (zombie), …; X when it is gone, ? when it may not be read."""
    try:
        with open(f"/proc/{task}/stat", "rb", buffering=0) as file:
            return file.read().rpartition(b")")[2].split()[0].decode()
    except (FileNotFoundError, ProcessLookupError):
        return "X"
    except PermissionError:
        return "?"


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb", buffering=0) as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    """Pss and what of it is swapped out, of smaps_rollup (Documentation/filesystems/proc.rst)."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            facts: dict[str, Any] = dict(line.split(":", 1) for line in file if ":" in line)
        return sum(int(facts.get(key, "0").split()[0]) << 10 for key in ("Pss", "SwapPss"))
    except (OSError, ValueError):
        return _resident(pid)
