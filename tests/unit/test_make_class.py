"""Made-up classes: nobody is lost, nothing is like another, and names are as the platforms write them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from autograder.grading.session import Grader, Order
from autograder.model import Graded, Submission
from benchmarks.course import make_course

SEED = 11
STUDENTS = 40
QUESTIONS = ("rnn_cell_forward", "rnn_forward", "lstm_cell_forward", "lstm_forward")
PATTERNS = {
    # Canvas keeps combining marks, which Python's \w leaves out.
    "canvas": r"(?P<name>[\w\u0300-\u036f]+?)(?:_(?P<late>LATE))?_(?P<owner>\d+)_(?P<attachment>\d+)_(?P<file>[^/:*?\"<>|]+)",
    "moodle": r"(?P<name>[^/_]+)_(?P<owner>\d+)_assignsubmission_file/(?P<file>[^/]+)",
    "gradescope": r"assignment_\d+_export/(?:submission_metadata\.yml|submission_(?P<owner>\d+)/(?P<file>[^/]+))",
    "nbgrader": r"submitted/(?P<owner>[a-z0-9]+)/rnn/(?P<file>[^/]+)",
    "folder": r"submissions/(?P<owner>[a-z0-9]+)(?:\.ipynb|/(?P<file>[^/]+))",
}


@dataclass(frozen=True)
class Made:
    """A class on disk."""

    said: str
    files: dict[str, bytes]
    """Everything that was written, by its path."""
    parts: dict[str, bytes]
    """The download, zipped or not."""

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.files[name].decode("utf-8-sig"))))

    @property
    def truth(self) -> list[dict[str, str]]:
        return self.rows("truth.csv")


def make(script: Path, out: Path, platform: str, *more: str, students: int = STUDENTS) -> Made:
    command: list[str | Path] = [sys.executable, script, out, "--students", str(students), "--seed", str(SEED), "--as", platform, *more]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    files = {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    if "submissions.zip" in files:
        with zipfile.ZipFile(io.BytesIO(files["submissions.zip"])) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    else:
        parts = {name: content for name, content in files.items() if "/" in name}
    return Made(said, files, parts)


@pytest.fixture(scope="module")
def script(repository: Path) -> Path:
    return repository / "examples" / "make_class.py"


@pytest.fixture(scope="module")
def classes(script: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    folder = tmp_path_factory.mktemp("classes")
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(PATTERNS, pool.map(lambda platform: make(script, folder / platform, platform), PATTERNS), strict=True))


def notebooks(parts: dict[str, bytes]) -> dict[str, str]:
    """Path → all code that a kernel would get; of what has code, zipped or not."""
    found = {}
    for name, content in parts.items():
        text = content
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                text = archive.read(archive.namelist()[0])
        if name.endswith((".ipynb", ".zip")) and text:
            cells = json.loads(text)["cells"]
            code = "\n---\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
            if code:
                found[name] = code
    return found


@pytest.mark.parametrize("platform", PATTERNS)
def test_equal_arguments_give_equal_bytes(script: Path, classes: dict[str, Made], platform: str, tmp_path: Path) -> None:
    assert make(script, tmp_path / "again", platform).files == classes[platform].files


@pytest.mark.parametrize("platform", PATTERNS)
def test_every_name_in_a_download_is_as_its_platform_writes_it(classes: dict[str, Made], platform: str) -> None:
    assert [name for name in classes[platform].parts if re.fullmatch(PATTERNS[platform], name) is None] == []


@pytest.mark.parametrize("platform", PATTERNS)
def test_no_two_notebooks_hold_the_same_code(classes: dict[str, Made], platform: str) -> None:
    code = notebooks(classes[platform].parts)
    assert len(code) >= 0.8 * STUDENTS
    assert [name for name, times in Counter(code.values()).items() if times > 1] == []


@pytest.mark.parametrize("platform", PATTERNS)
def test_the_truth_has_everybody_of_the_roster_and_what_their_example_is_worth(
    repository: Path, classes: dict[str, Made], platform: str
) -> None:
    made = classes[platform]
    assert [row["student"] for row in made.truth] == [row["id"] for row in made.rows("roster.csv")]
    assert len({row["student"] for row in made.truth}) == STUDENTS
    for row in made.truth:
        points = [row[question] for question in QUESTIONS]
        if row["state"] == "graded":
            expected = json.loads((repository / "examples" / "submissions" / row["variant"] / "expected.json").read_text())["questions"]
            assert points == [str(expected[question]) for question in QUESTIONS]
            assert int(row["total"]) == sum(map(int, points))
        else:
            assert row["state"] in ("withheld", "not submitted")
            assert (points, row["total"]) == ([""] * 4, "")


def test_the_shares_of_a_large_class_are_as_stated(script: Path, tmp_path: Path) -> None:
    made = make(script, tmp_path / "large", "folder", "--everyone", students=200)
    variants = Counter(row["variant"] for row in made.truth)
    assert sum(variants.values()) == len(notebooks(made.parts)) == 200
    assert "140 are near-perfect (70.0%), and 4 run into a time limit (2.0%)" in made.said
    assert [row["variant"] for row in made.truth if row["time_out"]].count("endless_loop_in_a_cell") == 2
    assert {path.name for path in (script.parent / "submissions").iterdir()} == set(variants)


@pytest.mark.parametrize("platform", PATTERNS)
def test_the_file_that_counts_is_in_the_download_once(classes: dict[str, Made], platform: str) -> None:
    held = Counter(hashlib.sha256(content).hexdigest() for content in classes[platform].parts.values())
    alone = [row for row in classes[platform].truth if row["state"] == "graded" and not row["group"]]
    assert [row["login"] for row in alone if held[row["sha256"]] != 1] == []
    assert {row["sha256"] for row in classes[platform].truth if row["state"] == "not submitted"} == {""}


def test_every_notebook_is_where_the_truth_says_whose_it_is(classes: dict[str, Made]) -> None:
    def owners(platform: str) -> set[str]:
        return {match["owner"] for name in classes[platform].parts if (match := re.fullmatch(PATTERNS[platform], name)) and match["owner"]}

    for platform, column in (("canvas", "platform_id"), ("nbgrader", "login"), ("folder", "login")):
        handed_in = [row for row in classes[platform].truth if row["state"] != "not submitted"]
        alone = {row[column] for row in handed_in if not row["group"]}
        together = [{row[column] for row in handed_in if row["group"] == group} for group in {row["group"] for row in handed_in} - {""}]
        assert alone <= owners(platform)
        assert all(len(members & owners(platform)) == 1 for members in together)
        assert len(owners(platform)) == len(alone) + len(together)
    export = yaml.safe_load(classes["gradescope"].parts["assignment_51207_export/submission_metadata.yml"])
    submitters = [person[":sid"] for said in export.values() for person in said[":submitters"]]
    assert sorted(submitters) == [row["sid"] for row in classes["gradescope"].truth if row["state"] != "not submitted"]
    assert {f"submission_{owner}" for owner in owners("gradescope")} == set(export)


def test_the_newest_of_several_on_canvas_is_the_one_with_the_greatest_attachment_number_whatever_its_suffix(
    classes: dict[str, Made],
) -> None:
    found: dict[str, list[tuple[int, str]]] = {}
    for name in notebooks(classes["canvas"].parts):
        match = re.fullmatch(PATTERNS["canvas"], name)
        assert match is not None
        found.setdefault(match["owner"], []).append((int(match["attachment"]), match["file"]))
    several = [[file for _, file in sorted(files)] for files in found.values() if len(files) > 1]
    attempts = {row["platform_id"]: row["attempts"] for row in classes["canvas"].truth}
    assert {owner for owner, files in found.items() if len(files) > 1} <= {owner for owner, number in attempts.items() if number == "2"}
    assert any("-1." in newest for _, newest in several)
    assert any("-1." in first for first, _ in several)


def test_a_class_has_the_names_that_are_mixed_up(script: Path, tmp_path: Path) -> None:
    made = make(script, tmp_path / "large", "canvas", students=120)
    people = made.truth
    assert sum(row["namesakes"] != "0" for row in people) >= 4
    assert {len(row["name"].split()) for row in people} >= {1, 2, 3, 4}
    assert any(not unicodedata.is_normalized("NFC", row["name"]) for row in people)
    assert any(not row["name"].split()[0].isascii() for row in people)
    assert {"", "yes", "no"} == {row["late"] for row in people}
    roster = made.rows("roster.csv")
    assert any(not row["login"] for row in roster)
    assert any(not row["email"] for row in roster)


def test_the_gradebook_and_the_worksheet_have_everybody_and_nothing_filled_in(classes: dict[str, Made]) -> None:
    gradebook = classes["canvas"].rows("gradebook.csv")
    column = "Building your Recurrent Neural Network (51207)"
    assert [row[column] for row in gradebook[:2]] == ["Manual Posting", "100.00"]
    assert (gradebook[1]["Student"], gradebook[-1]["Student"]) == ("    Points Possible", "Student, Test")
    assert {row["ID"] for row in gradebook[2:-1]} == {row["student"] for row in classes["canvas"].truth}
    worksheet = classes["moodle"].rows("worksheet.csv")
    assert {row["Identifier"] for row in worksheet} == {f"Participant {row['platform_id']}" for row in classes["moodle"].truth}
    assert {row["Identifier"]: row["Group"] for row in worksheet} == {
        f"Participant {row['platform_id']}": row["group"] for row in classes["moodle"].truth
    }
    assert {row[column] for row in gradebook[2:]} | {row["Grade"] for row in worksheet} == {""}


def test_a_folder_that_holds_something_is_left_alone(script: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is there already: name a new folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_a_students_own_hand_changes_no_points(script: Path, tmp_path: Path) -> None:
    make(script, tmp_path / "class", "folder", "--everyone")
    rows = list(csv.DictReader((tmp_path / "class" / "truth.csv").open(encoding="utf-8")))
    takes_long = {"runaway_memory", "flood_of_prints", "searches_for_answers", "exit_in_a_cell"}
    one_of_each = {row["variant"]: row for row in rows if row["variant"] not in takes_long and not row["time_out"]}
    chosen = list(one_of_each.values())[:6]
    submissions = tmp_path / "class" / "submissions"
    found = [next((path for path in submissions.rglob("*.ipynb") if row["login"] in (path.stem, path.parent.name)), None) for row in chosen]
    handed_in = [(row, Submission(row["login"], path)) for row, path in zip(chosen, found, strict=True) if path is not None]
    assert len(handed_in) >= 5
    with Grader(make_course(tmp_path).bundle) as grader:
        by_name = {submission.name: row for row, submission in handed_in}
        for order, result in grader.grade_all(Order(submission) for _, submission in handed_in):
            row = by_name[order.submission.name]
            assert isinstance(result, Graded)
            assert {score.question.name: str(score.earned) for score in result.questions} == {name: row[name] for name in QUESTIONS}, row
