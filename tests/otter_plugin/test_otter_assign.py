"""`otter assign` with one line for our plugin: its usual zip then grades isolated."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.authoring.wheel import wheel_name

from .conftest import notebook
from .platforms import OTTER, call, gradescope, otter_run, results, scores

pytestmark = pytest.mark.slow

CONFIG = """# ASSIGNMENT CONFIG
name: squares
plugins:
  - autograder.otter_plugin.IsolatedGrading
requirements:
  - numpy
tests:
  ok_format: false
export_cell: false
"""
TESTS = (
    "def test_three(square):\n    assert square(3) == 9",
    '""" # BEGIN TEST CONFIG\nhidden: true\npoints: 2\n""" # END TEST CONFIG\ndef test_four(square):\n    assert square(4) == 16',
)


def master(path: Path, solution: str) -> Path:
    raw = [
        "# BEGIN QUESTION\nname: q1\npoints: 3\n",
        "# BEGIN SOLUTION",
        "# END SOLUTION",
        "# BEGIN TESTS",
        "# END TESTS",
        "# END QUESTION",
    ]
    question, begin, end, tests, end_tests, end_question = map(new_raw_cell, raw)
    code = new_code_cell(f"def square(x):\n    return {solution} # SOLUTION\n")
    checks = [new_code_cell(source) for source in TESTS]
    cells = [new_raw_cell(CONFIG), question, new_markdown_cell("Square."), begin, code, end, tests, *checks, end_tests, end_question]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}}), path)
    return path


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("assign")
    made = call(OTTER, "assign", "--no-pdfs", master(home / "squares.ipynb", "x * x"), home / "dist", cwd=home)
    assert made.returncode == 0, made.stderr
    return next((home / "dist" / "autograder").glob("*.zip"))


def handed_in(path: Path, solution: str) -> Path:
    found = json.loads(notebook(f"def square(x):\n    return {solution}\n"))
    found["metadata"] = {"otter": {"assignment_name": "squares", "OK_FORMAT": False, "tests": {}}}
    path.write_text(json.dumps(found))
    return path


def test_its_zip_names_the_plugin_and_brings_what_installs_it(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        assert json.loads(archive.read("otter_config.json"))["plugins"] == ["autograder.otter_plugin.IsolatedGrading"]
        environment = archive.read("environment.yml").decode()
        assert f"- /autograder/source/files/{wheel_name()}\n" in environment
        assert "- numpy\n" in environment
        assert f"files/{wheel_name()}" in archive.namelist()


def test_its_zip_grades_isolated_from_where_it_is_zipped_and_unpacked(zipped: Path, tmp_path: Path) -> None:
    submission = handed_in(tmp_path / "hand_in.ipynb", "9")
    done = otter_run(zipped, submission, tmp_path / "out", how="processes")
    assert "Graded isolated" in done.stdout, done.stderr
    assert scores(results(tmp_path / "out")) == {"q1": 1}
    root = gradescope(zipped, tmp_path / "autograder", submission)
    done = call(Path(OTTER).with_name("python"), "-c", f"from otter.run.run_autograder import main; main({str(root)!r})", cwd=root)
    assert done.returncode == 0, done.stderr
    assert results(root / "results") == results(tmp_path / "out")


def test_otter_assign_names_tests_that_need_to_run_beside_the_notebook(tmp_path: Path) -> None:
    notebook = master(tmp_path / "squares.ipynb", "x * x")
    text = notebook.read_text().replace("assert square(3) == 9", "assert Square(3).area == 9")
    notebook.write_text(text)
    made = call(OTTER, "assign", "--no-pdfs", "--no-run-tests", notebook, tmp_path / "dist", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "q1.py: its tests make objects of Square, which cannot leave the student's process" in made.stderr
    assert "{autograder.otter_plugin.IsolatedGrading: {shared: [q1]}}" in made.stderr
    notebook.write_text(text.replace("IsolatedGrading", "IsolatedGrading: {shared: q1}"))
    made = call(OTTER, "assign", "--no-pdfs", "--no-run-tests", notebook, tmp_path / "dist", cwd=tmp_path)
    assert made.returncode != 0
    assert "must be a list of questions, such as [q3]" in made.stderr


def test_otter_assign_refuses_a_solution_that_our_grader_fails(tmp_path: Path) -> None:
    made = call(OTTER, "assign", "--no-pdfs", master(tmp_path / "squares.ipynb", "x ** 3"), tmp_path / "dist", cwd=tmp_path)
    assert made.returncode != 0
    assert "❌ Wrong answer" in made.stderr
