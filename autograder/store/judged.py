"""Verdicts by content: what was judged once need not be judged again, whoever hands it in. Nobody's name is in here.

What is withheld is never kept, nor what a limit ended that is not the question's own (`QuestionScore.repeatable`).
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from dataclasses import dataclass
from typing import Any, TypeVar

from autograder import records
from autograder.model import Execution, QuestionScore

__all__ = ["Judged", "Source", "noun", "packed", "unpacked"]

_MOST = 256 << 20
_CONTRADICTED = zlib.compress(b"null")
"""In the place of a score that two machines gave differently; judged anew, it is overwritten."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Source:
    """What a file turned out to be."""

    sha256: str
    """Of what a kernel gets of it; empty where it cannot be read."""
    unreadable: str = ""
    """Why it cannot be read, as a sentence that names no file; empty where it can."""


def packed(data: Any) -> bytes:
    """Plain data as compressed JSON."""
    return zlib.compress(json.dumps(data, separators=(",", ":"), sort_keys=True).encode(), 6)


def unpacked(data: bytes) -> Any:
    """Read what `packed` made.

    Raises:
        sqlite3.DatabaseError: it is damaged.
    """
    machine = zlib.decompressobj()
    try:
        return json.loads(machine.decompress(data, _MOST))
    except (zlib.error, ValueError, RecursionError) as error:
        raise sqlite3.DatabaseError(f"a row cannot be read: {error}") from error


def noun(data: Any, kind: type[_T]) -> _T:
    """Read a noun from plain data, or from JSON.

    Raises:
        sqlite3.DatabaseError: it is damaged.
    """
    try:
        return records.read(json.loads(data) if isinstance(data, str) else data, kind)
    except (ValueError, RecursionError) as error:
        raise sqlite3.DatabaseError(f"a row cannot be read: {error}") from error


class Judged:
    """What is kept by content; writes belong into a transaction of the store's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def source(self, content: str, reader: str) -> Source | None:
        """What a file turned out to be when it was read; None where it was not yet.

        Args:
            content: Sha256 of the file.
            reader: The way that it is read: a digest of what that hangs on.
        """
        query = "SELECT source, unreadable FROM looked WHERE content = ? AND reader = ?"
        row = self._connection.execute(query, (content, reader)).fetchone()
        return None if row is None else Source(row[0] or "", row[1])

    def keep_source(self, content: str, reader: str, source: Source) -> None:
        """Remember it."""
        self._connection.execute(
            "INSERT OR REPLACE INTO looked VALUES (?, ?, ?, ?)", (content, reader, source.sha256 or None, source.unreadable)
        )

    def execution(self, key: str) -> Execution | None:
        """How a notebook ran; None where that is not known."""
        row = self._connection.execute("SELECT execution FROM executed WHERE key = ?", (key,)).fetchone()
        return None if row is None else noun(unpacked(row[0]), Execution)

    def keep_execution(self, key: str, execution: Execution) -> None:
        """Remember it, where it would certainly run so again."""
        if execution.repeatable:
            self._connection.execute("INSERT OR REPLACE INTO executed VALUES (?, ?)", (key, packed(records.plain(execution))))

    def score(self, key: str) -> QuestionScore | None:
        """A question's score; None where it is not known."""
        row = self._connection.execute("SELECT score FROM judged WHERE key = ?", (key,)).fetchone()
        return None if row is None or row[0] == _CONTRADICTED else noun(unpacked(row[0]), QuestionScore)

    def keep_score(self, key: str, score: QuestionScore) -> None:
        """Remember it, where it would certainly be scored so again."""
        if score.repeatable:
            self._connection.execute(
                "INSERT OR REPLACE INTO judged VALUES (?, ?, ?)", (key, score.question.name, packed(records.plain(score)))
            )

    def check(self) -> None:
        """Read everything.

        Raises:
            sqlite3.Error: something of it is damaged.
        """
        for (execution,) in self._connection.execute("SELECT execution FROM executed"):
            noun(unpacked(execution), Execution)
        for (score,) in self._connection.execute("SELECT score FROM judged WHERE score != ?", (_CONTRADICTED,)):
            noun(unpacked(score), QuestionScore)

    def unite(self, other: Judged) -> None:
        """Take what another store knows. Where the two contradict each other, neither is believed, now or later."""
        for row in other._connection.execute("SELECT * FROM looked"):
            self._connection.execute("INSERT OR IGNORE INTO looked VALUES (?, ?, ?, ?)", row)
        for row in other._connection.execute("SELECT * FROM executed"):
            self._connection.execute("INSERT OR IGNORE INTO executed VALUES (?, ?)", row)
        for key, question, score in other._connection.execute("SELECT * FROM judged"):
            mine = self._connection.execute("SELECT score FROM judged WHERE key = ?", (key,)).fetchone()
            if mine is None:
                self._connection.execute("INSERT INTO judged VALUES (?, ?, ?)", (key, question, score))
            elif unpacked(mine[0]) != unpacked(score):
                self._connection.execute("UPDATE judged SET score = ? WHERE key = ?", (_CONTRADICTED, key))
