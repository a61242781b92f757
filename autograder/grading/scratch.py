"""A submission's folder: made from the bundle's files, remembered after the notebook ran, put back before each question.

What one question writes must not be there for the next. The folder belongs to student code, so nothing in it is
followed, opened or believed: links stay links, and whether something changed is told by inode and change time, which
student code cannot set.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from autograder.errors import MachineFault

__all__ = ["Scratch"]

_MOST_ENTRIES = 2_000
_DEEPEST = 40
_MOST_BYTES = 64 << 20

_State = dict[str, tuple[int, int, int, int]]


class Scratch:
    """A private folder with `files` in it. `close()` removes it.

    Args:
        files: Relative POSIX path → contents; the bundle's own, checked names.
        within: Existing folder to make it in.

    Raises:
        MachineFault: the disk is full or not writable.
    """

    def __init__(self, files: Mapping[str, bytes], within: Path) -> None:
        self._files = files
        home = None
        try:
            home = self._home = Path(tempfile.mkdtemp(prefix="scratch-", dir=within))
            self.path = self._home / "work"
            """Where the notebook runs."""
            self.path.mkdir()
            self._write_files()
        except OSError as error:
            if home is not None:
                shutil.rmtree(home, ignore_errors=True)
            raise MachineFault(f"No scratch folder could be made: {error.strerror} ({error.filename}).") from error
        self._kept: Path | None = None
        self._state: _State = {}
        self.complete = True
        """False when the notebook left more than can be put back; then questions start from the bundle's files alone."""

    def remember(self) -> None:
        """Keep the folder as the notebook left it. No process of the submission may run meanwhile."""
        self._kept = self._home / "kept"
        state = _state(self.path)
        if state is None:
            self.complete = False
        else:
            try:
                shutil.copytree(self.path, self._kept, symlinks=True, ignore=_only_plain)
            except OSError:  # what student code left may be unreadable; then it is not put back
                self.complete = False
        self._state = state or {}

    def restore(self) -> None:
        """Make the folder as it was when remembered, if anything changed since. No process of the submission may run meanwhile."""
        if self._kept is None or _state(self.path) == self._state:
            return
        _empty(self.path)
        try:
            if self.complete:
                shutil.copytree(self._kept, self.path, symlinks=True, dirs_exist_ok=True)
            else:
                self._write_files()
        except OSError:  # something there could not be removed: the student's own doing, and nobody else's loss
            self.complete = False
        self._state = _state(self.path) or {}

    def _write_files(self) -> None:
        for name, data in self._files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def close(self) -> None:
        """Remove the folder and what was kept of it."""
        _empty(self._home)
        shutil.rmtree(self._home, ignore_errors=True)


def _empty(folder: Path) -> None:
    """Remove everything in a folder, also from folders that their owner has closed to themselves. Links are not followed."""
    if not folder.is_dir():
        return
    waiting = [str(folder)]
    while waiting:
        here = waiting.pop()
        with contextlib.suppress(OSError):
            os.chmod(here, 0o700)
            waiting += [entry.path for entry in os.scandir(here) if entry.is_dir(follow_symlinks=False)]
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.unlink(entry.path)


def _state(folder: Path) -> _State | None:
    """Inode, change time, size and mode of every entry; None when there are too many, too large, too deep or unreadable."""
    found: _State = {}
    total = 0
    waiting = [(str(folder), 0)]
    while waiting:
        here, depth = waiting.pop()
        if depth > _DEEPEST:
            return None
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    info = entry.stat(follow_symlinks=False)
                    total += info.st_size
                    found[os.path.relpath(entry.path, folder)] = (info.st_ino, info.st_ctime_ns, info.st_size, info.st_mode)
                    if len(found) > _MOST_ENTRIES or total > _MOST_BYTES:
                        return None
                    if stat.S_ISDIR(info.st_mode):
                        waiting.append((entry.path, depth + 1))
        except OSError:
            return None
    return found


def _only_plain(folder: str, names: list[str]) -> set[str]:
    """Names that are not copied: pipes, sockets and devices, on which a copy would hang or fail."""
    left_out = set()
    for name in names:
        mode = os.lstat(os.path.join(folder, name)).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
            left_out.add(name)
    return left_out
