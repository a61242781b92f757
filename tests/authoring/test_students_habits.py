"""`grader.check`, `grader.check_all` and `grader.export` in what students get: with otter-grader, and where it is not installed."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from authoring.in_jupyter import errors, run, said

from autograder.authoring.release import build_release
from autograder.authoring.scaffold import new_course
from autograder.config import load_config

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[2]
WITHOUT_OTTER = "import sys\nsys.modules['otter'] = None  # `import otter` then finds no module named otter\n"


@dataclass
class Student:
    """A student's folder, after the notebook and the three calls were run there."""

    folder: Path
    notebook: Path
    questions: tuple[str, ...]
    ran: nbformat.NotebookNode

    @property
    def habits(self) -> tuple[nbformat.NotebookNode, nbformat.NotebookNode, nbformat.NotebookNode]:
        """The cells with check, check_all and export."""
        check, check_all, export = self.ran.cells[-3:]
        return check, check_all, export

    @property
    def zips(self) -> list[Path]:
        return sorted(self.folder.glob("*.zip"))


@pytest.fixture(params=["flagship", "new course"], scope="module")
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "flagship":
        return REPOSITORY
    home = tmp_path_factory.mktemp("course")
    new_course(home / "new")
    return home / "new"


@pytest.fixture(params=["untouched", "solved"], scope="module")
def work(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def student(course: Path, work: str, home: Path, *, otter: bool) -> Student:
    """Hand the release out, let the student save their work in it, and run it all."""
    sources = load_config(course)
    folder = build_release(sources, home / "release", prove=False).folder
    notebook = folder / sources.assignment.notebook
    if work == "solved":
        notebook.write_bytes((course / "examples" / "submissions" / "perfect" / notebook.name).read_bytes())
    environment = dict(os.environ)
    if not otter:
        (home / "without").mkdir()
        (home / "without" / "sitecustomize.py").write_text(WITHOUT_OTTER)
        environment["PYTHONPATH"] = str(home / "without")
    questions = tuple(question.name for question in sources.assignment.questions)
    calls = (f'grader.check("{questions[0]}")', "grader.check_all()", "grader.export()")
    return Student(folder, notebook, questions, run(notebook.read_text(encoding="utf-8"), folder, *calls, environment=environment))


def test_with_otter_they_check_and_export(course: Path, work: str, tmp_path: Path) -> None:
    done = student(course, work, tmp_path, otter=True)
    check, check_all, export = done.habits
    assert not errors(check, check_all, export)
    passed = f"{done.questions[0]} results: All test cases passed!"
    assert (passed in said(check)) == (work == "solved")
    for question in done.questions:
        assert f"{question} results:" in said(check_all)
        assert (f"{question} results: All test cases passed!" in said(check_all)) == (work == "solved")
    assert "Your submission has been exported" in export.outputs[-1].data["text/html"]
    assert len(done.zips) == 2  # the notebook's own last cell made the other
    for path in done.zips:
        with zipfile.ZipFile(path) as archive:
            assert archive.read(done.notebook.name) == done.notebook.read_bytes()
            assert [name for name in archive.namelist() if name.endswith((".pdf", "LOG"))] == []


def test_without_otter_each_says_calmly_what_it_could_not_do(course: Path, work: str, tmp_path: Path) -> None:
    done = student(course, work, tmp_path, otter=False)
    check, check_all, export = done.habits
    assert not errors(*(done.ran.cells if work == "solved" else done.habits))
    assert said(check).startswith(f"{done.questions[0]} was not checked")
    assert said(check_all).startswith("Nothing was checked")
    assert said(export) == "No zip file was made. Save the notebook and hand in the .ipynb file itself.\n"
    assert any("%pip install otter-grader==7.0.0" in said(cell) for cell in done.ran.cells if cell.cell_type == "code")
    assert done.zips == []
