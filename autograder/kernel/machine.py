"""What the machine itself did, where a student's process only seems to have failed."""

from __future__ import annotations

__all__ = ["memory_killings"]


def memory_killings() -> int:
    """How many processes of this machine the system has ended since it started because memory was short; 0 where that is not told.

    Source: `oom_kill` in /proc/vmstat, Linux 4.13 and later.
    """
    try:
        with open("/proc/vmstat", "rb") as file:
            for line in file:
                if line.startswith(b"oom_kill "):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0
