"""Canvas's “Download submissions”: one folder of files, each named by Canvas for who handed it in.

    doejane_5678_9012_hw.ipynb             sortable name, user id, attachment id, the student's own file name
    doejane_LATE_5678_9012_hw-1.ipynb      late; handed in again under a name that was there (Canvas adds -1)
    anon_x7Fq2_9012_hw.ipynb               anonymous; LATE_anon_… when late
    doejane_5678_text.html                 a text entry; _link.html a web address; both also with an attachment id

Source: canvas-lms, lib/content_zipper.rb. Of files that are called the same but for Canvas's -1, the highest attachment id is the newest;
files that are called otherwise are attachments of one submission. An attachment's id is its own: where two files have the same, or
where many are all of one person, these are no ids, but dates or numbers in somebody's file names.

Names and files are people's own words, and may look like ids: who calls herself `doe_12_345` has files `doe_12_345_5678_9012_hw.ipynb`.
Every way to read a name is looked at, the true one being among them. What the other files say makes most of the false ones
impossible; where more than one is left, the file is nobody's until staff say whose.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from autograder.intake.downloads import ARCHIVE, NOTEBOOK, Came, Download, Piece, counted
from autograder.intake.tree import File, Folder
from autograder.model import Person, Platform
from autograder.printable import one_line

__all__ = ["named", "recognise"]

# Canvas deletes what Ruby calls no word character. Marks, of which accents and vowel signs may consist, are such there, and not here.
_WORD = r"(?:\w|[^\x00-\x7f\s])"
_IDS = re.compile(r"(?P<late>_LATE)?_(?P<id>[0-9]{1,20})_(?:(?P<attachment>[0-9]{3,20})_(?=.)|(?=(?:text|link)\.html$))", re.DOTALL)
_BEFORE = re.compile(rf"{_WORD}+")
_CAPITAL = re.compile(r"[A-Z]")  # Canvas writes names without
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]+)_(?P<attachment>[0-9]{3,})_(?P<file>.+)", re.DOTALL)
_AGAIN = re.compile(r"-[0-9]+(?=\.[^.]*$|$)")
_TYPED_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]+)_(?P<file>(?:text|link)\.html)")
_ENTRIES = ("text.html", "link.html")
_LONGEST_ID = 20
_MOST_OF_ONE = 3
_FEWEST = 3
"""People whose numbers tell how large such numbers are."""
_SHOWN = 3
_NOBODYS = "what somebody called themselves or a file looks like ids of Canvas. See there whose it is, and use `autograder match`."
_APART = 4
"""Times that the attachments' ids of one assignment may be larger or smaller than the one in the middle: Canvas counts all files ever."""


@dataclass(frozen=True, slots=True)
class _Attachment:
    """A file, as Canvas named it."""

    file: File
    owner: str
    name: str
    late: bool
    number: int
    original: str
    anonymous: bool = False
    unsure: bool = False
    """Whether the name can be read in more than one way, so that nobody can say whose it is."""

    @property
    def stem(self) -> str:
        return _AGAIN.sub("", self.original).casefold()


def named(root: Folder) -> int:
    """How many of the files directly in a folder are named as Canvas names them."""
    return sum(bool(_readings(file)) for file in root.files)


def recognise(root: Folder) -> Download | None:
    """Read a folder of Canvas's; None when most of what lies in it is not named by Canvas."""
    readings = {file: _readings(file) for file in root.files}
    others = [file for file, ways in readings.items() if not ways]
    ours = _resolved([ways for ways in readings.values() if ways])
    foreign = [file for file in others if file.ending in (NOTEBOOK, ARCHIVE)]
    if len(ours) <= len(foreign) + len(root.folders):
        return None
    owners: dict[str, list[_Attachment]] = defaultdict(list)
    for attachment in ours:
        owners[attachment.owner].append(attachment)
    numbers = [attachment.number for attachment in ours if attachment.number and not attachment.unsure]
    if len(set(numbers)) < len(numbers) or (len(owners) == 1 and len(ours) > _MOST_OF_ONE):
        return None
    came = [one for owner in sorted(owners) for one in _of_one(owners[owner], root)]
    late = sum(bool(one.late) for one in came)
    again = sum(bool(one.earlier) for one in came)
    what = f"{'an anonymous' if ours[0].anonymous else 'a'} Canvas download: {counted(len(ours), 'file')} of "
    what += counted(len(owners), "person", "people") + f", {late:,} late" * bool(late) + f", {again:,} resubmitted" * bool(again)
    download = Download(Platform.CANVAS, what, "", came)
    if foreign or root.folders:
        download.rest = replace(root, files=tuple(foreign))
    download.passed_over = [f"{file.shown}: Canvas did not name it." for file in others if file not in foreign]
    if unsure := [attachment.file.name for attachment in ours if attachment.unsure]:
        some = ", ".join(one_line(name) for name in unsure[:_SHOWN]) + "…" * (len(unsure) > _SHOWN)
        download.warnings.append(f"{root.shown}: {counted(len(unsure), 'file')} may be of one person or another ({some}): {_NOBODYS}")
    return download


