"""docs/sunday-night.md: a stranger types what it says, and gets from Canvas's zip to what Canvas takes back."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .command import ENVIRONMENT, REPOSITORY

pytestmark = pytest.mark.slow

TEXT = (REPOSITORY / "docs" / "sunday-night.md").read_text(encoding="utf-8")
LINES = [line for line in re.findall(r"^    (\w.*)$", TEXT, re.MULTILINE) if not line.startswith(("lateness:", "make "))]
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
NEEDED = ("dist/autograder.zip", "examples", "assignment", "solutions", "tests/cases", "grader_config.yaml")
EXPORT = "night/exports/canvas-gradebook.csv"


def typed(home: Path, line: str) -> subprocess.CompletedProcess[str]:
    environment = ENVIRONMENT | {"PATH": PATH}
    return subprocess.run(["bash", "-c", line], cwd=home, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Everything typed in order; command → what was said each time, and after exports what is in the file."""
    home = tmp_path_factory.mktemp("evening")
    for part in NEEDED:
        source = REPOSITORY / part
        (home / part).parent.mkdir(exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, home / part)
    made = typed(home, "python examples/make_class.py dist/example-class --students 24 --seed 7 --as canvas")
    assert made.returncode == 0, made.stderr
    said: dict[str, list[str]] = {}
    for line in LINES:
        done = typed(home, line)
        withheld = " grade " in line or " regrade " in line  # two handed in no notebook: exit code 3, as the page says
        dry = "--dry-run" in line
        assert done.returncode == (3 if withheld and not dry else 0), f"{line}\n{done.stdout}\n{done.stderr}"
        words = line.split()
        key = f"{words[1]} dry" if dry else words[1] if words[0] == "autograder" else words[0]
        said.setdefault(key, []).append(done.stdout + done.stderr)
        if key == "export":
            said.setdefault("file", []).append((home / EXPORT).read_text(encoding="utf-8"))
    said["gradebook"] = [(home / "night" / "gradebook.csv").read_text(encoding="utf-8")]
    return said


def scores(text: str) -> dict[str, str]:
    """Canvas's id → what is in the one column."""
    rows = list(csv.reader(text.splitlines()))
    return {row[1]: row[-1] for row in rows[3:]}


def test_the_page_types_every_command_of_the_evening() -> None:
    commands = {line.split()[1] for line in LINES if line.startswith("autograder")}
    assert {"grade", "status", "match", "export", "bundle", "regrade", "explain", "override", "comment", "extend", "log"} <= commands


def test_it_says_who_would_be_graded_and_then_grades_them(evening: dict[str, list[str]]) -> None:
    (dry,) = evening["grade dry"]
    assert "a Canvas download" in dry
    assert "Nothing was graded or written" in dry
    first, second = evening["grade"]
    assert "2 withheld" in first
    assert "22 of 23 are answered from the store" in second, "what is graded already is not graded again"


def test_what_is_uploaded_has_a_row_for_each_with_a_score_and_no_other(evening: dict[str, list[str]]) -> None:
    before, after = map(scores, evening["file"])
    assert before["31379"] == "100", "her notebook came by mail"
    assert "31268" not in before, "his is withheld: a blank or a 0 would be wrong"
    changed = {who for who in before if before[who] != after[who]}
    assert changed, "the regrade and the override changed somebody"
    assert after["31492"] == "70", "0 of 20 became 15 by hand"
    assert before.keys() == after.keys()


def test_the_regrade_shows_who_changes_before_anything_counts(evening: dict[str, list[str]]) -> None:
    shown, applied = evening["regrade"]
    assert "rnn_cell_forward" in shown
    assert "--apply" in shown
    assert "undo" in applied


def test_staffs_word_stands_beside_the_automatic_one_and_says_how_to_undo_it(evening: dict[str, list[str]]) -> None:
    assert all("autograder undo" in said for said in (*evening["override"], *evening["comment"], *evening["extend"], *evening["match"]))
    row = next(row for row in csv.DictReader(evening["gradebook"][0].splitlines()) if row["student_id"] == "31492")
    assert (row["rnn_cell_forward"], row["overridden"], row["comments"]) == ("15", "rnn_cell_forward", "Well argued.")
    (log,) = evening["log"]
    assert log.count("31492") >= 2
