r"""Moodle's grading worksheet and feedback zip: what is downloaded, and what an upload changes, by its own rules.

Source: mod/assign/gradingtable.php, mod/assign/feedback/offline/{locallib,importgradeslib}.php, lib/csvlib.class.php (PHP's `fgetcsv`, for which
`\"` does not end a cell), mod/assign/feedback/file/importziplib.php.
"""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime

DATES = "%A, %d %B %Y, %I:%M %p"


@dataclass(frozen=True)
class Language:
    identifier: str = "Identifier"
    grade: str = "Grade"
    maximum: str = "Maximum grade"
    changeable: str = "Grade can be changed"
    modified: str = "Last modified (grade)"
    submitted: str = "Last modified (submission)"
    feedback: str = "Feedback comments"
    full_name: str = "Full name"
    email: str = "Email address"
    status: str = "Status"
    participant: str = "Participant "
    yes: str = "Yes"
    no: str = "No"
    comma: bool = False


ENGLISH = Language()
GERMAN = Language(
    "ID",
    "Bewertung",
    "Bestwertung",
    "Bewertung kann geändert werden",
    "Zuletzt geändert (Bewertung)",
    "Zuletzt geändert (Abgabe)",
    "Feedback als Kommentar",
    "Vollständiger Name",
    "E-Mail-Adresse",
    "Status",
    "Teilnehmer/in",
    "Ja",
    "Nein",
    comma=True,
)
FRENCH = Language(
    "Identifiant",
    "Note",
    "Note maximale",
    "La note peut être modifiée",
    "Dernière modification (note)",
    "Dernière modification (travail remis)",
    "Feedback par commentaires",
    "Nom complet",
    "Adresse de courriel",
    "Statut",
    "Participant ",
    "Oui",
    "Non",
    comma=True,
)
UNKNOWN = Language(
    "Auðkenni",
    "Einkunn",
    "Hæsta",
    "Breytanlegt",
    "Breytt (einkunn)",
    "Breytt",
    "Umsögn",
    "Nafn",
    "Póstur",
    "Staða",
    "Þátttakandi ",
    "Já",
    "Nei",
)


@dataclass
class Grade:
    grade: float
    modified: datetime
    feedback: str = ""


@dataclass
class Assign:
    participants: dict[int, tuple[str, str]]
    """Participant number → name and e-mail address."""
    maximum: float = 30
    scale: tuple[str, ...] = ()
    grades: dict[int, Grade] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    files: dict[tuple[int, str], bytes] = field(default_factory=dict)
    language: Language = ENGLISH


def _number(assign: Assign, value: float) -> str:
    return f"{value:.2f}".replace(".", ",") if assign.language.comma else f"{value:.2f}"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\\\n\r\t ') else cell  # as PHP's fputcsv


def worksheet(assign: Assign, *, bom: bool = True, end: str = "\n") -> bytes:
    """What "Download grading worksheet" gives."""
    words = assign.language
    header = [words.identifier, words.full_name, words.email, words.status, words.grade]
    header += ["Scale" if assign.scale else words.maximum, words.changeable, words.submitted, words.modified, words.feedback]
    lines = [header]
    for number, (name, email) in assign.participants.items():
        grade = assign.grades.get(number)
        written = "" if grade is None else (assign.scale[int(grade.grade) - 1] if assign.scale else _number(assign, grade.grade))
        maximum = "\n".join(assign.scale) if assign.scale else _number(assign, assign.maximum)
        modified = "-" if grade is None else grade.modified.strftime(DATES)
        may = words.no if number in assign.locked else words.yes
        feedback = "" if grade is None else grade.feedback
        submitted = "Monday, 5 October 2026, 10:00 AM"
        lines.append(
            [f"{words.participant}{number}", name, email, "Submitted - 1, late", written, maximum, may, submitted, modified, feedback]
        )
    text = "".join(",".join(map(_quoted, line)) + end for line in lines)
    return (b"\xef\xbb\xbf" if bom else b"") + text.encode()


def import_grades(before: Assign, data: bytes, *, now: datetime, ignore_modified: bool = False) -> Assign:
    """What the assignment is after this worksheet was uploaded and confirmed."""
    assign, words = deepcopy(before), before.language
    rows = _fgetcsv(data.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n").replace("\r", "\n"))
    header = rows[0]
    assert all(len(row) == len(header) for row in rows), "csvweirdcolumns"
    at = {role: header.index(getattr(words, role)) for role in ("identifier", "grade", "modified")}
    for row in rows[1:]:
        number = int(row[at["identifier"]][len(words.participant) :])
        if number not in assign.participants:
            continue
        old = before.grades.get(number)
        stale = old is not None and old.modified.timestamp() > _strtotime(row[at["modified"]]) + 60
        grade = _grade(assign, row[at["grade"]])
        skip = grade is None or grade < 0 or (old is not None and old.grade == grade) or (stale and not ignore_modified)
        skip = skip or number in assign.locked or (not assign.scale and grade is not None and grade > assign.maximum)
        if not skip and grade is not None:
            assign.grades[number] = Grade(grade, now, "" if old is None else old.feedback)
        if words.feedback in header and (ignore_modified or not stale):
            feedback = row[header.index(words.feedback)]
            if feedback != ("" if old is None else old.feedback):
                assign.grades.setdefault(number, Grade(-1, now)).feedback = feedback
                assign.grades[number].modified = now
    return assign


def _grade(assign: Assign, cell: str) -> float | None:
    if assign.scale:
        return assign.scale.index(cell) + 1.0 if cell in assign.scale else None
    cell = cell.replace(" ", "")
    if assign.language.comma:
        cell = cell.replace(",", ".")
    digits = cell  # (float) of PHP reads as far as it can
    while digits:
        try:
            return float(digits)
        except ValueError:
            digits = digits[:-1]
    return None if not cell else 0.0


def _strtotime(text: str) -> float:
    try:
        return datetime.strptime(text, DATES).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _fgetcsv(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    at = 0
    while at < len(text):
        row: list[str] = []
        while True:
            cell = ""
            if text[at : at + 1] == '"':
                at += 1
                while at < len(text):
                    if text[at] == "\\" and at + 1 < len(text):
                        cell += text[at : at + 2]
                        at += 2
                    elif text[at : at + 2] == '""':
                        cell += '"'
                        at += 2
                    elif text[at] == '"':
                        at += 1
                        break
                    else:
                        cell += text[at]
                        at += 1
            while at < len(text) and text[at] not in ",\n":
                cell += text[at]
                at += 1
            row.append(cell)
            at += 1
            if at > len(text) or text[at - 1] == "\n":
                break
        if row != [""]:
            rows.append(row)
    return rows


def import_feedback(before: Assign, data: bytes) -> tuple[Assign, list[str]]:
    """What the assignment is after this zip was uploaded, and the entries that were taken as new or changed."""
    assign = deepcopy(before)
    taken: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.namelist():
            found = _feedback_name(assign, entry)
            if found is not None and assign.files.get(found) != archive.read(entry):
                assign.files[found] = archive.read(entry)
                taken.append(entry)
    return assign, taken


def _feedback_name(assign: Assign, entry: str) -> tuple[int, str] | None:
    if entry.endswith("/") or entry.rsplit("/", 1)[-1].startswith((".", "~")):
        return None
    parts = entry.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < 4 or not info[1].isdigit() or int(info[1]) not in assign.participants:
            continue
        if (info[2], info[3]) not in (("assignfeedback", "file"), ("assignsubmission", "file")):
            continue
        return int(info[1]), "/".join([info[4] if len(info) == 5 else "", *parts])
    return None
