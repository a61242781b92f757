"""`--times FILE`: when submissions were handed in, where the platform says only that they were late, or nothing.

    CSV     two columns: `submission` or `student`, and `time`
    JSON    {"jdoe": "2026-03-01T23:59:00+01:00", …}

A submission is named as in the gradebook or by its key, a student by id, login, e-mail or the name that the platform wrote. A time is ISO
8601 with its offset from UTC: `23:59` alone is another moment in every time zone, and in summer. What the file says takes the place of what
the platform said.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.errors import InputError
from autograder.intake.csv_files import decoded, fault, read_bytes, read_table, shown
from autograder.intake.finding import OwnersCalled
from autograder.intake.matching import Matching
from autograder.intake.names import key
from autograder.model import HandedIn
from autograder.printable import one_line

__all__ = ["Times", "read_time", "read_times", "with_times"]

_WHO = ("submission", "student", "id", "login", "email", "name")
_WHEN = ("time", "submitted_at", "submitted")
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # what lies outside is a mistake in typing
_SHOWN = 5
_ADVICE = "Write times as 2026-03-01T23:59:00+01:00."


@dataclass(frozen=True, slots=True)
class Times:
    """What a file says of times."""

    shown: str
    """How messages name the file."""
    times: Mapping[str, datetime]
    """By submission or student, as written; with UTC offsets."""
    notices: tuple[str, ...] = ()
    """What was assumed of the file, as sentences."""


def read_times(path: Path) -> Times:
    """Return the times of a CSV or JSON file.

    Raises:
        InputError: it cannot be read, a time is none or has no UTC offset, or one name has two times.
    """
    file = one_line(str(path))
    if path.suffix.lower() == ".json":
        pairs, notices = _from_json(file, read_bytes(path))
    else:
        pairs, notices = _from_csv(path)
    times: dict[str, datetime] = {}
    before: dict[str, tuple[str, datetime]] = {}
    problems: list[str] = []
    for place, who, text in pairs:
        time = read_time(text)
        if not who:
            problems.append(f"{place} does not say whose time it is.")
        elif isinstance(time, str):
            problems.append(f"{place}: `{shown(text)}` {time}.")
        elif before.setdefault(key(who), (place, time))[1] != time:
            problems.append(f"{place}: `{shown(who)}` has another time before ({before[key(who)][0].lower()}).")
        elif before[key(who)][0] == place:
            times[who] = time
    if not times and not problems:
        problems.append("It names no time.")
    if problems:
        raise fault(file, problems, _ADVICE)
    return Times(file, times, tuple(notices))


def with_times(handed_in: Sequence[HandedIn], times: Times, matching: Matching | None = None) -> tuple[list[HandedIn], list[str]]:
    """Return the submissions with the file's times, in their order, and sentences about what it names and nobody has.

    What names a submission goes before what names its student; a student's time is that of all their attempts that have none of their own.

    Raises:
        InputError: a name in the file means submissions of several owners.
    """
    attempts: dict[str, list[int]] = {}
    for at, one in enumerate(handed_in):
        for text in dict.fromkeys((one.name, one.key)):
            attempts.setdefault(text, []).append(at)
    owned: dict[str, list[int]] = {}
    for at, one in enumerate(handed_in):
        owned.setdefault(one.owner_key, []).append(at)
    students, called = _students(matching), OwnersCalled(handed_in)
    own: dict[int, datetime] = {}
    shared: dict[int, datetime] = {}
    nobodys: list[str] = []
    for who, time in times.times.items():
        if who in attempts:
            own.update(dict.fromkeys(attempts[who], time))
            continue
        owners = students.get(key(who)) or called.owners(who)
        if len(owners) > 1:
            raise InputError(f"{times.shown}: `{shown(who)}` may be several submissions. Name one as the gradebook does, or by its key.")
        if owners:
            shared.update(dict.fromkeys(owned.get(owners[0], ()), time))
        else:
            nobodys.append(who)
    timed = [_timed(one, own.get(at, shared.get(at)), times.shown) for at, one in enumerate(handed_in)]
    said = []
    if nobodys:
        some = ", ".join(map(shown, nobodys[:_SHOWN])) + ("…" if len(nobodys) > _SHOWN else "")
        said = [f"{times.shown}: {len(nobodys)} of {len(times.times)} names without a submission: {some}."]
    return timed, [*times.notices, *said]


def _timed(one: HandedIn, time: datetime | None, file: str) -> HandedIn:
    if time is None or time == one.submitted_at:
        return one
    before = f", in place of {one.submitted_at.isoformat()}" if one.submitted_at else ""
    return dataclasses.replace(one, submitted_at=time, notes=(*one.notes, f"The time is from {Path(file).name}{before}."))


def _students(matching: Matching | None) -> dict[str, list[str]]:
    """What students are called, each with the keys of the owners."""
    found: dict[str, set[str]] = {}
    for owner in matching.owners.values() if matching else ():
        for link in owner.links:
            for text in (link.student.id, link.student.login, link.student.email):
                if text:
                    found.setdefault(key(text), set()).add(owner.key)
    return {text: sorted(owners) for text, owners in found.items()}


def _from_csv(path: Path) -> tuple[Iterable[tuple[str, str, str]], Sequence[str]]:
    table = read_table(path)
    columns = [key(column).replace(" ", "_") for column in table.header]
    who = next((columns.index(name) for name in _WHO if name in columns), None)
    when = next((columns.index(name) for name in _WHEN if name in columns), None)
    if who is None or when is None:
        some = ", ".join(f"`{shown(column)}`" for column in table.header[:8])
        raise InputError(f"{table.shown}: needs the columns `submission` or `student`, and `time`; its first line names {some}.")
    return [(f"Line {row.line}", row.cells[who], row.cells[when]) for row in table.rows], table.notices


def _from_json(file: str, data: bytes) -> tuple[Iterable[tuple[str, str, str]], Sequence[str]]:
    text, notices = decoded(file, data)
    shape = 'Write {"jdoe": "2026-03-01T23:59:00+01:00"}.'

    def entries(pairs: list[tuple[str, object]]) -> list[tuple[str, object]]:
        return pairs  # a dict would forget a name's first time

    try:
        found = json.loads(text, object_pairs_hook=entries)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: is no JSON ({shown(error)}). {shape}") from error
    pairs = found if isinstance(found, list) else [found]
    if not all(isinstance(pair, tuple) and isinstance(pair[1], str) for pair in pairs):
        raise InputError(f"{file}: must have a text for each name. {shape}")
    return [(f"Entry {number}", who.strip(), time) for number, (who, time) in enumerate(pairs, start=1)], notices


def read_time(text: str) -> datetime | str:
    """Return the time, with its offset, or what is wrong with it: `is …`, `has no …`."""
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return "is no time in ISO 8601"
    if not re.search(r"[T ]\d", text):
        return "has no time of day"
    if time.utcoffset() is None:
        return "has no UTC offset"
    if not _FIRST_YEAR <= time.year <= _LAST_YEAR:
        return "is in no year that we believe"
    return time
