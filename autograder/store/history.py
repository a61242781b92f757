"""Staff events: only ever added to. To undo is an event, too."""

from __future__ import annotations

import json
import sqlite3

from autograder import records
from autograder.standing.events import Event

__all__ = ["History"]


class History:
    """What staff did; writes belong into a transaction of the store's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, event: Event) -> None:
        """Add an event; the same one again changes nothing."""
        text = json.dumps(records.plain(event), sort_keys=True)
        self._connection.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?)", (event.id, event.at.isoformat(), text))

    def all(self) -> tuple[Event, ...]:
        """Every event, by time, then by id."""
        events = [records.read(json.loads(row[0]), Event) for row in self._connection.execute("SELECT event FROM events")]
        return tuple(sorted(events, key=lambda event: (event.at, event.id)))
