"""What students hand in to a course made with otter, and what of it decides anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from zips import zipped

from autograder.grading.session import Grader
from autograder.model import Graded, Result, Submission, Withheld
from autograder.opening import open_bundle

TEST = """from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = 1
@test_case()
def test_read(read): assert read() == "beside, course"
"""
READS = "from pathlib import Path\ndef read():\n    return Path('mine/data.txt').read_text() + ', ' + Path('data/course.txt').read_text()\n"


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    root = tmp_path_factory.mktemp("theirs")
    for name, content in {
        "tests/q1.py": TEST,
        "files/data/course.txt": "course",
        "otter_config.json": json.dumps({"assignment_name": "hw03"}),
        "environment.yml": "name: env\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - pip\n  - jupyter_server\n  - numpy\n  - pip:\n    - not-here==1.0\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    bundle = open_bundle(root, tmp_path_factory.mktemp("into"))
    assert [notice for notice in bundle.notices if "not_here" in notice and "environment.yml" in notice and "numpy" not in notice]
    assert not any("jupyter_server" in notice for notice in bundle.notices)  # in what `otter generate` writes, always
    with Grader(bundle, workers=1, debug=True) as opened:
        yield opened


def notebook(source: str, **otter: str) -> bytes:
    cell: dict[str, object] = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": [], "source": source}
    return json.dumps({"cells": [cell], "metadata": {"otter": otter}, "nbformat": 4, "nbformat_minor": 5}).encode()


def grade(grader: Grader, path: Path, content: bytes) -> Result:
    path.write_bytes(content)
    return grader.grade(Submission("one", path))


def test_files_in_a_zip_lie_beside_its_notebook_and_replace_none_of_the_courses(grader: Grader, tmp_path: Path) -> None:
    mine = {
        "hw/mine/data.txt": b"beside",
        "hw/data/course.txt": b"mine",
        "hw/data": b"a file where a folder is",
        "hw/mine": b"",
        "data.txt": b"",
    }
    outside = {"hw/../../up.txt": b"", "/absolute.txt": b"", "hw/.OTTER_LOG": b"", "hw/a\x07b": b""}
    result = grade(grader, tmp_path / "hw.zip", zipped({"hw/hw.ipynb": notebook(READS), **mine, **outside}))
    assert isinstance(result, Graded), result
    assert result.total == 1, result


@pytest.mark.parametrize("beside", [{f"{number}.txt": b"" for number in range(501)}, {"large.bin": bytes(65 << 20)}], ids=["many", "large"])
def test_a_zip_that_holds_too_much_is_withheld(grader: Grader, tmp_path: Path, beside: dict[str, bytes]) -> None:
    result = grade(grader, tmp_path / "hw.zip", zipped({"hw.ipynb": notebook(READS), **beside}))
    assert isinstance(result, Withheld)
    assert "beside its notebook" in result.reason


def test_a_notebook_of_another_assignment_is_withheld_and_one_that_does_not_say_is_graded(grader: Grader, tmp_path: Path) -> None:
    other = grade(grader, tmp_path / "hw.ipynb", notebook(READS, assignment_name="hw02"))
    assert isinstance(other, Withheld)
    assert "hw02" in other.reason
    assert "hw03" in other.reason
    for content in (
        notebook(READS, assignment_name="hw03"),
        notebook(READS),
        json.dumps({**json.loads(notebook(READS)), "metadata": 3}).encode(),
    ):
        assert isinstance(grade(grader, tmp_path / "hw.ipynb", content), Graded)


@pytest.mark.parametrize(
    ("source", "withheld"),
    [
        ("import not_here", True),
        ("from not_here.parts import x", True),
        ("import not_here_either", False),
        ("raise ModuleNotFoundError(\"No module named 'numpy'\")", False),
    ],
)
def test_what_the_bundle_asks_for_and_is_not_installed_is_not_the_students_fault(
    grader: Grader, tmp_path: Path, source: str, *, withheld: bool
) -> None:
    result = grade(grader, tmp_path / "hw.ipynb", notebook(source))
    assert isinstance(result, Withheld) == withheld
    if isinstance(result, Withheld):
        assert "environment.yml: asks for not_here" in result.reason
