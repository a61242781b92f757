"""A class's database as it is at one moment, also while somebody writes to it.

sqlite copies it where it lies, with what is still in its log: whatever is written meanwhile is in the copy as a whole, or not at all. Where
sqlite cannot work (nothing may be written there, or it is a network's file system), nobody on this machine can be writing either: there
the two files are copied, one after the other, and the copy is believed only if neither has changed in the meantime.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from autograder.errors import InputError, MachineFault
from autograder.outputs import DATABASE
from autograder.store.lock import holder
from autograder.store.schema import migrate
from autograder.store.store import networked

__all__ = ["snapshot"]

_FILES = (DATABASE, f"{DATABASE}-wal")
_BUSY_S = 30.0
_FULL = {errno.ENOSPC, errno.EDQUOT}
_ROOM = "Look at the disk, and at the space for temporary files (TMPDIR)."
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_NO_WAY = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_AUTH}


def snapshot(out: Path, into: Path) -> str:
    """Copy the database of the class's folder `out` into the folder `into`, where nothing else is.

    Returns:
        Who was writing there, so that there will soon be more: process, host and start. Empty where nobody was.

    Raises:
        InputError: there is none, it is not ours, it is damaged, or it cannot be read in one piece now.
        MachineFault: the copy cannot be written.
    """
    path = out / DATABASE
    if not os.path.lexists(out):
        raise InputError(f"There is no folder {out}. If its part was not graded yet, leave it out for now.")
    if not os.path.isfile(path):  # `Path.is_file` raises where a folder may not be looked into
        raise InputError(f"{out} has no results: there is no {DATABASE} in it. Name the folders that `autograder grade -o` wrote to.")
    writer = _writer(out)
    try:
        if networked(out) or not os.access(out, os.W_OK):
            _copy(out, into, writer)
        else:
            with closing(_connected(path)) as theirs, closing(_copied(into)) as copy:
                theirs.backup(copy)
        with closing(_copied(into)) as copy:
            migrate(copy, path, writing=False)
            copy.execute("PRAGMA journal_mode = DELETE")  # what is in the log comes into the database
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(found)
    except OSError as error:
        if error.errno in _FULL:
            raise MachineFault(f"{out} cannot be copied to be read: {error.strerror}. {_ROOM}") from error
        raise InputError(f"{out} cannot be read: {error.strerror}. Look at its rights.") from error
    except sqlite3.Error as error:
        raise _as_ours(error, out) from error
    return writer


def _writer(out: Path) -> str:
    try:
        return holder(out) or ""
    except MachineFault:  # a file system without locks: the copy tells whether anybody writes
        return ""


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", timeout=_BUSY_S, isolation_level=None, uri=True)


def _copied(into: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(into / DATABASE, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")  # after a power cut nobody asks for it
    return connection


def _copy(out: Path, into: Path, writer: str) -> None:
    before = _stamps(out)
    for name in _FILES:
        if (out / name).exists():
            shutil.copyfile(out / name, into / name)
    if writer or _stamps(out) != before:
        by = f" by {writer}" if writer else ""
        raise InputError(f"{out} is being written to{by}, and cannot be read in one piece from here. Try again when that has ended.")


def _stamps(out: Path) -> list[tuple[int, int, int] | None]:
    """What changes when a file does; the log may come and go."""
    found: list[tuple[int, int, int] | None] = []
    for name in _FILES:
        try:
            stat = os.stat(out / name)
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return found


def _as_ours(error: sqlite3.Error, out: Path) -> InputError | MachineFault:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in _NO_ROOM:
        return MachineFault(f"{out} cannot be copied to be read ({error}). {_ROOM}")
    if code in _NO_WAY:
        return InputError(f"{out} cannot be read ({error}). Look at its rights, or copy the folder and name the copy.")
    return InputError(f"{out} is damaged ({error}), and nothing of it is taken. Restore it from a backup, or grade its part again.")
