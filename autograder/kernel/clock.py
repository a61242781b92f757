"""How long a student's process may take: its CPU time decides, so that a loaded machine costs nobody a point.

What sleeps, or waits for ever, uses no CPU time; for that there is a wider limit by the wall clock, from which the time is
taken off that the process stood ready and got no processor (`/proc/PID/schedstat`, Documentation/scheduler/sched-stats.rst).
"""

from __future__ import annotations

import time

__all__ = ["Allowance", "cpu_seconds", "wider"]

_WIDER = 3.0
"""Wall-clock seconds for each CPU second that is allowed."""
_SLACK_S = 1.0
_STARVED = 10.0
"""How many times the wider limit may pass before the machine is said to be the one that fails."""


def cpu_seconds(pid: int) -> float:
    """CPU seconds that a process has used, all its threads together; 0 when it is gone.

    The clock of another process: clock_getcpuclockid(3); its number is made as in include/linux/posix-timers.h of the kernel.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def wider(cpu_s: float) -> float:
    """Wall-clock seconds that may pass where `cpu_s` seconds may be computed."""
    return _WIDER * cpu_s + _SLACK_S


def _waited_for_a_processor(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class Allowance:
    """What one call or cell may take, from now on.

    Args:
        pid: The process, as this process sees it; None where it is not known: then the wall clock alone decides.
        cpu_s: CPU seconds.
        wall_s: Wall-clock seconds; three times as much as `cpu_s`, and a second, when None.
    """

    def __init__(self, pid: int | None, cpu_s: float, wall_s: float | None = None) -> None:
        self.wall_s = wider(cpu_s) if wall_s is None else wall_s
        self.ended = False
        """True when it has run out."""
        self.waited = False
        """True when it was not CPU time that ran out."""
        self.starved = False
        """True when it ran out though the process hardly got a processor: the machine's fault."""
        self._pid = pid
        self._cpu_s = cpu_s
        self._began = time.monotonic()
        self._paused = 0.0
        self._cpu_before = 0.0 if pid is None else cpu_seconds(pid)

    @property
    def used_s(self) -> float:
        """CPU seconds used so far (wall-clock seconds where the process is not known)."""
        if self._pid is None:
            return self._elapsed()
        return max(cpu_seconds(self._pid) - self._cpu_before, 0.0)

    def pause(self, seconds: float) -> None:
        """Do not count these wall-clock seconds: they were ours."""
        self._paused += seconds

    def left(self) -> float:
        """Seconds to wait before looking again; 0 when it is used up, and from then on."""
        left = 0.0 if self.ended else self._left()
        self.ended = left <= 0
        return max(left, 0.0)

    def _left(self) -> float:
        elapsed = self._elapsed()
        cpu_left = self._cpu_s - (elapsed if self._pid is None else self.used_s)
        if cpu_left <= 0:
            return 0.0
        wall_left = self.wall_s - elapsed
        if wall_left <= 0 and self._pid is not None:
            wall_left += _waited_for_a_processor(self._pid)
            if elapsed > _STARVED * max(self.wall_s, _SLACK_S):  # nearly nothing is left for the last of many calls
                self.starved = True
                return 0.0
        if wall_left <= 0:
            self.waited = True
            return 0.0
        # At most this much CPU time can pass meanwhile, and a process with several threads is looked at again soon.
        return min(max(cpu_left, 0.002), wall_left)

    def _elapsed(self) -> float:
        return time.monotonic() - self._began - self._paused
