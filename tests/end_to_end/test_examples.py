"""Every folder of `examples/submissions` earns what its `expected.json` says; adding a case is adding a folder.

All are graded in one run, each for itself, from a bundle alone, in an empty folder.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from handed_in import Class, expected, mismatches, without_measured
from results_of import documents, folders, page, students_text

from .command import REPOSITORY, earned, run

pytestmark = pytest.mark.slow

EXAMPLES = REPOSITORY / "examples" / "submissions"
FOLDERS = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
AGAIN = ["rnn_cell_wrong", "perfect", "helpers_missing", "cells_raise_in_the_middle", "returns_lists", "foreign_metadata"]
"""Graded once more, by themselves and in this order; the last is to a kernel what `perfect` is, and gets its verdicts."""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    home = tmp_path_factory.mktemp("empty")
    built = run("bundle", "--no-prove", "-c", REPOSITORY, "-o", home / "autograder.zip", cwd=home)
    assert built.returncode == 0, built.stderr
    done = run("grade", "-b", "autograder.zip", EXAMPLES, "-o", "out", "--fresh", cwd=home)
    return Class.of(home, done.returncode, done.stdout + done.stderr)


def test_there_are_examples() -> None:
    assert len(FOLDERS) >= 24


@pytest.mark.parametrize("name", FOLDERS)
def test_it_earns_what_is_expected(graded: Class, name: str) -> None:
    assert mismatches(expected(EXAMPLES / name), graded.documents[name]) == []


def test_the_run_ends_with_0_and_every_example_is_in_the_gradebook(graded: Class) -> None:
    assert graded.code == 0, graded.said
    rows = graded.rows()
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
    first, second = (folders(graded.home / out) for out in ("out", "again"))
    for name in names:
        staffs = ((graded.home / out / "staff" / "results" / f"{name}.json").read_text() for out in ("out", "again"))
        assert len(set(map(without_measured, staffs))) == 1
        assert students_text(first[name]) == students_text(second[name])


def test_the_page_of_each_student_has_their_total(graded: Class) -> None:
    for name, document in graded.documents.items():
        assert f"{document['earned']} <small>of {document['possible']} points</small>" in page(graded.home / "out", name)


def test_a_student_reads_what_a_public_case_expected_and_what_came(graded: Class) -> None:
    read = page(graded.home / "out", "rnn_cell_wrong")
    assert "a_next[4]: its values are different: expected 0.59584544, got -0.1057294588 at position 0" in read


def test_the_course_grades_itself_without_a_bundle_being_named(graded: Class, tmp_path: Path) -> None:
    parts = ("assignment", "solutions", "tests/cases", "grader_config.yaml")
    for part in parts:
        source = REPOSITORY / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / part)
    done = run("grade", EXAMPLES / "rnn_cell_wrong", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "dist" / "autograder.zip").is_file()
    assert earned(documents(tmp_path / "results")["rnn_cell_wrong"]) == earned(graded.documents["rnn_cell_wrong"])
