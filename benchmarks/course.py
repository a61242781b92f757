"""What is graded: the flagship's four graded questions with all their cases, and classes of notebooks for it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.authoring.bundling import build_bundle
from autograder.bundle import MANIFEST, PLAN, Bundle, open_bundle, write_bundle, write_plan
from autograder.config import load_config

__all__ = ["MIX", "ROOT", "Course", "Student", "copies", "make_course", "mixed_class"]

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "submissions"

MIX = (
    "perfect_in_other_styles",
    "moved_and_reordered",
    "foreign_metadata",
    "optional_untouched",
    "optional_wrong",
    "rnn_cell_wrong",
    "rnn_forward_wrong",
    "lstm_cell_wrong",
    "lstm_forward_wrong",
    "both_cells_wrong",
    "forgotten_append",
    "cache_wrong_only",
    "initial_state_is_a_view",
    "arguments_modified",
    "wrong_shape",
    "helper_raises",
    "cells_raise_in_the_middle",
    "returns_none",
    "syntax_error",
    "untouched",
)
"""The mixed class: every second notebook is perfect, the others are these in turn. No endless loops: they take what time they are given."""


@dataclass(frozen=True)
class Course:
    """The benchmark's own course."""

    archive: Path
    """The bundle's zip."""
    retitled: Path
    """The same, built with another title: nothing that decides a verdict is another."""
    bundle: Bundle
    """The same, opened."""
    perfect: Path
    """A notebook with full marks."""

    @property
    def cases(self) -> int:
        """How many cases its test files declare."""
        return sum(self.bundle.test_file(question.name).read_text().count("\n@test_case(") for question in self.bundle.assignment.questions)


@dataclass(frozen=True)
class Student:
    """One of a class."""

    name: str
    """In the gradebook."""
    points: float
    """That must be earned."""


def make_course(folder: Path) -> Course:
    """Build the repository's bundle, and leave out its optional questions."""
    whole = folder / "whole.zip"
    build_bundle(load_config(ROOT / "grader_config.yaml"), whole, prove=False)
    opened = open_bundle(whole, folder)
    graded = tuple(question for question in opened.assignment.questions if not question.optional)
    keys = {question.name: opened.question_keys[question.name] for question in graded}
    left_out = {f"tests/{question.name}.py" for question in opened.assignment.questions if question.optional} | {MANIFEST, PLAN}
    files = {path.relative_to(opened.root).as_posix(): path for path in opened.root.rglob("*") if path.is_file()}
    parts = {name: path.read_bytes() for name, path in files.items() if name not in left_out}
    parts[PLAN] = write_plan(replace(opened.assignment, questions=graded), keys)
    archive = folder / "course.zip"
    write_bundle(parts, archive)
    retitled = folder / "retitled.zip"
    parts[PLAN] = write_plan(replace(opened.assignment, questions=graded, title=f"{opened.assignment.title}, again"), keys)
    write_bundle(parts, retitled)
    return Course(archive, retitled, open_bundle(archive, folder), notebook_of("perfect"))


def notebook_of(example: str) -> Path:
    """The notebook of one of the repository's examples."""
    return next((EXAMPLES / example).glob("*.ipynb"))


def copies(course: Course, count: int, folder: Path) -> list[Student]:
    """Fill a new folder with copies of the perfect notebook."""
    return _class(["perfect"] * count, course, folder)


def mixed_class(course: Course, count: int, folder: Path) -> list[Student]:
    """Fill a new folder with a mixed class (see `MIX`)."""
    names = ["perfect" if number % 2 == 0 else MIX[number // 2 % len(MIX)] for number in range(count)]
    return _class(names, course, folder)


def _class(examples: list[str], course: Course, folder: Path) -> list[Student]:
    folder.mkdir()
    points = {name: _points(name, course) for name in set(examples)}
    students = []
    for number, example in enumerate(examples):
        student = Student(f"student_{number:04}", points[example])
        shutil.copy(notebook_of(example), folder / f"{student.name}.ipynb")
        students.append(student)
    return students


def _points(example: str, course: Course) -> float:
    """What the example says that it is worth; it is graded by the repository's tests, too."""
    expected = json.loads((EXAMPLES / example / "expected.json").read_text())["questions"]
    return float(sum(expected[question.name] for question in course.bundle.assignment.questions))