def _readings(file: File) -> list[_Attachment]:
    """Every way to read a file's name as one of Canvas's; none where there is none."""
    anonymous = _ANONYMOUS.fullmatch(file.name) or _TYPED_ANONYMOUS.fullmatch(file.name)
    if anonymous:
        number = anonymous.groupdict().get("attachment") or "0"
        if max(len(anonymous["id"]), len(number)) > _LONGEST_ID:
            return []
        late = bool(anonymous["late"])
        return [_Attachment(file, f"anon_{anonymous['id']}", anonymous["name"], late, int(number), anonymous["file"], anonymous=True)]
    found: list[_Attachment] = []
    at = 1
    while match := _IDS.search(file.name, at):
        at = match.start("id")
        name = file.name[: match.start()]
        if not _BEFORE.fullmatch(name) or (found and _CAPITAL.search(name)):
            break
        found.append(_Attachment(file, match["id"], name, bool(match["late"]), int(match["attachment"] or 0), file.name[match.end() :]))
    return found


def _resolved(files: list[list[_Attachment]]) -> list[_Attachment]:
    """Of each file the one reading that the others leave possible; `unsure` where there are more."""
    sure = [ways[0] for ways in files if len(ways) == 1]
    called: dict[str, set[str]] = defaultdict(set)
    for one in sure:
        called[one.owner].add(one.name)
    taken = {one.number for one in sure}
    first = sure or [ways[0] for ways in files]
    numbers = sorted(one.number for one in first if one.number) or [0]
    users = sorted(int(one.owner) for one in first if not one.anonymous) or [0]
    middle = numbers[len(numbers) // 2]
    low, high = middle // _APART, middle * _APART
    users_are_lower = len(users) >= _FEWEST and _APART * users[len(users) * 9 // 10] < low

    def possible(one: _Attachment) -> bool:
        if one.number and (one.number in taken or not low <= one.number <= high):
            return False
        if users_are_lower and low <= int(one.owner) <= high:
            return False
        return called.get(one.owner, {one.name}) == {one.name}

    def read(ways: list[_Attachment]) -> _Attachment:
        left = [one for one in ways if possible(one)] if len(ways) > 1 else ways
        if len(left) == 1:
            return left[0]
        last = ways[-1]
        return replace(last, owner=f"{last.name}_{last.owner}", late=any(one.late for one in ways), unsure=True)

    return [read(ways) for ways in files]


def _of_one(items: list[_Attachment], root: Folder) -> list[Came]:
    """What one person handed in. Who has the same id and another name is somebody else."""
    called = {item.name for item in items}
    if len(called) == 1:
        return [_came(items, root)]
    return [
        _came([replace(item, owner=f"{item.name}_{item.owner}", unsure=True) for item in items if item.name == name], root)
        for name in sorted(called)
    ]


def _came(items: list[_Attachment], root: Folder) -> Came:
    items = sorted(items, key=lambda item: (item.number, item.file.name))
    first = items[0]
    newest = {item.stem: item for item in items}
    earlier = [item for item in items if newest[item.stem] is not item]
    typed = [item for item in items if item.original in _ENTRIES]
    notes = [_not_graded(item, newest[item.stem]) for item in earlier]
    notes += [f"{first.file.shown}: {_NOBODYS}"] * first.unsure
    refused = ""
    if typed and len(typed) == len(items):
        what = "text that was typed into Canvas" if typed[-1].original == "text.html" else "a web address"
        refused = f"{typed[-1].file.shown}: is {what}, and no notebook. Ask for the notebook."
    return Came(
        owner=first.owner,
        name=first.owner if first.anonymous or first.unsure else f"{first.name}_{first.owner}",
        files=[_piece(item) for item in items if item not in earlier],
        shown=first.file.shown if len(items) == 1 else f"{root.shown}: what came from user {first.owner}",
        people=() if first.anonymous or first.unsure else (Person(id=first.owner, name=first.name),),
        anonymous=first.anonymous,
        late=any(item.late for item in items),
        refused=refused,
        notes=tuple(notes),
        ranked=True,
        earlier=[_piece(item) for item in earlier],
    )


def _piece(item: _Attachment) -> Piece:
    return Piece(item.file, item.original, str(item.number or ""), item.late)


def _not_graded(item: _Attachment, newer: _Attachment) -> str:
    return (
        f"{one_line(item.original)} (attachment {item.number}) was handed in before {one_line(newer.original)} "
        f"(attachment {newer.number}), and is not graded."
    )
