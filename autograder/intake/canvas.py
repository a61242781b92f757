"""Canvas's “Download submissions”: one folder of files, each named by Canvas for who handed it in.

    doejane_5678_9012_hw.ipynb             sortable name, user id, attachment id, the student's own file name
    doejane_LATE_5678_9012_hw-1.ipynb      late; handed in again under a name that was there (Canvas adds -1)
    anon_x7Fq2_9012_hw.ipynb               anonymous; LATE_anon_… when late
    doejane_5678_text.html                 a text entry; _link.html a web address; both also with an attachment id

Source: canvas-lms, lib/content_zipper.rb. Of files that are called the same but for Canvas's -1, the highest attachment id is the newest;
files that are called otherwise are attachments of one submission. An attachment's id is its own: where two files have the same, or
where many are all of one person, these are no ids, but dates or numbers in somebody's file names.
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
_NAMED = re.compile(rf"(?P<name>{_WORD}+?)(?P<late>_LATE)?_(?P<id>[0-9]+)_(?P<attachment>[0-9]{{3,}})_(?P<file>.+)", re.DOTALL)
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]+)_(?P<attachment>[0-9]{3,})_(?P<file>.+)", re.DOTALL)
_TWO_WAYS = re.compile(r"(?:LATE_)?[0-9]+_[0-9]+_.", re.DOTALL)
_AGAIN = re.compile(r"-[0-9]+(?=\.[^.]*$|$)")
_TYPED = re.compile(rf"(?P<name>{_WORD}+?)(?P<late>_LATE)?_(?P<id>[0-9]+)_(?P<file>(?:text|link)\.html)")
_TYPED_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]+)_(?P<file>(?:text|link)\.html)")
_ENTRIES = ("text.html", "link.html")
_LONGEST_ID = 20
_MOST_OF_ONE = 3


@dataclass(frozen=True, slots=True)
class _Attachment:
    """A file, as Canvas named it."""

    file: File
    owner: str
    name: str
    late: bool
    number: int
    original: str
    anonymous: bool
    unsure: bool
    """Whether the name can be read in two ways: a person's name or a file's may look like ids."""

    @property
    def stem(self) -> str:
        return _AGAIN.sub("", self.original).casefold()


def named(root: Folder) -> int:
    """How many of the files directly in a folder are named as Canvas names them."""
    return sum(_attachment(file) is not None for file in root.files)


def recognise(root: Folder) -> Download | None:
    """Read a folder of Canvas's; None when most of what lies in it is not named by Canvas."""
    ours, others = list[_Attachment](), list[File]()
    for file in root.files:
        attachment = _attachment(file)
        if attachment is None:
            others.append(file)
        else:
            ours.append(attachment)
    foreign = [file for file in others if file.ending in (NOTEBOOK, ARCHIVE)]
    if len(ours) <= len(foreign) + len(root.folders):
        return None
    owners: dict[str, list[_Attachment]] = defaultdict(list)
    for attachment in ours:
        owners[attachment.owner].append(attachment)
    numbers = [attachment.number for attachment in ours if attachment.number]
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
    return download


def _attachment(file: File) -> _Attachment | None:
    anonymous = _ANONYMOUS.fullmatch(file.name) or _TYPED_ANONYMOUS.fullmatch(file.name)
    match = anonymous or _NAMED.fullmatch(file.name) or _TYPED.fullmatch(file.name)
    number = (match.groupdict().get("attachment") or "0") if match else ""
    if match is None or max(len(match["id"]), len(number)) > _LONGEST_ID:
        return None
    return _Attachment(
        file=file,
        owner=f"anon_{match['id']}" if anonymous else match["id"],
        name=match["name"],
        late=bool(match["late"]),
        number=int(number),
        original=match["file"],
        anonymous=bool(anonymous),
        unsure=_TWO_WAYS.match(match["file"]) is not None,
    )


def _of_one(items: list[_Attachment], root: Folder) -> list[Came]:
    """What one person handed in. Files that give the same id another name are nobody's: somebody's name or file looks like ids."""
    sure = {item.name for item in items if not item.unsure}
    if len({item.name for item in items}) == 1:
        return [_came(items, root)]
    certain = [item for item in items if sure == {item.name}]
    refused = [_came([item], root) for item in items if item not in certain]
    for one in refused:
        one.refused = (
            f"{one.shown}: by its name it is of user {one.owner}, and another file gives this user another name. See in Canvas "
            "whose it is, and grade it by itself."
        )
        one.owner, one.people = one.name, ()
    return refused + ([_came(certain, root)] if certain else [])


def _came(items: list[_Attachment], root: Folder) -> Came:
    items = sorted(items, key=lambda item: (item.number, item.file.name))
    first = items[0]
    newest = {item.stem: item for item in items}
    earlier = [item for item in items if newest[item.stem] is not item]
    typed = [item for item in items if item.original in _ENTRIES]
    notes = [_not_graded(item, newest[item.stem]) for item in earlier]
    refused = ""
    if typed and len(typed) == len(items):
        what = "text that was typed into Canvas" if typed[-1].original == "text.html" else "a web address"
        refused = f"{typed[-1].file.shown}: is {what}, and no notebook. Ask for the notebook."
    return Came(
        owner=first.owner,
        name=first.owner if first.anonymous else f"{first.name}_{first.owner}",
        files=[_piece(item) for item in items if item not in earlier],
        shown=first.file.shown if len(items) == 1 else f"{root.shown}: what came from user {first.owner}",
        people=() if first.anonymous else (Person(id=first.owner, name=first.name),),
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
