"""Moodle's “Download all submissions”: what each participant handed in, in a folder of its own or flat.

    Jane Doe_4454589_assignsubmission_file/hw.ipynb      since 3.1; until 4.0 with a `_` more at its end
    Jane Doe_4454589_assignsubmission_file_hw.ipynb      flat
    Participant_4454589_assignsubmission_file/hw.ipynb   blind marking; the word is in the site's language
    Group A_12_assignsubmission_file/hw.ipynb            where groups hand in: the group's name and number
    Default group_assignsubmission_file/hw.ipynb         of all who are in no group
    Jane Doe_4454589_assignsubmission_onlinetext/        what was typed; there may be both

The number is the participant's, not the user's: only the grading worksheet says whose it is. Underscores in names were made spaces, so
that the first number between underscores is Moodle's. Where marking is blind in a language
that we do not know, all participants have one and the same name, which is nobody's.
Source: moodle, mod/assign/classes/downloader.php.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from autograder.intake.downloads import ARCHIVE, NOTEBOOK, Came, Download, Piece
from autograder.intake.moodle_words import stands_for_a_name
from autograder.intake.tree import File, Folder
from autograder.model import Person, Platform
from autograder.printable import counted, one_line

__all__ = ["named", "recognise"]

_NAME = re.compile(r"(?!_assign)(?P<name>[^_]*)(?:_(?P<id>[0-9]{1,20}))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL)
_FILE = "file"


@dataclass(slots=True)
class _Participant:
    """What Moodle wrote of one, or of one group."""

    number: str
    names: set[str]
    files: list[Piece]
    typed: list[File]
    shown: list[str]
    problem: str = ""


def named(root: Folder) -> int:
    """How many of the files and folders directly in a folder are named as Moodle names them."""
    names = [file.name for file in root.files] + [folder.name for folder in root.folders]
    return sum(_NAME.fullmatch(name) is not None for name in names)


def recognise(root: Folder) -> Download | None:
    """Read a folder of Moodle's; None when most of what lies in it is not named by Moodle."""
    participants: dict[str, _Participant] = {}
    ours = 0
    other_files, other_folders = list[File](), list[Folder]()
    for file in root.files:
        if (match := _NAME.fullmatch(file.name)) and match["file"]:
            ours += 1
            _add(participants, match, [Piece(file, match["file"])], file.shown)
        else:
            other_files.append(file)
    for folder in root.folders:
        if (match := _NAME.fullmatch(folder.name)) and not match["file"]:
            ours += 1
            one = _add(participants, match, [Piece(file, file.name) for file in folder.everything()], folder.shown)
            one.problem = one.problem or folder.problem
        else:
            other_folders.append(folder)
    foreign = [file for file in other_files if file.ending in (NOTEBOOK, ARCHIVE)]
    if ours <= len(foreign) + len(other_folders):
        return None
    names = {name for one in participants.values() for name in one.names}
    nobodys = {name for name in names if stands_for_a_name(name) or (len(names) == 1 and len(participants) > 1)}
    came = [_came(owner, participants[owner], nobodys) for owner in sorted(participants, key=lambda owner: (len(owner), owner))]
    files = sum(len(one.files) for one in came)
    blind = " with names hidden" * any(one.anonymous for one in came)
    what = f"a Moodle download{blind}: {counted(files, 'file')} of {counted(len(came), 'participant')}"
    download = Download(Platform.MOODLE, what, "", came)
    if foreign or other_folders:
        download.rest = replace(root, files=tuple(foreign), folders=tuple(other_folders))
    download.passed_over = [f"{file.shown}: Moodle did not name it." for file in other_files if file not in foreign]
    return download


def _add(participants: dict[str, _Participant], match: re.Match[str], files: list[Piece], shown: str) -> _Participant:
    participant = participants.setdefault(match["id"] or match["name"], _Participant(match["id"] or "", set(), [], [], []))
    participant.names.add(match["name"])
    participant.shown.append(shown)
    if match["kind"] == _FILE:
        participant.files += files
    else:
        participant.typed += [piece.file for piece in files]
    return participant


def _came(owner: str, participant: _Participant, nobodys: set[str]) -> Came:
    name = min(participant.names)
    anonymous = participant.names <= nobodys
    shown = participant.shown[0]
    refused = ""
    if len(participant.names) > 1:
        called = " and ".join(one_line(name) for name in sorted(participant.names))
        refused = f"{shown}: participant {owner} is called {called} here, who cannot be one. Download all submissions again, by themselves."
    elif participant.problem:
        refused = participant.problem
    elif participant.typed and not participant.files:
        refused = f"{shown}: is text that was typed into Moodle, and no notebook. Ask for the notebook."
    return Came(
        owner=owner,
        name=f"{name}_{participant.number}" if participant.number else name,
        files=participant.files,
        shown=shown,
        people=(Person(id=participant.number, name="" if anonymous else name),),
        anonymous=anonymous,
        refused=refused,
    )
