"""The same when root leaves the grading to an ordinary user."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from attacks.arena import NOBODY, WALLED, Arena

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.getuid() != 0, reason="an ordinary user runs the tests: test_as_it_is_run.py is this run"),
]


@pytest.fixture(scope="module")
def arena(open_home: Path) -> Arena:
    return Arena(open_home, WALLED, user=NOBODY)


@pytest.mark.parametrize("name", WALLED)
def test_it_gets_what_it_may_and_is_shown_no_more(arena: Arena, name: str) -> None:
    assert arena.wrong(name) == []


def test_the_rest_of_the_world_is_as_it_was(arena: Arena) -> None:
    assert arena.wrong_for_all() == []
