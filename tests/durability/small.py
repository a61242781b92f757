"""A small course and a class of it: quick to grade, all different, some broken."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

from .killing import command, environment

__all__ = ["make_bundle", "make_class"]

_CENTER = "import numpy as np\ndef center(table):\n    return table - table.mean(axis=0)\n"
_STANDARDIZE = "def standardize(table):\n    return center(table) / table.std(axis=0)\n"
_KINDS: tuple[tuple[str, ...], ...] = (
    (_CENTER, _STANDARDIZE),
    (_CENTER, _STANDARDIZE, "print('all of it')"),
    (_CENTER, "def standardize(table):\n    return center(table) * table.std(axis=0)\n"),
    ("def center(table):\n    return table\n", _STANDARDIZE),
    (_CENTER, _STANDARDIZE, "import time\ntime.sleep(0.3)"),
    ("def center(table):\n    raise ValueError(table.shape)\n", "standardize = None"),
    ("import time, os\nif os.fork() == 0:\n    time.sleep(3600)\n    os._exit(0)", _CENTER, _STANDARDIZE),
    (_CENTER, "def standardize(table):\n    import os\n    os._exit(3)\n"),
)
"""Notebooks by their cells, right and wrong: a mistake, a slow one, one with a process of its own, one that ends its process."""


def make_bundle(home: Path) -> Path:
    """Two questions: `center` (4 points) and `standardize` (6), which calls it."""
    for arguments in (("new", "small"), ("bundle", "--no-prove", "-c", "small", "-o", "small.zip")):
        subprocess.run(command(*arguments), cwd=home, env=environment(), check=True, capture_output=True)
    return home / "small.zip"


def make_class(folder: Path, count: int, seed: int = 1) -> None:
    """Write `submissions/` and `roster.csv`: notebooks that all differ, but for one pair; some are none, and so is one more submission.

    One student has handed in nothing.
    """
    rng = random.Random(seed)
    submissions = folder / "submissions"
    submissions.mkdir(parents=True)
    names = [f"s{number:03}" for number in range(count)]
    for number, name in enumerate(names):
        text = _notebook([f"# {rng.random()}", *_KINDS[number % len(_KINDS)]])
        if number == count // 2:
            text = (submissions / f"{names[0]}.ipynb").read_text()
        elif number % 9 == 5:
            text = text[:-30]
        (submissions / f"{name}.ipynb").write_text(text)
    (submissions / "nothing").mkdir()
    (submissions / "nothing" / "essay.txt").write_text("I could not do it.")
    rows = ["id,login,email,name,section", *(f"9{name},{name},{name}@example.edu,Ann {name.upper()},A" for name in [*names, "absent"])]
    (folder / "roster.csv").write_text("\n".join(rows) + "\n")


def _notebook(cells: list[str]) -> str:
    code: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell} for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": code})
