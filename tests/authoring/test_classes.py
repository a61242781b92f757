"""A graded class is stubbed, compared, tested and kept secret as a function is, and only in a question that is shared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from authoring.toy_course import ToyCourse

from autograder.authoring.bundling import build_bundle
from autograder.authoring.course import read_course
from autograder.authoring.release import build_release
from autograder.bundle import open_bundle
from autograder.config import load_config
from autograder.errors import AuthorError
from autograder.model import Isolation

STUB = '''\
# GRADED CLASS: Tally
class Tally:
    """Counts."""

    def __init__(self, start=0):
        ### START CODE HERE ###
        pass
        ### END CODE HERE ###

    @property
    def total(self):
        return self.counted

    ### START CODE HERE ### (a method `add`)

    ### END CODE HERE ###
'''
REFERENCE = '''\


class Tally:
    """Counts."""

    def __init__(self, start=0):
        ### START CODE HERE ###
        self.counted = start + len("")
        ### END CODE HERE ###

    @property
    def total(self):
        return self.counted

    ### START CODE HERE ###
    def add(self, number):
        self.counted = self.counted + number
    ### END CODE HERE ###
'''
CASES = """\
from otter.test_files import test_case

OK_FORMAT = False
name = "Tally"


@test_case(name="one number", points=1)
def test_one(Tally):
    tally = Tally()
    tally.add(2)
    assert tally.total == 2


@test_case(name="two tallies", points=2, hidden=True)
def test_two(Tally, double):
    tally, other = Tally(start=1), Tally()
    other.add(double(3))
    assert tally.total == 1
"""
QUESTION = "  - name: Tally\n    points: 3\n    isolation: shared\n"


@pytest.fixture
def tallied(toy: ToyCourse) -> ToyCourse:
    toy.edit(toy.config, "points: 10", "points: 13")
    toy.edit(toy.config, "optional:", f"{QUESTION}optional:")
    toy.solution.write_text(toy.solution.read_text() + REFERENCE)
    (toy.cases / "Tally.py").write_text(CASES)
    toy.add_cell("code", STUB)
    toy.add_cell("code", 'grader.check("Tally")')
    return toy


def complaint(toy: ToyCourse) -> str:
    with pytest.raises(AuthorError) as caught:
        read_course(load_config(toy.root))
    return str(caught.value)


def test_the_release_has_the_stub_and_its_public_cases_and_the_bundle_says_where_they_run(tallied: ToyCourse, tmp_path: Path) -> None:
    sources = load_config(tallied.root)
    released = build_release(sources, tmp_path / "release", prove=False).folder
    text = (released / "toy.ipynb").read_text()
    assert "# GRADED CLASS: Tally" in text
    assert "number" not in text
    assert "test_one" in (cases := (released / "tests" / "Tally.py").read_text())
    assert "test_two" not in cases
    build_bundle(sources, tmp_path / "bundle.zip", prove=False)
    questions = open_bundle(tmp_path / "bundle.zip", tmp_path).assignment.questions
    assert {q.name: q.isolation for q in questions if q.isolation is not Isolation.ISOLATED} == {"Tally": Isolation.SHARED}


@pytest.mark.slow
def test_the_reference_earns_all_of_it_and_the_stub_nothing(tallied: ToyCourse, tmp_path: Path) -> None:
    build_release(load_config(tallied.root), tmp_path / "release")
    tallied.edit(tallied.cases / "Tally.py", "tally.total == 1", "tally.total == 2")
    with pytest.raises(AuthorError, match=r"\[M703\].*“two tallies”"):
        build_release(load_config(tallied.root), tmp_path / "release")


def test_a_line_of_its_methods_is_secret(tallied: ToyCourse, tmp_path: Path) -> None:
    tallied.add_cell("markdown", "Remember: `self.counted = self.counted + number`.")
    with pytest.raises(AuthorError, match=r"\[M601\]"):
        build_release(load_config(tallied.root), tmp_path / "release", prove=False)


MISTAKES: dict[str, tuple[Callable[[ToyCourse], object], list[str]]] = {
    "a class whose question is isolated": (
        lambda toy: toy.edit(toy.config, "    isolation: shared\n", ""),
        [
            "assignment/toy.ipynb: cell 14, line 2: [M212]",
            "grader_config.yaml:14",
            "cannot leave the student's process",
            "`isolation: shared`",
        ],
    ),
    "a function under a class's heading": (
        lambda toy: toy.edit_cell("# GRADED FUNCTION: double", "# GRADED CLASS: double"),
        ["[M201]", "`double` is no class, but a function."],
    ),
    "a class under a function's heading": (
        lambda toy: toy.edit_cell("# GRADED CLASS: Tally", "# GRADED FUNCTION: Tally"),
        ["[M201]", "`Tally` is no function, but a class."],
    ),
    "a heading misspelt": (lambda toy: toy.edit_cell("# GRADED CLASS: Tally", "# Graded class: Tally"), ["[M105]", "`CLASS`"]),
    "another base": (lambda toy: toy.edit_cell("class Tally:", "class Tally(dict):"), ["[M206]", "`class Tally(dict)`", "`class Tally`"]),
    "a method that takes something else": (
        lambda toy: toy.edit_cell("def __init__(self, start=0)", "def __init__(self, start=1)"),
        ["[M206]", "cell 14, line 5", "`def __init__(self, start=0)`"],
    ),
    "a given method that the stub has not": (
        lambda toy: toy.edit_cell("    @property\n    def total(self):\n        return self.counted\n", ""),
        ["[M206]", "The stub has no such method", "`@property def total(self)`"],
    ),
    "a case that asks for what only the grader has": (
        lambda toy: toy.edit(toy.cases / "Tally.py", "test_two(Tally, double)", "test_two(Tally, rng)"),
        ["[M307]", "tests/cases/Tally.py:15", "run beside the student's code"],
    ),
    "an isolated question's case that asks for the class": (
        lambda toy: toy.edit(toy.cases / "double.py", "test_printed(double)", "test_printed(double, Tally)"),
        ["[M307]", "`Tally` is a class", "`isolation: shared`"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_shown_with_what_to_do(tallied: ToyCourse, name: str) -> None:
    spoil, words = MISTAKES[name]
    spoil(tallied)
    message = complaint(tallied)
    for word in words:
        assert word in message
