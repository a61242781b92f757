"""The roster: who is in the class, from our own CSV or from a platform's own file.

    ours         columns id, login, email, name, section, group in any order; `id` is needed
    Canvas       the gradebook's export, with its special rows and without its test student
    Moodle       the grading worksheet of this assignment: the only link from a participant's number to a person
    Gradescope   the roster or the grades, as downloaded; staff on it are no students

Whoever is not taken for a student is said. A row that cannot be read, or an id, login or e-mail that two have, is an error with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import InputError
from autograder.intake.csv_files import Row, Table, fault, read_table, shown
from autograder.intake.names import key
from autograder.intake.roster_kinds import Entry, Kind, kind_of
from autograder.model import Platform, Student
from autograder.printable import counted

__all__ = ["Roster", "read_roster"]

_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
_LONGEST = 500  # characters of a cell that says who somebody is


@dataclass(frozen=True, slots=True)
class Roster:
    """A class."""

    students: tuple[Student, ...]
    """In the order of the file."""
    platform: Platform | None
    """Whose file it is; None: our own CSV."""
    kind: str
    """What was recognised, as a sentence."""
    notices: tuple[str, ...]
    """What was assumed or passed over, as sentences."""


def read_roster(path: Path) -> Roster:
    """Return who is in the class.

    Raises:
        InputError: the file is no roster, a row is malformed, or an id, login or e-mail is repeated.
    """
    table = read_table(path)
    kind = kind_of(table)
    entries: list[tuple[Row, Entry]] = []
    problems: list[str] = []
    for row in table.rows:
        entry = kind.entry(row)
        if isinstance(entry, str):
            problems.append(f"Line {row.line}: {entry}")
        elif entry is not None:
            problems += _unusable(row.line, entry.student)
            entries.append((row, entry))
    problems += _repeated("id", entries, lambda student: student.id, lambda text: text)
    problems += _repeated("login", entries, lambda student: student.login, key)
    problems += _repeated("e-mail", entries, lambda student: student.email, key)
    for platform in Platform:
        problems += _repeated("id on the platform", entries, _id_on(platform), key)
    if problems:
        raise fault(table.shown, problems, "Correct these lines, or export the file again.")
    if not entries:
        raise InputError(f"{table.shown}: has no student in it. Export it again, or write a line for each.")
    students = tuple(entry.student for _, entry in entries)
    sentence = f"{table.shown} is {kind.called}: {counted(len(students), 'student')}."
    return Roster(students, kind.platform, sentence, (*table.notices, *_said(table, kind)))


def _id_on(platform: Platform) -> Callable[[Student], str]:
    return lambda student: next((text for of, text in student.platform_ids if of is platform), "")


def _unusable(line: int, student: Student) -> Iterable[str]:
    columns = {
        "id": student.id,
        "login": student.login,
        "email": student.email,
        "name": student.name,
        "section": student.section,
        "group": student.group,
    }
    for column, text in columns.items():
        if "\n" in text or "\r" in text:
            yield f"Line {line}: the {column} goes over the end of the line ({shown(text)}); a quotation mark is not closed."
        elif len(text) > _LONGEST:
            yield f"Line {line}: the {column} has {len(text):,} characters; {_LONGEST} are possible."
    if not student.id:
        yield f"Line {line}: the id is empty."
    elif _ROUNDED.fullmatch(student.id):
        yield f"Line {line}: the id {shown(student.id)} was rounded by a spreadsheet; export the file again, and do not save it there."


def _repeated(
    what: str, entries: Sequence[tuple[Row, Entry]], text_of: Callable[[Student], str], folded: Callable[[str], str]
) -> Iterable[str]:
    """Name every text that more than one student has, with the lines."""
    lines: dict[str, list[int]] = {}
    written: dict[str, str] = {}
    for row, entry in entries:
        text = text_of(entry.student)
        if text:
            lines.setdefault(folded(text), []).append(row.line)
            written.setdefault(folded(text), text)
    for text, where in lines.items():
        if len(where) > 1:
            yield f"Lines {', '.join(map(str, where[:-1]))} and {where[-1]} have the same {what} ({shown(written[text])})."


def _said(table: Table, kind: Kind) -> Iterable[str]:
    if kind.unknown:
        some = ", ".join(f"`{shown(column)}`" for column in kind.unknown)
        are, have = ("s", "are") if len(kind.unknown) > 1 else ("", "is")
        yield f"{table.shown}: the column{are} {some} {have} not used. We know {', '.join(kind.known)}."
    for why, lines in kind.passed_over.items():
        few = ", ".join(map(str, lines[:5])) + (" …" if len(lines) > 5 else "")
        yield f"{table.shown}: {len(lines)} row{'s' if len(lines) > 1 else ''} passed over (line {few}): {why}."
    yield from (f"{table.shown}: {sentence}" for sentence in kind.notices)
