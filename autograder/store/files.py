"""Files by the sha256 of their bytes: a notebook or a bundle is written once, whoever handed it in, and never changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from autograder.archive import remove_unfinished, replace_file
from autograder.errors import MachineFault
from autograder.outputs import KEPT

__all__ = ["Files"]


class Files:
    """The files of a class, readable by their owner alone.

    Args:
        out: The class's folder; it is there.
    """

    def __init__(self, out: Path) -> None:
        self._folder = out / KEPT

    def path(self, sha256: str) -> Path:
        """Where the file lies; it need not be there."""
        return self._folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep `data`, so that it is there also after the power has failed, and return its sha256. What was damaged is mended.

        Raises:
            MachineFault: it cannot be written; nothing has changed.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        with contextlib.suppress(OSError):
            if target.read_bytes() == data:
                return sha256
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            new = not target.parent.exists()
            replace_file(target, data, private=True)
            _sync_folder(target.parent)
            if new:
                _sync_folder(self._folder)
        except (OSError, MachineFault) as error:
            cause = error.__cause__ if isinstance(error, MachineFault) else error
            why = cause.strerror if isinstance(cause, OSError) else str(error)
            remedy = "Look at the disk's space and rights; the same command then goes on from here."
            raise MachineFault(f"{target} cannot be written: {why}. {remedy}") from error
        return sha256

    def tidy(self) -> None:
        """Remove what a killed process could not finish."""
        if self._folder.is_dir():
            for folder in self._folder.iterdir():
                remove_unfinished(folder)

    def get(self, sha256: str) -> bytes:
        """Read a file.

        Raises:
            MachineFault: it is gone, or is not what it was.
        """
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise MachineFault(f"{path} cannot be read: {error.strerror}. Restore it from a backup, or grade into a new folder.") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise MachineFault(f"{path} is not what was kept there. Restore it from a backup, or grade into a new folder.")
        return data


def _sync_folder(folder: Path) -> None:
    """Let a new name in it outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
