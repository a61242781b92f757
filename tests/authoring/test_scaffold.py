"""`autograder new` makes a course that passes everything a course must."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.authoring.bundling import build_bundle
from autograder.authoring.release import build_release
from autograder.authoring.scaffold import new_course
from autograder.bundle import open_bundle
from autograder.config import load_config
from autograder.errors import InputError
from autograder.grading.session import Grader
from autograder.model import Graded, Submission


def test_a_new_course_builds_and_grades_its_examples_as_they_expect(tmp_path: Path) -> None:
    new_course(tmp_path / "my-course")
    sources = load_config(tmp_path / "my-course" / "grader_config.yaml")
    assert sources.assignment.name == "my-course"
    build_release(sources, tmp_path / "my-course" / "dist" / "release")
    build_bundle(sources, tmp_path / "bundle.zip", prove=False)
    with Grader(open_bundle(tmp_path / "bundle.zip", tmp_path)) as grader:
        for folder in sorted((tmp_path / "my-course" / "examples" / "submissions").iterdir()):
            expected = json.loads((folder / "expected.json").read_text())
            result = grader.grade(Submission(folder.name, folder / "standardize.ipynb"))
            assert isinstance(result, Graded), result
            assert {score.question.name: score.earned for score in result.questions} == expected["questions"]


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        new_course(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_name_that_cannot_name_an_assignment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="letters, digits"):
        new_course(tmp_path / "course", name="a b")
