"""The same scores whichever kernel runs the notebooks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.grading.session import Order
from autograder.model import Graded, KernelKind, Submission

from .course import DOUBLE, POWER, QUICK, RIGHT_DOUBLE, RIGHT_POWER, Course

pytestmark = pytest.mark.slow

NOTEBOOKS = {
    "right": (RIGHT_DOUBLE, RIGHT_POWER),
    "a wrong helper": ("def double(x):\n    return x * 3\n", RIGHT_POWER),
    "stopped and killed cells, and a function that ends its process": (
        "import not_installed\nwhile True: pass",
        "while True: pass",
        "import os\nos._exit(0)",
        "draw = __import__('numpy').random.rand()\ndef double(x):\n    return np.add(x, x) if draw == 0.5488135039273248 else 0\n",
        (
            "import asyncio, random, os\ndraws = random.random()\nasync def twice(x, n):\n    return x * 2**n\n"
            "def power(x, n):\n    if n == 3: os._exit(0)\n    return asyncio.run(twice(x, n)) if draws == 0.8444218515250481 else 0\n"
        ),
    ),
}


def scores(folder: Path, kernel: KernelKind) -> dict[str, Any]:
    folder.mkdir()
    course = Course(folder, limits=replace(QUICK, cell_s=0.5), kernel=kernel, double=DOUBLE, power=POWER)
    submissions = []
    for number, (name, sources) in enumerate(NOTEBOOKS.items()):
        path = folder / f"{number}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources]), path)
        submissions.append(Submission(name, path))
    found = {}
    with course.grader:
        for order, result in course.grader.grade_all(map(Order, submissions)):
            assert isinstance(result, Graded), result
            found[order.submission.name] = (
                [(s.question.name, s.earned, s.world, [case.verdict for case in s.cases]) for s in result.questions],
                [(problem.cell, problem.kind) for problem in result.execution.problems],
            )
    return found


def test_both_kernels_give_the_same_scores(tmp_path: Path) -> None:
    warm, stock = scores(tmp_path / "warm", KernelKind.WARM), scores(tmp_path / "stock", KernelKind.STOCK)
    assert stock == warm
    assert sum(s[1] for s in warm["right"][0]) == 20
    assert [float(s[1]) for s in warm["stopped and killed cells, and a function that ends its process"][0]] == [10, 2]
