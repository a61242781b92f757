"""Canvas's export and import of a gradebook, by its own rules (canvas-lms: lib/gradebook_exporter.rb, lib/gradebook_importer.rb).

What is not here: grading periods, permissions, override scores, several root accounts, letter grades.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

Grades = dict[tuple[int, int], str]
"""(student, assignment) → `EX` or a number; not there: no grade."""


@dataclass
class User:
    id: int
    name: str
    sortable: str
    sis: str = ""
    login: str = ""


@dataclass
class Course:
    students: list[User]
    assignments: dict[int, tuple[str, str]]
    """Id → title and points possible."""
    grades: Grades = field(default_factory=dict)
    not_assigned: set[tuple[int, int]] = field(default_factory=set)
    notes: dict[int, str] = field(default_factory=dict)
    """The custom column "Notes"."""
    manual: set[int] = field(default_factory=set)
    read_only: set[int] = field(default_factory=set)
    created_assignments: list[str] = field(default_factory=list)
    created_students: list[str] = field(default_factory=list)


def export(course: Course, *, delimiter: str = ",", bom: bool = False, comma: bool = False, sis: bool = True, names: bool = False) -> bytes:
    """What "Export Entire Gradebook" gives."""

    def number(text: str) -> str:
        if not text or text == "EX":
            return text
        text = str(Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP))
        return text.replace(".", ",") if comma else text

    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    info = [*(["LastName", "FirstName"] if names else ["Student"]), "ID", *(["SIS User ID"] if sis else []), "SIS Login ID", "Section"]
    ids = list(course.assignments)
    totals = ["Current Score", "Final Score", "Final Grade"]
    writer.writerow([*info, "Notes", *(f"{course.assignments[a][0]} ({a})" for a in ids), *totals])
    if course.manual:
        writer.writerow([*[""] * (len(info) + 1), *("Manual Posting" if a in course.manual else "" for a in ids), *[""] * 3])
    possible = [f"{number(course.assignments[a][1])}{' (read only)' if a in course.read_only else ''}" for a in ids]
    writer.writerow(["    Points Possible", *[""] * len(info), *possible, *["(read only)"] * 3])
    for user in course.students:
        cells = ["N/A" if (user.id, a) in course.not_assigned else number(course.grades.get((user.id, a), "")) for a in ids]
        name = [part.strip() for part in user.sortable.split(",", 1)] if names else [user.sortable]
        sis_id = [user.sis] if sis else []
        writer.writerow([*name, user.id, *sis_id, user.login, "Sec, 1", course.notes.get(user.id, ""), *cells, "88.00", "80.00", "B"])
    return (b"\xef\xbb\xbf" if bom else b"") + out.getvalue().encode()


def import_(before: Course, data: bytes) -> Course:
    """What the course is after this file was uploaded and its changes were accepted."""
    course = deepcopy(before)
    rows = _rows(data.decode())
    header = rows[0]
    info, notes = _info(header, has_notes="Notes" in header)
    names = header[0] == "LastName"
    columns: list[tuple[int, int | None, str]] = []
    dropped = re.compile("Current Score|Current Points|Current Grade|Final Score|Final Points|Final Grade|Override")
    for at, heading in enumerate(header):
        if at < info or heading == "Notes" or dropped.search(heading):
            continue
        columns.append((header.index(heading), _assignment(course, heading), heading))
        if columns[-1][1] is None:
            course.created_assignments.append(heading)
    possible: list[str] = []
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            possible = row
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in row):
            user = _student(course, row, header, names=names)
            if user is None:
                course.created_students.append(row[0])
                continue
            if notes is not None:
                course.notes[user.id] = row[notes]
            for at, assignment, _ in columns:
                if assignment is None or (possible and re.search(r"read\s+only", possible[at])):
                    continue
                grade = "" if (user.id, assignment) in course.not_assigned else row[at].strip()
                _grade(course.grades, (user.id, assignment), grade)
    if possible:
        for at, assignment, _ in columns:
            if assignment is not None and possible[at]:
                title, points = course.assignments[assignment]
                course.assignments[assignment] = (title, points if _same(points, possible[at]) else possible[at])
    return course


def _grade(grades: Grades, key: tuple[int, int], grade: str) -> None:
    old = grades.get(key, "")
    if grade.upper() == "EX":
        grade = "EX"
    if grade == old or (grade in ("", "-") and old in ("", "-")):
        return
    if grade and old and "EX" not in (grade, old) and _same(grade, old):
        return
    if grade in ("", "-"):
        del grades[key]  # a blank clears
    else:
        grades[key] = grade


def _same(one: str, other: str) -> bool:
    return Decimal(one).quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(other).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _rows(text: str) -> list[list[str]]:
    lines = text.splitlines(keepends=True)[:3]
    counts: dict[str, int] = {}
    for separator in ";,":
        sizes = {len(_parsed([line], separator)[0]) for line in lines if line.strip()}
        counts[separator] = sizes.pop() if len(sizes) == 1 else 0
    delimiter = ";" if counts[";"] > counts[","] else ","
    kept = [
        line for line in _parsed(io.StringIO(text, newline=""), delimiter) if line and not re.fullmatch(r"[;, ]+", delimiter.join(line))
    ]
    return [[_point(cell) for cell in row] for row in kept]


def _parsed(lines: list[str] | io.StringIO, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return [[]]


def _point(cell: str) -> str:
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *whole, last = re.split(r"[,.]", cell)
    return f"{''.join(whole)}.{last}" if whole else last


def _info(header: list[str], *, has_notes: bool) -> tuple[int, int | None]:
    """Number of info columns, and the place of the custom column; raises what Canvas calls an invalid header row."""
    named = (len(header) > 3 and "Student" in header[0] and "ID" in header[1]) or (
        len(header) > 4 and "LastName" in header[0] and "FirstName" in header[1] and "ID" in header[2]
    )
    assert named, "Invalid header row"
    first = 4 if header[0] == "LastName" and header[1] == "FirstName" else 3
    count = first
    if re.search(r"SIS\s+Login\s+ID", header[first - 1]):
        count += 1
    elif re.search(r"SIS\s+User\s+ID", header[first - 1]) and re.search(r"SIS\s+Login\s+ID", header[first]):
        count += 2
    count += has_notes
    assert "Section" in header[count - (1 + has_notes)], "Invalid header row"
    return count, header.index("Notes") if has_notes else None


def _assignment(course: Course, heading: str) -> int | None:
    match = re.fullmatch(r"(.*)\s\((\d+)\)", heading)
    if match and int(match[2]) in course.assignments:
        return int(match[2])
    return next((id_ for id_, (title, _) in course.assignments.items() if title == heading), None)


def _student(course: Course, row: list[str], header: list[str], *, names: bool) -> User | None:
    def by(wanted: Callable[[User], bool]) -> User | None:
        return next((user for user in course.students if wanted(user)), None)

    def cell(heading: str) -> str:
        return row[header.index(heading)] if heading in header else ""

    id_ = row[2 if names else 1]
    found = by(lambda user: str(user.id) == id_) if id_ else None
    if found is None and cell("SIS User ID"):
        found = by(lambda user: user.sis == cell("SIS User ID"))
    if found is None and cell("SIS Login ID"):
        found = by(lambda user: user.login == cell("SIS Login ID"))
    name = f"{row[1]} {row[0]}".strip() if names else row[0]
    return found or by(lambda user: name in (user.name, user.sortable))
