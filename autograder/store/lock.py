"""One writer at a time: an exclusive lock on OUT/lock, which tells whom it belongs to.

The lock ends with the process that took it, also by `kill -9`. A forked child would share it and keep it for as long as it lives,
so each closes it at once; a program that is started never gets it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import InputError, MachineFault
from autograder.outputs import LOCK

__all__ = ["Busy", "holder", "lock"]

_LOOK_S = 0.2


class Busy(InputError):
    """Another command writes there.

    Args:
        out: The folder.
        owner: Who: process, host and start.
    """

    def __init__(self, out: Path, owner: str) -> None:
        self.owner = owner
        super().__init__(f"Another command writes to {out}: {owner}. Wait until it has ended, or add `--wait`.")


@contextlib.contextmanager
def lock(out: Path, *, wait: bool = False, said: Callable[[str], None] = lambda _sentence: None) -> Iterator[None]:
    """Hold the lock on a class's folder, which is made.

    Args:
        out: The folder.
        wait: Wait for another writer, however long it takes, instead of refusing.
        said: Hears, once, for whom it waits.

    Raises:
        Busy: somebody else writes there; says who.
        InputError: the folder cannot be used.
        MachineFault: there is no such thing as a lock there.
    """
    path = out / LOCK
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InputError(f"{out} cannot be used for results: {error.strerror}. Choose another folder with `-o`.") from error
    _Held.descriptors.add(descriptor)
    try:
        looked = waiting = False
        while not _taken(descriptor, path):
            if looked and not wait:
                raise Busy(out, _owner(descriptor))
            if looked and not waiting:
                said(f"Another command writes to {out}: {_owner(descriptor)}. Waiting until it has ended.")
                waiting = True
            looked = True  # the first time it may have been `holder`, which has it for a moment
            time.sleep(_LOOK_S)
        _say_whose(descriptor, path)
        yield
    finally:
        _Held.descriptors.discard(descriptor)
        os.close(descriptor)


def holder(out: Path) -> str | None:
    """Who writes to a class's folder at this moment: process, host and start; None where nobody does.

    Raises:
        MachineFault: there is no such thing as a lock there.
    """
    path = out / LOCK
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MachineFault(f"{path} cannot be read: {error.strerror}. Look at the folder's rights.") from error
    try:
        return None if _taken(descriptor, path, fcntl.LOCK_SH) else _owner(descriptor)
    finally:
        os.close(descriptor)


class _Held:
    """Locks of this process, for its children to let go."""

    descriptors: set[int] = set()  # noqa: RUF012 - it is the process's, as descriptors are

    @classmethod
    def let_go(cls) -> None:
        for descriptor in cls.descriptors:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        cls.descriptors.clear()


os.register_at_fork(after_in_child=_Held.let_go)


def _taken(descriptor: int, path: Path, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise MachineFault(f"{path} cannot be locked ({error.strerror}). Use a folder on a local disk.") from error
    return True


def _say_whose(descriptor: int, path: Path) -> None:
    began = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "began": began}).encode(), 0)
    except OSError as error:
        raise MachineFault(f"{path} cannot be written: {error.strerror}. Look at the disk's space and rights.") from error


def _owner(descriptor: int) -> str:
    try:
        said = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {int(said['pid'])} on {said['host']}, since {said['began']}"
    except (ValueError, KeyError, TypeError):  # it has just been taken
        return "a process that has just begun"
