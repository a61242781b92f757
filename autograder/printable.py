"""Texts made safe to print, and points as they are written.

What could move a cursor, reverse a line or break an encoding is written out as an escape.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import Any

__all__ = ["counted", "in_points", "neutral", "number", "one_line", "printable", "printable_data"]

# Controls, formats (such as those that reverse a line), surrogates, private use, unassigned, line and paragraph separators.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}  # part of how some scripts and many emoji are written
_DIGITS = 6
_FORMULA = ("=", "+", "-", "@")  # https://owasp.org/www-community/attacks/CSV_Injection; tabs and line ends are written out


def number(points: Fraction) -> int | float:
    """Points as they are written: a whole number, or rounded to 6 digits."""
    return points.numerator if points.denominator == 1 else round(float(points), _DIGITS)


def in_points(points: Fraction) -> str:
    """A number of points, in words."""
    return f"{number(points)} point{'' if points == 1 else 's'}"


def counted(count: int, what: str, many: str = "") -> str:
    """`1 file`, `2 files`, `2 people`."""
    return f"{count:,} {what if count == 1 else many or what + 's'}"


def printable(text: str) -> str:
    r"""Return `text` with unseen characters as escapes such as `\x1b`; line ends stay."""
    return "".join(c if c == "\n" or not _unseen(c) else _escape(c) for c in text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Return `text` for one line: as `printable`, with line ends and tabs as escapes too."""
    return "".join(_escape(c) if _unseen(c) else c for c in text)


def neutral(text: str) -> str:
    """Return a text of ours for a spreadsheet's cell: on one line, and never taken for a formula."""
    text = one_line(text)
    return "'" + text if text.startswith(_FORMULA) else text


def printable_data(value: Any, root: str) -> Any:
    """Return plain data with every text as `printable`, and without `root`, the folder that a bundle was unpacked to."""
    match value:
        case str():
            return printable(value.replace(root, ""))
        case list():
            return [printable_data(item, root) for item in value]
        case dict():
            return {key: printable_data(item, root) for key, item in value.items()}
        case _:
            return value


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN and character not in _JOINERS


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
