"""`autograder score`: one notebook, one document on stdout, and nothing else there."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from end_to_end.command import REPOSITORY, run

pytestmark = pytest.mark.slow
BUNDLE = REPOSITORY / "dist" / "autograder.zip"
(HELPER_RAISES,) = (REPOSITORY / "examples" / "submissions" / "helper_raises").glob("*.ipynb")


def test_students_read_their_points_and_no_word_for_staff(tmp_path: Path) -> None:
    done = run("score", "-b", BUNDLE, HELPER_RAISES, cwd=tmp_path)
    document = json.loads(done.stdout)
    assert (done.returncode, document["earned"], document["possible"]) == (0, 80, 100)
    assert "staff_message" not in done.stdout
    assert "Traceback" not in done.stdout


def test_staff_may_read_all_of_it(tmp_path: Path) -> None:
    done = run("score", "-b", BUNDLE, HELPER_RAISES, "--for", "staff", cwd=tmp_path)
    assert "staff_message" in done.stdout


def test_junit_counts_as_the_table_does(tmp_path: Path) -> None:
    done = run("score", "-b", BUNDLE, HELPER_RAISES, "--format", "junit", cwd=tmp_path)
    earned = ET.fromstring(done.stdout.encode()).find("properties/property[@name='earned']")
    assert earned is not None
    assert (done.returncode, earned.get("value")) == (0, "80")


def test_what_cannot_be_graded_is_told_in_the_document_and_by_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "empty.ipynb").write_text("")
    done = run("score", "-b", BUNDLE, "empty.ipynb", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["status"]) == (3, "withheld")
    done = run("score", "-b", BUNDLE, "nothing.ipynb", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
