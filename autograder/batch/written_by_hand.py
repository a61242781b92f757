"""What staff writes on a command line: points, a due date, a text, a reason."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction

from autograder.errors import InputError
from autograder.intake.csv_files import shown
from autograder.intake.times import read_time
from autograder.printable import one_line, printable

__all__ = ["read_due", "read_points", "read_text", "read_why"]

_DECIMAL = re.compile(r"(?=\.?\d)\d{0,9}(?:\.\d{1,9})?", re.ASCII)
_SHARE = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)
_LONGEST_TEXT = 4000
_LONGEST_WHY = 500


def read_points(text: str) -> Fraction:
    """Return points exactly as they are written: `7`, `7.5` or `22/3`.

    Raises:
        InputError: it is no such number; says how to write it.
    """
    text = text.strip()
    share = _SHARE.fullmatch(text)
    if share is not None and int(share[2]) > 0:
        return Fraction(int(share[1]), int(share[2]))
    if _DECIMAL.fullmatch(text):
        return Fraction(text)
    if text.startswith(("-", "\N{MINUS SIGN}")):
        raise InputError(f"`--points {shown(text)}`: points are never less than 0.")
    remedy = f"Write {text.replace(',', '.')}." if _DECIMAL.fullmatch(text.replace(",", ".")) else "Write points such as 7, 7.5 or 22/3."
    raise InputError(f"`--points {shown(text)}` is no number of points. {remedy}")


def read_due(text: str) -> datetime:
    """Return a time with its offset from UTC.

    Raises:
        InputError: it is none; says how to write it.
    """
    time = read_time(text)
    if isinstance(time, str):
        raise InputError(f"`{shown(text)}` {time}. Write a due date as 2026-11-20T23:59+01:00, or with Z for UTC.")
    return time


def read_text(text: str) -> str:
    """Return the words of a comment: plain text, in which nothing unseen stays unseen.

    Raises:
        InputError: there are none, or too many.
    """
    words = printable(text).strip()
    if not words:
        raise InputError("The comment says nothing. Write its text in quotes.")
    if len(words) > _LONGEST_TEXT:
        raise InputError(f"The comment has {len(words)} characters; {_LONGEST_TEXT} are the most. Write a shorter one.")
    return words


def read_why(text: str) -> str:
    """Return a reason as one line; it may be empty.

    Raises:
        InputError: it is too long.
    """
    words = one_line(" ".join(text.split()))
    if len(words) > _LONGEST_WHY:
        raise InputError(f"The reason has {len(words)} characters; {_LONGEST_WHY} are the most. Write a shorter one.")
    return words
