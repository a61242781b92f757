"""Gradescope's folder, with the bundle's own run_autograder: what students see, and when there are no results at all."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from .conftest import RIGHT, notebook
from .platforms import call, gradescope, notebook_of, results, run_autograder, scores

pytestmark = pytest.mark.slow


def test_students_get_an_entry_for_each_case_and_the_scores_are_ours(flagship: Path, tmp_path: Path) -> None:
    root = gradescope(flagship, tmp_path / "autograder", notebook_of("rnn_cell_wrong"))
    done = run_autograder(root)
    assert done.returncode == 0, done.stderr
    found = results(root / "results")
    expected = json.loads((notebook_of("rnn_cell_wrong").parent / "expected.json").read_text())
    assert expected["questions"].items() <= scores(found).items()
    assert {entry["visibility"] for entry in found["tests"]} == {"visible", "hidden"}
    assert "score" not in found


@pytest.mark.parametrize("show_hidden", [False, True])
def test_autograder_score_gives_the_same_results_without_a_platform(small: Path, tmp_path: Path, *, show_hidden: bool) -> None:
    wrong = tmp_path / "hand_in.ipynb"
    wrong.write_text(notebook("def center(table):\n    return table\n", RIGHT["standardize"]))
    root = gradescope(small, tmp_path / "autograder", wrong)
    (root / "source" / "otter_config.json").write_text(json.dumps({"show_hidden": show_hidden}))
    assert run_autograder(root).returncode == 0
    options = ("--format", "gradescope", "--bundle", root / "source")
    done = call(sys.executable, "-m", "autograder", "score", wrong, *options, cwd=root)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (root / "results" / "results.json").read_text(encoding="utf-8")
    assert scores(json.loads(done.stdout))["standardize"] == 6
    assert {entry["visibility"] for entry in json.loads(done.stdout)["tests"]} == {
        "visible",
        "after_published" if show_hidden else "hidden",
    }


def test_where_there_are_no_namespaces_it_is_graded_all_the_same(small: Path, right: Path, tmp_path: Path) -> None:
    root = gradescope(small, tmp_path / "autograder", right)
    done = run_autograder(root, how="processes")
    assert done.returncode == 0, done.stderr
    assert scores(results(root / "results")) == {"center": 4, "standardize": 6}
    assert (root / "source").stat().st_mode & 0o077 == 0


def test_a_script_is_graded_as_a_notebook_of_one_cell(small: Path, tmp_path: Path) -> None:
    script = tmp_path / "hand_in.py"
    script.write_text("\n".join(RIGHT.values()))
    root = gradescope(small, tmp_path / "autograder", script)
    assert run_autograder(root).returncode == 0
    assert scores(results(root / "results")) == {"center": 4, "standardize": 6}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "There is no notebook"),
        (
            {"a.ipynb": notebook("1"), "b.ipynb": notebook("2")},
            "There are 2 notebooks, so it is not clear which one to grade: a.ipynb, b.ipynb",
        ),
        ({"a.ipynb": "{"}, "a.ipynb: ends in the middle"),
        ({"a.zip": "PK\x03\x04 and no more"}, "a.zip: is a damaged or locked zip"),
        ({"other.ipynb": notebook("x = 1")}, "other.ipynb: names none of the functions of this assignment"),
    ],
    ids=["nothing", "two", "cut", "damaged", "another"],
)
def test_what_cannot_be_graded_is_a_message_that_its_student_sees(small: Path, tmp_path: Path, files: dict[str, str], words: str) -> None:
    root = gradescope(small, tmp_path / "autograder")
    for name, text in files.items():
        (root / "submission" / name).write_text(text)
    done = run_autograder(root)
    assert done.returncode == 0, done.stderr
    found = results(root / "results")
    assert found["score"] == 0
    assert [entry["visibility"] for entry in found["tests"]] == ["visible"]
    assert words in found["tests"][0]["output"]
    assert str(tmp_path) not in json.dumps(found)


def test_a_bundle_that_was_changed_gives_no_result_and_takes_an_earlier_one_away(small: Path, right: Path, tmp_path: Path) -> None:
    root = gradescope(small, tmp_path / "autograder", right)
    (root / "results" / "results.json").write_text('{"score": 10}')
    (root / "source" / "tests" / "center.py").write_text("")
    done = run_autograder(root)
    assert done.returncode == 1
    assert "`tests/center.py` was changed after it was built" in done.stderr
    assert not (root / "results" / "results.json").exists()


def test_without_confinement_there_is_no_result(small: Path, right: Path, tmp_path: Path) -> None:
    root = gradescope(small, tmp_path / "autograder", right)
    done = run_autograder(root, how="off")
    assert done.returncode == 1
    assert "Student code cannot be confined here" in done.stderr
    assert not (root / "results" / "results.json").exists()


def test_where_nothing_was_installed_the_script_says_so(small: Path, right: Path, tmp_path: Path) -> None:
    root = gradescope(small, tmp_path / "autograder", right)
    done = call("bash", root / "run_autograder", cwd=root)
    assert done.returncode == 1
    assert "Look at what setup.sh printed" in done.stderr
