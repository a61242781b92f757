"""Recognises whose file a roster is, and reads one row of it.

Canvas (instructure/canvas-lms lib/gradebook_exporter.rb): `Student,ID[,SIS User ID],SIS Login ID[,…],Section,…`, or
`LastName,FirstName,ID,…`; below it perhaps a row `Manual Posting` and a row `    Points Possible`. A student is known by the SIS user id,
else the login, else Canvas's id.

Moodle (mod/assign/gradingtable.php): a column of cells such as `Participant 4454589`, then the full name unless marking is blind.
Headings are in the site's language (`autograder.intake.moodle_words`); the first column is known by what is in it, too, and e-mails by
their `@`.
A student is known by the ID number, else the username, else the e-mail, else the participant's number. Where groups hand in, their
names are there, too, and a sentence for who may not hand in because of being in none, or in several.

Gradescope: `First Name,Last Name,SID,Email,Role,…` or `Name,…`. A student is known by the SID, else the e-mail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.errors import InputError
from autograder.intake.csv_files import Row, Table, shown
from autograder.intake.moodle_words import column_of, folded, identifier_column, participant, stands_for_a_name, words
from autograder.intake.names import key
from autograder.model import Platform, Student

__all__ = ["Entry", "Kind", "kind_of"]

_OURS = ("id", "login", "email", "name", "section", "group")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_WORKSHEET_COLUMNS = 5  # Moodle's smallest worksheet, of blind marking, has more
_WHO = ("full_name", "id_number", "username", "email")
_A_SENTENCE = re.compile(r"[.;\u3002]$|^(?=.*[,;\u060c]).{40,}$", re.DOTALL)  # `Not a member of any group, so unable to make submissions.`
_ITS_OWN = ("grade", "maximum", "changeable", "feedback")
_ENOUGH = 2  # such headings make a worksheet


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is a student."""

    student: Student
    """The id may be empty: the roster says so, with the line."""


class Kind:
    """A roster of one kind. `entry` reads a row: a student, None where the row is of no student, or what is wrong with it."""

    platform: Platform | None = None
    called = "our own CSV"
    known: tuple[str, ...] = _OURS

    def __init__(self, table: Table) -> None:
        self.table = table
        self.columns = [_folded(column) for column in table.header]
        self.unknown: list[str] = []
        """Columns that are not used, where that is worth a word."""
        self.notices: list[str] = []
        self.passed_over: dict[str, list[int]] = {}
        """Why rows are of no student, each with its lines."""

    def entry(self, row: Row) -> Entry | str | None:
        raise NotImplementedError

    def cell(self, row: Row, *names: str) -> str:
        """The row's cell in the first of these columns that there is; empty where there is none."""
        return next((row.cells[self.columns.index(name)] for name in names if name in self.columns), "")

    def pass_over(self, row: Row, why: str) -> None:
        self.passed_over.setdefault(why, []).append(row.line)

    def once(self, *names: str) -> None:
        """See to it that no column is there twice."""
        for name in names:
            if self.columns.count(name) > 1:
                raise InputError(f"{self.table.shown}: there are {self.columns.count(name)} columns `{name}`. Remove or rename one.")


class _Ours(Kind):
    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.once(*_OURS)
        self.unknown = [
            written or "(without a name)" for written, name in zip(table.header, self.columns, strict=True) if name not in _OURS
        ]

    def entry(self, row: Row) -> Entry:
        student_id, login, email, name, section, group = (self.cell(row, column) for column in _OURS)
        return Entry(Student(student_id, login, email, name, section, group))


class _Canvas(Kind):
    platform = Platform.CANVAS
    called = "a Canvas gradebook"

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.once("id", "sis user id", "sis login id")

    def entry(self, row: Row) -> Entry | str | None:
        last, first = self.cell(row, "lastname", "last name"), self.cell(row, "firstname", "first name")
        name = self.cell(row, "student") or ", ".join(part for part in (last, first) if part)
        canvas_id, sis, login = self.cell(row, "id"), self.cell(row, "sis user id"), self.cell(row, "sis login id")
        if name == "Points Possible" and not canvas_id:
            return None
        if not name and not canvas_id and {cell.casefold() for cell in row.cells if cell} <= {"manual posting", "muted"}:
            return None
        if name in ("Student, Test", "Test Student") and not sis:
            self.pass_over(row, "Canvas's test student is no student")
            return None
        if not canvas_id:
            return f"{shown(name) or 'a row without a name'} has no ID."
        email = login if _EMAIL.fullmatch(login) else ""
        return Entry(
            Student(
                sis or login or canvas_id,
                login=login,
                email=email,
                name=name,
                section=self.cell(row, "section"),
                platform_ids=((Platform.CANVAS, canvas_id),),
            )
        )


