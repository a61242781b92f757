"""What every export to a platform is made of: whose score it takes, how that is rounded, and who is left out and why.

Points are exact until they are written. They are then rounded once, to two decimals, and half away from zero: it is what people
do on paper, and what Canvas does when it shows a score.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from autograder.model.people import Standing, State
from autograder.printable import counted, number, one_line
from autograder.standing.export import Excused

__all__ = [
    "Excused",
    "Export",
    "LeftOut",
    "PointsOf",
    "as_number",
    "excused_or_unknown",
    "listed",
    "name_of",
    "perhaps_handed_in",
    "scale_factor",
    "two_decimals",
]


PointsOf = Callable[[Standing], Fraction | Excused | None]
"""Says what a platform is told of a standing; None: nothing, and `Standing.left_out` says why."""

_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)*")  # 12  12.5  12,5  1.234,5
_LONGEST = 64  # characters of a number or of a heading
_MOST_LISTED = 100  # a course has fewer assignments


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody whose score is not in the file."""

    who: str
    """Name and id, for people; for staff."""
    reason: str
    """Why, as a sentence."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file for a platform."""

    data: bytes
    """All of it."""
    written: int
    """How many students it has a score (or an excuse, or a page) of."""
    left_out: tuple[LeftOut, ...]
    """Everybody else, in the order of the standings, then those whom only the platform knows."""
    notes: tuple[str, ...] = ()
    """Sentences for staff about the file."""


def name_of(standing: Standing) -> str:
    """Say who it is, for staff: name and id, or the submission where it is nobody's."""
    student = standing.student
    if student is None:
        return one_line(standing.handed_in.name) if standing.handed_in is not None else "(nobody)"
    return one_line(f"{student.name} ({student.id})" if student.name and student.name != student.id else student.id)


def excused_or_unknown(standing: Standing, points: Excused | None, platform: str) -> LeftOut:
    """Say why somebody without points is left out where there is no word for an excuse."""
    if points is not None:
        return LeftOut(name_of(standing), f"They are excused, and {platform} has no word for that.")
    return LeftOut(name_of(standing), standing.left_out or "There is no score to export.")


def perhaps_handed_in(standings: Sequence[Standing], points_of: PointsOf) -> tuple[str, ...]:
    """Warn where points for handing in nothing may go to somebody whose submission was not matched yet: a sentence, or none."""
    nothing = sum(one.state is State.NOT_SUBMITTED and points_of(one) is not None for one in standings)
    nobodys = sum(one.student is None for one in standings)
    if not nothing or not nobodys:
        return ()
    students = counted(nothing, "student gets", "students get")
    submissions = counted(nobodys, "submission is nobody's", "submissions are nobody's")
    remedy = "Say whose first, with `autograder match SUBMISSION STUDENT`, and export again."
    return (f"{students} the config's `not_submitted` points, and {submissions} on the roster, which may be theirs. {remedy}",)


def listed(headings: Iterable[str]) -> str:
    """Name the columns of a file, in a message; not more than a person reads."""
    names = [one_line(heading) for heading in headings]
    shown = "; ".join(name[:_LONGEST] for name in names[:_MOST_LISTED]) or "none"
    return shown if len(names) <= _MOST_LISTED else f"{shown}; and {len(names) - _MOST_LISTED} more"


@lru_cache(maxsize=1024)  # a worksheet says the same maximum in each row
def as_number(text: str) -> Fraction | None:
    """Read a platform's number as Canvas does: the last point or comma is the decimal one. None: it is not a number."""
    text = text.strip()
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return None
    *whole, last = re.split(r"[.,]", text)
    return Fraction(f"{''.join(whole)}.{last}") if whole else Fraction(last)


def two_decimals(points: Fraction, *, comma: bool = False) -> str:
    """Write points with at most two decimals, half away from zero: `26`, `26.5`, `0.67`, `-1.5`."""
    hundredths = (abs(points) * 200 + 1) // 2
    text = f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".")
    text = f"-{text}" if points < 0 and hundredths else text
    return text.replace(".", ",") if comma else text


def scale_factor(theirs: Sequence[Fraction], ours: Fraction, *, scale: bool, what: str) -> Fraction | str:
    """Return what our points are multiplied by, or why they cannot be exported.

    Args:
        theirs: Points possible on the platform, each that is named there.
        ours: Points possible here.
        scale: Whether staff allowed to multiply.
        what: What the platform calls its points possible.
    """
    if len(set(theirs)) != 1:
        several = " and ".join(str(number(points)) for points in sorted(set(theirs)))
        return f"its {what} should be one number, and is {several or 'none'}."
    platform = theirs[0]
    if two_decimals(platform) == two_decimals(ours):  # the platform's own file has two decimals
        return Fraction(1)
    differ = f"its {what} is {number(platform)}, and {number(ours)} points are possible here."
    if platform <= 0 or ours <= 0:
        return f"{differ} Neither can be scaled to the other: change the points there."
    if not scale:
        return f"{differ} Change the points there, or give --scale to multiply each score by {number(platform)}/{number(ours)}."
    return platform / ours
