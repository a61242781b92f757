"""Every hostile notebook, graded by whoever runs the tests, in the best confinement that the machine has."""

from __future__ import annotations

from pathlib import Path

import pytest
from handed_in import expected, without_measured

from attacks.arena import NAMES, NOTEBOOKS, Arena
from attacks.make_notebooks import files

HONEST = [name for name in NAMES if expected(NOTEBOOKS / name)["family"] == "honest"]


def test_the_notebooks_are_what_their_makers_make() -> None:
    made = files()
    kept = {path.relative_to(NOTEBOOKS).as_posix(): path.read_text(encoding="utf-8") for path in NOTEBOOKS.rglob("*") if path.is_file()}
    assert {path for path, text in made.items() if kept.get(path) != text} == set()
    assert set(kept) - set(made) == set()


def test_there_are_attacks_of_every_family_and_honest_relatives() -> None:
    families = [expected(NOTEBOOKS / name)["family"] for name in NAMES]
    assert len(NAMES) - len(HONEST) >= 80
    assert len(HONEST) >= 19
    assert min(map(families.count, families)) >= 3


@pytest.fixture(scope="module")
def arena(open_home: Path) -> Arena:
    return Arena(open_home, NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_gets_what_it_may_and_is_shown_no_more(arena: Arena, name: str) -> None:
    assert arena.wrong(name) == []


@pytest.mark.slow
def test_the_rest_of_the_world_is_as_it_was(arena: Arena) -> None:
    assert arena.wrong_for_all() == []


@pytest.mark.slow
def test_the_honest_get_in_such_company_what_they_get_alone(arena: Arena, another_home: Path) -> None:
    alone = Arena(another_home, HONEST)
    for name in HONEST:
        assert without_measured(arena.document(name)) == without_measured(alone.document(name))
        assert arena.page(name) == alone.page(name)
        assert arena.row(name) == alone.row(name)
