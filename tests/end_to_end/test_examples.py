"""Every folder of `examples/submissions` earns what its `expected.json` says; adding a case is adding a folder.

All are graded in one run, from a bundle alone, in an empty folder.
"""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .command import REPOSITORY, documents, earned, run

pytestmark = pytest.mark.slow

EXAMPLES = REPOSITORY / "examples" / "submissions"
FOLDERS = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
AGAIN = ["rnn_cell_wrong", "perfect", "helpers_missing", "cells_raise_in_the_middle", "returns_lists"]
"""Graded once more, by themselves and in this order."""


@dataclass(frozen=True)
class Class:
    """A finished run."""

    home: Path
    """Where it ran, with nothing but the bundle."""
    code: int
    """How it ended."""
    said: str
    """All that it printed."""
    documents: dict[str, dict[str, Any]]
    """Submission → result."""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    home = tmp_path_factory.mktemp("empty")
    built = run("bundle", "--no-prove", "-c", REPOSITORY, "-o", home / "autograder.zip", cwd=home)
    assert built.returncode == 0, built.stderr
    done = run("grade", "-b", "autograder.zip", EXAMPLES, "-o", "out", cwd=home)
    return Class(home, done.returncode, done.stdout + done.stderr, documents(home / "out"))


def test_there_are_examples() -> None:
    assert len(FOLDERS) >= 24


@pytest.mark.parametrize("name", FOLDERS)
def test_it_earns_what_is_expected(graded: Class, name: str) -> None:
    expected = json.loads((EXAMPLES / name / "expected.json").read_text(encoding="utf-8"))
    document = graded.documents[name]
    assert earned(document) == expected["questions"], f"{expected.get('note')}\n{_lost(document)}"
    questions = {question["name"]: question for question in document["questions"]}
    for question, world in expected.get("worlds", {}).items():
        assert questions[question]["world"] == world, question
    for question, verdicts in expected.get("verdicts", {}).items():
        seen = {case["name"]: case["verdict"] for case in questions[question]["cases"]}
        assert {case: seen.get(case) for case in verdicts} == verdicts, question


def _lost(document: dict[str, Any]) -> str:
    """Every case that did not pass, for whoever reads why a test failed."""
    return "\n".join(
        f"{question['name']} ({question['world']}), {case['name']}: {case['verdict']}, {case['message']}"
        for question in document["questions"]
        for case in question["cases"]
        if case["verdict"] != "passed"
    )


def test_the_run_ends_with_0_and_every_example_is_in_the_gradebook(graded: Class) -> None:
    assert graded.code == 0, graded.said
    with (graded.home / "out" / "gradebook.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["submission"] for row in rows] == FOLDERS
    assert {row["status"] for row in rows} == {"graded"}
    for row in rows:
        assert {question: str(points) for question, points in earned(graded.documents[row["submission"]]).items()}.items() <= row.items()


def test_the_run_says_what_confines_student_code(graded: Class) -> None:
    assert "Student code is confined" in graded.said


def test_grading_again_in_other_company_and_order_gives_the_same_bytes_but_for_what_was_measured(graded: Class) -> None:
    names = [name for name in AGAIN if name in FOLDERS]
    done = run("grade", "-b", "autograder.zip", *(EXAMPLES / name for name in names), "-o", "again", cwd=graded.home)
    assert done.returncode == 0, done.stderr
    for name in names:
        first, second = ((graded.home / out / "results" / f"{name}.json").read_text() for out in ("out", "again"))
        assert _without_measured(first) == _without_measured(second)
        pages = [(graded.home / out / "students" / f"{name}.html").read_bytes() for out in ("out", "again")]
        assert pages[0] == pages[1]


def _without_measured(text: str) -> str:
    data = json.loads(text)
    del data["measured"]
    return json.dumps(data)


def test_the_page_of_each_student_has_their_total(graded: Class) -> None:
    for name, document in graded.documents.items():
        page = (graded.home / "out" / "students" / f"{name}.html").read_text(encoding="utf-8")
        assert f"{document['earned']} <small>of {document['possible']} points</small>" in page


def test_the_course_grades_itself_without_a_bundle_being_named(graded: Class, tmp_path: Path) -> None:
    parts = ("assignment", "solutions", "tests/cases", "grader_config.yaml")
    for part in parts:
        source = REPOSITORY / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / part)
    done = run("grade", EXAMPLES / "rnn_cell_wrong", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "dist" / "autograder.zip").is_file()
    assert earned(documents(tmp_path / "results")["rnn_cell_wrong"]) == earned(graded.documents["rnn_cell_wrong"])
