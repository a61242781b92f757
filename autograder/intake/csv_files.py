"""Reads a CSV file as people save it: which encoding, which delimiter, which line a row began at. Says what it assumed.

    encodings    UTF-8, with or without a mark at its beginning; UTF-16; Windows-1252, which is said; anything else is refused
    delimiters   comma, semicolon or tab: whichever parts the first line most; a first line `sep=;`, as spreadsheets know it, decides

What a spreadsheet puts around a number to keep its zeros (`="0123"`) is taken off, and so are spaces and invisible marks around a cell.
"""

from __future__ import annotations

import csv
import io
import itertools
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import InputError
from autograder.printable import counted, one_line

__all__ = ["Row", "Table", "decoded", "fault", "read_bytes", "read_table", "shown"]

_LARGEST = 64 << 20  # bytes; a Canvas gradebook of 50,000 students with 100 assignments is some 40 MB
_MOST_ROWS = 200_000
_DELIMITERS = (",", ";", "\t")
_SHOWN = 5  # problems that one message names
_SHOWN_LENGTH = 60
_WORKBOOKS = ((b"PK\x03\x04", "a workbook (.xlsx, .ods) or another zip"), (b"\xd0\xcf\x11\xe0", "a workbook (.xls)"))
_AROUND = " \t\r\n\xa0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_KEPT_ZEROS = re.compile(r'="([^"]*)"')
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?[ \t]*(\r\n|\r|\n)', re.IGNORECASE)
_RUN = re.compile(r"[^\x00-\x7f]+")
_LONG_RUN = 3  # characters outside of ASCII in a row: rare in names of the languages that Windows-1252 is for


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header."""

    line: int
    """1-based line of the file that it begins at."""
    cells: tuple[str, ...]
    """As many as the header has; spaces around them taken off."""


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file."""

    shown: str
    """How messages name the file."""
    header: tuple[str, ...]
    """Names of the columns, as written."""
    rows: tuple[Row, ...]
    """Without those that are blank."""
    notices: tuple[str, ...]
    """What was assumed, as sentences."""


def shown(text: object) -> str:
    """Return a text for a message: one line, not too long."""
    line = one_line(str(text))
    return line if len(line) <= _SHOWN_LENGTH else line[: _SHOWN_LENGTH - 1] + "…"


def fault(file: str, problems: Sequence[str], remedy: str) -> InputError:
    """Make one error of several problems; the first few are named."""
    more = f" And {len(problems) - _SHOWN} more." if len(problems) > _SHOWN else ""
    return InputError(f"{file}: {' '.join(problems[:_SHOWN])}{more} {remedy}")


def read_bytes(path: Path) -> bytes:
    """Return what is in a file that people made.

    Raises:
        InputError: it is no file, cannot be read, or is larger than 64 MiB.
    """
    file = one_line(str(path))
    try:
        # A pipe is opened without waiting for whoever writes into it.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise InputError(f"{file}: is no regular file. Name a CSV file.")
            data = stream.read(_LARGEST + 1)
    except IsADirectoryError as error:
        raise InputError(f"{file}: is a folder. Name a file in it.") from error
    except FileNotFoundError as error:
        raise InputError(f"{file}: there is no such file. Correct the path.") from error
    except (OSError, ValueError) as error:
        raise InputError(
            f"{file}: cannot be read ({getattr(error, 'strerror', None) or error}). Check its path and permissions."
        ) from error
    if len(data) > _LARGEST:
        raise InputError(f"{file}: is larger than {_LARGEST >> 20} MiB. Keep only the columns and rows of this class.")
    return data


def read_table(path: Path) -> Table:
    """Return the header and the rows of a CSV file.

    A row may be longer or shorter than the header only by empty cells.

    Raises:
        InputError: it is no CSV file, a row is malformed (its line is named), or it has more than 200,000 rows.
    """
    file = one_line(str(path))
    data = read_bytes(path)
    for magic, what in _WORKBOOKS:
        if data.startswith(magic):
            raise InputError(f"{file}: is {what}, not CSV. Open it in a spreadsheet, and save the sheet as `CSV UTF-8`.")
    text, notices = decoded(file, data)
    delimiter, skipped, text = _delimiter(text)
    header: tuple[str, ...] | None = None
    rows: list[Row] = []
    problems: list[str] = []
    short: list[int] = []
    for line, raw in _records(file, text, delimiter, skipped):
        if not any(cell.strip(_AROUND) for cell in raw):
            continue
        cells = tuple(_cell(cell) for cell in raw)
        if header is None:
            header = _without_trailing(cells, cells)
            continue
        if len(rows) >= _MOST_ROWS:
            raise InputError(f"{file}: has more than {_MOST_ROWS:,} rows. Keep only those of this class.")
        cells = _without_trailing(cells, header)
        if len(cells) > len(header):
            problems.append(f"Line {line} has {counted(len(cells), 'cell')}, and the header {len(header)}.")
            continue
        if len(cells) < len(header) and any(header[len(cells) :]):
            short.append(line)
        rows.append(Row(line, cells + ("",) * (len(header) - len(cells))))
    if header is None:
        raise InputError(f"{file}: is empty. Write a line with the names of the columns first.")
    if problems:
        raise fault(file, problems, "Put a cell with a delimiter in it between quotation marks, or remove what is too much.")
    if short:
        notices = [*notices, f"{file}: {_lines(short)} shorter than the header; the missing cells were taken as empty."]
    return Table(file, header, tuple(rows), tuple(notices))


def decoded(file: str, data: bytes) -> tuple[str, list[str]]:
    """Return a file's text, and sentences about its encoding where it is not UTF-8."""
    notices: list[str] = []
    advice = "Save it as UTF-8 (in a spreadsheet: `CSV UTF-8`)."
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        elif b"\x00" in data[:2]:
            # UTF-16 without a mark: the first character is ASCII, as of every header that we know.
            text = data.decode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le")
        else:
            text, notices = _utf8_or_windows(file, data)
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is neither UTF-8 nor UTF-16, and its bytes tell of no other encoding. {advice}") from error
    if "\x00" in text:
        raise InputError(f"{file}: has zero bytes in it, which text has not. {advice}")
    return text, notices


def _utf8_or_windows(file: str, data: bytes) -> tuple[str, list[str]]:
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    runs = [len(run) for run in _RUN.findall(text)]
    letters = sum(character.isalpha() for run in _RUN.findall(text) for character in run)
    if 2 * letters < sum(runs) or 2 * sum(run for run in runs if run >= _LONG_RUN) > sum(runs):
        raise InputError(f"{file}: is not UTF-8, and read as Windows-1252 its names make no sense. Save it as UTF-8.")
    return text, [f"{file}: is not UTF-8; it was read as Windows-1252. Look at the names with accents, or save it as UTF-8."]


def _delimiter(text: str) -> tuple[str, int, str]:
    """The delimiter, how many lines stand before the text, and the text."""
    said = _SEPARATOR_LINE.match(text)
    if said:
        return said[1], 1, text[said.end() :]
    first = next((line for line in io.StringIO(text[: 1 << 20], newline=None) if line.strip()), "")

    def cells(delimiter: str) -> int:
        return len(next(csv.reader([first], delimiter=delimiter), []))

    return max(_DELIMITERS, key=_or_zero(cells)), 0, text


def _or_zero(count: Callable[[str], int]) -> Callable[[str], int]:
    def count_or_zero(delimiter: str) -> int:
        try:
            return count(delimiter)
        except csv.Error:  # said when the rows are read
            return 0

    return count_or_zero


def _records(file: str, text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins at."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for _ in itertools.count():
        line = reader.line_num + 1 + skipped
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            where = f"the row that begins at line {line}" if reader.line_num + skipped > line else f"line {line}"
            remedy = "Close its quotation marks, and double those inside of a cell."
            raise InputError(f"{file}: {where} is malformed ({shown(error)}). {remedy}") from error
        yield line, record


def _cell(raw: str) -> str:
    cell = raw.strip(_AROUND)
    kept = _KEPT_ZEROS.fullmatch(cell)
    return kept[1].strip(_AROUND) if kept else cell


def _without_trailing(cells: tuple[str, ...], header: tuple[str, ...]) -> tuple[str, ...]:
    least = 0 if cells is header else len(header)
    end = len(cells)
    while end > least and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _lines(lines: Sequence[int]) -> str:
    """Name lines as the beginning of a sentence about them."""
    some = ", ".join(map(str, lines[:_SHOWN]))
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return f"line {some} is" if len(lines) == 1 else f"lines {some}{more} are"
