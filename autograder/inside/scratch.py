"""A submission's files: made from the bundle's, remembered after the notebook ran, put back after each question.

What one question writes must not be there for the next. The folder belongs to student code, so nothing in it is followed,
opened or believed: links stay links, and whether something changed is told by inode and change time, which student code
cannot set. Init does this, while none of the submission's processes can run; what it remembers is in its own memory.

    work/   where the notebook runs, with the bundle's files
    home/   HOME: settings and caches of packages
    tmp/    TMPDIR
    shm/    /dev/shm, where a submission has a root of its own
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Scratch", "environment", "make_folders", "remove", "stay_until_alone", "unpacked"]

_FOLDERS = ("work", "home", "tmp", "shm")
_MOST_ENTRIES = 2_000
_DEEPEST = 40
_MOST_BYTES = 64 << 20


def make_folders(path: str) -> None:
    """Make the folders of a submission's files, as the user one is."""
    for name in _FOLDERS:
        os.mkdir(os.path.join(path, name), 0o700)


def stay_until_alone(home: str) -> int:
    """Leave a process behind that removes `home` when this one, and all that is forked from it, is gone, however it went.

    A process that Landlock confines to a folder cannot remove that folder. To be called before, while this process is small.

    Returns:
        A descriptor to keep open, and to close in processes that do not count.
    """
    lives, lifeline = os.pipe()
    if os.fork() == 0:
        try:
            os.setsid()
            os.closerange(3, lives)
            os.closerange(lives + 1, 1 << 16)
            os.read(lives, 1)
            _empty(home)
            os.rmdir(home)
        finally:
            os._exit(0)
    os.close(lives)
    return lifeline


def environment(path: str) -> dict[str, str]:
    """The variables that name these folders."""
    return {
        "HOME": f"{path}/home",
        "TMPDIR": f"{path}/tmp",  # noqa: S108 - the submission's own
        "IPYTHONDIR": f"{path}/home/.ipython",
        "MPLCONFIGDIR": f"{path}/home/.matplotlib",
    }


def remove(path: str) -> None:
    """Remove a submission's folder, whatever student code made of it."""
    _empty(path)
    with contextlib.suppress(OSError):
        os.rmdir(path)


def unpacked(names: list[list[Any]], contents: bytes) -> dict[str, bytes]:
    """Files that came as their names and sizes, and all contents in one."""
    files = {}
    offset = 0
    for name, length in names:
        files[name] = contents[offset : offset + length]
        offset += length
    return files


@dataclass(frozen=True)
class _Entry:
    """One file, folder or link as it was remembered."""

    stamp: tuple[int, int, int, int]
    """Inode, change time, size, mode."""
    contents: bytes | str | None
    """A file's bytes, a link's target; None for a folder and for what is not kept (pipes, sockets)."""


