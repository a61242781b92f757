"""`kill -9`, and the same command again: equal bytes, no orphan, a free lock, a whole database.

The long version: `python -m tests.durability.long`.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest

from autograder.batch.export import Form

from .chain import killed_until_it_ends, random_moments
from .comparing import derived, differences
from .conftest import Graded
from .exports import exports
from .killing import Moment

pytestmark = pytest.mark.slow


def test_a_run_that_is_killed_again_and_again_ends_as_if_it_never_was(graded: Graded, tmp_path: Path) -> None:
    moments = [Moment(0, 0.9), Moment(2, 0.0), Moment(7, 0.1), Moment(graded.count, 0.02)]
    arguments = graded.command(tmp_path / "out", "-j", "3", there=True)
    runs = list(killed_until_it_ends(moments, arguments, out=tmp_path / "out", home=tmp_path))
    assert [run.faults for run in runs] == [[]] * len(runs)
    assert [run.code for run in runs] == [137, 137, 137, 137, 3], [run.said for run in runs]
    assert [run.phase for run in runs[1:3]] == ["grading", "grading"]
    assert differences(graded.out, tmp_path / "out") == []


def test_the_comparison_sees_a_file_too_many_too_few_and_a_changed_one(graded: Graded) -> None:
    files = derived(graded.out)
    assert {"gradebook.csv", "matches.csv", "staff/class.html"} < files.keys()
    assert sum(place.startswith("staff/results/") for place in files) == graded.count
    assert b"nothing: has no notebook in it" in files["gradebook.csv"]
    assert sum(place.endswith("/feedback.html") for place in files) == graded.count
    assert b"s000" in files["staff/class.html"], "only the section on time is left out"
    assert b"wall_s" not in files["staff/results/s000.json"]


def test_the_comparison_sees_what_differs_in_an_export_alone(graded: Graded, tmp_path: Path) -> None:
    whole = exports(graded.out)
    assert whole.keys() == set(Form)
    assert [form for form, export in whole.items() if export.written < 9 or len(export.data) < 300] == []
    shutil.copytree(graded.out, tmp_path / "out")
    with sqlite3.connect(tmp_path / "out" / "autograder.sqlite") as database:
        ((run, key, outcome),) = database.execute("SELECT run, submission, outcome FROM results WHERE submission LIKE '%s000%'")
        other = outcome.replace('"total": "10"', '"total": "9"').replace('"earned": "4"', '"earned": "3"')
        assert other != outcome
        database.execute("UPDATE results SET outcome = ? WHERE run = ? AND submission = ?", (other, run, key))
    found = differences(graded.out, tmp_path / "out")
    for form in set(Form) - {Form.MOODLE_FEEDBACK}:
        assert f"The export for {form} differs." in found
    assert not [one for one in found if one.startswith(("gradebook", "staff", "students"))], "the files have not been made anew"


def test_moments_lie_in_every_phase_and_come_from_the_seed() -> None:
    moments = random_moments(Random(1), 50, 200, 2.0)
    assert moments == random_moments(Random(1), 50, 200, 2.0)
    assert sum(moment.judged == 0 for moment in moments) > 3
    assert sum(moment.judged == 200 for moment in moments) > 3
    assert len({moment.judged for moment in moments}) > 25
