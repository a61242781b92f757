r"""Canvas: a gradebook export goes in, and a file to import comes out, with one assignment's scores and nothing else.

What its importer does with a file decides what may be in it:

- A blank cell under an assignment *clears* the grade. So a row is written only for whom we have a score; every other student's row is
  left out, and the importer leaves a student alone who has no row.
- A column that it does not know *creates* an assignment, and a column that it knows is imported. So of the template there remain the
  columns that say who somebody is (up to `Section`) and the assignment's own: what others changed in Canvas meanwhile, in other
  assignments or in notes, is not turned back.
- It finds the assignment by the number in `Title (1234)`, so that heading is kept as it is.
- A row that it cannot match *creates* a student. So every row that is written is the template's own, unchanged but for one cell.
- An assignment that is not given to a student is `N/A`, and what is imported there is dropped: they are left out.
- A grade of `EX` excuses. Where Canvas says `EX` and staff here did not, they are left out: a number would take the excuse away.

Delimiter, byte order mark, line ends, quotes and the rows above the students are the template's. Decimals are commas where its own are. Two
decimals, as Canvas exports and compares them.

Source: canvas-lms, lib/gradebook_importer.rb and lib/gradebook_exporter.rb.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.gradebook.export import (
    Excused,
    Export,
    LeftOut,
    PointsOf,
    as_number,
    listed,
    name_of,
    perhaps_handed_in,
    scale_factor,
    two_decimals,
)
from autograder.gradebook.rows import Kind, PlatformRow, find_rows
from autograder.gradebook.sheet import Row, Sheet, cell_text, read_sheet
from autograder.model import Assignment
from autograder.model.people import Platform, Standing
from autograder.printable import counted, one_line

__all__ = ["canvas_export"]

_ASSIGNMENT = re.compile(r"(?P<title>.*)\s\((?P<id>[0-9]+)\)", re.DOTALL)
_TOTALS = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")  # never imported as assignments
_SPECIAL = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE | re.DOTALL)
_TEST_LOGIN = re.compile(r"[0-9a-f]{32,}|")  # the login that Canvas makes up for its test student
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]{1,2}")
_DECIMAL_POINT = re.compile(r"-?[0-9]+\.[0-9]{1,2}")
_KINDS = {
    "ID": (Kind.PLATFORM,),
    "SIS User ID": (Kind.SCHOOL,),
    "SIS Login ID": (Kind.LOGIN, Kind.EMAIL),  # schools use either
}
_EXPORT_AGAIN = "Export the gradebook from Canvas again (Grades, Export, Export Entire Gradebook), and give that file."


@dataclass(frozen=True, slots=True)
class _Template:
    """An exported gradebook, understood."""

    sheet: Sheet
    """All of it."""
    info: tuple[str, ...]
    """Headings of the columns that say who somebody is; the last is `Section`."""
    column: int
    """The assignment's."""
    above: tuple[Row, ...]
    """The special rows above the students."""
    students: tuple[Row, ...]
    """One row for each of them, the test student's too."""
    points_possible: Fraction
    """On Canvas."""


def canvas_export(
    template: bytes,
    name: str,
    standings: Sequence[Standing],
    assignment: Assignment,
    *,
    points_of: PointsOf,
    column: str | None = None,
    scale: bool = False,
) -> Export:
    """Return a file that changes this assignment's grades in Canvas, of those whose score is known, and nothing else.

    Args:
        template: The exported gradebook; it is never written to.
        name: Its file name, for messages.
        standings: The class.
        assignment: Ours.
        points_of: Which score is exported.
        column: The assignment's number on Canvas, or its whole heading `Title (1234)`; None: the one whose title is ours.
        scale: Multiply scores where points possible differ.

    Raises:
        InputError: The template is none, its column is not known, or its points possible are unlike ours.
    """
    found = _understand(read_sheet(template, name), assignment, column)
    factor = scale_factor((found.points_possible,), assignment.points, scale=scale, what="Points Possible")
    if isinstance(factor, str):
        raise found.sheet.wrong(factor)
    rows = [_platform_row(at, row, found) for at, row in enumerate(found.students) if not _is_test_student(row, found)]
    whose, why_not = find_rows(standings, rows, Platform.CANVAS, name)
    comma = _decimal_comma(found)
    grades: dict[int, str] = {}
    left_out: list[LeftOut] = []
    for at, standing in enumerate(standings):
        points = points_of(standing)
        row = whose.get(at)
        if points is None:
            reason = standing.left_out or "There is no score to export."
        elif row is None:
            reason = why_not[at]
        else:
            reason = _refusal(found.students[row.index].value(found.column), points)
        if reason:
            left_out.append(LeftOut(name_of(standing), reason))
        elif row is not None and points is not None:
            grades[row.index] = "EX" if isinstance(points, Excused) else two_decimals(points * factor, comma=comma)
    claimed = {row.index for row in whose.values()}
    left_out += [
        LeftOut(one_line(row.name), f"Line {row.line} of {name} is nobody's in this class.") for row in rows if row.index not in claimed
    ]
    left_out += [LeftOut("Test student", "It is Canvas's own, for trying out.") for row in found.students if _is_test_student(row, found)]
    return Export(_written(found, grades), len(grades), tuple(left_out), perhaps_handed_in(standings, points_of))


