"""A small course's bundle, made by the real command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .command import run

RIGHT = {
    "center": "import numpy as np\ndef center(table):\n    return table - table.mean(axis=0)\n",
    "standardize": "def standardize(table):\n    return center(table) / table.std(axis=0)\n",
}
"""Question → a cell that earns its points in the course that `autograder new` makes."""


def notebook(*cells: str, nbformat: int = 4) -> str:
    """A notebook file of these code cells."""
    code = {"cell_type": "code", "metadata": {}, "outputs": []}
    if nbformat == 3:
        old = [{**code, "language": "python", "collapsed": False, "input": cell, "prompt_number": 1} for cell in cells]
        return json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": old, "metadata": {}}]})
    new = [{**code, "execution_count": None, "source": cell} for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": new})


@pytest.fixture(scope="session")
def small_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two questions: `center` (4 points) and `standardize` (6), which calls it."""
    home = tmp_path_factory.mktemp("course")
    made = run("new", "small", cwd=home)
    assert made.returncode == 0, made.stderr
    built = run("bundle", "--no-prove", "-c", "small", "-o", "small.zip", cwd=home)
    assert built.returncode == 0, built.stderr
    return home / "small.zip"
