"""Finds submissions in what came in: notebooks, folders of notebooks, folders of folders. Reads no notebook.

    NAME.ipynb                     given by itself, or directly in a given folder: `NAME`
    given/NAME/any.ipynb           one notebook in a folder: `NAME`; deeper down, the path from the given folder: `section1/NAME`
    given/any.ipynb + other files  a given folder that is itself one submission: named as the folder

A zip takes the place of a notebook where no notebook lies beside it in its folder: the last cell of a release makes
one. Whether there is a notebook in it is seen when it is graded.

A folder below the given one with no notebook or with several is refused and named; the rest goes on. Links are not
followed out of the given folder. Hidden files and what file systems and archivers leave behind are passed over.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.model import Submission
from autograder.outputs import outputs

__all__ = ["Refused", "find_submissions", "passed_over"]

_LEFT_BEHIND = {"__MACOSX", "__pycache__"}
_UNREAD_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
_ARCHIVES = (".zip", *_UNREAD_ARCHIVES)
_DEEPEST = 32  # folders below each other; deeper ones are refused, not searched
_ONE = "Put exactly one notebook into each submission's folder."


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that should be a submission and is none; it gets a row in the gradebook, without a score."""

    name: str
    """Unique in a batch, as a submission's."""
    path: Path
    """What was refused."""
    reason: str
    """A sentence that names it and says what to do."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """How folders are looked at."""

    earlier: frozenset[Path]
    """What an earlier run wrote."""
    scripts: bool
    """Whether .py files may be submissions."""


@dataclass(slots=True)
class _Found:
    """A submission (no reason) or a refusal, before equal names are told apart."""

    name: str
    path: Path
    place: Path
    """Absolute path of what is named: the notebook or its folder."""
    reason: str = ""


def find_submissions(paths: Sequence[Path], *, out: Path | None = None, scripts: bool = False) -> list[Submission | Refused]:
    """Return every submission and every refusal, in the order of `paths` and sorted by name within each.

    A path that is given twice counts once. Equal names are told apart by the folders that they lie in. Never raises for what it
    finds: a missing path is a refusal too.

    Args:
        paths: Notebooks and folders.
        out: Where results of an earlier run may lie; they are passed over.
        scripts: Whether a .py file may take the place of a notebook, as in courses made with otter.
    """
    found: dict[Path, _Found] = {}
    looked = _Looked(_earlier(out), scripts)
    for path in paths:
        for item in _search(path, looked):
            found.setdefault(Path(os.path.abspath(item.path)), item)
    items = list(found.values())
    _tell_apart(items)
    return [Refused(item.name, item.path, item.reason) if item.reason else Submission(item.name, item.path) for item in items]


def passed_over(paths: Sequence[Path], *, out: Path | None = None, scripts: bool = False) -> list[Path]:
    """Return the files that lie among submissions and are none, by their names: a roster, or what somebody handed in by mistake."""
    looked = _Looked(_earlier(out), scripts)
    found: list[Path] = []
    for path in paths:
        place = Path(os.path.abspath(path))
        with contextlib.suppress(OSError, ValueError):
            if path.is_dir():
                folder = _Folder(path, place, looked)
                found += [] if _is_one_submission(folder) else folder.others
    return found


def _earlier(out: Path | None) -> frozenset[Path]:
    return frozenset(Path(os.path.abspath(path)) for path in outputs(out)) if out is not None else frozenset()


def _is_one_submission(folder: _Folder) -> bool:
    """Whether a given folder is a student's own: one notebook or archive in all, with something beside it."""
    return (
        len(folder.everything) == 1
        and bool(folder.others or folder.scripts)
        and not any(_has_hand_in(sub, folder.looked) for sub in folder.folders)
    )


def _search(path: Path, looked: _Looked) -> list[_Found]:
    place = Path(os.path.abspath(path))
    try:
        if path.is_dir():
            return _given_folder(path, place, looked)
        mode = path.stat().st_mode
    except FileNotFoundError:
        return [_Found(_stem(place), path, place, f"{path}: there is no such file or folder. Correct the path.")]
    except (OSError, ValueError) as error:
        return [_Found(_stem(place), path, place, f"{path}: cannot be looked at ({_why(error)}). Check its path and permissions.")]
    if not stat.S_ISREG(mode):
        return [_Found(_stem(place), path, place, f"{path}: is neither a file nor a folder. Name a notebook.")]
    return [_Found(_stem(place), path, place, _unread(path))]


def _unread(path: Path) -> str:
    """Why a file is refused for what it is called; empty for most."""
    if path.name.lower().endswith(_UNREAD_ARCHIVES):
        return f"{path}: is an archive of a kind that is not read. Unpack it, or ask for the notebook itself."
    return ""


