"""`autograder score`: one notebook, one document on stdout, and nothing else there."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from end_to_end.command import REPOSITORY, run
from end_to_end.conftest import notebook

pytestmark = pytest.mark.slow
BUNDLE = REPOSITORY / "dist" / "autograder.zip"
(HELPER_RAISES,) = (REPOSITORY / "examples" / "submissions" / "helper_raises").glob("*.ipynb")

LOUD = """import atexit, os, subprocess, sys, warnings
def shout(what):
    print("LOUD print of", what)
    sys.__stdout__.write("LOUD kept stdout of " + what)
    os.write(1, b"LOUD descriptor 1 of " + what.encode())
    subprocess.run(["echo", "LOUD program of", what], check=True)
    warnings.warn("LOUD warning of " + what)
shout("{name}")
atexit.register(shout, "the end of {name}")
"""
LOUD_TEST = (
    LOUD.format(name="the tests")
    + """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = 2
@test_case(name="shown")
def test_shown(double):
    shout("a case")
    assert double(2) == 4
@test_case(name="kept", hidden=True)
def test_kept(double):
    shout("a hidden case")
    assert double(3) == 6
"""
)


def test_students_read_their_points_and_no_word_for_staff(tmp_path: Path) -> None:
    done = run("score", "-b", BUNDLE, HELPER_RAISES, cwd=tmp_path)
    document = json.loads(done.stdout)
    assert (done.returncode, document["earned"], document["possible"]) == (0, 80, 100)
    assert "staff_message" not in done.stdout
    assert "Traceback" not in done.stdout


def test_staff_may_read_all_of_it(tmp_path: Path) -> None:
    done = run("score", "-b", BUNDLE, HELPER_RAISES, "--for", "staff", cwd=tmp_path)
    assert "staff_message" in done.stdout
    done = run("score", "-b", BUNDLE, HELPER_RAISES, "--for", "staff", "--format", "junit", cwd=tmp_path)
    assert ET.fromstring(done.stdout.encode()).find("testsuite/testcase/system-err") is not None


def test_junit_counts_as_the_table_does(tmp_path: Path) -> None:
    done = run("score", "-b", BUNDLE, HELPER_RAISES, "--format", "junit", cwd=tmp_path)
    earned = ET.fromstring(done.stdout.encode()).find("properties/property[@name='earned']")
    assert earned is not None
    assert (done.returncode, earned.get("value")) == (0, "80")


@pytest.mark.parametrize("form", ["json", "junit", "gradescope"])
def test_whatever_tests_and_solution_print_the_document_is_alone_on_stdout(tmp_path: Path, form: str) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "q1.py").write_text(LOUD_TEST)
    (tmp_path / "solution.py").write_text(LOUD.format(name="the solution") + "def double(x):\n    return 2 * x\n")
    (tmp_path / "hand_in.ipynb").write_text(notebook("print('LOUD notebook')\ndef double(x):\n    print('LOUD')\n    return 2 * x\n"))
    arguments = ("score", "-b", "tests", "--solution", "solution.py", "hand_in.ipynb", "--format", form)
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "LOUD" not in done.stdout
    assert ET.fromstring(done.stdout.encode()).tag == "testsuites" if form == "junit" else json.loads(done.stdout)
    for way in ("print", "kept stdout", "descriptor 1", "program", "warning"):
        assert f"LOUD {way} of the tests" in done.stderr
    assert "LOUD print of the end of the tests" in done.stderr
    assert "code that runs as yourself" in done.stderr
    again = run(*arguments, cwd=tmp_path)
    assert again.stdout == done.stdout  # as it would not be, were there a duration in it


@pytest.mark.parametrize(("least", "code"), [("80", 0), ("80%", 0), ("80.5", 4), ("81%", 4)])
def test_a_total_below_the_least_is_an_exit_code_of_its_own(tmp_path: Path, least: str, code: int) -> None:
    done = run("score", "-b", BUNDLE, HELPER_RAISES, "--fail-under", least, cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["earned"]) == (code, 80)
    assert ("80 points are under" in done.stderr) == (code == 4)


def test_what_cannot_be_graded_is_told_in_the_document_and_by_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "empty.ipynb").write_text("")
    for more in ((), ("--fail-under", "50%")):
        done = run("score", "-b", BUNDLE, "empty.ipynb", *more, cwd=tmp_path)
        assert (done.returncode, json.loads(done.stdout)["status"]) == (3, "withheld")
    done = run("score", "-b", BUNDLE, "nothing.ipynb", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")


def test_what_an_author_has_broken_is_withheld_and_why_is_for_staff(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "q1.py").write_text("OK_FORMAT = False\nsecret_number = 1729 +\n")
    (tmp_path / "hand_in.ipynb").write_text(notebook("x = 1"))
    said = {}
    for form, audience in (("json", "student"), ("junit", "student"), ("json", "staff"), ("gradescope", "student")):
        done = run("score", "-b", "tests", "hand_in.ipynb", "--format", form, "--for", audience, cwd=tmp_path)
        assert done.returncode == 3, done.stderr
        assert "This is not a zero." in done.stderr
        said[form, audience] = done.stdout
    assert said.pop(("gradescope", "student")) == ""
    assert {key: "q1.py:2" in text for key, text in said.items()} == {
        ("json", "student"): False,
        ("junit", "student"): False,
        ("json", "staff"): True,
    }


@pytest.mark.parametrize("arguments", [("--fail-under", "most"), ("--format", "gradescope", "--for", "staff"), ("--format", "xml")])
def test_misuse_ends_with_2_and_nothing_on_stdout(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run("score", "-b", BUNDLE, HELPER_RAISES, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_reader_that_has_gone_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = run("score", "-b", BUNDLE, HELPER_RAISES, cwd=tmp_path, stdout=full)
    assert done.returncode == 1
    assert "The document could not be written to stdout: No space left on device." in done.stderr
