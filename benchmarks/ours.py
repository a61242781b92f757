"""Our command, from start to end: what a further submission costs, what the start costs, and how a class grows."""

from __future__ import annotations

import csv
import functools
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import course as courses
from benchmarks.cost import Cost, Failed, run
from benchmarks.course import Course, Student

__all__ = ["Graded", "each_more", "grade", "mixed_class", "start_up", "whole_class"]

_FEW = 4
"""Submissions of the smaller of two classes whose difference is looked at: past it, every process and cache is warm."""


@dataclass(frozen=True)
class Graded:
    """One run of the command."""

    cost: Cost
    """Of the whole command, every process of it."""
    submission_wall_s: float
    """Of the slowest single submission."""


def grade(archive: Path, students: Callable[[Path], list[Student]], *options: str) -> Graded:
    """Grade a class with our command.

    Args:
        archive: The bundle.
        students: Makes the class in the folder that it is given.
        options: More options for the command.

    Raises:
        Failed: it failed, or somebody did not get the points they should.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = students(folder / "submissions")
        out = folder / "results"
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "autograder",
            "grade",
            "-b",
            archive,
            folder / "submissions",
            "-o",
            out,
            "--fresh",  # copies are graded each for itself
            *options,
        ]
        cost = run(command, cwd=folder)
        with (out / "gradebook.csv").open(encoding="utf-8", newline="") as gradebook:
            earned = {row["submission"]: row["total"] for row in csv.DictReader(gradebook)}
        for student in made:
            if not earned.get(student.name) or float(earned[student.name]) != student.points:
                raise Failed(f"Our command gave {student.name} {earned.get(student.name) or 'nothing'} instead of {student.points:g}.")
        slowest = max(json.loads(path.read_text())["measured"]["wall_s"] for path in (out / "staff" / "results").glob("*.json"))
        return Graded(cost, slowest)


def whole_class(course: Course, count: int, *options: str) -> Cost:
    """What a class of copies costs from a cold start."""
    return grade(course.archive, lambda folder: courses.copies(course, count, folder), *options).cost


def mixed_class(course: Course, count: int) -> Cost:
    """What a mixed class costs from a cold start."""
    return grade(course.archive, lambda folder: courses.mixed_class(course, count, folder)).cost


def each_more(archive: Path, students: Callable[[int, Path], list[Student]], more: int, *options: str) -> Cost:
    """What each further submission costs, all in: cells, cases, store, results, page."""
    few, many = (grade(archive, functools.partial(students, count), *options).cost for count in (_FEW, _FEW + more))
    return many.each(few, more)


def start_up(course: Course) -> float:
    """Wall-clock seconds of the command with one submission, but for those of the submission itself: start and end."""
    alone = grade(course.archive, lambda folder: courses.copies(course, 1, folder))
    return alone.cost.wall_s - alone.submission_wall_s
