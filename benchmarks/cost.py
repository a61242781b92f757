"""CPU and wall time of a command, with every process that it starts.

The system adds a process's CPU time to its parent's only when the parent waits for it. Some of ours are reaped by nobody: so the
system is asked to count (perf_event_open(2), the task clock, inherited by children), which ordinary users may ask for their own
processes up to `kernel.perf_event_paranoid` 2. Where it refuses, CPU time is what was waited for, and the table says so.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "Failed", "counts_everything", "environment", "median", "resident_set", "run", "total_cpu_s"]

_SYSTEM_CALL = {"x86_64": 298, "aarch64": 241}  # perf_event_open: arch/x86/entry/syscalls/syscall_64.tbl; include/uapi/asm-generic/unistd.h
_SOFTWARE, _TASK_CLOCK, _INHERIT = 1, 1, 1 << 1  # include/uapi/linux/perf_event.h
_CLOSE_ON_EXEC = 8
_LOOK_S = 0.05
_MOST_S = 1800


class Failed(Exception):
    """A run that is compared with failed, or did not give the marks it should: there is nothing to compare."""


@dataclass(frozen=True)
class Cost:
    """What something took."""

    cpu_s: float
    wall_s: float
    memory_bytes: int = 0
    """Largest resident set of the command's first process; 0 where it was not looked at."""
    first_cpu_s: float = 0.0
    """CPU time of the command's first process alone, with its threads, when it was last looked at."""

    def each(self, fewer: Cost, more: int) -> Cost:
        """What each of `more` took, that this run had more than the other."""
        return Cost((self.cpu_s - fewer.cpu_s) / more, (self.wall_s - fewer.wall_s) / more)


def median(costs: Sequence[Cost]) -> Cost:
    """The middle one by CPU time, with the middle wall time."""
    return Cost(statistics.median(cost.cpu_s for cost in costs), statistics.median(cost.wall_s for cost in costs))


def environment(**more: str) -> dict[str, str]:
    """What every command gets: one thread for small arrays, and compiled modules kept, or each start would compile them anew."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "NO_COLOR": "1", **more}


def _counter() -> int | None:
    attributes = bytearray(128)
    struct.pack_into("=IIQ", attributes, 0, _SOFTWARE, len(attributes), _TASK_CLOCK)
    struct.pack_into("=Q", attributes, 40, _INHERIT)
    number = _SYSTEM_CALL.get(platform.machine())
    if number is None or not sys.platform.startswith("linux"):
        return None
    pointer = (ctypes.c_char * len(attributes)).from_buffer(attributes)
    descriptor = int(ctypes.CDLL(None, use_errno=True).syscall(number, pointer, 0, -1, -1, _CLOSE_ON_EXEC))
    return descriptor if descriptor >= 0 else None


_COUNTER = _counter()


def counts_everything() -> bool:
    """Whether processes that nobody waits for are counted, too."""
    return _COUNTER is not None


def total_cpu_s() -> float:
    """CPU seconds of this process and all that it has started since this module was imported, and their children."""
    if _COUNTER is not None:
        return int(struct.unpack("=Q", os.read(_COUNTER, 8))[0]) / 1e9
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def run(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None, look: Callable[[int], None] | None = None
) -> Cost:
    """Run a command to its end. What it says is in `said.log` in `cwd`.

    Args:
        command: Its words.
        cwd: Where.
        env: More of an environment.
        look: Called with the process's id again and again while it runs; what it takes is not counted.

    Raises:
        Failed: it did not end with 0, or not within half an hour; with what it said.
    """
    words = [str(word) for word in command]
    with (cwd / "said.log").open("w+b") as said:
        before, own, began = total_cpu_s(), time.process_time(), time.monotonic()
        process = subprocess.Popen(words, cwd=cwd, env=environment(**(env or {})), stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        largest, own_s = 0, 0.0
        try:
            while (status := process.poll()) is None:
                largest, own_s = max(largest, _largest_resident_set(process.pid)), max(own_s, _cpu_s(process.pid))
                if look is not None:
                    look(process.pid)
                if time.monotonic() - began > _MOST_S:
                    raise Failed(f"{' '.join(words)} did not end within {_MOST_S} s.")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK_S)
        finally:
            process.kill()
        wall_s = time.monotonic() - began
        cpu_s = total_cpu_s() - before - (time.process_time() - own)
        if status:
            said.seek(0)
            raise Failed(f"{' '.join(words)} failed ({status}):\n{said.read().decode(errors='replace')[-4000:]}")
    return Cost(cpu_s, wall_s, largest, own_s)


def _largest_resident_set(pid: int) -> int:
    return _status_bytes(pid, "VmHWM")


def _cpu_s(pid: int) -> float:
    """CPU seconds of a process so far; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_set(pid: int) -> int:
    """Bytes that a process holds in memory now; 0 when it is gone."""
    return _status_bytes(pid, "VmRSS")


def _status_bytes(pid: int, key: str) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith(f"{key}:")), f"{key}: 0 kB")
    return int(line.split()[1]) * 1024
