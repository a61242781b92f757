"""After grading, by the real commands: what staff does, also while the class is graded."""

from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from batch.a_store import grade_by_hand

from .command import ENVIRONMENT, command, run
from .conftest import RIGHT, notebook


def gradebook(out: Path) -> dict[str, dict[str, str]]:
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as stream:
        return {row["login"] or row["submission"]: row for row in csv.DictReader(stream)}


def test_a_monday_morning(tmp_path: Path) -> None:
    out = tmp_path / "results"
    grade_by_hand(out)
    done = run("override", "ada", "helper", "--points", "9.5", "--why", "right but for a name", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "Ada Adler (1001) has 9.5 points for helper, in place of the automatic ones.",
        "Ada Adler (1001): 26 of 30 before, 29.5 of 30 now.",
    ]
    assert gradebook(out)["ada"]["final"] == "29.5"
    undo = re.fullmatch(r"To undo it: autograder (undo [0-9a-f]{12})", lines[2])
    assert undo is not None
    assert run("match", "mystery", "cleo", "-o", out, cwd=tmp_path).returncode == 0
    assert gradebook(out)["cleo"]["final"] == "30"
    log = json.loads(run("log", "--json", cwd=tmp_path).stdout)
    assert [one["why"] for one in log] == ["right but for a name", ""]
    assert run(*undo[1].split(), cwd=tmp_path).returncode == 0
    assert gradebook(out)["ada"]["final"] == "26"
    shutil.rmtree(out / "students")
    assert run("report", cwd=tmp_path).returncode == 0
    assert len(list((out / "students").glob("*/feedback.html"))) == 4
    status = json.loads(run("status", "--json", cwd=tmp_path).stdout)
    assert (status["counts"], status["unmatched"], status["events"]["all"]) == ({"graded": 3, "withheld": 1}, [], 3)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["override", "ada", "helper", "--points", "-1", "--why", "x"], 1, "points are never less than 0"),
        (["comment", "ada", "helper", "well", "done"], 2, "Put the comment in quotes"),
        (["undo", "zz"], 1, "There is no event 'zz'"),
        (["status", "-o", "nowhere"], 1, "nowhere has no results"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    grade_by_hand(tmp_path / "results", files=False)
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr.splitlines()[-1]


def test_who_has_read_enough_may_leave(tmp_path: Path) -> None:
    grade_by_hand(tmp_path / "results", files=False)
    with subprocess.Popen(
        command("status"), cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as reading:
        assert reading.stdout is not None
        assert reading.stderr is not None
        reading.stdout.close()
        assert reading.stderr.read() == ""


@pytest.mark.slow
def test_an_override_while_the_class_is_graded_is_in_its_files_when_that_ends(small_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").write_text(notebook(*RIGHT.values()))
    (tmp_path / "class" / "ben.ipynb").write_text(notebook(*RIGHT.values(), "import time\ntime.sleep(1)"))
    grade = command("grade", "-b", small_bundle, "class", "--json", "-j", "2")
    with subprocess.Popen(grade, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as grading:
        assert grading.stdout is not None
        first = next(event for event in map(json.loads, grading.stdout) if event["event"] == "ended")
        assert first["submission"] == "ada"
        grading.send_signal(signal.SIGSTOP)  # however slow the machine is, grading has not ended before the override
        try:
            done = run("override", "ada", "center", "--points", "1", "--why", "copied", cwd=tmp_path)
            status = json.loads(run("status", "--json", cwd=tmp_path).stdout)
        finally:
            grading.send_signal(signal.SIGCONT)
        assert f"Another command is writing (process {grading.pid} on " in done.stdout
        assert "ada: 10 of 10 before, 7 of 10 now." in done.stdout
        assert (status["counts"], status["files_behind"]) == ({"graded": 1, "not graded": 1}, True)
        assert status["writing"].startswith(f"process {grading.pid} on ")
        grading.stdout.read()
    assert grading.returncode == 0
    assert {name: row["final"] for name, row in gradebook(tmp_path / "results").items()} == {"ada": "7", "ben": "10"}
