"""The same in the profile of confinement that a machine without user namespaces falls back to."""

from __future__ import annotations

from pathlib import Path

import pytest

from attacks.arena import WALLED, Arena
from autograder.model import Profile

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def arena(open_home: Path) -> Arena:
    return Arena(open_home, WALLED, profile=Profile.PROCESSES)


@pytest.mark.parametrize("name", WALLED)
def test_it_gets_what_it_may_and_is_shown_no_more(arena: Arena, name: str) -> None:
    assert arena.wrong(name) == []


def test_the_rest_of_the_world_is_as_it_was(arena: Arena) -> None:
    assert arena.wrong_for_all() == []