class _Folder:
    """What lies in a folder, sorted by name: notebooks, archives, folders, and other files."""

    def __init__(self, path: Path, place: Path, looked: _Looked) -> None:
        self.looked = looked
        self.notebooks: list[Path] = []
        self.archives: list[Path] = []
        self.folders: list[Path] = []
        self.others: list[Path] = []
        self.scripts: list[Path] = []
        with os.scandir(path) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name.startswith(".") or entry.name in _LEFT_BEHIND or place / entry.name in looked.earlier:
                    continue
                if _leads_to_folder(entry):
                    self.folders.append(path / entry.name)
                elif entry.name.lower().endswith(".ipynb"):
                    self.notebooks.append(path / entry.name)
                elif looked.scripts and entry.name.lower().endswith(".py"):
                    self.scripts.append(path / entry.name)
                elif entry.name.lower().endswith(_ARCHIVES):
                    self.archives.append(path / entry.name)
                else:
                    self.others.append(path / entry.name)
        if not self.notebooks:
            self.notebooks, self.scripts = self.scripts, []

    @property
    def everything(self) -> list[Path]:
        """What may be handed in, of whichever kind."""
        return [*self.notebooks, *self.archives]

    @property
    def hand_ins(self) -> list[Path]:
        """What may be one student's: beside a notebook, an archive is something of that notebook's."""
        return self.notebooks or self.archives


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _given_folder(path: Path, place: Path, looked: _Looked) -> list[_Found]:
    try:
        folder = _Folder(path, place, looked)
    except OSError as error:
        return [_Found(place.name, path, place, f"{path}: cannot be read ({_why(error)}). Check the folder's permissions.")]
    if _is_one_submission(folder):
        return [_notebook(folder.everything[0], place.name, place, path)]
    # Beside several notebooks a script is somebody's submission; beside the only one it is a module of that notebook's.
    handed_in = [*folder.everything, *folder.scripts]
    found = [_notebook(notebook, _stem(notebook), place / notebook.name, path) for notebook in handed_in]
    for sub in folder.folders:
        found += _subfolder(sub, sub.name, place / sub.name, path, looked)
    if not found:
        found = [_Found(place.name, path, place, f"{path}: has no notebook in it. Name the folder that the submissions are in.")]
    return sorted(found, key=lambda item: item.name)


def _subfolder(path: Path, name: str, place: Path, root: Path, looked: _Looked) -> list[_Found]:
    def refused(why: str) -> list[_Found]:
        return [_Found(name, path, place, f"{path}: {why}")]

    if path.is_symlink():
        return refused("is a link to a folder, and such links are not followed. Put the folder itself there.")
    if name.count("/") >= _DEEPEST:
        return refused(f"lies more than {_DEEPEST} folders deep. Move the submission further up.")
    try:
        folder = _Folder(path, place, looked)
    except OSError as error:
        return refused(f"cannot be read ({_why(error)}). Check the folder's permissions.")
    if len(folder.hand_ins) > 1:
        what = "notebooks" if folder.notebooks else "archives"
        return refused(f"has {len(folder.hand_ins)} {what}, so it is not clear which one to grade. {_ONE}")
    deeper = any(_has_hand_in(sub, folder.looked) for sub in folder.folders)
    if folder.hand_ins:
        if deeper:
            return refused(f"has a notebook, and folders with notebooks, so it is not clear which one to grade. {_ONE}")
        return [_notebook(folder.hand_ins[0], name, place, root)]
    if not deeper and any(path.parent == place for path in looked.earlier):
        return []
    if not deeper:
        return refused(f"has no notebook in it. {_ONE}")
    return [item for sub in folder.folders for item in _subfolder(sub, f"{name}/{sub.name}", place / sub.name, root, looked)]


def _has_hand_in(path: Path, looked: _Looked) -> bool:
    """True when there is something that can be handed in here or below; links are not followed."""
    endings = (".ipynb", *_ARCHIVES, *((".py",) if looked.scripts else ()))
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _LEFT_BEHIND]
        if any(name.lower().endswith(endings) and not name.startswith(".") for name in files):
            return True
        if folder.count(os.sep) - str(path).count(os.sep) > _DEEPEST:
            return True  # too deep to say: not to be passed over in silence
    return False


def _notebook(path: Path, name: str, place: Path, root: Path) -> _Found:
    """A notebook that lies in `root`, if it does: it may be a link."""
    try:
        real = path.resolve(strict=True)
        inside = real.is_relative_to(root.resolve())
        regular = real.is_file()
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        return _Found(name, path, place, f"{path}: cannot be looked at ({_why(error)}). Ask for the notebook again.")
    if not inside:
        return _Found(name, path, place, f"{path}: is a link that leads out of {root}, so it is not read. Put the notebook itself there.")
    if not regular:
        return _Found(name, path, place, f"{path}: is not a regular file. Ask for the notebook again.")
    return _Found(name, path, place, _unread(path))


def _stem(path: Path) -> str:
    return path.stem if path.suffix.lower() in (".ipynb", ".zip", ".py") else path.name


def _why(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _tell_apart(items: list[_Found]) -> None:
    """Put folders before equal names, one more at a time, until every name is there once."""
    original = [item.name for item in items]
    # A notebook and a folder of the same name beside each other, or endings in another case: only the full name helps.
    beside = Counter((item.name, item.place.parent) for item in items)
    for item in items:
        if beside[item.name, item.place.parent] > 1:
            item.name = item.name.removesuffix(item.place.stem) + item.place.name
    stems = [item.name for item in items]
    before = [_folders_before(item.place, name) for item, name in zip(items, original, strict=True)]
    depth = [0] * len(items)
    while True:
        counts = Counter(item.name for item in items)
        again = [i for i, item in enumerate(items) if counts[item.name] > 1 and depth[i] < len(before[i])]
        if not again:
            break
        for i in again:
            depth[i] += 1
            items[i].name = "/".join([*before[i][-depth[i] :], stems[i]])
    seen: set[str] = set()
    for item in items:
        number, name = 1, item.name
        while item.name in seen:
            number += 1
            item.name = f"{name} ({number})"
        seen.add(item.name)


def _folders_before(place: Path, name: str) -> list[str]:
    """Names of the folders above what `name` already names."""
    above = place.parts[1:-1]
    return list(above[: len(above) - name.count("/")])
