"""Zip archives that are byte-identical when made from the same contents, and files replaced whole or not at all.

Entries are sorted, dated 1980-01-01 (the format's own zero), marked as made on Unix, and stored, not deflated: zlib
builds differ in what they emit for the same input.

Also what can go wrong in reading one that somebody else made.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from autograder.errors import MachineFault

__all__ = ["ZIP_ERRORS", "remove_unfinished", "replace_file", "umask", "write_archive", "zip_bytes"]

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OverflowError,
    OSError,
    KeyError,
    IndexError,
)
"""What zipfile raises on hostile archives: bad structure, cut data, odd compression, encryption, sizes."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3  # PKWARE APPNOTE 6.3.10, §4.4.2.2
_MODE = 0o100644  # a regular file, readable by all
_UNFINISHED = re.compile(r"\..+-[a-z0-9_]{8}")
"""Names of what `replace_file` writes to; the end is tempfile's."""


def zip_bytes(parts: Mapping[str, bytes]) -> bytes:
    """Return the archive of `parts` (path with `/` → content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = _UNIX
            info.external_attr = _MODE << 16
            archive.writestr(info, parts[name])
    return buffer.getvalue()


def write_archive(parts: Mapping[str, bytes], target: Path) -> str:
    """Write the archive of `parts` and return its sha256 in hexadecimal.

    Raises:
        MachineFault: It cannot be written; what was there before is still there.
    """
    data = zip_bytes(parts)
    replace_file(target, data)
    return hashlib.sha256(data).hexdigest()


def umask() -> int:
    """The rights that this process withholds from what it makes; the system tells them only to who sets them."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def replace_file(target: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file so that at any moment either its old or its new content is there. Its folder is made.

    Args:
        target: The file.
        data: Its content.
        private: Readable by its owner alone, as is a folder that is made for it.

    Raises:
        MachineFault: It cannot be written; what was there before is still there.
    """
    temporary = None
    try:
        target.parent.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        with os.fdopen(descriptor, "wb") as stream:
            with contextlib.suppress(OSError):  # where a file system knows no locks, nothing is taken for unfinished
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            if not private:
                os.fchmod(stream.fileno(), 0o666 & ~umask())  # mkstemp made it for us alone
            Path(temporary).replace(target)  # while it is locked: nobody may take it for unfinished
        temporary = None
    except OSError as error:
        raise MachineFault(f"{target} cannot be written: {error.strerror}. Look at the disk's space and rights.") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def remove_unfinished(folder: Path) -> None:
    """Remove what `replace_file` could not finish in a folder, since its process was killed. What somebody still writes stays."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _UNFINISHED.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                _remove_unlocked(entry.path)


def _remove_unlocked(path: str) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(path)
        finally:
            os.close(descriptor)
