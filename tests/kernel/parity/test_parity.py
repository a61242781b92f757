"""Every notebook of the suite, run by a stock kernel and by ours: the same outputs, in the same order, with the same counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.kernel.zygote import Zygote
from autograder.model import Sandbox

from . import both_ways
from .both_ways import Outcome
from .written import Written, allowed_by_docs, read_all

NOTEBOOKS = read_all()


@pytest.fixture(scope="module")
def warm() -> Iterator[Zygote]:
    zygote = Zygote(("numpy", "pandas", "matplotlib.pyplot"), Sandbox.BEST)
    yield zygote
    zygote.close()


@pytest.fixture(scope="module")
def outcomes(warm: Zygote) -> tuple[Outcome, Outcome]:
    return both_ways.both(NOTEBOOKS, warm)


@pytest.mark.slow
@pytest.mark.parametrize("one", NOTEBOOKS, ids=lambda one: f"{one.group}/{one.name}")
def test_a_notebook_has_the_outputs_of_a_stock_kernel(one: Written, outcomes: tuple[Outcome, Outcome]) -> None:
    theirs, mine = (outcome[one.group, one.name] for outcome in outcomes)
    for number, (expected, observed) in enumerate(zip(theirs, mine, strict=True), 1):
        if number in one.differs:
            assert observed != expected, f"cell {number} does not differ: take `{one.differs[number]}` off its notebook"
        else:
            assert observed == expected, f"cell {number}:\n{one.cells[number - 1]}"


def test_modules_that_are_preloaded_leave_one_thread(warm: Zygote) -> None:
    assert warm.confinement
    assert warm.not_preloaded == ()


def test_what_may_differ_is_what_the_docs_say(repository: Path) -> None:
    assert {entry for one in NOTEBOOKS for entry in one.differs.values()} == allowed_by_docs(repository)


def test_the_suite_is_not_small() -> None:
    assert len(NOTEBOOKS) >= 40
