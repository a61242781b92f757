"""`otter run` of the same notebook with the same cases.

The bundle holds our test files with one import changed (see `foreign_cases`), and beside the notebook the solution and the release's
files. Everything runs in the notebook's own kernel, as it does with otter. Each run starts otter anew: it grades one notebook at a time.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from benchmarks import foreign_cases
from benchmarks.cost import Cost, Failed, run
from benchmarks.course import Course

__all__ = ["FOREIGN", "STOCK_IMPORT", "foreign_files", "otter_run"]

FOREIGN = "foreign_cases.py"
STOCK_IMPORT = "from otter.test_files import test_case"
"""The line of every test file that is changed for otter."""


def foreign_files(course: Course) -> dict[str, bytes]:
    """What lies beside the notebook, wherever a grader runs cases in the student's process: relative path → content."""
    bundle = course.bundle
    assert bundle.solution is not None
    return {
        **bundle.files(),
        FOREIGN: Path(foreign_cases.__file__).read_bytes(),
        foreign_cases.KEYS: json.dumps({name: key.hex() for name, key in bundle.question_keys.items()}).encode(),
        foreign_cases.REFERENCE: bundle.solution.read_bytes(),
    }


def _bundle(course: Course, target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("otter_config.json", "{}")
        for name, content in foreign_files(course).items():
            archive.writestr(f"files/{name}", content)
        for path in sorted((course.bundle.root / "tests").iterdir()):
            text = path.read_text()
            if path.suffix == ".py" and text.count(STOCK_IMPORT) != 1:
                raise Failed(f"{path.name} does not import otter's test_case in the one way that this benchmark knows how to change.")
            archive.writestr(f"tests/{path.name}", text.replace(STOCK_IMPORT, "from foreign_cases import test_case"))


def otter_run(course: Course) -> Cost:
    """Grade the perfect notebook with stock otter.

    Raises:
        Failed: it failed, or did not give full marks for every case.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _bundle(course, folder / "otter.zip")
        shutil.copy(course.perfect, folder / "submission.ipynb")
        cost = run([Path(sys.executable).parent / "otter", "run", "-a", "otter.zip", "submission.ipynb"], cwd=folder)
        graded = [test for test in json.loads((folder / "results.json").read_text())["tests"] if "score" in test]
        passed = sum(test["output"].count("All test cases passed!") for test in graded)
        earned = sum(test["score"] for test in graded)
        if earned != course.bundle.assignment.points or passed != len(course.bundle.assignment.questions):
            raise Failed(f"otter run gave {earned:g} of {course.bundle.assignment.points} points, {passed} questions passed: {graded}")
        return cost
