"""`otter run` with our bundle: otter's own results, our scores, and none where there cannot be any."""

from __future__ import annotations

import json
import pickle
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import RIGHT, build, notebook
from .platforms import Ran, call, notebook_of, otter_container, otter_run, results, run_autograder, scores

pytestmark = pytest.mark.slow

NAMES = ("perfect", "rnn_cell_wrong", "cells_raise_in_the_middle", "endless_loop_in_a_function", "os_exit_in_a_function")
CONFINED = "confinement: {}"


@pytest.fixture(scope="module")
def ours(flagship: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """Submission → question → points, by `autograder grade`."""
    out = tmp_path_factory.mktemp("ours")
    paths = [notebook_of(name).parent for name in NAMES]
    done = call(sys.executable, "-m", "autograder", "grade", "-b", flagship, *paths, "-o", out, cwd=out)
    assert done.returncode == 0, done.stderr
    found = [json.loads(path.read_text()) for path in (out / "staff" / "results").glob("*.json")]
    return {document["submission"]: {q["name"]: q["earned"] for q in document["questions"]} for document in found}


@pytest.mark.parametrize("name", NAMES)
def test_otter_run_gives_the_scores_of_autograder_grade(
    flagship: Path, ours: dict[str, dict[str, float]], name: str, tmp_path: Path
) -> None:
    done = otter_run(flagship, notebook_of(name), tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert scores(results(tmp_path / "out")) == ours[name]


def test_where_there_are_no_namespaces_the_scores_are_the_same(flagship: Path, ours: dict[str, dict[str, float]], tmp_path: Path) -> None:
    done = otter_run(flagship, notebook_of("rnn_cell_wrong"), tmp_path / "out", how="processes")
    assert CONFINED.format("processes") in done.stdout, done.stderr
    assert scores(results(tmp_path / "out")) == ours["rnn_cell_wrong"]


def test_an_otter_that_is_not_the_known_one_runs_an_empty_notebook_in_its_kernel(small: Path, tmp_path: Path) -> None:
    submission = tmp_path / "hand_in.ipynb"
    marker = tmp_path / "ran_outside"
    submission.write_text(notebook(*RIGHT.values(), f"open({str(marker)!r}, 'w')"))
    done = otter_run(small, submission, tmp_path / "out", how="another_otter")
    assert done.returncode == 0, done.stderr
    assert scores(results(tmp_path / "out")) == {"center": 4, "standardize": 6}
    assert not marker.exists()


class Opens:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


def test_nothing_that_lies_beside_the_notebook_is_unpickled_imported_or_believed(small: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran_outside"
    evil = f"open({str(marker)!r}, 'w')\n"
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("hand_in.ipynb", notebook(RIGHT["center"]))
        archive.writestr(".OTTER_LOG", pickle.dumps(Opens(marker)))
        for name in ("otter.py", "dill.py", "pandas/__init__.py", "__init__.py", "sitecustomize.py", "tests/center.py", "numpy.py"):
            archive.writestr(name, evil)
    done = otter_run(small, tmp_path / "export.zip", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert scores(results(tmp_path / "out")) == {"center": 4, "standardize": 0}
    assert not marker.exists()


def refused(done: Ran, out: Path, why: str) -> None:
    assert done.returncode != 0
    assert why in done.stderr
    assert not (out / "results.json").exists()


def test_without_confinement_there_is_no_score(small: Path, right: Path, tmp_path: Path) -> None:
    done = otter_run(small, right, tmp_path / "out", how="off")
    refused(done, tmp_path / "out", "Student code cannot be confined here")


def test_a_config_that_asks_for_no_confinement_is_refused(small_course: Path, right: Path, tmp_path: Path) -> None:
    with _changed(small_course / "grader_config.yaml", add="\nsandbox: off\n"):
        bundle = build(small_course, tmp_path / "off.zip")
    refused(otter_run(bundle, right, tmp_path / "out"), tmp_path / "out", "never run unconfined")


def test_a_question_that_cannot_be_judged_costs_nobody_a_score(small_course: Path, right: Path, tmp_path: Path) -> None:
    broken = (
        '\n\n@test_case(name="broken", points=0, hidden=True)\ndef test_broken(center):\n    raise OSError("a mistake of the author\'s")\n'
    )
    with _changed(small_course / "tests" / "cases" / "center.py", add=broken):
        bundle = build(small_course, tmp_path / "broken.zip")
    refused(otter_run(bundle, right, tmp_path / "out"), tmp_path / "out", "The checks of center could not be run")


class _changed:  # noqa: N801 - a context manager
    def __init__(self, path: Path, *, add: str) -> None:
        self.path, self.before, self.add = path, path.read_text(), add

    def __enter__(self) -> None:
        self.path.write_text(self.before + self.add)

    def __exit__(self, *_exception: object) -> None:
        self.path.write_text(self.before)


def test_otters_container_keeps_enough_of_the_bundle_and_its_results_need_nothing_of_ours(small: Path, tmp_path: Path) -> None:
    submission = tmp_path / "hand_in.ipynb"
    submission.write_text(notebook(RIGHT["center"], RIGHT["standardize"].replace("table.std(axis=0)", "2")))
    root = otter_container(small, tmp_path / "autograder", submission)
    done = run_autograder(root, how="processes")
    assert done.returncode == 0, done.stderr
    read = (
        "import sys; sys.modules['autograder'] = None\n"
        "import dill; r = dill.load(open('results/results.pkl', 'rb'))\n"
        "print([(f.name, f.score, f.possible) for f in r.results.values()], r.total)"
    )
    found = call(sys.executable, "-c", read, cwd=root)
    assert found.stdout == "[('center', 4, 4), ('standardize', 0, 6)] 4\n", found.stderr
