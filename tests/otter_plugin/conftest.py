"""Bundles made by the real command."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from .platforms import REPOSITORY, call

RIGHT = {
    "center": "import numpy as np\ndef center(table):\n    return table - table.mean(axis=0)\n",
    "standardize": "def standardize(table):\n    return center(table) / table.std(axis=0)\n",
}
"""Question → a cell that earns its points in the course that `autograder new` makes."""


def notebook(*cells: str) -> str:
    code: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell} for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": code})


def build(course: Path, target: Path) -> Path:
    built = call(sys.executable, "-m", "autograder", "bundle", "--no-prove", "-c", course, "-o", target, cwd=target.parent)
    assert built.returncode == 0, built.stderr
    return target


@pytest.fixture(scope="session")
def flagship(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(REPOSITORY, tmp_path_factory.mktemp("flagship") / "autograder.zip")


@pytest.fixture(scope="session")
def small_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two questions: `center` (4 points) and `standardize` (6), which calls it."""
    home = tmp_path_factory.mktemp("course")
    made = call(sys.executable, "-m", "autograder", "new", "small", cwd=home)
    assert made.returncode == 0, made.stderr
    return home / "small"


@pytest.fixture(scope="session")
def small(small_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(small_course, tmp_path_factory.mktemp("small") / "autograder.zip")


@pytest.fixture
def right(tmp_path: Path) -> Path:
    """A submission that earns all points of the small course."""
    path = tmp_path / "right.ipynb"
    path.write_text(notebook(*RIGHT.values()))
    return path
