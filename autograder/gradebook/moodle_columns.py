"""Which columns of Moodle's grading worksheet are which: their headings are in the site's language.

The headings that we know are in `autograder.intake.moodle_words`. A column with none of them is found by what is in it, and what cannot
be found so, a person names.

Source: Moodle, mod/assign/gradingtable.php (order and contents).
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.gradebook.export import as_number, listed
from autograder.gradebook.sheet import Row, Sheet
from autograder.intake.moodle_words import column_of, folded, identifier_column, words
from autograder.printable import one_line

__all__ = ["Columns", "find_columns"]

_ROLES = ("grade", "maximum", "scale", "changeable", "feedback", "full_name", "id_number", "username", "email")
_DOWNLOAD_AGAIN = "Download the grading worksheet from Moodle again, and give that file."


@dataclass(frozen=True, slots=True)
class Columns:
    """Places in a row; None: the worksheet has no such column, or nobody can tell which."""

    identifier: int
    """The participant number."""
    grade: int
    """The grade."""
    maximum: int | None
    """The maximum grade; None where grades are words."""
    changeable: int | None
    """Whether the grade can be changed."""
    feedback: int | None
    """Feedback comments."""
    full_name: int | None
    """The name; hidden in blind marking."""
    id_number: int | None
    """ID number: the school's."""
    username: int | None
    """Login."""
    email: int | None
    """E-mail address."""


def find_columns(sheet: Sheet, rows: tuple[Row, ...], column: str | None) -> Columns:
    """Say which columns are which.

    Args:
        sheet: The worksheet.
        rows: Its students.
        column: Heading of the grade, where a person names it.

    Raises:
        InputError: The identifier or the grade cannot be found.
    """
    header = tuple(cell.strip() for cell in sheet.header.values)
    identifier = identifier_column(header, lambda at: [row.value(at) for row in rows])
    if identifier is None:
        raise sheet.wrong(f"no column has participant numbers, such as `Participant 4454589`. {_DOWNLOAD_AGAIN}")
    known = {role: column_of(header, role, but=identifier) for role in _ROLES}
    grade, maximum = known["grade"], known["maximum"]
    if column is not None:
        places = [at for at, heading in enumerate(header) if heading == column.strip()]
        if len(places) != 1:
            raise sheet.wrong(f"{len(places)} columns are called `{one_line(column)}`. There are: {listed(header)}.")
        grade = places[0]
    if (grade is None or maximum is None) and known["scale"] is None:
        pairs = [pair for pair in _grades_by_content(rows, len(header)) if grade in (None, pair[0]) and maximum in (None, pair[1])]
        if len(pairs) == 1:
            grade, maximum = pairs[0]
    if grade is None or (maximum is None and known["scale"] is None):
        raise sheet.wrong(f"which column has the grades? Name its heading with --column. There are: {listed(header)}.")
    changeable = known["changeable"] if known["changeable"] is not None else _changeable_by_content(rows, maximum)
    return Columns(
        identifier, grade, maximum, changeable, known["feedback"], known["full_name"], known["id_number"], known["username"], known["email"]
    )


def _grades_by_content(rows: tuple[Row, ...], width: int) -> list[tuple[int, int]]:
    """Pairs of neighbours of which the second is one and the same number for all, and the first is blank or a number up to it."""
    pairs: list[tuple[int, int]] = []
    for at in range(1, width - 1):
        maxima = {as_number(row.value(at + 1)) for row in rows}
        if len(maxima) != 1:
            continue
        (maximum,) = maxima
        if maximum is None or maximum <= 0:
            continue
        grades = [as_number(row.value(at)) for row in rows if row.value(at) not in ("", "-")]
        if all(grade is not None and 0 <= grade <= maximum for grade in grades):
            pairs.append((at, at + 1))
    return pairs


def _changeable_by_content(rows: tuple[Row, ...], maximum: int | None) -> int | None:
    """The column after the maximum grade, where it says yes or no in a language that we know."""
    if maximum is None:
        return None
    said = {folded(row.value(maximum + 1)) for row in rows}
    return maximum + 1 if said and said <= words("yes") | words("no") else None
