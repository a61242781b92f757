"""What a submission's first process knows of the others: which there are, how to end them, what they have used."""

from __future__ import annotations

import contextlib
import os
import signal
import time

__all__ = ["Family"]

_SWEEPS = 200
"""Rounds of killing before we say that something keeps forking faster than we can end it."""


class Family:
    """All processes below this one. It has to be pid 1 of a namespace, or a child subreaper, so that orphans come back to it."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        """CPU seconds of those that have ended."""
        self.memory_bytes = 0
        """Largest resident set of any of them."""

    def members(self) -> set[int]:
        """Every descendant that has not ended, found from the kernel's own lists of children."""
        found: set[int] = set()
        waiting = [os.getpid()]
        while waiting:
            pid = waiting.pop()
            try:
                for thread in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{thread}/children") as file:
                        children = [int(child) for child in file.read().split()]
                    waiting.extend(child for child in children if child not in found)
                    found.update(children)
            except (FileNotFoundError, ProcessLookupError, PermissionError):  # gone: what was below it comes to us
                continue
        return {pid for pid in found if _alive(pid)}

    def end_all_but(self, keep: set[int]) -> bool:
        """End every descendant but these; True when none is left."""
        for sweep in range(_SWEEPS):
            doomed = self.members() - keep
            if not doomed:
                return True
            for pid in doomed:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.reap()
            time.sleep(0.0005 if sweep < 20 else 0.01)
        return False

    def reap(self) -> set[int]:
        """Collect those that have ended; which they were."""
        ended = set()
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, _code, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    break
                ended.add(pid)
                self.cpu_s += usage.ru_utime + usage.ru_stime
                self.memory_bytes = max(self.memory_bytes, usage.ru_maxrss * 1024)
        return ended

    def end(self) -> bool:
        """End all, and collect them; True when none is left."""
        clean = self.end_all_but(set())
        for _ in range(_SWEEPS if clean else 0):  # those whose parents have just ended come to us a moment later
            try:
                os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                break
            self.reap()
            time.sleep(0.0002)
        return clean


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
    except PermissionError:
        return True
