"""Which processes live that belong to a folder: those that have its path in their environment or on their command line.

Python's own helper of whoever starts processes, which ends with it, is not counted. A service is told its temporary folder by the environment, and its warm kernel by the command line; what is forked from either keeps it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def living(folder: Path, word: str = "") -> list[int]:
    """Process ids of those of a folder whose command line has this word."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
            belongs = str(folder).encode() in line or str(folder).encode() in (process / "environ").read_bytes()
        except OSError:
            continue
        if belongs and line and b"resource_tracker" not in line and word.encode() in line:
            found.append(int(process.name))
    return found


def eventually(condition: Callable[[], object], timeout_s: float = 20.0) -> bool:
    """Whether it becomes true in time."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())
