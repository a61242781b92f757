"""What two runs over one class must agree on: every file that is made of a store and every export, byte for byte, and what the store holds.

Left out is what is measured, and nothing else:

    staff/results/ID.json    its key `measured`
    staff/class.html         its section `timing`, which sums that up
    lock                     who wrote there last
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from .exports import exports

__all__ = ["damage", "derived", "differences", "kept"]

DATABASE = "autograder.sqlite"
_TIMING = re.compile(r'<section id="timing">.*?</section>\n', re.DOTALL)
_SAME = {
    "looked": "SELECT content, reader, source, unreadable FROM looked",
    "executed": "SELECT key, hex(execution) FROM executed",
    "judged": "SELECT key, question, hex(score) FROM judged",
    "students": "SELECT id, place, student FROM students",
    "submissions": "SELECT key, owner, handed_in, content FROM submissions",
    "runs": "SELECT id, bundle FROM runs",
    "results": "SELECT run, submission, content, status, outcome FROM results",
    "events": "SELECT id, at, event FROM events",
}
"""Table → what is equal in it, whenever and in whichever order it was written. A result itself holds what was measured."""


def derived(out: Path) -> dict[str, bytes]:
    """Path from OUT → content without what is measured, of every file that is none of the store's. A stray file counts."""
    found = {}
    for path in sorted(out.rglob("*")):
        place = path.relative_to(out).as_posix()
        if path.is_file() and place != "lock" and not place.startswith((DATABASE, "kept/")):
            found[place] = _without_measured(place, path.read_bytes())
    return found


def kept(out: Path) -> dict[str, bytes]:
    """Path → content of every file of the store's, but for the database."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted((out / "kept").rglob("*")) if path.is_file()}


def differences(one: Path, other: Path) -> list[str]:
    """A sentence for each thing that is not the same in two classes' folders; empty where all is."""
    found = []
    for ours, theirs in ((derived(one), derived(other)), (kept(one), kept(other))):
        for place in sorted(ours.keys() | theirs.keys()):
            if place not in theirs:
                found.append(f"{place} is only in {one}")
            elif place not in ours:
                found.append(f"{place} is only in {other}")
            elif ours[place] != theirs[place]:
                found.append(f"{place} differs: {_first_difference(ours[place], theirs[place])}")
    ours_exported, theirs_exported = exports(one), exports(other)
    found += [f"The export for {form} differs." for form in ours_exported if ours_exported[form] != theirs_exported[form]]
    with _database(one) as ours_open, _database(other) as theirs_open:
        for table, query in _SAME.items():
            rows, others = (set(database.execute(query)) for database in (ours_open, theirs_open))
            found += [f"{table}: {str(row)[:200]}" for row in sorted(rows ^ others, key=str)]
    return found


def damage(out: Path) -> list[str]:
    """What is wrong with a database, as a killed command left it; it is looked at in a copy, so that the next command finds it so."""
    if not (out / DATABASE).exists():
        return []
    with _database(out) as database:
        wrong = [str(row[0]) for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return wrong + [f"foreign key: {row}" for row in database.execute("PRAGMA foreign_key_check")]


class _database(closing[sqlite3.Connection]):  # noqa: N801 - used as a function
    """A copy of a database with its log."""

    def __init__(self, out: Path) -> None:
        self._folder = tempfile.TemporaryDirectory()
        for suffix in ("", "-wal"):
            path = out / f"{DATABASE}{suffix}"
            if path.exists():
                shutil.copy(path, self._folder.name)
        super().__init__(sqlite3.connect(Path(self._folder.name) / DATABASE))

    def __exit__(self, *exception: object) -> None:
        super().__exit__(*exception)
        self._folder.cleanup()


def _without_measured(place: str, content: bytes) -> bytes:
    if place.startswith("staff/results/") and place.endswith(".json"):
        document = json.loads(content)
        del document["measured"]
        return json.dumps(document, indent=1).encode()
    if place == "staff/class.html":
        page, count = _TIMING.subn("", content.decode())
        assert count <= 1
        return page.encode()
    return content


def _first_difference(one: bytes, other: bytes) -> str:
    def around(place: int) -> Iterator[str]:
        for text in (one, other):
            yield repr(text[max(0, place - 40) : place + 60].decode(errors="replace"))

    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"at byte {place}: {' | '.join(around(place))}"
