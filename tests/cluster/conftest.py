"""A small course on a cluster: its bundle, notebooks, and what grading them on this machine alone says."""

from __future__ import annotations

import json
from collections.abc import Iterator

import nbformat
import pytest
from grading.course import DOUBLE, POWER, RIGHT_DOUBLE, RIGHT_POWER, Course

from autograder.bundle import Bundle
from autograder.grading.session import Order
from autograder.model import Limits, Result, Submission
from autograder.report.document import document

LIMITS = Limits(notebook_s=20, cell_s=2, call_s=1, question_s=2, memory_bytes=256 << 20)
ENDLESS = "while True:\n    pass\n"


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    course = Course(tmp_path_factory.mktemp("course"), limits=LIMITS, double=DOUBLE, power=POWER)
    with course.grader:
        yield course


@pytest.fixture(scope="session")
def bundle(course: Course) -> Bundle:
    return course.grader.bundle


@pytest.fixture(scope="session")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> list[Submission]:
    """Right and wrong, slow and broken ones, and a name that is no UTF-8."""
    folder = tmp_path_factory.mktemp("submissions")
    sources = {
        "right": (RIGHT_DOUBLE, RIGHT_POWER),
        "wrong helper": ("def double(x):\n    return x * 3\n", RIGHT_POWER),
        "slow": (ENDLESS, RIGHT_DOUBLE, RIGHT_POWER),
        "ends": (RIGHT_DOUBLE, "def power(x, n):\n    import os\n    os._exit(0)\n"),
        "no function": ("x = 1\n",),
        "missing": (RIGHT_DOUBLE,),
        "caf\udce9": (RIGHT_DOUBLE, "def power(x, n):\n    raise ValueError('é\u2028')\n"),
    }
    made = []
    for number, (name, cells) in enumerate(sources.items()):
        path = folder / f"{number}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), path)
        made.append(Submission(name, path, shown="" if number % 2 else f"{name}.ipynb"))
    (folder / "rubbish.ipynb").write_bytes(b"\x00rubbish")
    return [*made, Submission("rubbish", folder / "rubbish.ipynb"), Submission("gone", folder / "gone.ipynb")]


@pytest.fixture(scope="session")
def here(course: Course, submissions: list[Submission]) -> dict[str, str]:
    """Name → document, as this machine grades them by itself."""
    return documents(course.grader.grade_all(map(Order, submissions)), course)


def documents(results: Iterator[tuple[Order, Result]], course: Course) -> dict[str, str]:
    """Name → document, without what differs from run to run."""
    made = {}
    for order, result in results:
        found = document(result, course.grader.bundle, course.grader.confinement.confined)
        assert found.pop("measured")
        made[order.submission.name] = json.dumps(found, indent=1)
    return made
