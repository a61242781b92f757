"""What two stores know by content becomes one knowledge: the same whichever comes first, and nothing where they contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from autograder.model import CellProblem, Execution, Verdict
from autograder.store import Store
from autograder.store.judged import Judged, Source

from .made import QUESTIONS, score

A, _B = QUESTIONS
RAN, RAISED = Execution(2), Execution(2, (CellProblem(1, "raised", "ValueError", "1"),))
Knowing = Callable[[Callable[[Judged], None]], Store]


@pytest.fixture
def knowing(tmp_path: Path) -> Iterator[Knowing]:
    """Makes a store that knows something."""
    opened: list[Store] = []
    numbers = count()

    def make(know: Callable[[Judged], None]) -> Store:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        store = Store(folder, writing=True)
        opened.append(store)
        with store.transaction():
            know(store.judged)
        return store

    yield make
    for store in opened:
        store.close()


def united(knowing: Knowing, *stores: Store) -> Store:
    def unite(judged: Judged) -> None:
        for store in stores:
            judged.unite(store.judged)

    return knowing(unite)


def rows(store: Store) -> list[str]:
    return [repr(row) for table in ("looked", "executed", "judged") for row in store._connection.execute(f"SELECT * FROM {table}")]


def test_of_two_scores_or_two_runs_under_one_key_neither_is_known_until_it_is_judged_again(knowing: Knowing) -> None:
    def one(judged: Judged) -> None:
        judged.keep_score("same", score(A))
        judged.keep_score("key", score(A))
        judged.keep_execution("key too", RAN)

    def other(judged: Judged) -> None:
        judged.keep_score("same", score(A))
        judged.keep_score("key", score(A, Verdict.FAILED))
        judged.keep_execution("key too", RAISED)
        judged.keep_score("its own", score(A))

    both = knowing(one), knowing(other)
    found = united(knowing, *both)
    assert found.judged.contradicted() == {"key", "key too"}
    assert (found.judged.score("key"), found.judged.execution("key too")) == (None, None)
    assert found.judged.score("same") == found.judged.score("its own") == score(A)
    found.judged.check()
    backwards = united(knowing, *reversed(both))
    assert rows(found) == rows(backwards) == rows(united(knowing, both[0], backwards)) == rows(united(knowing, found, *both, found))
    with found.transaction():
        found.judged.keep_score("key", score(A))
        found.judged.keep_execution("key too", RAN)
    assert found.judged.contradicted() == frozenset()


def test_a_file_that_one_machine_could_read_can_be_read(knowing: Knowing) -> None:
    stores = [
        knowing(lambda judged, source=source: judged.keep_source("c0", "reader", source))  # type: ignore[misc]
        for source in (Source("", "There is no room."), Source("s0"), Source("", "It took too long."))
    ]
    found = united(knowing, *stores)
    assert found.judged.source("c0", "reader") == Source("s0")
    assert rows(found) == rows(united(knowing, *reversed(stores)))
    assert rows(united(knowing, stores[0], stores[2])) == rows(united(knowing, stores[2], stores[0]))
