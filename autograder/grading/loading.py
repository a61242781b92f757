"""Runs the author's modules when they are loaded: whatever they do then is their mistake, and never ends or holds up the grader."""

from __future__ import annotations

import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

__all__ = ["LOAD_ERRORS", "in_time", "line_of"]

_SECONDS = 30

LOAD_ERRORS = (Exception, SystemExit)
"""What running a module may raise: also a call of `exit`, which would end the grader without a word."""


@contextmanager
def in_time() -> Iterator[None]:
    """Within, code that runs for more than 30 s gets a `TimeoutError`. Only in the main thread: elsewhere nothing is watched."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def too_late(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"it was still running after {_SECONDS} s")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def line_of(error: BaseException, file: Path) -> int | None:
    """1-based line of `file` in which an error arose while it was loaded; None when it arose elsewhere."""
    if isinstance(error, SyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return lines[-1] if lines else None
