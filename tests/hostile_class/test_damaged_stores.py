"""A store that somebody else's machine wrote may be damaged in any way: it is refused by name, and nothing of it comes into ours."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from batch.a_store import grade_by_hand

from autograder.batch.merge import merge
from autograder.errors import InputError
from autograder.outputs import DATABASE

DEEP = "[" * 100_000


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class") / "theirs"
    grade_by_hand(folder)
    return folder


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("INSERT INTO judged VALUES ('k', 'q', ?)", b"\0\xff"),
        ("INSERT INTO judged VALUES ('k', 'q', ?)", zlib.compress(DEEP.encode())),
        ("INSERT INTO executed VALUES ('k', ?)", zlib.compress(b"{}")),
        ("INSERT INTO events VALUES ('e', '2026', ?)", "{}"),
        ("INSERT INTO events VALUES ('e', '2026', ?)", DEEP),
        ("UPDATE results SET result = ?", zlib.compress(DEEP.encode())),
        ("UPDATE runs SET bundle = ?", DEEP),
        ("INSERT INTO facts VALUES ('times', ?)", DEEP),
        ("INSERT INTO facts VALUES ('contexts 0123456789ab cd', ?)", DEEP),
        ("INSERT INTO facts VALUES ('contexts 0123456789ab cd', ?)", "{}"),
        ("UPDATE facts SET value = ? WHERE name = 'opaque key'", "no hexadecimal"),
        ("UPDATE facts SET value = ? WHERE name = 'first run'", "a run that is not there"),
    ],
)
def test_a_damaged_source_is_refused_whole(graded: Path, tmp_path: Path, statement: str, value: str | bytes) -> None:
    theirs = Path(shutil.copytree(graded, tmp_path / "theirs"))
    with closing(sqlite3.connect(theirs / DATABASE)) as connection, connection:
        assert connection.execute(statement, (value,)).rowcount > 0
    with pytest.raises(InputError, match=r"theirs is damaged, and nothing of it is taken"):
        merge(tmp_path / "ours", [theirs])
    assert not (tmp_path / "ours").exists()
