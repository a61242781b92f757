"""`nbgrader autograde` of the same notebook, one batch, in an environment of its own (.venv-peers).

What it runs: a course with one assignment, whose notebook is the perfect one with a locked, graded cell after each graded function's
example. That cell runs the question's cases in the notebook's own kernel, as nbgrader does it: the public ones alone, or all. Files
beside the notebook are those of the release, the solution and the test files. The kernel is that environment's own ipykernel, with
numpy and without otter; a notebook gets a kernel of its own, the batch one process. Its scores are read from its export.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

import nbformat

from benchmarks.cost import Cost, Failed, run
from benchmarks.course import ROOT, Course
from benchmarks.floor import lay_out

__all__ = ["BIN", "autograde", "each_more"]

BIN = ROOT / ".venv-peers" / "bin"
_ASSIGNMENT, _NOTEBOOK = "sequences", "notebook"
_FEW = 2
_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "benchmark"
c.Exchange.root = "exchange"
"""


def each_more(course: Course, more: int, *, hidden: bool) -> Cost:
    """What each further submission of a batch costs."""
    return autograde(course, _FEW + more, hidden=hidden).each(autograde(course, _FEW, hidden=hidden), more)


def autograde(course: Course, count: int, *, hidden: bool) -> Cost:
    """What a batch of copies of the perfect notebook costs; `hidden`: with the hidden cases, too.

    Raises:
        Failed: there is no nbgrader, it failed, or did not give full marks.
    """
    nbgrader = BIN / "nbgrader"
    if not nbgrader.exists():
        raise Failed(f"There is no {nbgrader.relative_to(ROOT)}: run this with `make bench`, which makes it.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "nbgrader_config.py").write_text(_CONFIG)
        source = folder / "source" / _ASSIGNMENT
        source.mkdir(parents=True)
        lay_out(course, source)
        text = nbformat.writes(_notebook(course, hidden=hidden))
        (source / f"{_NOTEBOOK}.ipynb").write_text(text)
        env = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": name, "JUPYTER_PREFER_ENV_PATH": "1"}
        run([nbgrader, "generate_assignment", _ASSIGNMENT], cwd=folder, env=env)
        for number in range(count):
            submitted = folder / "submitted" / f"student_{number:03}" / _ASSIGNMENT
            submitted.mkdir(parents=True)
            (submitted / f"{_NOTEBOOK}.ipynb").write_text(text)
        cost = run([nbgrader, "autograde", _ASSIGNMENT], cwd=folder, env=env)
        run([nbgrader, "export"], cwd=folder, env=env)
        with (folder / "grades.csv").open(newline="") as file:
            scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
        if len(scores) != count or set(scores.values()) != {float(course.bundle.assignment.points)}:
            raise Failed(f"nbgrader autograde did not give full marks to {count} copies: {scores}")
        return cost


def _notebook(course: Course, *, hidden: bool) -> Any:
    """The perfect notebook with the cells that nbgrader grades."""
    notebook = nbformat.read(course.perfect, as_version=4)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        graded = next((q for q in course.bundle.assignment.questions if cell.get("id") == f"{q.name.replace('_', '-')}-try"), None)
        if graded is None:
            continue
        source = f'from foreign_cases import run_cases\n\nassert run_cases("{graded.name}", globals(), hidden={hidden})'
        test = nbformat.v4.new_code_cell(source, id=f"{graded.name}-cases")
        test.metadata["nbgrader"] = {
            "grade": True,
            "grade_id": graded.name,
            "locked": True,
            "points": float(graded.points),
            "schema_version": 3,
            "solution": False,
            "task": False,
        }
        cells.append(test)
    if len(cells) != len(notebook.cells) + len(course.bundle.assignment.questions):
        raise Failed("The perfect notebook has no example cell for one of the questions, so nbgrader's cells have no place.")
    notebook.cells = cells
    return notebook
