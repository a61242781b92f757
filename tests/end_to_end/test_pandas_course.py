"""A course of data frames in `examples/pandas_course`, built and graded by the real command: nothing is special about the first assignment.

Adding a case is adding a folder of submissions, as with the other course.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from handed_in import Class, expected, mismatches
from results_of import page

from .command import REPOSITORY, run

pytestmark = pytest.mark.slow

COURSE = REPOSITORY / "examples" / "pandas_course"
FOLDERS = sorted(path.name for path in (COURSE / "submissions").iterdir())
NOT_TAMPER_PROOF = "not tamper-proof"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ferry")
    for built in (
        run("release", "-c", COURSE, "-o", "release", cwd=folder),
        run("bundle", "--no-prove", "-c", COURSE, "-o", "bundle.zip", cwd=folder),
    ):
        assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def graded(home: Path) -> Class:
    done = run("grade", "-b", "bundle.zip", COURSE / "submissions", "-o", "out", cwd=home)
    return Class.of(home, done.returncode, done.stdout + done.stderr)


def test_the_release_has_the_stubs_and_no_line_of_the_solution(home: Path) -> None:
    released = {path.relative_to(home / "release").as_posix(): path for path in (home / "release").rglob("*") if path.is_file()}
    assert {"ferry_log.ipynb", "trips.csv", "tests/TicketBook.py", "autograder_checks/tables.py"} <= released.keys()
    notebook = released["ferry_log.ipynb"].read_text(encoding="utf-8")
    assert "# GRADED CLASS: TicketBook" in notebook
    solution = (COURSE / "solutions" / "ferry_log.py").read_text(encoding="utf-8").split("### START CODE HERE ###")[1:]
    secret = [line.strip() for region in solution for line in region.split("### END CODE HERE ###")[0].splitlines() if line.strip()]
    assert len(secret) > 20
    everything = "\n".join(path.read_text(encoding="utf-8") for path in released.values())
    assert [line for line in secret if line in everything or json.dumps(line)[1:-1] in everything] == []


def test_the_release_has_no_hidden_case(home: Path) -> None:
    cases = "\n".join(path.read_text(encoding="utf-8") for path in (home / "release" / "tests").glob("*.py"))
    assert cases.count("@test_case(") == 5
    assert "hidden=True" not in cases
    assert "reference" not in cases


@pytest.mark.parametrize("name", FOLDERS)
def test_it_earns_what_is_expected(graded: Class, name: str) -> None:
    assert mismatches(expected(COURSE / "submissions" / name), graded.documents[name]) == []


def test_everybody_is_graded_and_the_class_is_marked_in_every_report(graded: Class) -> None:
    assert graded.code == 0, graded.said
    assert [row["submission"] for row in graded.rows()] == FOLDERS
    columns = list(graded.rows()[0])
    assert [column for column in columns if NOT_TAMPER_PROOF in column] == ["TicketBook (not tamper-proof)"]
    assert "TicketBook†" in graded.said
    assert f"† {NOT_TAMPER_PROOF}" in graded.said
    for name, document in graded.documents.items():
        assert {question["name"]: question["tamper_proof"] for question in document["questions"]} == {
            "route_code": True,
            "clean_trips": True,
            "delays_by_route": True,
            "passengers_by_week": True,
            "TicketBook": False,
        }
        shown = page(graded.home / "out", name)
        assert shown.count(NOT_TAMPER_PROOF) == 2  # in the overview, and with the question
        assert NOT_TAMPER_PROOF in shown.partition("TicketBook")[2]


def test_what_a_frame_lacks_is_told_by_column_and_row_in_the_open_and_by_column_alone_where_it_is_hidden(graded: Class) -> None:
    cases = {case["name"]: case for case in graded.documents["wrong_helper"]["questions"][1]["cases"]}
    assert "clean['passengers']: its values are different: expected 33, got 31 in row 1; 1 of 2 differ" in cases["four entries"]["message"]
    assert cases["any log"]["message"].startswith("clean")
    assert "expected" not in cases["any log"]["message"]
    kept = {case["name"]: case for case in graded.documents["index_not_reset"]["questions"][1]["cases"]}
    assert "reset_index(drop=True) numbers rows anew" in kept["four entries"]["message"]
    assert kept["any log"]["message"] == "clean.index: its labels are different."
