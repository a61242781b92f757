"""Which row of a platform's own file is whose: by what the platform and the roster both wrote, never by a name alone.

All that is known of a student is looked for in all rows. Exactly one row must come of it, and no other student may have come to the
same; else nobody gets it. The order in which the platform itself would look does not matter then: there is only one answer.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import InputError
from autograder.model.people import Platform, Standing

__all__ = ["Kind", "PlatformRow", "find_rows", "platform_ids"]


class Kind(enum.Enum):
    """What a value says of a person."""

    PLATFORM = "platform"
    """The platform's own id."""
    SCHOOL = "school"
    """The number by which the school knows them: the roster's id."""
    LOGIN = "login"
    """Account name."""
    EMAIL = "email"
    """Without case."""


@dataclass(frozen=True, slots=True)
class PlatformRow:
    """A person's row in a platform's file."""

    index: int
    """Which row."""
    line: int
    """Where it begins in the file, from 1."""
    name: str
    """What the platform calls them."""
    values: tuple[tuple[Kind, str], ...]
    """What it says of them; empty values count for nothing."""


def find_rows(
    standings: Sequence[Standing], rows: Sequence[PlatformRow], platform: Platform, what: str
) -> tuple[dict[int, PlatformRow], dict[int, str]]:
    """Match standings to rows.

    Returns:
        Index of the standing → its row, and index of the standing → why it has none, as a sentence.

    Raises:
        InputError: No row is anybody's: it is another class's file.
    """
    by_value: dict[tuple[Kind, str], list[PlatformRow]] = defaultdict(list)
    for row in rows:
        for kind, value in row.values:
            if value.strip():
                by_value[kind, _plain(kind, value)].append(row)
    found: dict[int, PlatformRow] = {}
    reasons: dict[int, str] = {}
    owners: dict[int, list[int]] = defaultdict(list)
    strangers: list[int] = []
    met = False
    for at, standing in enumerate(standings):
        if standing.student is None and standing.left_out:  # nobody's: what its sender is called on the platform may be a student's row
            reasons[at] = standing.left_out
            continue
        candidates = _candidates(standing, by_value, platform)
        met |= bool(candidates)
        if len(candidates) == 1:
            (found[at],) = candidates.values()
            owners[found[at].index].append(at)
        elif candidates:
            lines = ", ".join(str(row.line) for row in sorted(candidates.values(), key=lambda row: row.line))
            reasons[at] = f"Several rows of {what} may be theirs: lines {lines}."
        else:
            strangers.append(at)
    if rows and strangers and not met:
        remedy = "Name the one of this course. If it is, give a roster that has its ids, logins or e-mails."
        raise InputError(f"{what} has no row of anybody in this class. {remedy}")
    reasons |= dict.fromkeys(strangers, f"{what} has no row of theirs.")
    for several in owners.values():
        if len(several) > 1:
            for at in several:
                reasons[at] = f"Line {found.pop(at).line} of {what} may be theirs or another student's."
    return found, reasons


def _candidates(
    standing: Standing, by_value: Mapping[tuple[Kind, str], Sequence[PlatformRow]], platform: Platform
) -> dict[int, PlatformRow]:
    keys = [(kind, _plain(kind, value)) for kind, value in _values(standing, platform) if value.strip()]
    candidates = {row.index: row for key in keys for row in by_value.get(key, ())}
    student = standing.student
    if candidates or student is None:
        return candidates
    # The roster's id may be the platform's own: two numberings can meet by chance, so the name has to say the same.
    own = by_value.get((Kind.PLATFORM, _plain(Kind.PLATFORM, student.id)), ())
    return {row.index: row for row in own if _words(row.name) == _words(student.name) != ()}


def _values(standing: Standing, platform: Platform) -> list[tuple[Kind, str]]:
    """All that identifies somebody, as far as it can be relied on."""
    ids = platform_ids(standing, platform)
    values = [(Kind.PLATFORM, id_) for id_ in ids]
    student = standing.student
    if student is not None:
        values += [(Kind.LOGIN, student.login), (Kind.EMAIL, student.email)]
        if student.id not in ids:  # else the roster counts as the platform does, and it is no number of the school's
            values += [(Kind.SCHOOL, student.id), (Kind.LOGIN, student.id)]
    return values


def platform_ids(standing: Standing, platform: Platform) -> list[str]:
    """Return what the platform calls somebody: as its own roster says, and as it wrote on what they handed in. More than one is a doubt."""
    student, handed_in = standing.student, standing.handed_in
    ids = [] if student is None else [id_ for where, id_ in student.platform_ids if where is platform]
    # A group's submission has the id of one member, or of the group, so it says nothing of the others.
    alone = handed_in is not None and len(handed_in.people) == 1 and not (student is not None and student.group)
    if handed_in is not None and alone and handed_in.platform is platform and not handed_in.claimed:
        hidden = handed_in.anonymous and platform is not Platform.MOODLE  # there it is the worksheet's number all the same
        ids += [] if hidden else [handed_in.people[0].id]
    return sorted({id_ for id_ in ids if id_})


def _plain(kind: Kind, value: str) -> str:
    value = unicodedata.normalize("NFC", value.strip())
    return value.casefold() if kind in (Kind.EMAIL, Kind.LOGIN) else value


def _words(name: str) -> tuple[str, ...]:
    """A name's parts in an order of their own, without case and accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return tuple(sorted(re.findall(r"\w+", plain)))
