"""Gradescope's “Download submissions”: a folder for each submission, and `submission_metadata.yml` on who handed it in and when.

    assignment_123_export/submission_metadata.yml
    assignment_123_export/submission_456/hw.ipynb

The yml can have hundreds of megabytes: it holds every result, with what students printed. Only the few lines that matter are read of it,
by their indentation, as Ruby's Psych writes them; nothing is ever built of the rest, and aliases stand for nothing. What students printed
is always further in than those lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from autograder.errors import SubmissionError
from autograder.intake.caps import Caps
from autograder.intake.downloads import ARCHIVE, NOTEBOOK, Came, Download, Piece, counted, instant
from autograder.intake.tree import File, Folder
from autograder.model import Person, Platform

__all__ = ["Written", "read_metadata", "recognise"]

_METADATA = "submission_metadata.yml"
_FOLDER = re.compile(r"submission_([0-9]{1,20})")
_EXPORT = re.compile(r"assignment_([0-9]{1,20})_export.*", re.DOTALL)
_LINE = re.compile(rb"""( *)(- +)?(?:(['"]?)(:?[A-Za-z_][A-Za-z0-9_]*)\3:(?: +(.*))?)?""", re.DOTALL)
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
    refused = ""
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
    reading: Written | None = None
    level = -1  # how far in the keys of a submission are; -1: not seen yet
    section = ""
    person: dict[str, str] = {}

    def close() -> None:
        if reading is not None and person:
            fields = {"sid": person.get("sid", ""), "email": person.get("email", ""), "name": person.get("name", "")}
            reading.people.append(Person(**fields))
        person.clear()

    for indent, dash, key, value in _lines(data):
        if indent == 0 and not dash:
            close()
            match = _FOLDER.fullmatch(key)
            reading = found.setdefault(match[1], Written()) if match and match[1] not in found else None
            level, section = -1, ""
        elif reading is None:
            continue
        elif not dash and level in (-1, indent):
            close()
            level, section = indent, key
            if key == "created_at":
                reading.created_at = instant(_scalar(value))
        elif section == "submitters":
            if dash and indent <= level + 2:
                close()
            if key in ("name", "sid", "email"):
                person[key] = _scalar(value)
        elif section == "created_at" and key == "utc" and reading.created_at is None:
            reading.created_at = instant(_scalar(value.partition(b" ")[2] if value.startswith(b"&") else value))
    close()
    return found


def _lines(data: bytes) -> Iterator[tuple[int, bool, str, bytes]]:
    """Indentation, whether a list's item begins, key without colons, value: for every line that has a key or begins an item."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        match = _LINE.fullmatch(data, start, min(end, start + 4 * _LONGEST))
        if match and (match[4] or match[2]):
            yield len(match[1]), bool(match[2]), (match[4] or b"").decode("ascii").lstrip(":"), (match[5] or b"").strip()
        start = end + 1


def _scalar(value: bytes) -> str:
    """A text as YAML writes it in one line; empty for nothing, and for what is no text."""
    text = value.decode("utf-8", "replace").strip()
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
