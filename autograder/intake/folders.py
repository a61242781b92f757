"""Finds submissions in folders of files: notebooks, folders of notebooks, folders of folders. Their names are claims. Reads no notebook.

    NAME.ipynb                     given by itself, or directly in a given folder: `NAME`
    given/NAME/any.ipynb           one notebook in a folder: `NAME`; deeper down, the path from the given folder: `section1/NAME`
    given/any.ipynb + other files  a given folder that is itself one submission: named as the folder

A zip takes the place of a notebook where no notebook lies beside it in its folder: the last cell of a release makes
one. Whether there is a notebook in it is not seen here.

A folder below the given one with no notebook or with several is refused and named; the rest goes on. Links are not
followed out of the given folder. Hidden files and what file systems and archivers leave behind are passed over.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import InputError
from autograder.intake.caps import Caps
from autograder.intake.tree import File, Folder, given_file, scan, why
from autograder.outputs import outputs
from autograder.printable import one_line

__all__ = ["Found", "Looked", "given", "has_hand_in", "in_folder", "others", "tell_apart", "written_earlier"]

_UNREAD_ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
_ARCHIVES = (".zip", *_UNREAD_ARCHIVES)
_ONE = "Put exactly one notebook into each submission's folder."


@dataclass(frozen=True, slots=True)
class Looked:
    """How folders are looked at."""

    earlier: frozenset[Path] = frozenset()
    """What an earlier run wrote."""
    scripts: bool = False
    """Whether .py files may be submissions."""


@dataclass(slots=True)
class Found:
    """A submission (no reason) or a refusal, before equal names are told apart."""

    name: str
    """As in `Submission`."""
    shown: str
    """What messages call it."""
    place: Path
    """Absolute path of what is named: the notebook or its folder."""
    reason: str = ""
    """Why it is refused."""
    files: list[File] = field(default_factory=list)
    """What is graded, or, where it was refused for being several, all of them."""
    path: Path | None = None
    """Where it lies on disk, if it does."""


def written_earlier(out: Path | None) -> frozenset[Path]:
    """Absolute paths of what an earlier run wrote into `out`."""
    return frozenset(Path(os.path.abspath(path)) for path in outputs(out)) if out is not None else frozenset()


def given(path: Path, caps: Caps, skipped: frozenset[Path] = frozenset()) -> Folder | Found:
    """Look at a path that was given: a folder's tree, or what is found of a file. Never raises for what it finds."""
    place = Path(os.path.abspath(path))

    def refused(reason: str) -> Found:
        return Found(_stem(place.name), str(path), place, f"{path}: {reason}", path=path)

    try:
        if path.is_dir():
            return scan(path, caps, skipped)
        mode = path.stat().st_mode
    except InputError as error:
        return Found(place.name, str(path), place, str(error), path=path)
    except FileNotFoundError:
        return refused("there is no such file or folder. Correct the path.")
    except (OSError, ValueError, RuntimeError) as error:
        return refused(f"cannot be looked at ({why(error)}). Check its path and permissions.")
    if not stat.S_ISREG(mode):
        return refused("is neither a file nor a folder. Name a notebook.")
    file = given_file(path)
    return Found(_stem(place.name), str(path), place, _unread(file), [file], path)


def _unread(file: File) -> str:
    """Why a file is refused for what it is called; empty for most."""
    if file.name.lower().endswith(_UNREAD_ARCHIVES):
        return f"{file.shown}: is an archive of a kind that is not read. Unpack it, or ask for the notebook itself."
    return ""


class _Contents:
    """What lies in a folder, sorted by name: notebooks, archives, folders, and other files."""

    def __init__(self, folder: Folder, looked: Looked) -> None:
        self.folders = folder.folders
        self.notebooks: list[File] = []
        self.archives: list[File] = []
        self.others: list[File] = []
        self.scripts: list[File] = []
        for file in folder.files:
            if file.ending == ".ipynb":
                self.notebooks.append(file)
            elif looked.scripts and file.ending == ".py":
                self.scripts.append(file)
            elif file.name.lower().endswith(_ARCHIVES):
                self.archives.append(file)
            else:
                self.others.append(file)
        if not self.notebooks:
            self.notebooks, self.scripts = self.scripts, []

    @property
    def everything(self) -> list[File]:
        """What may be handed in, of whichever kind."""
        return [*self.notebooks, *self.archives]

    @property
    def hand_ins(self) -> list[File]:
        """What may be one student's: beside a notebook, an archive is something of that notebook's."""
        return self.notebooks or self.archives


