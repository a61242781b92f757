"""Folders on disk and archives seen alike: files and folders by name, nothing opened before it is asked for.

Hidden files, and what file systems and archivers leave behind, are not in it. Links are not followed out of the given folder. Files and
folders are equal only to themselves.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from autograder.errors import InputError, SubmissionError
from autograder.intake.archives import Entry, Opener, list_archive, read_entry
from autograder.intake.caps import Caps
from autograder.printable import one_line

__all__ = ["File", "Folder", "archive_of", "given_file", "open_archive", "scan", "why"]

_MOST_INSIDE = 4
"""Times that all folders together may have more files than one of them."""
_LEFT_BEHIND = {"__MACOSX", "__pycache__"}


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """A file, on disk or in an archive."""

    name: str
    """Last part of its name; any characters but `/`."""
    shown: str
    """What messages call it."""
    place: Path
    """Absolute, archives being folders; tells files apart, and is opened by nobody."""
    problem: str
    """Why it is not read: a sentence that names it. Empty for most."""
    read: Callable[[int], bytes]
    """Its bytes, at most so many; raises SubmissionError."""
    path: Path | None = None
    """Where it lies on disk, if it does."""

    @property
    def ending(self) -> str:
        """`.ipynb`, in lower case; empty where it has none."""
        return os.path.splitext(self.name)[1].lower()


@dataclass(frozen=True, slots=True, eq=False)
class Folder:
    """A folder, on disk or in an archive."""

    name: str
    """Last part of its name."""
    shown: str
    """What messages call it."""
    place: Path
    """Absolute, archives being folders."""
    files: tuple[File, ...] = ()
    """Directly in it, sorted by name."""
    folders: tuple[Folder, ...] = ()
    """The same."""
    problem: str = ""
    """Why it is not looked into: a sentence that names it. Empty for most."""
    repository: bool = False
    """Whether `.git` lies in it."""
    deepest: bool = False
    """Whether it was not looked into for lying too deep."""
    path: Path | None = None
    """Where it lies on disk, if it does."""
    warnings: tuple[str, ...] = ()
    """Of an archive: what was passed over in it."""

    def everything(self) -> Iterator[File]:
        """Every file in it and below, folder by folder."""
        yield from self.files
        for folder in self.folders:
            yield from folder.everything()

    @property
    def too_deep(self) -> bool:
        """Whether this or a folder below was not looked into for lying too deep."""
        return self.deepest or any(folder.too_deep for folder in self.folders)


def why(error: Exception) -> str:
    """What went wrong, without a path."""
    return one_line((isinstance(error, OSError) and error.strerror) or str(error))


def given_file(path: Path) -> File:
    """A file that was given by its path."""
    return File(path.name, str(path), Path(os.path.abspath(path)), "", partial(_read_disk, path, str(path)), path)


def _read_disk(path: Path, shown: str, most: int) -> bytes:
    """Without waiting for whoever writes into a pipe."""
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise SubmissionError(f"{shown}: is not a regular file. Ask for the notebook again.")
            data = stream.read(most + 1)
    except OSError as error:
        raise SubmissionError(f"{shown}: cannot be read ({why(error)}). Check the file and its permissions.") from error
    if len(data) > most:
        raise SubmissionError(f"{shown}: is larger than {most >> 20} MiB. Ask for it again with its outputs cleared.")
    return data


class _Scan:
    """One given folder, looked through once."""

    def __init__(self, root: Path, caps: Caps, skipped: frozenset[Path]) -> None:
        self.root = root
        self.real = root.resolve()
        self.caps = caps
        self.skipped = skipped
        self.left = caps.entries
        self.inside = 0

    def folder(self, path: Path, place: Path, depth: int) -> Folder:
        def refused(reason: str) -> Folder:
            return Folder(place.name, str(path), place, problem=f"{path}: {reason}", path=path)

        if depth and path.is_symlink():
            return refused("is a link to a folder, and such links are not followed. Put the folder itself there.")
        if depth > self.caps.depth:
            return replace(refused(f"lies more than {self.caps.depth} folders deep. Move the submission further up."), deepest=True)
        files: list[File] = []
        folders: list[Folder] = []
        repository = False
        try:
            with os.scandir(path) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            return refused(f"cannot be read ({why(error)}). Check the folder's permissions.")
        for entry in found:
            repository = repository or entry.name == ".git"
            if entry.name.startswith(".") or entry.name in _LEFT_BEHIND or place / entry.name in self.skipped:
                continue
            self.left -= 1
            if self.left < 0:
                raise InputError(f"{self.root}: has more than {self.caps.entries} files. Name the folder that the submissions are in.")
            if _leads_to_folder(entry):
                below = self.folder if depth else self.first_level
                folders.append(below(path / entry.name, place / entry.name, depth + 1))
            else:
                files.append(self.file(path / entry.name, place / entry.name, entry))
        return Folder(place.name, str(path), place, tuple(files), tuple(folders), repository=repository, path=path)

    def first_level(self, path: Path, place: Path, depth: int) -> Folder:
        """A folder directly in the given one, which may be one student's: with too many files in it, it is refused, and not the class."""
        before, self.left = self.left, self.caps.entries
        try:
            found = self.folder(path, place, depth)
            self.inside += self.caps.entries - self.left
        except InputError:
            problem = f"{path}: has more than {self.caps.entries} files. Ask for the notebook itself."
            found = Folder(place.name, str(path), place, problem=problem, repository=(path / ".git").exists(), path=path)
        if self.inside > _MOST_INSIDE * self.caps.entries:
            raise InputError(f"{self.root}: has more than {_MOST_INSIDE * self.caps.entries} files. Name a folder with fewer submissions.")
        self.left = before
        return found

    def file(self, path: Path, place: Path, entry: os.DirEntry[str]) -> File:
        return File(path.name, str(path), place, self._problem(path, entry), partial(_read_disk, path, str(path)), path)

    def _problem(self, path: Path, entry: os.DirEntry[str]) -> str:
        try:
            if entry.is_symlink() and not path.resolve(strict=True).is_relative_to(self.real):
                return f"{path}: is a link that leads out of {self.root}, so it is not read. Put the notebook itself there."
            if not entry.is_file():
                return f"{path}: is not a regular file. Ask for the notebook again."
        except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            return f"{path}: cannot be looked at ({why(error)}). Ask for the notebook again."
        return ""


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def scan(path: Path, caps: Caps, skipped: frozenset[Path] = frozenset()) -> Folder:
    """Look through a folder on disk.

    Args:
        path: The folder.
        caps: What is too much.
        skipped: Absolute paths of what is not looked at.

    Raises:
        InputError: more lies in it than `caps` allow.
    """
    return _Scan(path, caps, skipped).folder(path, Path(os.path.abspath(path)), 0)


