"""Staff events: only ever added to. To undo is an event, too.

An event is kept as JSON: `id`, `by`, `at`, `why`, and `act`, whose `kind` is the act's name in small letters.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from autograder import records
from autograder.errors import MachineFault
from autograder.standing.events import Act, Event

__all__ = ["History", "new_id"]


_KINDS: dict[str, type[Act]] = {kind.__name__.lower(): kind for kind in get_args(Act)}


@dataclass(frozen=True, slots=True)
class _WithoutAct:
    id: str
    by: str
    at: datetime
    why: str


class History:
    """What staff did; writes belong into a transaction of the store's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, event: Event) -> None:
        """Add an event; the same one again changes nothing."""
        data = records.plain(event)
        data["act"]["kind"] = type(event.act).__name__.lower()
        text = json.dumps(data, sort_keys=True)
        self._connection.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?)", (event.id, event.at.isoformat(), text))

    def all(self) -> tuple[Event, ...]:
        """Every event, by time, then by id.

        Raises:
            MachineFault: one cannot be read.
        """
        events = [_read(*row) for row in self._connection.execute("SELECT id, event FROM events")]
        return tuple(sorted(events, key=lambda event: (event.at, event.id)))

    def count(self) -> int:
        """How many events there are; it only ever grows."""
        return int(self._connection.execute("SELECT count(*) FROM events").fetchone()[0])


def _read(id_: str, text: str) -> Event:
    try:
        data = json.loads(text)
        act = dict(data.pop("act"))
        kind = act.pop("kind", "")
        if kind not in _KINDS:
            raise MachineFault(f"Event {id_} is of a kind that this version does not know ({kind!r}). Upgrade notebook-autograder.")
        said = records.read(data, _WithoutAct)
        return Event(said.id, said.by, said.at, said.why, records.read(act, _KINDS[kind]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MachineFault(f"Event {id_} is damaged. Restore the store from a backup.") from error


def new_id() -> str:
    """A name for an event, unlike that of any other, also where stores are merged."""
    return secrets.token_hex(6)
