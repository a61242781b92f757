"""A class graded in parts, as a job array does, and put together again: the real command throughout."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.model import Graded
from autograder.store import Store

from .command import run
from .conftest import RIGHT, notebook

pytestmark = pytest.mark.slow

NAMES = ["ana", "bo", "cleo", "dai", "eva", "fay"]
ROSTER = "id,name\n" + "".join(f"{name},{name.title()}\n" for name in [*NAMES, "gil"])


@pytest.fixture(scope="module")
def home(small_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class, graded whole (`whole`) and in two parts (`one`, `two`)."""
    home = tmp_path_factory.mktemp("night")
    (home / "class").mkdir()
    (home / "roster.csv").write_text(ROSTER)
    for number, name in enumerate(NAMES):
        cells = [RIGHT["center"], RIGHT["standardize"] if number % 2 else "def standardize(table):\n    return table\n", f"# {name}"]
        (home / "class" / f"{name}.ipynb").write_text(notebook(*cells))
    for out, part in (("whole", []), ("one", ["--shard", "1/2"]), ("two", ["--shard", "2/2"])):
        done = run("grade", "-b", small_bundle, "class", "--roster", "roster.csv", "-o", out, *part, cwd=home)
        assert done.returncode == 0, done.stderr
    return home


def derived(out: Path) -> dict[str, object]:
    """Every derived file's content; documents without what was measured."""
    found: dict[str, object] = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_file() and name.startswith(("staff/results", "students", "gradebook", "matches")):
            data = path.read_bytes()
            found[name] = {**json.loads(data), "measured": None} if name.startswith("staff") else data
    return found


def test_each_part_says_that_the_others_are_not_graded_and_not_that_they_handed_in_nothing(home: Path) -> None:
    states = [line.split(",")[5] for line in (home / "one" / "gradebook.csv").read_text().splitlines()[1:]]
    assert set(states) == {"graded", "not graded", "not submitted"}
    assert states.count("not submitted") == 1
    assert 0 < states.count("not graded") < len(NAMES)


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one"), ("one", "two", "one")])
def test_parts_in_any_order_and_as_often_as_one_likes_are_the_whole(home: Path, tmp_path: Path, order: tuple[str, ...]) -> None:
    done = run("merge", *(home / part for part in order), "-o", tmp_path / "all", cwd=home)
    assert done.returncode == 0, done.stderr
    assert derived(tmp_path / "all") == derived(home / "whole")


def test_a_part_that_is_missing_is_not_graded_yet(home: Path, tmp_path: Path) -> None:
    done = run("merge", home / "one", "-o", tmp_path / "all", cwd=home)
    assert done.returncode == 0, done.stderr
    assert "not graded" in done.stdout
    assert derived(tmp_path / "all") == derived(home / "one")


def test_what_two_parts_judge_differently_is_withheld_and_named_until_it_is_graded_again(
    home: Path, small_bundle: Path, tmp_path: Path
) -> None:
    done = run("grade", "-b", small_bundle, "class", "--only", "bo", "-o", tmp_path / "other", cwd=home)
    assert done.returncode == 0, done.stderr
    with Store(tmp_path / "other", writing=True) as store:
        run_id = next(iter(store.classes.runs()))
        bo = next(kept for kept in store.classes.submissions(run_id) if kept.handed_in.name == "bo")
        result, confined = store.classes.result(run_id, bo.handed_in) or pytest.fail("bo is graded")
        assert isinstance(result, Graded)
        worse = replace(result, questions=tuple(replace(score, earned=Fraction(0)) for score in result.questions))
        with store.transaction():
            store.classes.set_result(run_id, bo.handed_in.key, bo.content, worse, confined)
    said = []
    for order in (("whole", "other"), ("other", "whole")):
        paths = [home / part if part == "whole" else tmp_path / part for part in order]
        out = tmp_path / "-".join(order)
        merged = run("merge", *paths, "-o", out, cwd=home)
        assert merged.returncode == 3, merged.stderr
        assert "bo: sources disagree about it" in merged.stderr
        said.append(derived(out))
    assert said[0] == said[1]
    again = run("grade", "-b", small_bundle, "class", "--state", "withheld", "-o", tmp_path / "whole-other", cwd=home)
    assert again.returncode == 0, again.stderr
    assert derived(tmp_path / "whole-other") == derived(home / "whole")


def test_parts_of_another_bundle_or_roster_are_refused_and_nothing_is_taken(home: Path, tmp_path: Path) -> None:
    made = run("new", "other", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    (tmp_path / "other" / ".autograder-secret").write_text("ab" * 32)
    built = run("bundle", "--no-prove", "-c", "other", "-o", "other.zip", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    graded = run("grade", "-b", "other.zip", home / "class", "--only", "bo", "-o", "out", cwd=tmp_path)
    assert graded.returncode == 0, graded.stderr
    before = derived(home / "one")
    done = run("merge", tmp_path / "out", "-o", home / "one", cwd=home)
    assert done.returncode == 1
    assert "were graded with different" in done.stderr
    assert derived(home / "one") == before
