"""A small course's bundle, and a class of thirteen that was graded without interruption."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from .killing import command, environment, run_until
from .small import make_bundle, make_class


@dataclass(frozen=True)
class Graded:
    """A class that was graded in one go."""

    home: Path
    """Has `submissions/` and `roster.csv`."""
    bundle: Path
    out: Path
    count: int
    """How many submissions."""

    def command(self, out: Path, *more: str, there: bool = False) -> list[str]:
        """Grades this class from its folder, or, with paths of another kind, from anywhere."""
        home = self.home if there else Path()
        return command("grade", "-b", self.bundle, home / "submissions", "--roster", home / "roster.csv", "-o", out, "--json", *more)


@pytest.fixture(scope="session")
def small_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bundle(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="session")
def graded(small_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Graded one after another, under another clock's zone and in another folder than what is compared with it."""
    home = tmp_path_factory.mktemp("in one go")
    make_class(home, 12)
    made = Graded(home, small_bundle, home / "results" / "of this class", 13)
    left = run_until(
        None, made.command(made.out, "-j", "1"), out=made.out, home=home, env=environment(TZ="Asia/Tokyo", LANG="C", PYTHONHASHSEED="7")
    )
    assert left.code == 3, left.said  # one is no notebook, one holds none
    assert left.faults == []
    return made
