"""Whole transactions or none, events that stay, and what is read is what was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.errors import MachineFault
from autograder.model import Student, Withheld
from autograder.standing.events import Event, Excuse
from autograder.store import Store

from .made import CONFINED, RUN, graded, handed_in

EVENT = Event("00000000000a", "ta", datetime(2026, 11, 20, tzinfo=UTC), "ill", Excuse(who="1"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, writing=True) as store:
        with store.transaction():
            store.classes.add_run(RUN)
        yield store


@pytest.mark.parametrize("problem", [KeyboardInterrupt, RuntimeError, sqlite3.OperationalError])
def test_of_a_transaction_that_does_not_end_nothing_is_kept(store: Store, problem: type[BaseException]) -> None:
    with pytest.raises(MachineFault if problem is sqlite3.OperationalError else problem), store.transaction():
        store.classes.set_submission(handed_in(), "c0")
        store.classes.set_result(RUN.id, handed_in().key, "c0", graded(), CONFINED)
        store.set_fact("assignment", "toy")
        raise problem
    assert list(store.classes.submissions(RUN.id)) == []
    assert store.fact("assignment") is None
    with store.transaction():  # and the next one is not in its way
        store.set_fact("assignment", "toy")
    assert store.fact("assignment") == "toy"


def test_an_interrupt_just_before_the_commit_leaves_no_transaction_open(store: Store) -> None:
    transaction = store.transaction()
    transaction.__enter__()
    store.set_fact("assignment", "toy")
    transaction.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not store._connection.in_transaction


def test_a_full_disk_is_named_as_such_and_nothing_of_the_transaction_is_kept(store: Store) -> None:
    store._connection.execute("PRAGMA max_page_count = 30")  # sqlite's own limit: SQLITE_FULL, which ends the transaction by itself
    message = r"autograder\.sqlite cannot be written \(database or disk is full\).*the same command then goes on"
    with pytest.raises(MachineFault, match=message), store.transaction():
        store.set_fact("small", "x")
        store.set_fact("large", "x" * 1_000_000)
    assert store.fact("small") is None
    with store.transaction():
        store.set_fact("small", "x")


def test_others_read_what_is_committed_while_one_writes(store: Store) -> None:
    with store.transaction():
        store.set_fact("assignment", "toy")
        with Store(store.out, writing=False) as reader:
            assert reader.fact("assignment") is None
    with Store(store.out, writing=False) as reader:
        assert reader.fact("assignment") == "toy"
        with pytest.raises(MachineFault, match="readonly"), reader.transaction():
            reader.set_fact("assignment", "another")


def test_events_are_only_ever_added_to(store: Store) -> None:
    with store.transaction():
        store.history.add(EVENT)
        store.history.add(EVENT)
    for statement in ("UPDATE events SET at = ''", "DELETE FROM events", "INSERT OR REPLACE INTO events SELECT id, '', event FROM events"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store._connection.execute(statement)
    assert [row[0] for row in store._connection.execute("SELECT at FROM events")] == [EVENT.at.isoformat()]


def test_a_roster_takes_the_place_of_the_one_before_and_keeps_its_order(store: Store) -> None:
    for ids in (("9", "1", "5"), ("5", "2")):
        with store.transaction():
            store.classes.set_roster([Student(one, name=f"Name {one}") for one in ids])
    assert [student.id for student in store.classes.roster()] == ["5", "2"]


def test_a_result_takes_the_place_of_the_one_before_and_comes_back_whole(store: Store) -> None:
    one = handed_in()
    with store.transaction():
        store.classes.set_submission(one, "c0")
        store.classes.set_result(RUN.id, one.key, "c0", Withheld(graded().submission, "No room."), None)
        store.classes.set_result(RUN.id, one.key, "c0", graded(), CONFINED)
    found = store.classes.result(RUN.id, one)
    assert found is not None
    result, confined = found
    assert result == replace(graded(), submission=result.submission)
    assert confined == CONFINED
    (kept,) = store.classes.submissions(RUN.id)
    assert kept.current
    assert kept.outcome is not None
    assert kept.outcome.total == 15


def test_a_result_of_nobody_or_of_no_run_is_refused(store: Store) -> None:
    with pytest.raises(MachineFault, match="FOREIGN KEY"), store.transaction():
        store.classes.set_result(RUN.id, "nobody", "c0", graded(), None)


def test_a_newer_file_of_the_same_submission_leaves_its_result_behind(store: Store) -> None:
    one = handed_in()
    with store.transaction():
        store.classes.set_submission(one, "c0")
        store.classes.set_result(RUN.id, one.key, "c0", graded(), CONFINED)
        store.classes.set_submission(one, "c1")
    (kept,) = store.classes.submissions(RUN.id)
    assert not kept.current
    with store.transaction():
        store.classes.announce(one)
    (kept,) = store.classes.submissions(RUN.id)
    assert kept.content == "c1", "what is only announced says nothing of its content"


def test_a_run_takes_over_what_was_judged_in_the_same_contexts_and_nothing_else(store: Store) -> None:
    other = replace(RUN, sha256="another")
    certain, uncertain, elsewhere = (replace(handed_in(), owner=owner) for owner in ("1", "2", "3"))
    with store.transaction():
        store.classes.add_run(other)
        for one, contexts in ((certain, "same"), (uncertain, ""), (elsewhere, "older")):
            store.classes.set_submission(one, "c0")
            store.classes.set_result(RUN.id, one.key, "c0", graded(), CONFINED, contexts)
        assert store.classes.adopt(other.id, RUN.id, "same") == 1
        assert store.classes.adopt(other.id, RUN.id, "same") == 0
    assert [one.handed_in.owner for one in store.classes.submissions(other.id) if one.outcome is not None] == ["1"]
    assert store.classes.result(other.id, certain) == store.classes.result(RUN.id, certain)
