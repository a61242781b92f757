"""A small class on a cluster of this machine, as people ask for it: graded by the command, regraded from Python."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from batch.small_class import KINDER, bundle, points, write_class
from end_to_end.command import ENVIRONMENT, command

import autograder

from .living import eventually, living

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder of all that is started here."""
    folder = tmp_path / "temporary"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_the_command_grades_and_python_regrades_on_a_cluster_that_ends_with_them(tmp_path: Path, folder: Path) -> None:
    def on_a_cluster() -> bool:
        return len(list(folder.glob("autograder-dask-*"))) == 1 and len(living(folder, "autograder.cluster.service")) > 0

    write_class(tmp_path / "submissions")
    bundle(tmp_path / "first.zip")
    code, said = graded(tmp_path, folder, on_a_cluster)
    assert code == 3, said
    at_first = {"ada": None, "ben": 14, "cleo": 12, "dan": None, "eve": None}
    assert points(tmp_path / "out") == at_first
    assert "1 withheld, 2 not graded." in said
    assert eventually(lambda: not living(folder))

    steps: list[autograder.Step] = []
    there: list[bool] = []

    def hear(step: autograder.Step) -> None:
        steps.append(step)
        there.extend([on_a_cluster()] if isinstance(step, autograder.Began) else [])

    bundle(tmp_path / "kinder.zip", power=KINDER)
    regraded = autograder.regrade(tmp_path / "kinder.zip", tmp_path / "out", cluster="local", jobs=2, on_step=hear)
    assert [(change.name, change.before, change.after) for change in regraded.changed] == [("cleo", Fraction(12), Fraction(20))]
    assert points(tmp_path / "out") == at_first, "nothing of it counts yet"
    assert there == [True]
    (began,) = [step for step in steps if isinstance(step, autograder.Began)]
    assert (began.count, began.at_a_time) == (3, 2)
    assert eventually(lambda: not living(folder))


def graded(home: Path, folder: Path, on_a_cluster: Callable[[], bool]) -> tuple[int, str]:
    """Grade part of the class, and look whether that is done on a cluster; exit code, and what was said to people."""
    part = ("--only", "ben,cleo,dan", "--cluster", "local", "-j", "2", "--json")
    with (home / "said.txt").open("w+") as stderr:
        process = subprocess.Popen(
            command("grade", "-b", "first.zip", "submissions", "-o", "out", *part),
            cwd=home,
            env=ENVIRONMENT | {"TMPDIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        assert process.stdout is not None
        with process.stdout as lines:
            there = [on_a_cluster() for line in lines if json.loads(line)["event"] == "began"]
        code = process.wait(60)
        stderr.seek(0)
        said = stderr.read()
    assert there == [True], said
    return code, said
