"""Files that no test opens: the bundle's own tests and solutions, and what the system says of this process.

A test that opens a file may do so by a name that the student's code returned, and what it reads may reach that code with the next call.
Tests are trusted, but not in that.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import functools
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["closed", "guard"]

_OURS = ("schedstat", "vmstat")
"""What our own code reads below /proc while a case runs."""

_PLANS = ("plan.json", "otter_config.json")
_FOLDERS = frozenset(("tests", "solutions"))

_state = {"closed": False}


def guard(root: Path) -> None:
    """Refuse, while a test runs in this process, the test files, solutions and plan of the bundle below `root`, and /proc. Called once."""
    bundle = os.path.realpath(root)

    def refused(file: Any) -> bool:
        try:
            path = os.path.realpath(os.fsdecode(file))
        except (TypeError, ValueError):  # a descriptor, or no name of a file
            return False
        if path.startswith("/proc/"):
            return os.path.basename(path) not in _OURS
        if not path.startswith(f"{bundle}/"):
            return False
        *folders, name = path.removeprefix(f"{bundle}/").split("/")
        return name in _PLANS or (name.endswith(".py") and not _FOLDERS.isdisjoint(folders))

    def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def opened(file: Any, *args: Any, **kwargs: Any) -> Any:
            if _state["closed"] and refused(file):
                raise PermissionError(errno.EACCES, "not for tests", file)
            return original(file, *args, **kwargs)

        return opened

    builtins.open = io.open = guarded(io.open)
    os.open = guarded(os.open)


@contextlib.contextmanager
def closed() -> Iterator[None]:
    """Within, a test runs."""
    _state["closed"] = True
    try:
        yield
    finally:
        _state["closed"] = False
