"""A CSV file that somebody else wrote, of which single cells are changed and nothing else: every other byte stays as it was.

Each cell keeps the text that it had in the file, quotes included; each row keeps its line end. So the file is given back exactly where
nothing was changed, whatever its delimiter, its quotes, its line ends and its byte order mark are.

What is accepted is RFC 4180 with `,`, `;` or a tab, in UTF-8. A file that is not that is refused, and named: a guess here would put
points into another student's row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.errors import InputError

__all__ = ["Row", "Sheet", "cell_text", "read_sheet"]

_BOM = b"\xef\xbb\xbf"
_LARGEST = 64 << 20  # 50,000 students with 100 columns of 12 bytes each
_DELIMITERS = (",", ";", "\t")
_AGAIN = "Download it from the platform again, and give it as it is."


@dataclass(frozen=True, slots=True)
class Row:
    """One record; it may stretch over several lines."""

    raw: tuple[str, ...]
    """The cells as they stand in the file, quotes included."""
    end: str
    """Its line end as it stands in the file; empty where the file ends without one."""
    line: int
    """Where it begins, from 1."""

    @property
    def values(self) -> tuple[str, ...]:
        """The cells as they are meant."""
        return tuple(cell[1:-1].replace('""', '"') if cell.startswith('"') else cell for cell in self.raw)

    @property
    def blank(self) -> bool:
        """True for an empty line."""
        return self.raw == ("",)

    def value(self, column: int) -> str:
        """Return one cell as it is meant, without the space around it; empty where the row is too short."""
        if column >= len(self.raw):
            return ""
        cell = self.raw[column]
        return (cell[1:-1].replace('""', '"') if cell.startswith('"') else cell).strip()

    def only(self, columns: Sequence[int]) -> Row:
        """Return the row with these columns alone."""
        return replace(self, raw=tuple(self.raw[column] for column in columns))

    def with_raw(self, column: int, text: str) -> Row:
        """Return the row with another text in one cell, as `cell_text` gives it."""
        return replace(self, raw=(*self.raw[:column], text, *self.raw[column + 1 :]))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's rows, and how it is written."""

    name: str
    """The file's name, for messages."""
    bom: bool
    """Whether it begins with a byte order mark."""
    delimiter: str
    """Between cells."""
    header: Row
    """The first row."""
    rows: tuple[Row, ...]
    """All others, blank lines too."""

    def data(self) -> bytes:
        """Return the file."""
        text = "".join(self.delimiter.join(row.raw) + row.end for row in (self.header, *self.rows))
        return (_BOM if self.bom else b"") + text.encode()

    def wrong(self, what: str) -> InputError:
        """Return an error that names the file."""
        return InputError(f"{self.name}: {what}")


def cell_text(value: str, instead_of: str, delimiter: str) -> str:
    """Return how a value is written where `instead_of` stood: in quotes where that was, or where it must be."""
    if instead_of.startswith('"') or any(c in value for c in (delimiter, '"', "\r", "\n")) or value != value.strip():
        return '"' + value.replace('"', '""') + '"'
    return value


def read_sheet(data: bytes, name: str) -> Sheet:
    """Take a file apart.

    Args:
        data: All of it.
        name: What people call it, for messages.

    Raises:
        InputError: It is not CSV in UTF-8, it is too large, or it has no row.
    """
    if len(data) > _LARGEST:
        raise InputError(f"{name} has {len(data) >> 20} MiB; a gradebook has at most {_LARGEST >> 20}. Look whether it is the right file.")
    if data.startswith(b"PK\x03\x04"):
        raise InputError(f"{name} is a spreadsheet or a zip, not CSV. {_AGAIN}")
    bom = data.startswith(_BOM)
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not written in UTF-8 (byte {error.start}): perhaps a spreadsheet has saved it. {_AGAIN}") from error
    if "\0" in text:
        raise InputError(f"{name} is not a text: it has a NUL character. {_AGAIN}")
    if not text.strip():
        raise InputError(f"{name} is empty. {_AGAIN}")
    delimiter = _delimiter(text, name)
    header, *rows = _rows(text, delimiter, name)
    if header.blank:
        raise InputError(f"{name}: its first line is blank; the names of the columns should be there. {_AGAIN}")
    return Sheet(name, bom, delimiter, header, tuple(rows))


def _pattern(delimiter: str) -> re.Pattern[str]:
    d = re.escape(delimiter)
    return re.compile(rf'("[^"]*+(?:""[^"]*+)*+"|[^{d}\r\n"][^{d}\r\n]*+|)({d}|\r\n|\n|\r|\Z)')


def _delimiter(text: str, name: str) -> str:
    """The one that makes most cells of the first row; Canvas counts in the same way (lib/gradebook_importer.rb, identify_delimiter)."""
    cells: dict[str, int] = {}
    for delimiter in _DELIMITERS:
        pattern, at, count = _pattern(delimiter), 0, 1
        while (found := pattern.match(text, at)) and found[2] == delimiter:
            at, count = found.end(), count + 1
        cells[delimiter] = count if found else 0
    best = max(_DELIMITERS, key=lambda delimiter: cells[delimiter])
    if cells[best] < 2:
        raise InputError(f"{name}: its first line is not a row of columns with commas, semicolons or tabs between them. {_AGAIN}")
    return best


def _rows(text: str, delimiter: str, name: str) -> list[Row]:
    rows: list[Row] = []
    raw: list[str] = []
    pattern, at, line, begun = _pattern(delimiter), 0, 1, 1
    while at < len(text) or raw:
        found = pattern.match(text, at)
        if found is None:
            raise InputError(f"{name}:{begun}: this row is not CSV: a quote is out of place, or is never closed. {_AGAIN}")
        cell, after = found.groups()
        raw.append(cell)
        line += (_line_ends(cell) if cell.startswith('"') else 0) + (after not in (delimiter, ""))
        at = found.end()
        if after != delimiter:
            rows.append(Row(tuple(raw), after, begun))
            raw, begun = [], line
    return rows


def _line_ends(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")
