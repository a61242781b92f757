"""Otter's own bundles, as a first course has them: the same five questions as doctests, and as functions that raise.

Each is graded by `otter run`, by `otter run` with our plugin, and by our command, in turn.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.authoring.installing import PLUGIN
from benchmarks import ours
from benchmarks.cost import Cost, Failed, run
from benchmarks.course import Student

__all__ = ["FORMATS", "bundle", "compared", "submission"]

_CELLS = {
    "mean_of": "def mean_of(values):\n    return sum(values) / len(values)",
    "count_words": "def count_words(text):\n    words = text.lower().split()\n    return {word: words.count(word) for word in words}",
    "scaled": "import numpy as np\n\ndef scaled(x):\n    x = np.asarray(x, dtype=float)\n    return (x - x.mean()) / x.std()",
    "total": "orders = [3, 4, 5]\ntotal = sum(orders)",
    "fizz": "def fizz(n):\n    return ['Fizz' * (i % 3 == 0) + 'Buzz' * (i % 5 == 0) or i for i in range(1, n + 1)]",
}
_CASES = {
    "mean_of": (("mean_of([1, 2, 3])", "2.0"), ("mean_of([5])", "5.0"), ("mean_of([1, 0, 0, 1])", "0.5"), ("mean_of([0])", "0.0")),
    "count_words": (
        ("count_words('a b a')", "{'a': 2, 'b': 1}"),
        ("count_words('')", "{}"),
        ("count_words('A a')", "{'a': 2}"),
        ("sum(count_words('x ' * 50).values())", "50"),
    ),
    "scaled": (
        ("float(round(scaled([1, 2, 3]).sum(), 9))", "0.0"),
        ("scaled(range(4)).shape", "(4,)"),
        ("scaled([0, 2]).tolist()", "[-1.0, 1.0]"),
        ("float(round(scaled(range(100)).std(), 9))", "1.0"),
    ),
    "total": (("total", "12"), ("len(orders)", "3"), ("isinstance(total, int)", "True"), ("orders[-1]", "5")),
    "fizz": (("fizz(3)", "[1, 2, 'Fizz']"), ("fizz(5)[-1]", "'Buzz'"), ("fizz(15)[-1]", "'FizzBuzz'"), ("len(fizz(40))", "40")),
}
"""Question → expressions and what they are; the last two are hidden."""
_POINTS = 4


def _doctests(name: str) -> str:
    cases = [
        {"code": f">>> {asked}\n{answer}", "hidden": number >= 2, "locked": False} for number, (asked, answer) in enumerate(_CASES[name])
    ]
    test = {"name": name, "points": _POINTS, "suites": [{"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
    return f"OK_FORMAT = True\ntest = {test!r}\n"


def _functions(name: str) -> str:
    taken = "total, orders" if name == "total" else name
    cases = [
        f"@test_case(hidden={number >= 2})\ndef test_{number}({taken}):\n    assert {asked} == {answer}\n"
        for number, (asked, answer) in enumerate(_CASES[name])
    ]
    return "\n".join([f"from otter.test_files import test_case\n\nOK_FORMAT = False\nname = {name!r}\npoints = {_POINTS}\n", *cases])


FORMATS = {"doctests": _doctests, "functions": _functions}
"""Otter's two formats, and what writes a question in them."""


def bundle(form: str, target: Path, *, plugin: bool = False) -> Path:
    """Write the bundle, as `otter generate` would."""
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"plugins": [PLUGIN]} if plugin else {}))
        for name in _CELLS:
            archive.writestr(f"tests/{name}.py", FORMATS[form](name))
    return target


def submission(path: Path) -> Path:
    """Write a notebook that is all right."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": [], "source": source}
        for name, source in _CELLS.items()
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path.write_text(json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def _class(count: int, folder: Path) -> list[Student]:
    folder.mkdir()
    students = [Student(f"student_{number:04}", float(_POINTS * len(_CELLS))) for number in range(count)]
    for student in students:
        submission(folder / f"{student.name}.ipynb")
    return students


def compared(form: str, more: int) -> Iterator[tuple[str, Cost]]:
    """What a submission costs by `otter`, with the `plugin`, and by `ours`, once each.

    Raises:
        Failed: one of them failed, or did not give full marks.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield "otter", _otter_run(bundle(form, folder / "stock.zip"), folder)
        yield "plugin", _otter_run(bundle(form, folder / "plugin.zip", plugin=True), folder)
        yield "ours", ours.each_more(bundle(form, folder / "ours.zip"), _class, more, "--workers", "1")


def _otter_run(archive: Path, folder: Path) -> Cost:
    results = folder / "results.json"
    results.unlink(missing_ok=True)
    command: list[str | Path] = [Path(sys.executable).parent / "otter", "run", "-a", archive, submission(folder / "submission.ipynb")]
    cost = run(command, cwd=folder)
    scores = {test["name"]: test["score"] for test in json.loads(results.read_text())["tests"] if "score" in test}
    if scores != dict.fromkeys(_CELLS, _POINTS):
        raise Failed(f"otter run of {archive.name} gave {scores} instead of {_POINTS} points for each of {', '.join(_CELLS)}.")
    return cost
