"""A course of three functions, small enough to read at once and whole enough to be released, bundled and graded."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

CONFIG = """\
format: 1
title: A toy
name: toy
notebook: assignment/toy.ipynb
solution: solutions/toy_solution.py
tests: tests/cases
files: [assignment/toy_utils.py]
points: 10
questions:
  - name: double
    points: 4
  - name: quadruple
    points: 6
optional:
  - name: spread
limits: {notebook_s: 30, cell_s: 10}
"""

SOLUTION = '''\
"""The reference."""

import numpy as np
from toy_utils import scaled


def double(x):
    """Twice x."""
    factor = 2
    ### START CODE HERE ###
    y = scaled(x, factor + 0)
    ### END CODE HERE ###
    return y


def quadruple(x):
    """Twice, twice."""
    ### START CODE HERE ###
    once = double(x)
    y = double(once)
    ### END CODE HERE ###
    return y


def spread(x, axis=0):
    """Largest less smallest."""
    ### START CODE HERE ###
    text = """kept
  as it is"""
    result = np.max(x, axis=axis) - np.min(x, axis=axis)
    ### END CODE HERE ###
    return result
'''

DOUBLE = """\
# GRADED FUNCTION: double
def double(x):
    factor = 2
    ### START CODE HERE ### (≈1 line)
    y = None
    ### END CODE HERE ###
    return y
"""

QUADRUPLE = """\
# GRADED FUNCTION: quadruple
def quadruple(x):
    ### START CODE HERE ### (≈2 lines)
    y = None
    ### END CODE HERE ###
    return y
"""

SPREAD = """\
# OPTIONAL FUNCTION: spread
def spread(x, axis=0):
    ### START CODE HERE ###
    result = None
    ### END CODE HERE ###
    return result
"""

CASES = '''\
"""What {name} must do."""

import json
from pathlib import Path

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
{points}
ONLY_HIDDEN_CASES_USE_THIS = 0.12345


def inputs():
    return np.arange(6.0).reshape(2, 3)


@test_case(name="the printed values", points={public})
def test_printed({name}):
    # Students may read this.
    assert json.loads(Path("tests/printed_outputs.json").read_text())
    assert np.all({name}(inputs()) == np.asarray({expected}))


# The hidden one draws its own.
@test_case(name="any other values", points={hidden}, hidden=True)
def test_hidden({name}, reference, rng):
    x = rng.standard_normal((3, 4)) + ONLY_HIDDEN_CASES_USE_THIS
    assert np.allclose({name}(x.copy()), reference.{name}(x.copy()))
    # Nothing to see here.
'''

PRINTED = {
    "double": [{"label": "double(2)", "value": "4"}, {"label": "double(x)", "value": "[ 0.2468 0.468]"}],
    "quadruple": [{"label": "quadruple(x)[0]", "value": "0.494"}],
}

CELLS = [
    ("markdown", "# A toy\n\nIt is about *doubling*."),
    ("code", "import numpy as np\nfrom toy_utils import scaled\n\nx = np.array([0.1234, 0.234])"),
    ("code", DOUBLE),
    ("code", 'print("double(2) =", double(2))\nprint("double(x) =", double(x))'),
    ("markdown", "**Expected**\n\n<!-- expected: double -->\n\nand on."),
    ("code", "class NoChecks:\n    def check(self, question):\n        pass\n\n\ngrader = NoChecks()"),
    ("code", 'grader.check("double")'),
    ("code", QUADRUPLE),
    ("code", 'print("quadruple(x)[0] =", quadruple(x)[0])'),
    ("markdown", "<!-- expected: quadruple -->"),
    ("code", 'grader.check("quadruple")'),
    ("code", SPREAD),
    ("code", 'grader.check("spread")'),
]


def notebook_of(cells: list[tuple[str, str]]) -> dict[str, Any]:
    """Return a notebook as Jupyter leaves it: with outputs, counts and stray metadata."""
    made = []
    for number, (kind, text) in enumerate(cells):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text}
        if kind == "code":
            cell |= {
                "execution_count": number,
                "metadata": {"execution": {"iopub.execute_input": "2024-01-01T00:00:00Z"}, "tags": ["keep"]},
                "outputs": [{"output_type": "stream", "name": "stdout", "text": ["once = double(x)\n"]}],
            }
        made.append(cell)
    return {
        "cells": made,
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "widgets": {"state": {"a": 1}},
            "language_info": {"name": "python", "version": "3.11.0"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


class ToyCourse:
    """A course folder, and ways to spoil it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = root / "grader_config.yaml"
        self.notebook = root / "assignment" / "toy.ipynb"
        self.solution = root / "solutions" / "toy_solution.py"
        self.cases = root / "tests" / "cases"
        self.printed = self.cases / "printed_outputs.json"
        for folder in (self.notebook.parent, self.solution.parent, self.cases):
            folder.mkdir(parents=True)
        self.config.write_text(CONFIG)
        self.solution.write_text(SOLUTION)
        (self.notebook.parent / "toy_utils.py").write_text("def scaled(x, factor):\n    return x * factor\n")
        self.printed.write_text(json.dumps(PRINTED))
        (self.cases / "secret_table.json").write_text('{"only": "for hidden cases"}')
        self.cells = list(CELLS)
        self.write_notebook()
        plain = "inputs()"
        for name, points, public, hidden, expected in (
            ("double", "", 1, 3, f"2 * {plain}"),
            ("quadruple", "", 1.5, 4.5, f"4 * {plain}"),
            ("spread", "points = 0\n", 0, 0, "[3.0, 3.0, 3.0]"),
        ):
            text = CASES.format(name=name, points=points, public=public, hidden=hidden, expected=expected)
            (self.cases / f"{name}.py").write_text(text)

    def write_notebook(self) -> None:
        """Write the notebook of `cells`."""
        self.notebook.write_text(json.dumps(notebook_of(self.cells)))

    def edit_cell(self, old: str, new: str) -> None:
        """Replace a piece of text in the notebook's cells."""
        assert any(old in text for _, text in self.cells), old
        self.cells = [(kind, text.replace(old, new)) for kind, text in self.cells]
        self.write_notebook()

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace a piece of text in a file."""
        text = path.read_text()
        assert old in text, old
        path.write_text(text.replace(old, new, 1))

    def add_cell(self, kind: str, text: str) -> None:
        """Add a cell at the end."""
        self.cells.append((kind, textwrap.dedent(text)))
        self.write_notebook()