class Scratch:
    """The folder at `path`, which exists and is empty but for what the submission's user may do there.

    Args:
        path: Absolute; nothing outside of it is written.
        files: Relative POSIX path → contents; the bundle's own, checked names. They go into `work`.
        owner: User and group id that everything is given to; None to keep what is.

    Raises:
        OSError: the files do not fit.
    """

    def __init__(self, path: str, files: Mapping[str, bytes], owner: int | None) -> None:
        self.path = path
        self.work = os.path.join(path, "work")
        """Where the notebook runs."""
        self._files, self._owner = files, owner
        self._remembered: dict[str, _Entry] | None = None
        self.complete = True
        """False when the notebook left more than can be put back; then questions start from the bundle's files alone."""
        self._fill()
        self._folders = {name: entry for name, entry in (self._look(read=False) or {}).items() if name in _FOLDERS}

    def remember(self) -> None:
        """Keep the folder as the notebook left it."""
        self._remembered = self._look(read=True)
        self.complete = self._remembered is not None

    def restore(self) -> None:
        """Make the folder as it was when remembered, if anything changed since.

        Folders that were there stay the same ones: the kernel's current directory is one of them.
        """
        now = self._look(read=False)
        if now is not None and self._remembered is not None and _stamps(now) == _stamps(self._remembered):
            return
        kept = self._remembered if self._remembered is not None else self._folders
        _clear(self.path, "", kept)
        try:
            if self._remembered is None:
                self._fill()
            else:
                self._put_back(self._remembered)
        except OSError:  # something there could not be removed: the student's own doing, and nobody else's loss
            self.complete = False
        again = self._look(read=False)
        if again is not None and self._remembered is not None:
            kept = self._remembered
            self._remembered = {name: _Entry(again[name].stamp, entry.contents) for name, entry in kept.items() if name in again}

    def remove(self) -> None:
        """Remove everything in the folder, and the folder."""
        remove(self.path)

    def _fill(self) -> None:
        for name in _FOLDERS:
            folder = os.path.join(self.path, name)
            if not os.path.isdir(folder):
                os.mkdir(folder, 0o700)
                self._give(folder)
        made = {self.work}
        for name, data in self._files.items():
            target = os.path.join(self.work, name)
            missing = []
            folder = os.path.dirname(target)
            while folder not in made:
                missing.append(folder)
                made.add(folder)
                folder = os.path.dirname(folder)
            for folder in reversed(missing):
                os.mkdir(folder)
                self._give(folder)
            self._write(target, data)

    def _give(self, path: str) -> None:
        if self._owner is not None:
            os.chown(path, self._owner, self._owner, follow_symlinks=False)

    def _write(self, path: str, data: bytes) -> None:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        with open(fd, "wb", buffering=0) as file:
            if self._owner is not None:
                os.fchown(fd, self._owner, self._owner)
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]

    def _put_back(self, entries: Mapping[str, _Entry]) -> None:
        for name, entry in entries.items():  # a folder comes before what is in it
            path = os.path.join(self.path, name)
            mode = entry.stamp[3]
            if os.path.lexists(path):  # it was not changed
                continue
            if stat.S_ISDIR(mode):
                os.mkdir(path, 0o700)
            elif isinstance(entry.contents, str):
                os.symlink(entry.contents, path)
            elif isinstance(entry.contents, bytes):
                self._write(path, entry.contents)
                os.chmod(path, stat.S_IMODE(mode))
            else:
                continue
            self._give(path)

    def _look(self, *, read: bool) -> dict[str, _Entry] | None:
        """Every entry by its path; None when there are too many, too large, too deep or unreadable."""
        found: dict[str, _Entry] = {}
        total = 0
        waiting = [("", 0)]
        while waiting:
            here, depth = waiting.pop()
            if depth > _DEEPEST:
                return None
            try:
                with os.scandir(os.path.join(self.path, here)) as entries:
                    for entry in entries:
                        info = entry.stat(follow_symlinks=False)
                        total += info.st_size
                        if len(found) >= _MOST_ENTRIES or total > _MOST_BYTES:
                            return None
                        name = os.path.join(here, entry.name)
                        stamp = (info.st_ino, info.st_ctime_ns, info.st_size, info.st_mode)
                        found[name] = _Entry(stamp, _contents(entry.path, info.st_mode) if read else None)
                        if stat.S_ISDIR(info.st_mode):
                            waiting.append((name, depth + 1))
            except OSError:
                return None
        return found


def _stamps(entries: Mapping[str, _Entry]) -> dict[str, tuple[int, ...]]:
    """What is compared."""
    return {name: entry.stamp for name, entry in entries.items()}


def _contents(path: str, mode: int) -> bytes | str | None:
    if stat.S_ISLNK(mode):
        return os.readlink(path)
    if not stat.S_ISREG(mode):
        return None
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(fd, "rb", buffering=0) as file:
        return file.read(_MOST_BYTES)


def _clear(root: str, here: str, kept: Mapping[str, _Entry]) -> None:
    """Remove what is not as it is in `kept`: of a folder, that it is the same one."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(os.path.join(root, here))):
            name = os.path.join(here, entry.name)
            info = entry.stat(follow_symlinks=False)
            then = kept.get(name)
            if then is not None and stat.S_ISDIR(info.st_mode) and info.st_ino == then.stamp[0]:
                os.chmod(entry.path, stat.S_IMODE(then.stamp[3]) | stat.S_IRWXU)
                _clear(root, name, kept)
            elif then is None or then.stamp != (info.st_ino, info.st_ctime_ns, info.st_size, info.st_mode):
                _remove(entry)


def _remove(entry: os.DirEntry[str]) -> None:
    with contextlib.suppress(OSError):
        if entry.is_dir(follow_symlinks=False):
            _empty(entry.path)
            os.rmdir(entry.path)
        else:
            os.unlink(entry.path)


def _empty(folder: str) -> None:
    """Remove everything in a folder, also from folders that their owner has closed to themselves. Links are not followed.

    Folders may lie in each other deeper than a path can name or a function can call itself: what is two levels down is moved up.
    """
    with contextlib.suppress(OSError):
        os.chmod(folder, stat.S_IMODE(os.lstat(folder).st_mode) | stat.S_IRWXU)
        changed = True
        while changed:
            changed = _remove_a_level(folder)


def _remove_a_level(folder: str) -> bool:
    """Remove the files of two levels and the folders of one; True when that changed anything."""
    changed = False
    for entry in list(os.scandir(folder)):
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.path, 0o700)
                for inner in list(os.scandir(entry.path)):
                    if inner.is_dir(follow_symlinks=False):
                        os.chmod(inner.path, 0o700)
                        os.rename(inner.path, os.path.join(folder, os.urandom(12).hex()))
                    else:
                        os.unlink(inner.path)
                    changed = True
                os.rmdir(entry.path)
            else:
                os.unlink(entry.path)
            changed = True
    return changed
