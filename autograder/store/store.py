"""A class's database and its kept files: opened, closed, and written in whole transactions.

One connection writes, in the process that holds the lock, and never across a fork: open it after everything is forked that will be. Others
read at the same time, and a command such as `override` writes one short transaction, while a run goes on (write-ahead log). Each
commit is on the disk when it returns (`synchronous=FULL`).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder.errors import InputError, MachineFault
from autograder.outputs import DATABASE
from autograder.store.classes import Classes
from autograder.store.files import Files
from autograder.store.history import History
from autograder.store.judged import Judged
from autograder.store.schema import migrate, recognise

__all__ = ["Store"]

_BUSY_S = 30.0
"""Seconds that a short transaction waits for another one to end."""
_NETWORKED = {
    "9p", "afs", "beegfs", "ceph", "cifs", "davfs", "fuse.glusterfs", "fuse.rclone", "fuse.sshfs", "gfs2", "glusterfs", "gpfs",
    "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs", "virtiofs",
}  # fmt: skip
"""File systems on which a write-ahead log is not safe: https://www.sqlite.org/wal.html, "all processes … on the same host"."""


class Store(contextlib.AbstractContextManager["Store"]):
    """What a class has so far.

    Args:
        out: The class's folder.
        writing: Make what is not there, and be ready to write; else only read.

    Raises:
        InputError: there is none to read, it is somebody else's or of another version, or lies on a network's file system.
        MachineFault: the database is damaged, or the disk fails.
    """

    def __init__(self, out: Path, *, writing: bool) -> None:
        self.out = out
        self.path = out / DATABASE
        self.files = Files(out)
        """Notebooks and bundles, by sha256."""
        if not writing and not self.path.is_file():
            raise InputError(f"{out} has no results: there is no {DATABASE} in it. Name the folder that `autograder grade -o` wrote to.")
        _refuse_network(out)
        self._connection = _connected(self.path, writing=writing)
        self.judged = Judged(self._connection)
        """Verdicts by content."""
        self.classes = Classes(self._connection)
        """Who, what, when; and what became of it."""
        self.history = History(self._connection)
        """Staff events."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            raise _damaged(self.path, error) from error

    def close(self) -> None:
        """Close the database; a second call does nothing."""
        self._connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Self]:
        """All that is written within is kept as a whole, or, after any exception, not at all.

        Raises:
            MachineFault: the disk is full or fails; nothing of it is kept.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self
            self._connection.execute("COMMIT")
        except BaseException as error:  # Ctrl-C also between these three
            if self._connection.in_transaction:  # a full disk may have ended it already
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            if not isinstance(error, sqlite3.Error):
                raise
            raise MachineFault(
                f"{self.path} cannot be written ({error}). Look at the disk's space and rights; the same command then goes on from here."
            ) from error

    def fact(self, name: str) -> str | None:
        """Something that is true of the whole; None where it was never said."""
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_fact(self, name: str, value: str) -> None:
        """Say it, within a transaction."""
        self._connection.execute("INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value))

    def facts(self, beginning: str) -> dict[str, str]:
        """Name → what is true, of all whose name begins so, by name."""
        query = "SELECT name, value FROM facts WHERE substr(name, 1, ?) = ? ORDER BY name"
        return dict(self._connection.execute(query, (len(beginning), beginning)))

    def made_of(self, path: str) -> str | None:
        """What a derived file was last made of, and what came of it: two sha256; None where it was never made."""
        row = self._connection.execute("SELECT made_of FROM written WHERE path = ?", (path,)).fetchone()
        return None if row is None else str(row[0])

    def set_made_of(self, path: str, made_of: str) -> None:
        """Note what a derived file was made of, within a transaction."""
        self._connection.execute("INSERT OR REPLACE INTO written VALUES (?, ?)", (path, made_of))


def _connected(path: Path, *, writing: bool) -> sqlite3.Connection:
    try:
        if writing:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # sqlite gives its log the same rights
        connection = sqlite3.connect(_address(path, writing=writing), timeout=_BUSY_S, isolation_level=None, uri=True)
    except (OSError, sqlite3.Error) as error:
        raise InputError(f"{path} cannot be opened ({error}). Look at the folder's rights, or choose another with `-o`.") from error
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA recursive_triggers = ON")  # else REPLACE would remove an event unseen
        if writing:
            recognise(connection, path)
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            if mode != "wal":
                raise InputError(f"{path} cannot have a write-ahead log where it lies. Choose a folder on a local disk with `-o`.")
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]  # 20 ms for 38 MB: a thousand submissions and more
            if found != "ok":
                raise sqlite3.DatabaseError(found)
        else:
            connection.execute("PRAGMA query_only = ON")
        migrate(connection, path, writing=writing)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _damaged(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _address(path: Path, *, writing: bool) -> str:
    """As sqlite takes it: https://www.sqlite.org/uri.html. Where nobody may write, there is no log to keep, and none is asked for.

    Raises:
        InputError: there is one that would have to be worked in.
    """
    address = path.absolute().as_uri()
    if writing or os.access(path.parent, os.W_OK):
        return address
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise InputError(
            f"{path} was left in the middle of a command, and its folder may not be written to. Copy the folder to where it may, and "
            "name the copy."
        )
    return f"{address}?immutable=1"


def _damaged(path: Path, error: Exception) -> MachineFault:
    return MachineFault(f"{path} is damaged or cannot be used ({error}). Restore it from a backup, or grade into a new folder.")


def networked(out: Path) -> str:
    """Kind of the network's file system that a folder lies on; empty where it lies on none, or that is not to be known."""
    kind = file_system(out)
    return kind if kind in _NETWORKED else ""


def _refuse_network(out: Path) -> None:
    kind = networked(out)
    if kind:
        raise InputError(
            f"{out} lies on a network's file system ({kind}), where a database can be damaged. Choose a folder on a local disk with `-o`, "
            "and copy it there when grading has ended."
        )


def file_system(path: Path, mountinfo: Path = Path("/proc/self/mountinfo")) -> str:
    """Kind of the file system that a folder lies on, as the kernel's list of mounts has it; empty where that is not to be known."""
    try:
        place = path.resolve()
        device = os.stat(place if place.exists() else place.parent).st_dev
        found = ""
        with open(mountinfo, encoding="utf-8", errors="surrogateescape") as mounts:
            for line in mounts:
                fields, _, source = line.partition(" - ")
                major, _, minor = fields.split()[2].partition(":")
                if os.makedev(int(major), int(minor)) == device:
                    found = source.split()[0]
    except (OSError, ValueError, IndexError):
        return ""
    return found