def open_archive(path: Path, caps: Caps) -> Folder:
    """Look through a zip on disk. Raises: BadArchive, OSError."""
    place = Path(os.path.abspath(path))
    return _tree(partial(_open_disk, path), str(path), place.with_suffix(""), caps)


def archive_of(file: File, caps: Caps) -> Folder:
    """Look through a zip that somebody handed in. Its bytes are read anew each time, and kept by nobody.

    Raises:
        BadArchive, OSError
        SubmissionError: it cannot be read.
    """
    return _tree(lambda: io.BytesIO(file.read(caps.file_bytes)), file.shown, file.place, caps)


def _open_disk(path: Path) -> BinaryIO:
    return open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))


@dataclass(slots=True)
class _Growing:
    folders: dict[str, _Growing]
    entries: list[Entry]
    repository: bool = False


def _tree(opener: Opener, shown: str, place: Path, caps: Caps) -> Folder:
    listing = list_archive(opener, shown, caps)
    root = _Growing({}, [])
    for entry in listing.entries:
        folder = root
        for part in entry.parts[:-1]:
            folder.repository = folder.repository or part == ".git"
            if part.startswith(".") or part in _LEFT_BEHIND:
                break
            folder = folder.folders.setdefault(part, _Growing({}, []))
        else:
            if not entry.parts[-1].startswith("."):
                folder.entries.append(entry)
    return _grown(root, place, shown, opener, listing.warnings)


def _grown(grown: _Growing, place: Path, shown: str, opener: Opener, warnings: tuple[str, ...] = ()) -> Folder:
    files = [
        File(entry.parts[-1], entry.shown, place / entry.parts[-1], entry.problem, partial(read_entry, opener, entry))
        for entry in grown.entries
    ]
    folders = [_grown(folder, place / name, f"{shown}/{one_line(name)}", opener) for name, folder in sorted(grown.folders.items())]
    return Folder(place.name, shown, place, tuple(files), tuple(folders), repository=grown.repository, warnings=warnings)
