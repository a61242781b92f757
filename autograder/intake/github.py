"""Clones of GitHub Classroom repositories: a folder for each, named `assignment-account`, as `gh classroom clone` makes them.

    rnn-submissions/rnn-jdoe/.git, rnn.ipynb

They are recognised by `.git` in them, or by a name that begins as that of the folder they are in, or as the assignment's. An account may
have hyphens in it, and so may an assignment: where nothing else says where the one ends, it is where all names are still the same.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from autograder.intake.downloads import ARCHIVE, NOTEBOOK, Came, Download, Piece
from autograder.intake.tree import Folder
from autograder.model import Person, Platform
from autograder.printable import counted

__all__ = ["recognise"]

_SUBMISSIONS = "-submissions"
_ACCOUNT = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?:-[0-9])?")
_FEWEST = 3
"""Repositories whose names tell where the assignment's ends; two students may have a first name in common."""


def recognise(root: Folder, assignment: str) -> Download | None:
    """Read a folder of clones; None when it is none.

    Args:
        root: Where they may lie.
        assignment: The assignment's name, with which theirs may begin.
    """
    known = _known_prefix(root, assignment)
    clones = [folder for folder in root.folders if folder.repository or (known and _account(folder, known))]
    others = [folder for folder in root.folders if folder not in clones]
    notebooks = tuple(file for file in root.files if file.ending in (NOTEBOOK, ARCHIVE))
    if len(clones) <= len(others) + len(notebooks) or root.repository:
        return None
    prefix = known or _common_prefix([clone.name for clone in clones])
    came = [_came(clone, _account(clone, prefix)) for clone in clones]
    download = Download(Platform.GITHUB, f"a folder of {counted(len(came), 'repository', 'repositories')}", "", came)
    if others or notebooks:
        download.rest = replace(root, files=notebooks, folders=tuple(others))
    download.passed_over = [f"{file.shown}: is of no repository." for file in root.files if file not in notebooks]
    if not all(one.people for one in came):
        download.warnings.append(f"{root.shown}: not every repository's name tells an account, so they are matched to nobody by it.")
    return download


def _known_prefix(root: Folder, assignment: str) -> str:
    """What the names of all repositories begin with, as far as something besides them says it."""
    ours = [root.name.removesuffix(_SUBMISSIONS)] if root.name.endswith(_SUBMISSIONS) else []
    for name in (*ours, assignment, assignment.replace("_", "-")):
        if name and root.folders and all(_account(folder, f"{name}-") for folder in root.folders):
            return f"{name}-"
    return ""


def _common_prefix(names: list[str]) -> str:
    if len(names) < _FEWEST:
        return ""
    first, last = min(names), max(names)  # what these two begin with, all between them begin with
    same = sum(1 for _pair in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    common = first[:same]
    return common[: common.rfind("-") + 1]


def _account(folder: Folder, prefix: str) -> str:
    """The account in a repository's name; empty where there is none."""
    name = folder.name[len(prefix) :] if prefix and folder.name.casefold().startswith(prefix.casefold()) else ""
    return name if _ACCOUNT.fullmatch(name) and not folder.name.endswith(_SUBMISSIONS) else ""


def _came(clone: Folder, account: str) -> Came:
    return Came(
        owner=clone.name,
        name=clone.name,
        files=[Piece(file, file.name) for file in clone.everything()],
        shown=clone.shown,
        people=(Person(id=account, login=account),) if account else (),
        refused=clone.problem,
    )
