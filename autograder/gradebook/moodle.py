"""Moodle: a grading worksheet goes in, and the same worksheet comes out, with other grades and feedback comments in some rows.

What its importer does with a worksheet decides what may change in it:

- The file is the downloaded one, whole: a row's grade is skipped where it is blank or unchanged, so the others' rows stay as they are.
- Dates stay as they are, byte for byte: by them Moodle sees that somebody graded in the meantime, and skips the row.
- A grade below 0 or above the maximum is skipped without a word, and so is a locked one: they are left out here, and listed.
- Grades on a scale are words: no points can be written, and everybody is left out.
- There is no word for an excuse: they are left out.
- Feedback comments are HTML. Only a blank cell is filled, or one that we filled before: what a teacher wrote in Moodle stays. There is
  neither a quote nor a backslash in what we write, because PHP's CSV reader takes a backslash before a quote for an escape.

Decimals are commas where the worksheet's own are; a point is understood by every Moodle. Two decimals.

Source: Moodle, mod/assign/feedback/offline/importgradeslib.php, locallib.php and mod/assign/gradingtable.php.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from fractions import Fraction

from autograder.gradebook.export import (
    Excused,
    Export,
    LeftOut,
    PointsOf,
    as_number,
    name_of,
    perhaps_handed_in,
    scale_factor,
    two_decimals,
)
from autograder.gradebook.moodle_columns import Columns, find_columns
from autograder.gradebook.rows import Kind, PlatformRow, find_rows
from autograder.gradebook.sheet import Row, Sheet, cell_text, read_sheet
from autograder.intake.moodle_words import folded, participant, words
from autograder.model import Assignment
from autograder.model.people import Platform, Standing, State
from autograder.printable import counted, number, one_line, printable

__all__ = ["feedback_html", "moodle_export"]

_OPENING = "Graded automatically"  # by this we know our own comments again
_TAG = re.compile(r"<[^>]*>")
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")


def moodle_export(
    template: bytes,
    name: str,
    standings: Sequence[Standing],
    assignment: Assignment,
    *,
    points_of: PointsOf,
    column: str | None = None,
    scale: bool = False,
    feedback: bool = True,
) -> Export:
    """Return the worksheet with the grades of those whose score is known.

    Args:
        template: The downloaded worksheet; it is never written to.
        name: Its file name, for messages.
        standings: The class.
        assignment: Ours.
        points_of: Which score is exported.
        column: Heading of the column with the grades, where it cannot be told.
        scale: Multiply scores where the maximum grade differs from our points possible.
        feedback: Also write points by question and staff's comments for the student.

    Raises:
        InputError: The worksheet is none, its columns cannot be told, or its maximum grade is unlike ours.
    """
    sheet = read_sheet(template, name)
    students = {at: row for at, row in enumerate(sheet.rows) if not row.blank}
    for row in students.values():
        if len(row.raw) != len(sheet.header.raw):
            raise sheet.wrong(
                f"line {row.line} has {counted(len(row.raw), 'cell')}, and the first line {len(sheet.header.raw)}: Moodle refuses such a "
                "file. Download the grading worksheet again, and give it as it is."
            )
    columns = find_columns(sheet, tuple(students.values()), column)
    maxima = [points for row in students.values() if (points := _maximum(row, columns)) is not None]
    factor = scale_factor(maxima, assignment.points, scale=scale, what="Maximum grade") if maxima else Fraction(1)
    if isinstance(factor, str):
        raise sheet.wrong(factor)
    rows = [_platform_row(at, row, columns) for at, row in students.items()]
    whose, why_not = find_rows(standings, rows, Platform.MOODLE, name)
    comma = any(
        _DECIMAL_COMMA.fullmatch(row.value(at)) for row in students.values() for at in (columns.maximum, columns.grade) if at is not None
    )
    changed: dict[int, Row] = {}
    left_out: list[LeftOut] = []
    kept_comments = 0
    for at, standing in enumerate(standings):
        score = points_of(standing)
        place = whose.get(at)
        if score is None:
            left_out.append(LeftOut(name_of(standing), standing.left_out or "There is no score to export."))
        elif isinstance(score, Excused):
            left_out.append(LeftOut(name_of(standing), "They are excused, and a worksheet has no word for that: see to it in Moodle."))
        elif place is None:
            left_out.append(LeftOut(name_of(standing), why_not[at]))
        elif reason := _refusal(students[place.index], columns, score * factor):
            left_out.append(LeftOut(name_of(standing), reason))
        else:
            row = _graded(students[place.index], columns, score * factor, sheet, comma=comma)
            if feedback and columns.feedback is not None:
                row, kept = _commented(row, columns.feedback, feedback_html(standing, assignment, score), sheet)
                kept_comments += kept
            changed[place.index] = row
    claimed = {row.index for row in whose.values()}
    left_out += [
        LeftOut(one_line(row.name), f"Line {row.line} of {name} is nobody's in this class.") for row in rows if row.index not in claimed
    ]
    after = tuple(changed.get(at, row) for at, row in enumerate(sheet.rows))
    notes = (*perhaps_handed_in(standings, points_of), *_notes(columns, kept_comments, feedback=feedback))
    return Export(Sheet(name, sheet.bom, sheet.delimiter, sheet.header, after).data(), len(changed), tuple(left_out), notes)


def feedback_html(standing: Standing, assignment: Assignment, points: Fraction) -> str:
    """Return what a student reads beside the grade: how it comes about, and what staff wrote for them. One line, no quote, no backslash.

    Args:
        standing: Of this student.
        assignment: Ours.
        points: What is exported, not scaled.
    """
    possible = {question.name: question.points for question in assignment.questions if not question.optional}
    lines = [
        f"<li>{_escaped(q.name)}: {number(q.points)} of {number(possible[q.name])}</li>"
        for q in standing.questions
        if q.name in possible and q.points is not None
    ]
    words = [f"<p>{_OPENING}, points by question:</p><ul>{''.join(lines)}</ul>" if lines else f"<p>{_OPENING}.</p>"]
    if standing.state is State.NOT_SUBMITTED:
        words = [f"<p>{_OPENING}: nothing was handed in.</p>"]
    elif standing.total_override is not None:
        words.append(f"<p>Total, set by your teacher in place of the above: {number(standing.total_override)}</p>")
    elif standing.lateness is not None and standing.subtotal is not None and points < standing.subtotal:
        words.append(f"<p>{_escaped(standing.lateness.words)}: \u2212{number(standing.subtotal - points)}</p>")
    words += [f"<p>{_escaped(q.name)}: {_escaped(text)}</p>" for q in standing.questions for text in q.comments]
    words += [f"<p>{_escaped(text)}</p>" for text in standing.comments]
    return "".join(words)


def _escaped(text: str) -> str:
    return html.escape(printable(text)).replace("\\", "&#92;").replace("\n", "<br>")


def _maximum(row: Row, columns: Columns) -> Fraction | None:
    return None if columns.maximum is None else as_number(row.value(columns.maximum))


def _refusal(row: Row, columns: Columns, points: Fraction) -> str:
    """Why Moodle would not take this row; empty: it would."""
    grade, maximum = row.value(columns.grade), _maximum(row, columns)
    if maximum is None or (grade not in ("", "-") and as_number(grade) is None):
        return "Moodle grades this assignment with words (a scale), not with points."
    if columns.changeable is not None and folded(row.value(columns.changeable)) in words("no"):
        return "Their grade is locked in Moodle: it cannot be changed."
    written = as_number(two_decimals(points))
    if written is None or not 0 <= written <= maximum:
        return f"Moodle takes grades from 0 to {number(maximum)}, and theirs is {two_decimals(points)}."
    return ""


def _graded(row: Row, columns: Columns, points: Fraction, sheet: Sheet, *, comma: bool) -> Row:
    grade = two_decimals(points, comma=comma)
    if as_number(row.value(columns.grade)) == as_number(grade):
        return row
    return row.with_raw(columns.grade, cell_text(grade, row.raw[columns.grade], sheet.delimiter))


def _commented(row: Row, column: int, text: str, sheet: Sheet) -> tuple[Row, bool]:
    """Fill a cell of comments; second: whether a teacher's words were there and stay."""
    there = row.value(column)
    if there and not _TAG.sub("", there).strip().startswith(_OPENING):
        return row, True
    return row.with_raw(column, cell_text(text, row.raw[column], sheet.delimiter)), False


def _notes(columns: Columns, kept_comments: int, *, feedback: bool) -> tuple[str, ...]:
    notes: list[str] = []
    if feedback and columns.feedback is None:
        notes.append("No column of feedback comments is known in this worksheet, so none were written.")
    if kept_comments:
        rows = "1 row has" if kept_comments == 1 else f"{kept_comments} rows have"
        notes.append(f"{rows} feedback comments that a teacher wrote in Moodle; they stay, and ours are not there.")
    if columns.changeable is None:
        notes.append("No column says whether a grade can be changed; Moodle skips locked ones when it imports.")
    return tuple(notes)


def _platform_row(at: int, row: Row, columns: Columns) -> PlatformRow:
    who = participant(row.value(columns.identifier))
    values = [(Kind.PLATFORM, "" if who is None else who.number)]
    for place, kinds in (
        (columns.id_number, (Kind.SCHOOL,)),
        (columns.username, (Kind.LOGIN,)),
        (columns.email, (Kind.EMAIL,)),
    ):
        values += [(kind, row.value(place)) for kind in kinds if place is not None]
    name = row.value(columns.full_name) if columns.full_name is not None else row.value(columns.identifier)
    return PlatformRow(at, row.line, name, tuple(values))
