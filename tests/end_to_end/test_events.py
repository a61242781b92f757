"""`autograder grade --json`: events on stdout, and nothing else there."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from results_of import document_names

from end_to_end.command import run
from end_to_end.conftest import RIGHT, notebook

pytestmark = pytest.mark.slow


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "jdoe.ipynb").write_text(notebook(*RIGHT.values()))
    (folder / "asmith.ipynb").write_text(notebook(RIGHT["center"]))
    (folder / "empty.ipynb").touch()
    return folder


def test_stdout_is_events_and_they_say_what_the_gradebook_says(small_bundle: Path, handed_in: Path, tmp_path: Path) -> None:
    done = run("grade", "-b", small_bundle, handed_in, "-o", "out", "--json", cwd=tmp_path)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 3
    assert [event["event"] for event in events if event["event"] not in {"started", "warning", "note"}] == [
        "confined",
        "began",
        *["ended"] * 3,
        "finished",
    ]
    assert events[-1]["counts"] == {"graded": 2, "withheld": 1, "not graded": 0}
    told = {event["submission"]: (event["earned"], event["status"]) for event in events if event["event"] == "ended"}
    assert told == {"jdoe": (10, "graded"), "asmith": (4, "graded"), "empty": (None, "withheld")}
    with (tmp_path / "out" / "gradebook.csv").open() as file:
        rows = {row["submission"]: (int(row["total"]) if row["total"] else None, row["status"]) for row in csv.DictReader(file)}
    assert told == rows
    assert "2 graded, 1 withheld." in done.stderr


def test_events_that_do_not_fit_cost_no_result_and_are_said(small_bundle: Path, handed_in: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = run("grade", "-b", small_bundle, handed_in, "-o", "out", "--json", cwd=tmp_path, stdout=full)
    assert done.returncode == 1
    assert "Not all events could be written to stdout: No space left on device." in done.stderr
    assert len(document_names(tmp_path / "out")) == 3
