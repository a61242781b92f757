"""What staff does from Python: points by hand, a class judged again, parts united."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from api.conftest import Called

import autograder
from autograder import InputError
from autograder.authoring.bundling import build_bundle
from autograder.config import load_config

pytestmark = pytest.mark.slow  # they share a class, which is graded first


@pytest.fixture
def out(called: Called, tmp_path: Path) -> Path:
    """A class of one's own, to write into."""
    shutil.copytree(called.home / "results", tmp_path / "results")
    return tmp_path / "results"


def test_what_staff_does_is_seen_at_once_and_can_be_undone(out: Path) -> None:
    with autograder.open_class(out) as now:
        done = now.override("bob", "center", Fraction(5, 2), why="right but for the axis")
        assert now.standing("bob").final == Fraction(17, 2)
        assert done.event is not None
        assert now.events == (done.event,)
        assert "8.5" in (out / "gradebook.csv").read_text()
        now.comment("bob", "Look at the axis.")
        assert now.standing("bob").comments == ("Look at the axis.",)
        now.excuse("cyd", why="ill")
        assert now.standing("cyd").state is autograder.State.EXCUSED
        now.undo(done.event)
        assert now.standing("bob").final == 6


def test_what_staff_cannot_have_meant_is_refused(out: Path) -> None:
    with autograder.open_class(out) as now:
        with pytest.raises(InputError, match="Nearest: center"):
            now.override("bob", "centre", 3, why="a reason")
        with pytest.raises(InputError, match="reason"):
            now.override("bob", "center", 3, why=" ")
        with pytest.raises(InputError, match="-1"):
            now.override("bob", "center", -1, why="a reason")
        assert now.events == ()


def test_a_regrade_shows_who_changes_and_counts_when_it_is_applied(called: Called, out: Path, tmp_path: Path) -> None:
    shutil.copytree(called.home / "small", tmp_path / "small")
    cases = tmp_path / "small" / "tests" / "cases" / "center.py"
    cases.write_text(cases.read_text().replace("[[-1.0, -10.0]", "[[-2.0, -10.0]"))  # worth 1 point, and ann's was right
    build_bundle(load_config(tmp_path / "small"), tmp_path / "other.zip", prove=False)
    steps: list[autograder.Step] = []
    shown = autograder.regrade(tmp_path / "other.zip", out, jobs=1, on_step=steps.append)
    assert [(row.student, row.difference) for row in shown.changed] == [("1", Fraction(-1))]
    assert "a small table" in shown.changed[0].questions[0].why
    assert (shown.counts, shown.official, shown.missing) == (False, "", ())
    assert {step.submission for step in steps if isinstance(step, autograder.Ended)} == {"ann", "bob"}
    with autograder.open_class(out) as now:
        assert now.standing("ann").final == 10
        applied = autograder.regrade(tmp_path / "other.zip", out, apply=True, why="try it")
        now.refresh()
        assert applied.counts
        assert now.standing("ann").final == 9
        now.undo(applied.official)
        assert now.standing("ann").final == 10


def test_parts_that_were_graded_elsewhere_are_united(called: Called, tmp_path: Path) -> None:
    merged = autograder.merge(tmp_path / "whole", called.home / "results")
    assert merged.added == 2
    assert [standing.final for standing in merged.now] == [10, 6, None]
    with pytest.raises(InputError, match="is empty"):
        autograder.merge(tmp_path / "whole", [])