def _is_one_submission(contents: _Contents, looked: Looked) -> bool:
    """Whether a given folder is a student's own: one notebook or archive in all, with something beside it."""
    return (
        len(contents.everything) == 1
        and bool(contents.others or contents.scripts)
        and not any(has_hand_in(sub, looked) for sub in contents.folders)
    )


def others(folder: Folder, looked: Looked) -> list[File]:
    """Files in a given folder that are no submissions, by their names."""
    contents = _Contents(folder, looked)
    return [] if _is_one_submission(contents, looked) else contents.others


def in_folder(folder: Folder, looked: Looked) -> list[Found]:
    """Find the submissions of a given folder, sorted by name."""
    if folder.problem:
        return [_refused(folder, folder.name, folder.problem)]
    contents = _Contents(folder, looked)
    if _is_one_submission(contents, looked):
        return [_notebook(contents.everything[0], folder.name, folder.place)]
    # Beside several notebooks a script is somebody's submission; beside the only one it is a module of that notebook's.
    found = [_notebook(file, _stem(file.name), file.place) for file in [*contents.everything, *contents.scripts]]
    for sub in folder.folders:
        found += _subfolder(sub, sub.name, looked)
    if not found:
        what = f"{folder.shown}: has no notebook in it. Name the folder that the submissions are in."
        found = [_refused(folder, folder.name, what)]
    return sorted(found, key=lambda item: item.name)


def _refused(folder: Folder, name: str, reason: str, files: Sequence[File] = ()) -> Found:
    return Found(name, folder.shown, folder.place, reason, list(files), folder.path)


def _subfolder(folder: Folder, name: str, looked: Looked) -> list[Found]:
    if folder.problem:
        return [_refused(folder, name, folder.problem)]
    contents = _Contents(folder, looked)
    if len(contents.hand_ins) > 1:
        what = "notebooks" if contents.notebooks else "archives"
        reason = f"{folder.shown}: has {len(contents.hand_ins)} {what}, so it is not clear which one to grade. {_ONE}"
        return [_refused(folder, name, reason, contents.hand_ins)]
    deeper = [sub for sub in folder.folders if has_hand_in(sub, looked)]
    if contents.hand_ins:
        if deeper:
            reason = f"{folder.shown}: has a notebook, and folders with notebooks, so it is not clear which one to grade. {_ONE}"
            below = [file for sub in deeper for file in sub.everything() if file.ending == contents.hand_ins[0].ending]
            return [_refused(folder, name, reason, [*contents.hand_ins, *below])]
        return [_notebook(contents.hand_ins[0], name, folder.place)]
    if not deeper and any(path.parent == folder.place for path in looked.earlier):
        return []
    if not deeper:
        return [_refused(folder, name, f"{folder.shown}: has no notebook in it. {_ONE}")]
    return [item for sub in folder.folders for item in _subfolder(sub, f"{name}/{sub.name}", looked)]


def has_hand_in(folder: Folder, looked: Looked) -> bool:
    """True when there is something that can be handed in here or below, or it lies too deep to say: not to be passed over in silence."""
    endings = (".ipynb", *_ARCHIVES, *((".py",) if looked.scripts else ()))
    return folder.too_deep or any(file.name.lower().endswith(endings) for file in folder.everything())


def _notebook(file: File, name: str, place: Path) -> Found:
    return Found(name, file.shown, place, file.problem or _unread(file), [file], file.path)


def _stem(name: str) -> str:
    stem, ending = os.path.splitext(name)
    return stem if ending.lower() in (".ipynb", ".zip", ".py") else name


def tell_apart(items: list[Found]) -> None:
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
    seen: set[str] = set()  # as they are written: an escape may be what somebody else called their file
    for item in items:
        number, name = 1, item.name
        while one_line(item.name) in seen:
            number += 1
            item.name = f"{name} ({number})"
        seen.add(one_line(item.name))


def _folders_before(place: Path, name: str) -> list[str]:
    """Names of the folders above what `name` already names."""
    above = place.parts[1:-1]
    return list(above[: len(above) - name.count("/")])
