"""Text of the author's files, and errors that show the place: code, file, line, the line itself, a caret, and a remedy.

Codes: M1xx markers, M2xx stubs and references, M3xx test files, M4xx the notebook, M5xx expected outputs, M6xx leaks,
M7xx proofs by running.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AuthorError

__all__ = ["Place", "SourceText", "parsed", "read_source"]

_LARGEST_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class SourceText:
    """Python source and what messages call it: a file of its own, or one cell of a notebook."""

    text: str
    """With `\\n` as the only line end."""
    file: str
    """The file, as the author would name it."""
    cell: int | None = None
    """1-based position among all of the notebook's cells, or None for a module."""

    @property
    def lines(self) -> list[str]:
        """Its lines without their ends. `str.splitlines` would also split at form feeds, which Python does not."""
        return self.text.split("\n")

    def at(self, line: int, column: int = 0, width: int = 0) -> Place:
        """Return a place in it: 1-based line, 0-based column; `width` 0 underlines all from the column on."""
        return Place(self, line, column, width)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a source."""

    source: SourceText
    """In what."""
    line: int
    """1-based, within the source."""
    column: int = 0
    """0-based."""
    width: int = 0
    """Characters to underline; 0 means the rest of the line."""

    def error(self, code: str, what: str, remedy: str = "") -> AuthorError:
        """Make the error: `file:line: [code] what remedy`, then the line and a caret under it.

        In a notebook, whose lines of JSON mean nothing to an author, it is `file: cell 3, line 2: [code] ...`.
        """
        lines = self.source.lines
        text = lines[self.line - 1] if 0 < self.line <= len(lines) else ""
        where = f"cell {self.source.cell}, line {self.line}: " if self.source.cell is not None else ""
        width = self.width or max(len(text.rstrip()) - self.column, 1)
        number = f"{self.line:5d} | "
        # Tabs are kept before the caret so that it stands under what it points at.
        indent = re.sub(r"[^\t]", " ", text[: self.column])
        shown = f"\n{number}{text.rstrip()}\n{' ' * (len(number) - 2)}| {indent}{'^' * min(width, 100)}"
        line = None if self.source.cell is not None else self.line
        return AuthorError(f"{where}[{code}] {what}", file=self.source.file, line=line, remedy=remedy + shown)


def read_source(path: Path, shown: str) -> SourceText:
    """Read a Python file of the author's.

    Raises:
        AuthorError: It cannot be read, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AuthorError(f"The file cannot be read: {error.strerror}.", file=shown) from error
    if len(data) > _LARGEST_BYTES:
        raise AuthorError(f"The file is larger than {_LARGEST_BYTES >> 20} MiB.", file=shown)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise AuthorError("The file is not UTF-8 text.", file=shown, line=line, remedy="Save it as UTF-8.") from error
    return SourceText(re.sub(r"\r\n?", "\n", text), shown)


def parsed(source: SourceText) -> ast.Module:
    """Parse a source, showing where it is not Python.

    Raises:
        AuthorError: It is not valid Python.
    """
    try:
        return ast.parse(source.text)
    except SyntaxError as error:
        place = source.at(error.lineno or 1, max((error.offset or 1) - 1, 0), 1)
        raise place.error("M200", f"This is not valid Python: {error.msg}.", "Correct it.") from error
    except (ValueError, RecursionError, MemoryError) as error:  # NUL characters; nesting beyond the parser's stack
        raise AuthorError(f"[M200] This is not valid Python: {error}.", file=source.file) from error
