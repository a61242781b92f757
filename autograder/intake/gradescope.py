"""Gradescope's “Download submissions”: a folder for each submission, and `submission_metadata.yml` on who handed it in and when.

    assignment_123_export/submission_metadata.yml
    assignment_123_export/submission_456/hw.ipynb

The yml can have hundreds of megabytes: it holds every result, with what students printed. Only the few lines that matter are read of it,
by their indentation, as Ruby's Psych writes them; nothing is ever built of the rest, and aliases stand for nothing. What students printed
is always further in than those lines. (Measured: `yaml.CSafeLoader` takes
1.2 s for a MiB of an export, this 0.02.)
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from autograder.errors import SubmissionError
from autograder.intake.caps import Caps
from autograder.intake.downloads import ARCHIVE, NOTEBOOK, Came, Download, Piece, instant
from autograder.intake.tree import File, Folder
from autograder.model import Person, Platform
from autograder.printable import counted

__all__ = ["Written", "read_metadata", "recognise"]

_METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_([0-9]{1,20})")
_EXPORT = re.compile(r"assignment_([0-9]{1,20})_export.*", re.DOTALL)
_TOP = re.compile(rb"^[^ \t\r\n#-][^\n]*", re.MULTILINE)
_SUBMISSION = re.compile(rb"(['\"]?)submission_([0-9]{1,20})\1:\s*")
_FIRST = re.compile(rb"\s*?\n( +)(?=[^ \r\n])")
_LINE = re.compile(rb"^( *- +| *)(?:(['\"]?):?([A-Za-z_]{1,40})\2:(?:[ \t]+([^\n]*))?)?\r?$", re.MULTILINE)
_UTC = re.compile(rb"^ +utc:[ \t]+(?:&[^ ]+ )?([^\n]{0,100})$", re.MULTILINE)
_OF_A_PERSON = ("sid", "email", "name")
_UNICODE = re.compile(r"\\x([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)")
_PLAIN_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "0": "\0",
    "e": "\x1b",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "N": "\x85",
    "_": "\xa0",
}
_LONGEST = 500
"""Characters of a name or address that are kept."""


@dataclass(slots=True)
class Written:
    """What the yml says of one submission."""

    people: list[Person] = field(default_factory=list)
    """Several for a group; empty where it does not say."""
    created_at: datetime | None = None
    """In UTC."""


def recognise(root: Folder, caps: Caps) -> Download | None:
    """Read an export; None when there is no `submission_metadata.yml`."""
    metadata = next((file for file in root.files if file.name == _METADATA), None)
    folders = {match[1]: folder for folder in root.folders if (match := _FOLDER.fullmatch(folder.name))}
    if metadata is None:
        return None
    warnings: list[str] = []
    try:
        written = read_metadata(metadata.read(caps.metadata_bytes))
    except SubmissionError as error:
        written = {}
        warnings.append(f"{error} So it is not known who handed in what, and when.")
    if not written and not folders:
        return None
    if not written and not warnings:
        warnings.append(f"{metadata.shown}: names no submission, so it is not known who handed in what, and when. Export it again.")
    came = [_came(number, folders.get(number), written.get(number), metadata) for number in sorted({*folders, *written}, key=int)]
    people = len({person for one in came for person in one.people})
    groups = sum(len(one.people) > 1 for one in came)
    what = f"a Gradescope export: {counted(len(came), 'submission')} of {counted(people, 'person', 'people')}"
    what += f", {groups:,} of groups" * bool(groups)
    match = _EXPORT.fullmatch(root.name)
    download = Download(Platform.GRADESCOPE, what, match[1] if match else "", came, warnings=warnings)
    foreign = [file for file in root.files if file.ending in (NOTEBOOK, ARCHIVE)]
    others = [folder for folder in root.folders if folder not in folders.values()]
    if foreign or others:
        download.rest = replace(root, files=tuple(foreign), folders=tuple(others))
    download.passed_over = [f"{file.shown}: is of no submission." for file in root.files if file not in (metadata, *foreign)]
    return download


def _came(number: str, folder: Folder | None, written: Written | None, metadata: File) -> Came:
    people = tuple(written.people) if written else ()
    known = sorted({person.email.casefold() or person.sid for person in people} - {""})
    refused = folder.problem if folder else ""
    notes = []
    if folder is None:
        refused = f"{metadata.shown}: names submission_{number}, whose folder is not there. Export it again."
    elif written is None:
        notes.append(f"{metadata.name} does not say who handed in submission_{number}.")
    return Came(
        owner=",".join(known) if known and len(known) == len(people) else f"submission_{number}",
        name=f"submission_{number}",
        files=[Piece(file, file.name) for file in folder.everything()] if folder else [],
        shown=folder.shown if folder else metadata.shown,
        attempt=number,
        people=people,
        submitted_at=written.created_at if written else None,
        refused=refused,
        notes=tuple(notes),
    )


def read_metadata(data: bytes) -> dict[str, Written]:
    """Return the number of each submission with what the yml says of it. Bytes of any kind give something, if only nothing."""
    found: dict[str, Written] = {}
    tops = list(_TOP.finditer(data))
    for number, top in enumerate(tops):
        match = _SUBMISSION.fullmatch(top[0])
        if match is not None:
            end = tops[number + 1].start() if number + 1 < len(tops) else len(data)
            found.setdefault(match[2].decode("ascii"), _written(data, top.end(), end))
    return found


def _written(data: bytes, start: int, end: int) -> Written:
    """What the lines of one submission say."""
    first = _FIRST.match(data, start, end)
    if first is None:
        return Written()
    keys = list(_keys(len(first[1])).finditer(data, start, end))
    people: list[Person] = []
    created_at = None
    for number, key in enumerate(keys):
        section = data[key.end() : keys[number + 1].start() if number + 1 < len(keys) else end]
        if key[2] == b"submitters" and not people:
            people = _people(section)
        elif key[2] == b"created_at" and created_at is None:
            utc = _UTC.search(section)
            created_at = instant(_scalar(key[3] or b"")) or (instant(_scalar(utc[1])) if utc else None)
    return Written(people, created_at)


@functools.cache
def _keys(indent: int) -> re.Pattern[bytes]:
    """A key of a submission, and its value."""
    return re.compile(rb"^ {%d}(['\"]?):?([A-Za-z_]{1,40})\1:(?:[ \t]+([^\n]*))?\r?$" % indent, re.MULTILINE)


def _people(section: bytes) -> list[Person]:
    people: list[dict[str, str]] = []
    indent = 0
    for line in _LINE.finditer(section):
        begins = b"-" in line[1]
        if begins and (not people or len(line[1]) == indent):
            people.append({})
            indent = len(line[1])
        key = line[3].decode("ascii") if line[3] else ""
        if people and key in _OF_A_PERSON and len(line[1]) == indent:  # a long name goes on in lines that are further in
            people[-1].setdefault(key, _scalar(line[4] or b""))
    return [Person(**person) for person in people if person]


def _scalar(value: bytes) -> str:
    """A text as YAML writes it in one line; empty for nothing, and for what is no text."""
    text = value[: 4 * _LONGEST].decode("utf-8", "replace").strip()
    if len(text) >= 2 and text[0] == text[-1] == "'":
        text = text[1:-1].replace("''", "'")
    elif len(text) >= 2 and text[0] == text[-1] == '"':
        text = _UNICODE.sub(_unescaped, text[1:-1])
    elif text in ("", "~", "null", "[]", "{}") or text[0] in "&*!|>":
        text = ""
    return text[:_LONGEST]


def _unescaped(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if not digits:
        return _PLAIN_ESCAPES.get(match[4], match[4])
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "�"
