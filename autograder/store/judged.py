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
_CONTRADICTED = b""
"""In the place of what two machines found differently; judged anew, it is overwritten."""
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
        return None if row is None or row[0] == _CONTRADICTED else noun(unpacked(row[0]), Execution)

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
        for (execution,) in self._connection.execute("SELECT execution FROM executed WHERE execution != ?", (_CONTRADICTED,)):
            noun(unpacked(execution), Execution)
        for (score,) in self._connection.execute("SELECT score FROM judged WHERE score != ?", (_CONTRADICTED,)):
            noun(unpacked(score), QuestionScore)

    def unite(self, other: Judged) -> None:
        """Take what another store knows, whichever of the two comes first. Where they contradict each other, neither is believed."""
        for content, reader, *theirs in other._connection.execute("SELECT * FROM looked"):
            query = "SELECT source, unreadable FROM looked WHERE content = ? AND reader = ?"
            mine = self._connection.execute(query, (content, reader)).fetchone()
            source, unreadable = min([tuple(theirs)] if mine is None else [mine, tuple(theirs)], key=_readable_first)
            self._connection.execute("INSERT OR REPLACE INTO looked VALUES (?, ?, ?, ?)", (content, reader, source, unreadable))
        for key, execution in other._connection.execute("SELECT * FROM executed"):
            mine = self._connection.execute("SELECT execution FROM executed WHERE key = ?", (key,)).fetchone()
            self._connection.execute("INSERT OR REPLACE INTO executed VALUES (?, ?)", (key, _agreed(mine, execution)))
        for key, question, score in other._connection.execute("SELECT * FROM judged"):
            mine = self._connection.execute("SELECT score FROM judged WHERE key = ?", (key,)).fetchone()
            self._connection.execute("INSERT OR REPLACE INTO judged VALUES (?, ?, ?)", (key, question, _agreed(mine, score)))

    def contradicted(self) -> frozenset[str]:
        """Keys under which united stores knew different things, of which none has been judged anew since."""
        query = "SELECT key FROM judged WHERE score = ? UNION SELECT key FROM executed WHERE execution = ?"
        return frozenset(row[0] for row in self._connection.execute(query, (_CONTRADICTED, _CONTRADICTED)))


def _readable_first(row: tuple[str | None, str]) -> tuple[bool, str, str]:
    """What one machine could read can be read."""
    return (row[0] is None, row[0] or "", row[1])


def _agreed(mine: tuple[bytes] | None, theirs: bytes) -> bytes:
    """What both say; of two ways to pack it one, whichever comes first."""
    if mine is None or theirs == _CONTRADICTED:
        return theirs
    if mine[0] == _CONTRADICTED:
        return mine[0]
    return min(mine[0], theirs) if unpacked(mine[0]) == unpacked(theirs) else _CONTRADICTED
