"""A store is copied as it is at one moment, whatever was left in its log and whoever writes to it meanwhile."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from autograder.errors import InputError
from autograder.outputs import DATABASE
from autograder.store import Store, lock, snapshot
from autograder.store.store import file_system

from .bound_by_rights import run_by_somebody_whom_rights_bind

_KILLED = """
import os, sys
from pathlib import Path
from autograder.store import Store
store = Store(Path(sys.argv[1]), writing=True)
with store.transaction():
    store.set_fact("assignment", "toy")
os._exit(9)
"""
_COPIES = """
import sys
from pathlib import Path
from autograder.store import Store, snapshot
out, into = map(Path, sys.argv[1:])
snapshot(out, into)
print(Store(into, writing=False).fact("assignment"))
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The store of a process that was killed just after a transaction: all of it is in the log."""
    out = tmp_path / "out"
    out.mkdir()
    ended = subprocess.run([sys.executable, "-c", _KILLED, str(out)], check=False)
    assert ended.returncode == 9
    alone = tmp_path / "without its log"
    alone.mkdir()
    shutil.copyfile(out / DATABASE, alone / DATABASE)
    with pytest.raises(InputError, match="has no results yet"), Store(alone, writing=False):
        pass
    return out


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "into").mkdir()
    return tmp_path / "into"


def fact(folder: Path) -> str | None:
    with Store(folder, writing=False) as store:
        return store.fact("assignment")


def test_what_was_left_in_the_log_of_a_killed_process_is_in_the_copy(out: Path, into: Path) -> None:
    assert snapshot(out, into) == ""
    assert [path.name for path in into.iterdir()] == [DATABASE]
    assert fact(into) == fact(out) == "toy"


def test_so_it_is_where_nothing_may_be_written_and_nothing_is(out: Path, into: Path) -> None:
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert f"{DATABASE}-wal" in before
    assert run_by_somebody_whom_rights_bind(_COPIES, out, into) == "toy"
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_copy_is_of_one_moment_while_somebody_writes_and_clears_the_log(tmp_path: Path) -> None:
    ended = threading.Event()
    begun = threading.Event()

    def write() -> None:
        with Store(tmp_path, writing=True) as store:
            number = 0
            while not ended.is_set():
                number += 1
                with store.transaction():
                    store.set_fact("one", str(number))
                    store.set_fact("rest", "x" * 20_000)  # so that the two lie on pages of their own
                    store.set_fact("two", str(number))
                store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    try:
        assert begun.wait(30)
        for number in range(30):
            into = tmp_path / f"copy {number}"
            into.mkdir()
            snapshot(tmp_path, into)
            with Store(into, writing=False) as store:
                assert store.fact("one") == store.fact("two")
                seen.add(store.fact("one"))
    finally:
        ended.set()
        writer.join()
    assert len(seen) > 1, "nothing was written meanwhile"


def test_whoever_writes_at_the_moment_is_named(out: Path, into: Path) -> None:
    with lock(out):
        assert snapshot(out, into).startswith("process ")
    assert fact(into) == "toy"


@pytest.fixture
def networked(out: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same store, as if on a network's file system."""
    kind = file_system(out)
    assert kind
    monkeypatch.setattr("autograder.store.store._NETWORKED", {kind})
    return out


def test_what_lies_on_a_networks_file_system_is_copied_with_its_log(networked: Path, into: Path) -> None:
    before = {path.name: path.read_bytes() for path in networked.iterdir()}
    snapshot(networked, into)
    with closing(sqlite3.connect(into / DATABASE)) as copy:
        assert copy.execute("SELECT value FROM facts WHERE name = 'assignment'").fetchone() == ("toy",)
    assert {path.name: path.read_bytes() for path in networked.iterdir()} == before


def test_there_it_is_refused_while_somebody_writes(networked: Path, into: Path) -> None:
    with lock(networked), pytest.raises(InputError, match=r"out is being written to by process \d+ on .*Try again when that has ended"):
        snapshot(networked, into)


@pytest.mark.parametrize("when", [DATABASE, f"{DATABASE}-wal"])
def test_there_it_is_refused_when_it_has_changed_between_the_two_files(
    networked: Path, into: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    copyfile: Callable[[Path, Path], Path] = shutil.copyfile

    def racing(source: Path, target: Path) -> None:
        copyfile(source, target)
        if source.name == when:
            with closing(sqlite3.connect(networked / DATABASE, isolation_level=None)) as writer:
                writer.execute("UPDATE facts SET value = 'another'")
                writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    monkeypatch.setattr(shutil, "copyfile", racing)
    with pytest.raises(InputError, match=r"out is being written to, and cannot be read in one piece"):
        snapshot(networked, into)


def test_what_is_no_store_is_refused_by_name(tmp_path: Path, into: Path) -> None:
    with pytest.raises(InputError, match=r"There is no folder .*/nowhere\."):
        snapshot(tmp_path / "nowhere", into)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=rf"empty has no results: there is no {DATABASE} in it"):
        snapshot(empty, into)
    (empty / DATABASE).write_bytes(b"no database" * 1000)
    with pytest.raises(InputError, match=r"empty is damaged \(.*\), and nothing of it is taken"):
        snapshot(empty, into)
