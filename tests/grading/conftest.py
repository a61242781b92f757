"""Graders for small courses, made for a test and closed after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .course import DOUBLE, POWER, QUICK, Course


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    course = Course(tmp_path_factory.mktemp("course"), limits=QUICK, double=DOUBLE, power=POWER)
    with course.grader:
        yield course


@pytest.fixture
def make_course(tmp_path: Path) -> Iterator[Callable[..., Course]]:
    made: list[Course] = []

    def make(**parts: str) -> Course:
        folder = tmp_path / str(sum(1 for _ in tmp_path.iterdir()))  # one that did not load leaves its folder, too
        folder.mkdir()
        made.append(Course(folder, **{"limits": QUICK, **parts}))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for course in made:
        course.grader.close()
