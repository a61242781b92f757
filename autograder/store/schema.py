"""The tables of OUT/autograder.sqlite, and how an older file becomes a newer one.

Three things are kept apart: what was judged, by content and without a name (`looked`, `executed`, `judged`); who handed in what when,
and what became of it (`submissions`, `students`, `results`); what staff did (`events`, only ever added to). Nouns are JSON
(`autograder.records`), compressed by zlib where they are large.

`PRAGMA user_version` is the schema's version. A file of a newer one is refused; an older one is migrated in one transaction.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from autograder.errors import InputError

__all__ = ["VERSION", "migrate", "recognise"]

_APPLICATION = 0x4E424147
"""`PRAGMA application_id`: NBAG, so that a file of somebody else's is not taken for ours."""

_FIRST = """
CREATE TABLE facts (            -- of the whole: assignment, secret, first run
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE looked (           -- a file as it was handed in, by its sha256, for one way to read it
    content TEXT NOT NULL,
    reader TEXT NOT NULL,
    source TEXT,                -- sha256 of what a kernel gets of it; NULL where it cannot be read
    unreadable TEXT NOT NULL,   -- why it cannot; empty where it can
    PRIMARY KEY (content, reader)
) STRICT, WITHOUT ROWID;
CREATE TABLE executed (         -- how a notebook ran
    key TEXT PRIMARY KEY,       -- grading.contexts.Contexts.execution_key
    execution BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE judged (           -- a question's score
    key TEXT PRIMARY KEY,       -- grading.contexts.Contexts.question_key
    question TEXT NOT NULL,
    score BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE students (         -- the roster
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,     -- its order
    student TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE submissions (      -- who handed in what when
    key TEXT PRIMARY KEY,       -- HandedIn.key
    owner TEXT NOT NULL,        -- HandedIn.owner_key
    handed_in TEXT NOT NULL,
    content TEXT                -- sha256 of the file in OUT/kept; NULL where there is none
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (             -- everything judged by one bundle
    id TEXT PRIMARY KEY,
    bundle TEXT NOT NULL        -- how to open it again: store.classes.Run
) STRICT, WITHOUT ROWID;
CREATE TABLE results (
    run TEXT NOT NULL REFERENCES runs (id),
    submission TEXT NOT NULL REFERENCES submissions (key),
    content TEXT,               -- of the submission, when it was judged
    status TEXT NOT NULL,       -- graded | withheld
    outcome TEXT NOT NULL,      -- model.people.Outcome: no cases
    contexts TEXT,              -- grading.contexts.Contexts.digest; NULL where it may not be used again
    result BLOB NOT NULL,       -- model.verdicts.Graded or Withheld, without its submission
    PRIMARY KEY (run, submission)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (           -- what staff did; append-only
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    event TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TABLE written (          -- what derived files were made of, so that the same is not written again
    path TEXT PRIMARY KEY,      -- from OUT
    made_of TEXT NOT NULL       -- two sha256: of that, and of the file
) STRICT, WITHOUT ROWID;
"""

_STEPS: tuple[str, ...] = (_FIRST,)
"""Step n brings a file of version n to version n + 1; version 0 is an empty file."""
VERSION = len(_STEPS)
"""The schema that this version reads and writes."""


def recognise(connection: sqlite3.Connection, path: Path) -> int:
    """Say which version a file has, before anything is written to it; 0: it is empty.

    Raises:
        InputError: it is not ours, or of a newer version.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if application != _APPLICATION and (tables or version):
        raise InputError(f"{path} is a database, but none of this program's. Choose another folder with `-o`.")
    if version > VERSION:
        raise InputError(f"{path} was written by a newer version (schema {version}; this reads {VERSION}). Upgrade notebook-autograder.")
    return version


def migrate(connection: sqlite3.Connection, path: Path, *, writing: bool) -> None:
    """Bring a file to this version's schema; one that cannot be brought there is left as it is.

    Raises:
        InputError: it is not ours, of a newer version, or of an older one and must not be written.
    """
    version = recognise(connection, path)
    if version == VERSION:
        return
    if not writing:
        raise InputError(f"{path} has no results yet. Grade into its folder first." if version == 0 else f"{path} is of an older version.")
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in _STEPS[version:]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> list[str]:
    """A script's statements; `executescript` would commit what came before."""
    found, statement = [], ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return found
