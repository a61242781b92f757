"""Canvas's “Download submissions”: one folder of files, each named by Canvas for who handed it in.

    doejane_5678_9012_hw.ipynb             sortable name, user id, attachment id, the student's own file name
    doejane_LATE_5678_9012_hw-1.ipynb      late; Canvas had a file hw.ipynb of hers already, and adds -1
    anon_x7Fq2_9012_hw.ipynb               anonymous; LATE_anon_… when late
    doejane_5678_text.html                 a text entry; _link.html a web address; both also with an attachment id

Source: canvas-lms, lib/content_zipper.rb (`get_uploaded_files_from`) and app/models/attachment.rb (`make_unique_filename`).

A download holds the files of each person's latest attempt and of no other; all files of one person are attachments of it, and the work in
them decides which is graded. But where somebody has both a file and the same one with Canvas's -1, as after several downloads were put into
one folder, the highest attachment id is the newest, and the others are not graded: Canvas adds -1 to what is handed in again. `part-1`
and `part-2` without a `part` are attachments, for nothing says that Canvas wrote the number.

An attachment's id is its own: where two files have the same, or where many are all of one person, these are no ids, but dates or numbers
in somebody's file names.

Names and files are people's own words, and may look like ids: who calls herself `doe_12_345` has files `doe_12_345_5678_9012_hw.ipynb`.
Every way to read a name is looked at, the true one being among them. What the other files say makes most of the false ones
impossible; where more than one is left, the file is nobody's until staff say whose.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from autograder.intake.downloads import ARCHIVE, NOTEBOOK, Came, Download, Piece
from autograder.intake.tree import File, Folder
from autograder.model import Person, Platform
from autograder.printable import counted, one_line

__all__ = ["named", "recognise"]

# Canvas deletes what Ruby calls no word character. Marks, of which accents and vowel signs may consist, are such there, and not here.
_WORD = r"(?:\w|[^\x00-\x7f\s])"
_IDS = re.compile(r"(?P<late>_LATE)?_(?P<id>[0-9]{1,20})_(?:(?P<attachment>[0-9]{3,20})_(?=.)|(?=(?:text|link)\.html$))", re.DOTALL)
_BEFORE = re.compile(rf"{_WORD}+")
_CAPITAL = re.compile(r"[A-Z]")  # Canvas writes names without
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]+)_(?P<attachment>[0-9]{3,})_(?P<file>.+)", re.DOTALL)
# Before the last ending, or before all of them (hw-1.v2.ipynb), as Canvas did at different times; after seven tries it takes a UUID.
_AGAIN = re.compile(r"-(?:[0-9]{1,3}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=(?:\.[a-z][a-z0-9]*)*(?:\.[a-z0-9]*)?$)", re.IGNORECASE)
_TYPED_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]+)_(?P<file>(?:text|link)\.html)")
_ENTRIES = ("text.html", "link.html")
_LONGEST_ID = 20
_MOST_OF_ONE = 3
_FEWEST = 3
"""People whose numbers tell how large such numbers are."""
_SHOWN = 3
_NOBODYS = "what somebody called themselves or a file looks like ids of Canvas. See there whose it is, and use `autograder match`."
_TAKE_OUT = "take the wrong one out of the download, and run this again"
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
    def unnumbered(self) -> str:
        """The name without what may be Canvas's number."""
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
    files, earlier, notes = _newest(items)
    typed = [item for item in items if item.original in _ENTRIES]
    notes += [f"{first.file.shown}: {_NOBODYS}"] * first.unsure
    refused = ""
    if typed and len(typed) == len(items):
        what = "text that was typed into Canvas" if typed[-1].original == "text.html" else "a web address"
        refused = f"{typed[-1].file.shown}: is {what}, and no notebook. Ask for the notebook."
    return Came(
        owner=first.owner,
        name=first.owner if first.anonymous or first.unsure else f"{first.name}_{first.owner}",
        files=[_piece(item) for item in files],
        shown=first.file.shown if len(items) == 1 else f"{root.shown}, user {first.owner}",
        people=() if first.anonymous or first.unsure else (Person(id=first.owner, name=first.name),),
        anonymous=first.anonymous,
        late=any(item.late for item in items),
        refused=refused,
        notes=tuple(notes),
        earlier=[_piece(item) for item in earlier],
    )


def _newest(items: list[_Attachment]) -> tuple[list[_Attachment], list[_Attachment], list[str]]:
    """Part one person's files, the oldest first, into those that count and those that were handed in again; and say so."""
    same: dict[str, list[_Attachment]] = defaultdict(list)
    for item in items:
        same[item.unnumbered].append(item)
    earlier: list[_Attachment] = []
    notes: list[str] = []
    for unnumbered, several in same.items():
        if len(several) == 1:
            continue
        if len({item.original.casefold() for item in several} - {unnumbered}) == len(several):
            if several[0].file.ending in (NOTEBOOK, ARCHIVE):
                notes.append(
                    f"{_listed(several)} count as files of one attempt, since none is without a number. If Canvas added the numbers to one "
                    f"file that was handed in again, {one_line(several[-1].original)} (attachment {several[-1].number}) is the newest."
                )
            continue
        earlier += several[:-1]
        notes += [_not_graded(item, several[-1]) for item in several[:-1]]
    return [item for item in items if item not in earlier], earlier, notes


def _listed(items: list[_Attachment]) -> str:
    names = sorted(one_line(item.original) for item in items)
    return " and ".join(names[:_SHOWN]) + f" and {len(names) - _SHOWN} more" * (len(names) > _SHOWN)


def _piece(item: _Attachment) -> Piece:
    return Piece(item.file, item.original, str(item.number or ""), item.late)


def _not_graded(item: _Attachment, newer: _Attachment) -> str:
    return (
        f"{one_line(item.original)} (attachment {item.number}) is not graded: by its name, {one_line(newer.original)} (attachment "
        f"{newer.number}) is the same file, handed in again. If they are two files of one attempt, {_TAKE_OUT}."
    )
