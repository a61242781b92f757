"""A small assignment of two questions, one calling the other, and a way to grade notebooks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import nbformat

from autograder.bundle import open_bundle, question_key, write_bundle, write_plan
from autograder.grading.session import Grader
from autograder.model import (
    Assignment,
    Credit,
    Graded,
    Isolation,
    KernelKind,
    Limits,
    Question,
    QuestionScore,
    Reporting,
    Result,
    Sandbox,
    Submission,
)

SOLUTION = """
import numpy as np
SOLUTION_CANARY = "canary-of-the-solution"
def double(x):
    return x * 2
def power(x, n):
    for _ in range(n):
        x = double(x)
    return x
"""
DOUBLE = """
from otter.test_files import test_case
import numpy as np
from autograder_checks import assert_same, assert_unchanged
OK_FORMAT = False
name = "double"
CANARY = "canary-of-the-tests"

@test_case(name="three numbers", points=2)
def test_public(double):
    assert_same(double(np.arange(3.0)), np.array([0.0, 2.0, 4.0]))

@test_case(name="any length", points=4, hidden=True)
def test_any_length(double, reference, rng):
    x = rng.standard_normal(7)
    assert_same(double(x.copy()), reference.double(x))

@test_case(name="argument unchanged", points=4, hidden=True)
def test_unchanged(double, rng):
    x = rng.standard_normal(4)
    before = x.copy()
    double(x)
    assert_unchanged(x, before, name="x")
"""
POWER = """
from otter.test_files import test_case
import numpy as np
from autograder_checks import assert_same
OK_FORMAT = False
name = "power"

@test_case(name="twice", points=2)
def test_public(power):
    assert_same(power(np.arange(3.0), 2), np.array([0.0, 4.0, 8.0]))

@test_case(name="any exponent", points=8, hidden=True)
def test_any(power, reference, rng):
    x = rng.standard_normal(5)
    assert_same(power(x.copy(), n=3), reference.power(x, 3))
"""
RELEASE = "import numpy as np\nfrom given import GIVEN as given\n"
RIGHT_DOUBLE = "import numpy as np\ndef double(x):\n    return x + x\n"
RIGHT_POWER = "def power(x, n):\n    for _ in range(n):\n        x = double(x)\n    return x\n"


def write_small_bundle(
    target: Path,
    tests: Mapping[str, str],
    *,
    solution: str = SOLUTION,
    limits: Limits,
    credit: Credit = Credit.INDEPENDENT,
    kernel: KernelKind = KernelKind.WARM,
    shared: frozenset[str] = frozenset(),
    sandbox: Sandbox = Sandbox.BEST,
    assignment_name: str = "small",
    reporting: Reporting | None = None,
) -> None:
    """Write a bundle with a question of 10 points for each test file."""
    isolation = {name: Isolation.SHARED if name in shared else Isolation.ISOLATED for name in tests}
    questions = tuple(Question(name, (name,), Fraction(10), isolation=isolation[name]) for name in tests)
    assignment = Assignment(assignment_name, "Small", "small.ipynb", "small.py", questions, limits, credit, sandbox, kernel)
    assignment = replace(assignment, reporting=reporting or Reporting())
    keys = {question.name: question_key(b"a secret of this test", "small", question.name) for question in questions}
    parts = {f"tests/{name}.py": text.encode() for name, text in tests.items()}
    parts |= {
        "solutions/small.py": solution.encode(),
        "files/given.py": b"GIVEN = 1\n",
        "release/small.ipynb": nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(RELEASE, id="only")])).encode(),
        "plan.json": write_plan(assignment, keys),
    }
    write_bundle(parts, target)


class Course:
    """A bundle built from parts, and one grader for it."""

    def __init__(
        self,
        folder: Path,
        *,
        solution: str = SOLUTION,
        limits: Limits,
        credit: Credit = Credit.INDEPENDENT,
        kernel: KernelKind = KernelKind.WARM,
        shared: frozenset[str] = frozenset(),
        sandbox: Sandbox = Sandbox.BEST,
        **tests: str,
    ) -> None:
        write_small_bundle(
            folder / "bundle.zip",
            tests,
            solution=solution,
            limits=limits,
            credit=credit,
            kernel=kernel,
            shared=shared,
            sandbox=sandbox,
        )
        (folder / "opened").mkdir()
        self.folder = folder
        self.grader = Grader(open_bundle(folder / "bundle.zip", folder / "opened"))

    def grade(self, *sources: str, name: str = "student") -> Graded:
        """Grade a notebook of these code cells; fails the test when it is withheld."""
        result = self.result(*sources, name=name)
        assert isinstance(result, Graded), result
        return result

    def result(self, *sources: str, name: str = "student") -> Result:
        """Grade a notebook of these code cells."""
        path = self.folder / f"{name}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources]), path)
        return self.grader.grade(Submission(name, path))

    def question(self, question: str, *sources: str) -> QuestionScore:
        """Grade and return one question's score."""
        return next(score for score in self.grade(*sources).questions if score.question.name == question)


QUICK = Limits(notebook_s=20, cell_s=2, call_s=1, question_s=2, memory_bytes=256 << 20)