def _written(found: _Template, grades: dict[int, str]) -> bytes:
    keep = (*range(len(found.info)), found.column)
    rows = [row.only(keep) for row in found.above]
    for at, grade in sorted(grades.items()):
        row = found.students[at].only(keep)
        rows.append(row.with_raw(len(keep) - 1, cell_text(grade, row.raw[-1], found.sheet.delimiter)))
    return Sheet(found.sheet.name, found.sheet.bom, found.sheet.delimiter, found.sheet.header.only(keep), tuple(rows)).data()


def _refusal(cell: str, points: Fraction | Excused) -> str:
    """Why a row of the template is not to be written; empty: it is."""
    if cell.upper() == "N/A":
        return "Canvas does not have this assignment for them."
    if cell.upper() == "EX" and not isinstance(points, Excused):
        return "They are excused in Canvas, and not here: excuse them here too, or take the excuse away in Canvas and export again."
    return ""


def _understand(sheet: Sheet, assignment: Assignment, wanted: str | None) -> _Template:
    header = tuple(cell.strip() for cell in sheet.header.values)
    named = header[0] in ("Student", "LastName")
    if not named or "ID" not in header[1:3] or "Section" not in header:
        raise sheet.wrong(f"this is not a gradebook of Canvas: its first line should begin with Student, ID. {_EXPORT_AGAIN}")
    info = header[: header.index("Section") + 1]
    column = _column(sheet, header, len(info), assignment, wanted)
    above: list[Row] = []
    students: list[Row] = []
    possible: str | None = None
    for row in sheet.rows:
        if row.blank:
            continue
        if len(row.raw) != len(header):
            raise sheet.wrong(f"line {row.line} has {counted(len(row.raw), 'cell')}, and the first line {len(header)}. {_EXPORT_AGAIN}")
        if "Points Possible" in row.value(0):
            possible = row.value(column)
            above.append(row)
        elif _SPECIAL.fullmatch(row.value(0)) and all(_SPECIAL.fullmatch(cell) for cell in row.values):
            above.append(row)
        else:
            students.append(row)
    if possible is None:
        raise sheet.wrong(f"it has no row `Points Possible`, so nobody can tell what the scores are out of. {_EXPORT_AGAIN}")
    heading = one_line(header[column])
    if "read only" in possible:
        raise sheet.wrong(f"Canvas does not let anyone import `{heading}`: it is read only.")
    points = as_number(possible)
    if not possible:
        raise sheet.wrong(f"`{heading}` has no Points Possible. Set them in Canvas, and export again.")
    if points is None:
        raise sheet.wrong(f"the Points Possible of `{heading}` are `{one_line(possible)}`, which is no number. Set them in Canvas.")
    return _Template(sheet, info, column, tuple(above), tuple(students), points)


def _column(sheet: Sheet, header: tuple[str, ...], first: int, assignment: Assignment, wanted: str | None) -> int:
    """Find the assignment's column: by number, by heading, or by title; anything but exactly one is refused."""
    assignments = {
        at: match for at in range(first, len(header)) if (match := _ASSIGNMENT.fullmatch(header[at])) and not _TOTALS.search(header[at])
    }
    there = listed(header[at] for at in assignments)
    if wanted is None:
        title = _plain(assignment.title)
        hits = [at for at, match in assignments.items() if _plain(match["title"]) == title]
        what = f"titled `{one_line(assignment.title)}`"
    else:
        id_ = wanted.strip().removeprefix("(").removesuffix(")")
        hits = [at for at, match in assignments.items() if id_ == match["id"] or wanted.strip() == header[at]]
        what = f"`{one_line(wanted)}`"
    if len(hits) != 1:
        count = "no assignment" if not hits else f"{len(hits)} assignments"
        raise sheet.wrong(f"it has {count} {what}. Name its number, which is in brackets, with --column. There are: {there}.")
    if header.count(header[hits[0]]) != 1:
        raise sheet.wrong(f"it has several columns `{one_line(header[hits[0]])}`, and Canvas would take the first. {_EXPORT_AGAIN}")
    return hits[0]


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def _name(row: Row, found: _Template) -> str:
    return f"{row.value(0)}, {row.value(1)}" if found.info[0] == "LastName" else row.value(0)


def _platform_row(at: int, row: Row, found: _Template) -> PlatformRow:
    values = [(kind, row.value(column)) for column, heading in enumerate(found.info) for kind in _KINDS.get(heading, ())]
    return PlatformRow(at, row.line, _name(row, found), tuple(values))


def _is_test_student(row: Row, found: _Template) -> bool:
    login = row.value(found.info.index("SIS Login ID")) if "SIS Login ID" in found.info else ""
    return _name(row, found) == "Student, Test" and _TEST_LOGIN.fullmatch(login) is not None


def _decimal_comma(found: _Template) -> bool:
    """Whether the template writes decimals with a comma: as its first number does, else as semicolons suggest."""
    for row in (*found.above, *found.students):
        for column in range(len(found.info), len(row.raw)):
            if _DECIMAL_COMMA.fullmatch(row.value(column)):
                return True
            if _DECIMAL_POINT.fullmatch(row.value(column)):
                return False
    return found.sheet.delimiter == ";"
