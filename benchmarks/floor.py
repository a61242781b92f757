"""The floor: a bare fork of a warm process, the same cells and the same cases, in the same Python."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import foreign_cases
from benchmarks.cost import Cost, Failed, environment
from benchmarks.course import Course
from benchmarks.stock_otter import foreign_files

__all__ = ["floor", "lay_out"]


def lay_out(course: Course, folder: Path) -> None:
    """Write the notebook's files, the tests and the reference where everything runs in one process."""
    for name, content in foreign_files(course).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    shutil.copytree(course.bundle.root / "tests", folder / foreign_cases.TESTS.relative_to(foreign_cases.HERE))


def floor(course: Course, count: int) -> tuple[Cost, Cost]:
    """What each of `count` notebooks costs: its cells alone, and with all cases.

    Raises:
        Failed: a cell or a case raised.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(course, folder)
        program = shutil.copy(Path(__file__).with_name("floor_program.py"), folder)
        questions = [question.name for question in course.bundle.assignment.questions]
        command = [sys.executable, program, course.perfect, str(count), *questions]
        done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"The floor failed:\n{done.stderr[-4000:]}")
        said = json.loads(done.stdout)
        if said["cases"] != course.cases:
            raise Failed(f"The floor ran {said['cases']} cases instead of {course.cases}.")
        return Cost(**said["cells"]), Cost(**said["all"])
