"""An empty file becomes ours; an older one is brought on; somebody else's, a newer and a damaged one are left as they are."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from autograder.errors import AutograderError, InputError, MachineFault
from autograder.outputs import DATABASE
from autograder.store import Store, schema
from autograder.store.store import file_system

from .bound_by_rights import run_by_somebody_whom_rights_bind
from .made import RUN, graded, handed_in


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def test_an_empty_file_becomes_one_of_this_version(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"")
    assert version(tmp_path / DATABASE) == 0
    Store(tmp_path, writing=True).close()
    assert version(tmp_path / DATABASE) == schema.VERSION


def test_what_it_promises_of_every_connection_holds(tmp_path: Path) -> None:
    with Store(tmp_path, writing=True) as store:
        pragmas = {
            name: store._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path, writing=True) as store, store.transaction():
        store.set_fact("assignment", "toy")
    monkeypatch.setattr(schema, "_STEPS", (*schema._STEPS, "CREATE TABLE more (a TEXT);\nCREATE TABLE facts (a TEXT);"))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(MachineFault, match="table facts already exists"):
        Store(tmp_path, writing=True)
    monkeypatch.undo()
    with Store(tmp_path, writing=True) as store:
        assert store.fact("assignment") == "toy"


def test_an_older_file_is_brought_on_with_what_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path, writing=True) as store, store.transaction():
        store.set_fact("assignment", "toy")
    monkeypatch.setattr(schema, "_STEPS", (*schema._STEPS, "CREATE TABLE more (a TEXT);"))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(InputError, match="is of an older version"):
        Store(tmp_path, writing=False)
    with Store(tmp_path, writing=True) as store:
        assert store.fact("assignment") == "toy"
        assert store._connection.execute("SELECT count(*) FROM more").fetchone()[0] == 0


def refused(out: Path, *, writing: bool = True) -> str:
    """The message; nothing in the file may have changed."""
    before = (out / DATABASE).read_bytes()
    with pytest.raises(AutograderError) as told, Store(out, writing=writing):
        pass
    assert (out / DATABASE).read_bytes() == before
    return str(told.value)


@pytest.mark.parametrize("writing", [True, False])
def test_a_file_of_a_newer_version_is_refused(tmp_path: Path, *, writing: bool) -> None:
    Store(tmp_path, writing=True).close()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        database.execute("PRAGMA user_version = 99")
    assert f"was written by a newer version (schema 99; this reads {schema.VERSION}). Upgrade" in refused(tmp_path, writing=writing)


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        database.execute("CREATE TABLE gradebook (a)")
    assert "is a database, but none of this program's. Choose another folder with `-o`." in refused(tmp_path)


def read(out: Path) -> None:
    with Store(out, writing=True) as store:
        list(store.classes.submissions(RUN.id))


@pytest.mark.parametrize("damage", ["no database", "cut", "overwritten in the middle", "a row that is no noun"])
def test_a_damaged_database_is_named_with_a_remedy(tmp_path: Path, damage: str) -> None:
    path = tmp_path / DATABASE
    with Store(tmp_path, writing=True) as store, store.transaction():
        store.classes.add_run(RUN)
        for number in range(100):
            one = handed_in(f"s{number}")
            store.classes.set_submission(one, "c0")
            store.classes.set_result(RUN.id, one.key, "c0", graded(), None)
    whole = path.read_bytes()
    match damage:
        case "no database":
            path.write_bytes(b"not a database" * 1000)
        case "cut":
            path.write_bytes(whole[: len(whole) // 2])
        case "overwritten in the middle":
            path.write_bytes(whole[:20_000] + b"\xff" * 20_000 + whole[40_000:])
        case _:
            with closing(sqlite3.connect(path)) as database:
                database.execute("UPDATE results SET outcome = '{}', result = x'00'")
                database.commit()
    with pytest.raises(MachineFault, match=r"(?s)autograder\.sqlite is damaged or cannot be used \(.*\)\. Restore it from a backup, or"):
        read(tmp_path)


def test_there_is_nothing_to_read_where_nothing_was_graded(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no autograder\.sqlite in it"):
        Store(tmp_path, writing=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_on_a_networks_file_system_is_told_from_one_on_a_disk(tmp_path: Path) -> None:
    device = os.stat(tmp_path).st_dev
    mounts = tmp_path / "mountinfo"  # the format: proc_pid_mountinfo(5)
    lines = ["22 1 0:999 / /proc rw,relatime shared:5 - proc proc rw"]
    lines.append(f"61 22 {os.major(device)}:{os.minor(device)} / /class rw,relatime shared:9 master:2 - nfs4 server:/home rw,vers=4.2")
    mounts.write_text("\n".join(lines) + "\n")
    assert file_system(tmp_path, mounts) == "nfs4"
    assert file_system(tmp_path / "not there yet", mounts) == "nfs4"
    mounts.write_text(lines[0] + "\n")
    assert file_system(tmp_path, mounts) == "", "unknown is no reason to refuse"
    assert file_system(tmp_path, tmp_path / "no such list") == ""
    assert file_system(Path("/proc")) == "proc"


def test_a_store_on_a_networks_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = file_system(tmp_path)
    assert kind, "what tests write to is on no known file system"
    monkeypatch.setattr("autograder.store.store._NETWORKED", {kind})
    with pytest.raises(InputError, match=rf"lies on a network's file system \({kind}\).*Choose a folder on a local disk with `-o`"):
        Store(tmp_path, writing=True)
    assert list(tmp_path.iterdir()) == []


_READS = """
import sys; from pathlib import Path; from autograder.errors import AutograderError; from autograder.store import Store
try:
    with Store(Path(sys.argv[1]), writing=False) as store: print(store.fact('assignment'))
except AutograderError as error: print(error)
"""
"""Says what a reader sees of a fact, or is told."""


def test_a_class_in_a_folder_that_may_not_be_written_to_can_be_read(tmp_path: Path) -> None:
    with Store(tmp_path, writing=True) as store, store.transaction():
        store.set_fact("assignment", "toy")
    assert run_by_somebody_whom_rights_bind(_READS, tmp_path) == "toy"
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]
    (tmp_path / f"{DATABASE}-wal").write_bytes(b"x")
    assert "was left in the middle of a command" in run_by_somebody_whom_rights_bind(_READS, tmp_path)
