"""Our gradebook as a spreadsheet: the table of `autograder.gradebook.ours`, with numbers as numbers and texts that are never formulas.

openpyxl comes with the extra `xlsx`, and is imported only when a spreadsheet is asked for. The same class gives the same bytes: the
dates that openpyxl writes are put back to the zip format's own zero.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from autograder.archive import zip_bytes
from autograder.errors import InputError
from autograder.gradebook.ours import Cell, table
from autograder.model import Assignment
from autograder.model.people import Standing
from autograder.printable import number, one_line

__all__ = ["gradebook_xlsx"]

_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001  # the format's dates have no zone
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_LONGEST = 32_767  # characters in a cell (Excel specifications and limits)


def gradebook_xlsx(standings: Sequence[Standing], assignment: Assignment) -> bytes:
    """Return the gradebook as .xlsx; rows stay in their order.

    Raises:
        InputError: openpyxl is not installed.
    """
    try:
        import openpyxl
    except ModuleNotFoundError as error:
        raise InputError("A spreadsheet needs openpyxl, which is not installed: pip install 'notebook-autograder[xlsx]'.") from error
    book: Any = openpyxl.Workbook()  # it has stubs only where they are installed
    book.properties.creator = "notebook-autograder"
    book.properties.created = _EPOCH
    sheet = book.active
    sheet.title = "Gradebook"
    sheet.freeze_panes = "B2"
    for at, row in enumerate(table(standings, assignment), 1):
        for column, cell in enumerate(row, 1):
            _fill(sheet.cell(at, column), cell)
    for heading in sheet[1]:
        heading.style = "Headline 4"
    sheet.auto_filter.ref = sheet.dimensions
    buffer = io.BytesIO()
    book.save(buffer)
    return _undated(buffer.getvalue())


def _fill(place: Any, cell: Cell) -> None:
    match cell:
        case None | "":
            return
        case str():
            place.value = one_line(cell)[:_LONGEST]
            place.data_type = "s"  # openpyxl takes `=1+1` for a formula, and `#N/A` for an error
        case Fraction():
            place.value = number(cell)


def _undated(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    core = "docProps/core.xml"
    written = _EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    parts[core] = _MODIFIED.sub(rb"\g<1>" + written + rb"\g<2>", parts[core])
    return zip_bytes(parts)
