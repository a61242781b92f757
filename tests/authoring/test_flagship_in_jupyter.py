"""The flagship's release as a student has it: in a stock Jupyter kernel, with otter's own checks."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from authoring.in_jupyter import errors, run, said

from autograder.authoring.course import Course, read_course
from autograder.authoring.leaks import refuse_leaks
from autograder.authoring.printed import difference_from_printed, with_tables
from autograder.authoring.release import build_release
from autograder.config import load_config
from autograder.errors import AuthorError

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def course() -> Course:
    return read_course(load_config(REPOSITORY))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("flagship") / "release"
    return build_release(load_config(REPOSITORY), out, prove=False).folder


@pytest.fixture(scope="module")
def solved(course: Course, release: Path) -> nbformat.NotebookNode:
    replaced = with_tables(course.notebook, course.printed) | course.filled_cells()
    return run(course.notebook.clean(replaced).decode(), release)


@pytest.fixture(scope="module")
def untouched(release: Path, course: Course) -> nbformat.NotebookNode:
    return run((release / course.sources.assignment.notebook).read_text(), release)


def checks_of(course: Course, notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return what each question's check cell says."""
    wanted = {f'grader.check("{q.name}")': q.name for q in course.sources.assignment.questions}
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip() in wanted]
    return {wanted[cell.source.strip()]: said(cell) for cell in cells}


def test_with_the_reference_no_cell_fails(solved: nbformat.NotebookNode) -> None:
    assert not errors(*solved.cells)


def test_with_the_reference_every_expected_output_is_printed(course: Course, solved: nbformat.NotebookNode) -> None:
    starts = [stub.cell.number for stub in course.stubs.values()]
    assert set(course.printed) == set(course.stubs)
    for name, rows in course.printed.items():
        first = course.stubs[name].cell.number
        last = min((n for n in starts if n > first), default=len(solved.cells) + 1)
        printed = "".join(said(cell) for cell in solved.cells[first - 1 : last - 1] if cell.cell_type == "code")
        assert difference_from_printed(rows, printed) == ""


def test_with_the_reference_every_check_passes(course: Course, solved: nbformat.NotebookNode) -> None:
    results = checks_of(course, solved)
    assert list(results) == [q.name for q in course.sources.assignment.questions]
    for question, text in results.items():
        assert f"{question} results: All test cases passed!" in text


def test_untouched_no_check_passes(course: Course, untouched: nbformat.NotebookNode) -> None:
    for text in checks_of(course, untouched).values():
        assert "All test cases passed!" not in text
        assert "failed" in text


def test_no_line_of_the_solution_alone_is_in_the_release(course: Course, release: Path) -> None:
    files = {p.relative_to(release).as_posix(): p.read_bytes() for p in release.rglob("*") if p.is_file()}
    assert len(course.secrets) > 50
    refuse_leaks(course.secrets, files)
    for secret in course.secrets:
        with pytest.raises(AuthorError):
            refuse_leaks([secret], {"copied.py": "".join(f"{t} " for t in secret.tokens).encode()})
