"""What helps a test is ours, and what a test is about is the student's, whatever the notebook's text says of either."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.bundle import Bundle
from autograder.grading.session import Grader
from autograder.model import Graded, Submission
from autograder.opening import open_bundle

DOCTEST = 'OK_FORMAT = True\ntest = {{"name": {name!r}, "points": 1, "suites": [{{"cases": [{{"code": {code!r}, "hidden": False}}]}}]}}\n'
CODES = {
    "asked": ">>> isclose(1.0, 1.5, 1.0)\nTrue",
    "asked_of_a_class": ">>> queue = deque([1, 2])\n>>> queue.popleft()\n1",
    "helped": ">>> isclose(slope(2), 7.0)\nTrue",
    "module": ">>> float(la.norm(slope(0)))\n0.0",
}
EXCEPTION = """from otter.test_files import test_case
OK_FORMAT = False
name = "through_env"
@test_case()
def test_it(env): assert env["median"]([1, 2, 9]) == 4
"""
RIGHT = """
from collections import deque
from numpy import linalg as la
def slope(x): return 3.5 * x
def isclose(a, b, within): return abs(a - b) < within
def median(values): return sum(values) / len(values)
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    tests = tmp_path / "theirs" / "tests"
    tests.mkdir(parents=True)
    for name, code in CODES.items():
        (tests / f"{name}.py").write_text(DOCTEST.format(name=name, code=code))
    (tests / "through_env.py").write_text(EXCEPTION)
    (tmp_path / "into").mkdir()
    return open_bundle(tests.parent, tmp_path / "into")


@pytest.fixture
def grader(bundle: Bundle) -> Grader:
    return Grader(bundle, workers=1, debug=True)


def points(grader: Grader, folder: Path, source: str) -> dict[str, float | None]:
    script = folder / "handed_in.py"
    script.write_text(source)
    result = grader.grade(Submission("one", script))
    assert isinstance(result, Graded), result
    return {score.question.name: None if score.earned is None else float(score.earned) for score in result.questions}


def test_ours_is_given_to_help_a_case_and_never_for_what_it_asks_for(grader: Grader, tmp_path: Path) -> None:
    everything = {"asked": 1, "helped": 1, "module": 1, "through_env": 1}
    with grader:
        # A class that a case asks for cannot leave the student's process, wherever it is from.
        assert points(grader, tmp_path, RIGHT) == everything | {"asked_of_a_class": 0}
        lazy = RIGHT.replace("return abs(a - b) < within", "return True").replace("return 3.5 * x", "return 0.0 * x")
        assert points(grader, tmp_path, lazy) == everything | {"asked_of_a_class": 0, "helped": 0}
        for binding in ("isclose = lambda *_: None", "if True:\n    def isclose(*_): return None", "import math as isclose"):
            assert points(grader, tmp_path, f"{RIGHT}\n{binding}\nclass deque:\n    pass\n")["asked"] == 0, binding
        assert points(grader, tmp_path, f"{RIGHT}\ndef median(values): return 0\n1/0\nfrom statistics import median\n")["through_env"] == 0


def test_a_module_under_a_functions_name_is_a_failure_of_the_students_and_withholds_nothing(grader: Grader, tmp_path: Path) -> None:
    with grader:
        found = points(grader, tmp_path, f"{RIGHT}\nimport copy as slope\nimport numpy as median\n")
        assert found == {"asked": 1, "asked_of_a_class": 0, "helped": 0, "module": 0, "through_env": 0}