class _Gradescope(Kind):
    platform = Platform.GRADESCOPE
    called = "a Gradescope roster"

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.once("sid", "email", "role", "name", "first name", "last name")

    def entry(self, row: Row) -> Entry | str | None:
        role = self.cell(row, "role")
        if role and role.casefold() != "student":
            self.pass_over(row, "only the role Student is a student's")
            return None
        name = self.cell(row, "name", "full name") or " ".join(
            part for part in (self.cell(row, "first name"), self.cell(row, "last name")) if part
        )
        sid, email = self.cell(row, "sid", "student id"), self.cell(row, "email", "email address")
        if not sid and not email:
            return f"{shown(name) or 'a row without a name'} has neither SID nor e-mail."
        return Entry(Student(sid or email, email=email, name=name, section=self.cell(row, "section", "sections")))


class _Moodle(Kind):
    platform = Platform.MOODLE
    called = "a Moodle grading worksheet"

    def __init__(self, table: Table, identifier: int) -> None:
        super().__init__(table)
        self._identifier = identifier
        self._places = {
            role: column_of(table.header, role, but=identifier) for role in ("full_name", "id_number", "username", "email", "group")
        }
        if self._places["email"] is None:
            self._places["email"] = next((at for at in range(len(self.columns)) if self._all_emails(at)), None)
        if self._places["full_name"] is None and self._may_be_names(identifier + 1):
            self._places["full_name"] = identifier + 1
            self.notices.append(f"the column `{shown(table.header[identifier + 1])}` was taken for the names.")
        if all(self._places[role] is None for role in _WHO):
            self.notices.append(
                "it has participants' numbers alone, without names, usernames or ID numbers; students are known by these numbers."
            )

    def _cells(self, at: int) -> list[str]:
        return [row.cells[at] for row in self.table.rows if row.cells[at]]

    def _all_emails(self, at: int) -> bool:
        cells = self._cells(at)
        return bool(cells) and all(_EMAIL.fullmatch(cell) for cell in cells)

    def _may_be_names(self, at: int) -> bool:
        """Whether cells are letters and nearly all differ: the status, which is there where marking is blind, is of few kinds."""
        if at >= len(self.columns) or at in self._places.values():
            return False
        cells = self._cells(at)
        return (
            len(cells) == len(self.table.rows)
            and 5 * len(set(cells)) > 4 * len(cells)
            and not any(re.search(r"[\d@:]| -\s*$|-$", cell) for cell in cells)
        )

    def _place(self, row: Row, what: str) -> str:
        at = self._places[what]
        return row.cells[at] if at is not None else ""

    def entry(self, row: Row) -> Entry | str | None:
        found = participant(row.cells[self._identifier])
        if found is None:
            return f"the identifier `{shown(row.cells[self._identifier])}` is no participant's number."
        number, login, email = found.number, self._place(row, "username"), self._place(row, "email")
        return Entry(
            Student(
                self._place(row, "id_number") or login or email or number,
                login=login,
                email=email,
                name=self._place(row, "full_name"),
                group="" if _A_SENTENCE.search(group := self._place(row, "group")) else group,
                platform_ids=((Platform.MOODLE, number),),
            )
        )


def kind_of(table: Table) -> Kind:
    """Return the reader for a table.

    Raises:
        InputError: it is no roster that we know, or a column is there twice.
    """
    columns = [_folded(column) for column in table.header]
    names = {"student", "lastname", "last name"} & set(columns[:1])
    if "id" in columns and ({"sis user id", "sis login id"} & set(columns) or (names and "section" in columns)):
        return _Canvas(table)
    identifier = _identifier(table, columns)
    if identifier is not None and _is_worksheet(table, identifier):
        return _Moodle(table, identifier)
    if "id" in columns:
        return _Ours(table)
    if {"sid", "student id"} & set(columns) and {"email", "email address"} & set(columns):
        return _Gradescope(table)
    if identifier is not None:  # in a language that we do not know
        return _Moodle(table, identifier)
    some = ", ".join(f"`{shown(column)}`" for column in table.header[:8]) + (" …" if len(table.header) > 8 else "")
    raise InputError(
        f"{table.shown}: has no column `id`; its first line names {some}. Name the columns id, login, email, name, section, group in the "
        "first line (only `id` is needed), or give a Canvas gradebook, Moodle grading worksheet or Gradescope roster as it was downloaded."
    )


def _identifier(table: Table, columns: Sequence[str]) -> int | None:
    """The column of Moodle's participants, if this is a worksheet of Moodle's."""
    if len(columns) < _WORKSHEET_COLUMNS or set(columns) <= set(_OURS) or not table.rows:
        return None
    if columns[0] in words("identifier") - set(_OURS):
        return 0
    return identifier_column(table.header, lambda column: [row.cells[column] for row in table.rows])


def _is_worksheet(table: Table, identifier: int) -> bool:
    """Whether it is Moodle's for sure, and no class whose ids are words and numbers."""
    if folded(table.header[identifier]) in words("identifier") - set(_OURS):
        return True
    one = next(found for row in table.rows if (found := participant(row.cells[identifier])) is not None)
    headings = set(map(folded, table.header))
    return one.spaced or stands_for_a_name(one.word) or sum(bool(headings & words(role)) for role in _ITS_OWN) >= _ENOUGH


def _folded(column: str) -> str:
    return key(" ".join(column.replace("\u2019", "'").replace("_", " ").split()))
