"""nbgrader's `submitted/` tree, and its exchange's inbound folder.

    submitted/jdoe/ps1/problem1.ipynb, timestamp.txt
    inbound/jdoe+ps1+2026-11-20 21:03:04.123456 UTC+c2VjcmV0/problem1.ipynb, timestamp.txt

The last part, which is random, is there since nbgrader 0.6. Where two attempts of one student's lie in inbound, the newest counts.

Every student may write into inbound, and call a folder there as anybody. So where most folders belong to the account in their name, one
that belongs to another is refused. Else they were copied, or all have one account, and whose they are says nothing.
Source: nbgrader, exchange/default/collect.py, `check_owner`.
"""

from __future__ import annotations

import os
import pwd
import re
from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from autograder.errors import SubmissionError
from autograder.intake.downloads import NOTEBOOK, Came, Download, Piece, instant
from autograder.intake.tree import File, Folder
from autograder.model import Person, Platform
from autograder.printable import counted

__all__ = ["recognise"]

_INBOUND = re.compile(
    r"(?P<user>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}[ T_][0-9:_.-]{8,18} ?(?:[A-Z]{1,4}|[+-][0-9:]{4,5})?)"
    r"(?:\+(?P<random>[^+]*))?"
)
_SUBMITTED, _TIMESTAMP = "submitted", "timestamp.txt"
_LONGEST_TIMESTAMP = 200


def recognise(root: Folder, assignment: str) -> Download | None:
    """Read what nbgrader collected, or let students hand in; None when it is neither.

    Args:
        root: Where it may lie, directly or in a folder `submitted`.
        assignment: Which one to take, where there are several.
    """
    inside = next((folder for folder in root.folders if folder.name == _SUBMITTED), None)
    return _inbound(root, assignment) or _tree(root, assignment) or (_tree(inside, assignment) if inside else None)


def _inbound(root: Folder, assignment: str) -> Download | None:
    matches = [(folder, match) for folder in root.folders if (match := _INBOUND.fullmatch(folder.name))]
    others = [folder for folder in root.folders if _INBOUND.fullmatch(folder.name) is None]
    if len(matches) <= len(others):
        return None
    named = {match["assignment"] for _folder, match in matches}
    chosen, warnings = _one_assignment(root, named, assignment)
    accounts = {folder: _account(folder) for folder, _match in matches}
    said = 2 * sum(accounts[folder] == match["user"] for folder, match in matches) >= len(matches)
    came = [_attempt(folder, match, accounts[folder] if said else "") for folder, match in matches if match["assignment"] == chosen]
    return _download(root, "an nbgrader exchange", chosen, came, warnings, others)


def _attempt(folder: Folder, match: re.Match[str], account: str) -> Came:
    at = instant(match["time"]) or _timestamp(folder)
    mark = _mark(at) or match["time"]
    came = _came(folder, match["user"], f"{mark}+{match['random']}" if match["random"] else mark, at)
    if account not in ("", match["user"]):
        came.refused = f"{folder.shown}: is called as of {match['user']}, and belongs to the account {account}. Ask both whose it is."
        came.owner = came.name = f"{account} as {match['user']}"
        came.people = ()
    return came


def _account(folder: Folder) -> str:
    """Whose a folder on disk is; empty in an archive, and where there is no such account."""
    try:
        return pwd.getpwuid(os.stat(folder.path).st_uid).pw_name if folder.path is not None else ""
    except (OSError, KeyError):
        return ""


def _tree(root: Folder, assignment: str) -> Download | None:
    """Students' folders, with a folder for each assignment in them; at least one with a time, unless they are in `submitted`."""
    shaped = [student for student in root.folders if not student.files and student.folders and all(map(_is_work, student.folders))]
    if not shaped or len(shaped) < len(root.folders) / 2:
        return None
    timed = any(file.name == _TIMESTAMP for student in shaped for work in student.folders for file in work.files)
    if not timed and root.name != _SUBMITTED:
        return None
    named = {work.name for student in shaped for work in student.folders}
    chosen, warnings = _one_assignment(root, named, assignment)
    came = []
    for student in shaped:
        for work in student.folders:
            if work.name == chosen:
                at = _timestamp(work)
                came.append(_came(work, student.name, _mark(at), at))
    others = [student for student in root.folders if student not in shaped]
    return _download(root, "an nbgrader folder", chosen, came, warnings, others)


def _is_work(folder: Folder) -> bool:
    return any(file.ending == NOTEBOOK or file.name == _TIMESTAMP for file in folder.files)


def _one_assignment(root: Folder, named: set[str], wanted: str) -> tuple[str, list[str]]:
    """Which of several assignments; empty where that is not clear."""
    if len(named) == 1:
        return next(iter(named)), []
    listed = ", ".join(sorted(named))
    if wanted in named:
        return wanted, [f"{root.shown}: has submissions of {len(named)} assignments ({listed}); those of {wanted} are taken."]
    return "", [f"{root.shown}: has submissions of {len(named)} assignments ({listed}), and none is called {wanted}. Leave one in it."]


def _download(root: Folder, what: str, assignment: str, came: list[Came], warnings: list[str], others: list[Folder]) -> Download:
    people: dict[str, int] = defaultdict(int)
    for one in came:
        people[one.owner] += 1
    again = sum(count > 1 for count in people.values())
    words = f"{what}: {counted(len(came), 'submission')} of {counted(len(people), 'person', 'people')}"
    words += f", {again:,} resubmitted" * bool(again)
    download = Download(Platform.NBGRADER, words, assignment, came, warnings=warnings)
    foreign = tuple(file for file in root.files if file.ending == NOTEBOOK)
    if others or foreign:
        download.rest = replace(root, files=foreign, folders=tuple(others))
    download.passed_over = [f"{file.shown}: is of no submission." for file in root.files if file not in foreign]
    return download


def _came(folder: Folder, user: str, attempt: str, at: datetime | None) -> Came:
    return Came(
        owner=user,
        name=user,
        files=[Piece(file, file.name) for file in folder.everything()],
        shown=folder.shown,
        attempt=attempt,
        people=(Person(id=user, login=user),),
        submitted_at=at,
    )


def _timestamp(folder: Folder) -> datetime | None:
    file: File | None = next((file for file in folder.files if file.name == _TIMESTAMP), None)
    if file is None or file.problem:
        return None
    try:
        return instant(file.read(_LONGEST_TIMESTAMP).decode("ascii", "replace"))
    except SubmissionError:  # a time that cannot be read is none: the submission is as good
        return None


def _mark(at: datetime | None) -> str:
    """A time whose order as text is its order in time."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else ""
