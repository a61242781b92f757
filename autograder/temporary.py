"""Temporary folders that nobody has to clear away: one whose process was killed is removed by the next that makes one.

An unpacked bundle holds the solution and the hidden tests. Such a folder is its owner's alone, and is locked for as long as any process
uses it: the one that made it, and those that were forked from it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["temporary_folder"]

_YOUNG_S = 60.0
"""Seconds in which a folder without a lock may be about to get it."""


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A new folder, removed afterwards; earlier ones of ours with this prefix that nobody uses any more are removed, too.

    Args:
        prefix: Of its name; of no other kind of folder.
    """
    _remove_abandoned(prefix)
    folder = tempfile.mkdtemp(prefix=prefix)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):  # where a file system knows no locks, none is ever got: nothing is removed
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _remove_abandoned(prefix: str) -> None:
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(prefix):
                _remove_unlocked(entry.path)


def _remove_unlocked(folder: str) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            found = os.fstat(descriptor)
            private = found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077
            if private and time.time() - found.st_mtime > _YOUNG_S:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(descriptor)
