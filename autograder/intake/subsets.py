"""A part of a class: by names, a sample that is always the same, or one shard of several.

Sample and shard go by the sha256 of the owner's key: neither order, nor names of files, nor who else handed in changes what one owner gets.
All attempts of an owner stay together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.errors import InputError
from autograder.intake.csv_files import shown
from autograder.intake.finding import OwnersCalled, called_student, find_owner, find_student_or_owner, students_called
from autograder.intake.matching import Matching
from autograder.model import HandedIn, Student

__all__ = ["Shard", "chosen", "parse_shard", "sample", "shard"]

_MOST_SHARDS = 10_000


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several equal parts."""

    number: int
    """1-based."""
    of: int
    """How many there are."""


def chosen(names: str, handed_in: Sequence[HandedIn], students: Sequence[Student] = (), matching: Matching | None = None) -> list[HandedIn]:
    """Return the submissions of those who are named, in the order of `handed_in`.

    Args:
        names: Submissions or students, with commas between: `jdoe,asmith`. A name that has a comma itself stands alone.
        handed_in: The whole class.
        students: The roster, if there is one.
        matching: Whose each submission is, if there is a roster.

    Raises:
        InputError: a name is nobody's, means several, or is of a student who handed in nothing.
    """
    whole = names.strip()
    keys: set[str] = set()
    called = OwnersCalled(handed_in)
    alone = "," in whole and (called.owners(whole) or students_called(whole, students))
    for name in [whole] if alone else [part.strip() for part in whole.split(",") if part.strip()]:
        owners = called.owners(name)
        keys.add(owners[0] if len(owners) == 1 else _owner(name, handed_in, students, matching, unknown=not owners))
    if not keys:
        raise InputError("No name is given. Write submissions or students with commas between: jdoe,asmith.")
    return [one for one in handed_in if one.owner_key in keys]


def _owner(name: str, handed_in: Sequence[HandedIn], students: Sequence[Student], matching: Matching | None, *, unknown: bool) -> str:
    if not students or matching is None or not unknown:
        return find_owner(name, handed_in)
    student = find_student_or_owner(name, students, handed_in)
    if isinstance(student, str):
        return student
    key = matching.by_student().get(student.id)
    if key is None:
        raise InputError(f"{called_student(student)} has no submission that counts. `matches.csv` has whose each one is.")
    return key


def sample(handed_in: Sequence[HandedIn], n: int) -> list[HandedIn]:
    """Return the submissions of `n` owners, in their order; of all where there are no more. The sample of 10 is part of the sample of 20.

    Raises:
        InputError: n is less than 1.
    """
    if n < 1:
        raise InputError(f"A sample of {n} has nothing in it. Name 1 or more.")
    keys = set(sorted({one.owner_key for one in handed_in}, key=_hash)[:n])
    return [one for one in handed_in if one.owner_key in keys]


def parse_shard(text: str) -> Shard:
    """Return the shard that `3/16` names: the third of sixteen.

    Raises:
        InputError: it is not written like that, or there is no such part.
    """
    found = re.fullmatch(r"\s*([0-9]{1,6})\s*/\s*([0-9]{1,6})\s*", text)
    if not found:
        raise InputError(f"`{shown(text)}` is no shard. Write its number and how many there are, such as 3/16.")
    number, of = int(found[1]), int(found[2])
    if not 1 <= of <= _MOST_SHARDS or not 1 <= number <= of:
        raise InputError(f"There is no shard {number}/{of}. They go from 1/N to N/N; N is at most {_MOST_SHARDS:,}.")
    return Shard(number, of)


def shard(handed_in: Sequence[HandedIn], part: Shard) -> list[HandedIn]:
    """Return the submissions of one shard, in their order; every owner is in exactly one of them."""
    return [one for one in handed_in if int(_hash(one.owner_key), 16) % part.of == part.number - 1]


def _hash(owner_key: str) -> str:
    return hashlib.sha256(owner_key.encode("utf-8", "surrogatepass")).hexdigest()
