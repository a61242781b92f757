"""Whatever comes in, it is named with its remedy, it is never a zero by our fault, and the rest of the class is graded."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from results_of import document_names, documents, folders

from .command import ENVIRONMENT, command, earned, run
from .conftest import RIGHT, notebook

pytestmark = pytest.mark.slow

GOOD = notebook(*RIGHT.values())
FILES: dict[str, bytes] = {
    "a_right_one.ipynb": GOOD.encode(),
    "bytes.ipynb": bytes(range(256)),
    "empty.ipynb": b"",
    "json_of_something_else.ipynb": b'{"name": "jdoe"}',
    "no_function.ipynb": notebook("x = 1").encode(),
    "no_json.ipynb": b"def center(table): ...",
    "old_format.ipynb": notebook(*RIGHT.values(), nbformat=3).encode(),
    "truncated.ipynb": GOOD.encode()[:-40],
    "utf_16.ipynb": GOOD.encode("utf-16"),
    "none/essay.txt": b"I could not do it.",
    "two/first.ipynb": GOOD.encode(),
    "two/second.ipynb": notebook(RIGHT["center"], RIGHT["standardize"].replace("table.std", "2 * table.std")).encode(),
    "twice/first.ipynb": GOOD.encode(),
    "twice/second.ipynb": GOOD.encode(),
    "z_right_one.ipynb": GOOD.encode(),
}
REASONS = {
    "bytes": "is not UTF-8",
    "empty": "is empty",
    "json_of_something_else": "not a notebook",
    "no_json": "is not JSON",
    "truncated": "ends in the middle",
    "utf_16": "UTF-16",
    "none": "has no notebook in it",
    "two": "has 2 notebooks",
    "too_large": "is larger than 32 MiB",
    "no_function": "names none of the functions of this assignment (center, standardize)",
    "unreadable": "cannot be read",
    "gone": "there is no such file or folder",
}
RIGHT_ONES = ["a_right_one", "old_format", "twice", "z_right_one"]
"""Submissions that earn all points; where one is there twice, it does not matter which is graded."""


@dataclass(frozen=True)
class Class:
    """A finished run."""

    done: subprocess.CompletedProcess[str]
    rows: dict[str, dict[str, str]]
    """Submission → its row of the gradebook."""
    documents: dict[str, dict[str, Any]]


def gradebook(out: Path) -> dict[str, dict[str, str]]:
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as stream:
        return {row["submission"]: row for row in csv.DictReader(stream)}


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def graded(small_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Class:
    home = tmp_path_factory.mktemp("class")
    handed_in = write(home / "handed_in", FILES)
    with (handed_in / "too_large.ipynb").open("wb") as stream:
        stream.truncate((64 << 20) + 1)
    # A file that nobody can read from, not even root.
    (home / "unreadable.ipynb").symlink_to("/proc/self/mem")
    done = run("grade", "-b", small_bundle, "handed_in", "unreadable.ipynb", "gone.ipynb", "-o", "out", cwd=home)
    return Class(done, gradebook(home / "out"), documents(home / "out"))


def test_the_run_ends_with_3_because_some_were_withheld(graded: Class) -> None:
    assert graded.done.returncode == 3, graded.done.stderr
    assert "Traceback" not in graded.done.stderr


@pytest.mark.parametrize("name", RIGHT_ONES)
def test_the_rest_of_the_class_is_graded(graded: Class, name: str) -> None:
    assert earned(graded.documents[name]) == {"center": 4, "standardize": 6}


@pytest.mark.parametrize("name", REASONS)
def test_what_cannot_be_graded_is_withheld_and_says_why(graded: Class, name: str) -> None:
    row = graded.rows[name]
    assert (row["status"], row["center"], row["standardize"], row["total"]) == ("withheld", "", "", "")
    reason = graded.documents[name]["reason"]
    assert REASONS[name] in reason
    assert name in reason
    assert reason in graded.done.stderr


def test_everything_that_came_in_has_a_row_and_no_other_has(graded: Class) -> None:
    assert set(graded.rows) == set(REASONS) | set(RIGHT_ONES)


def test_when_nothing_can_be_graded_the_command_says_why_and_ends_with_1(small_bundle: Path, tmp_path: Path) -> None:
    done = run("grade", "-b", small_bundle, "gone", "-o", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert "gone: there is no such file or folder" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("what", ["missing", "not a zip", "changed"])
def test_a_bundle_that_is_none_is_refused_before_anything_is_graded(small_bundle: Path, tmp_path: Path, what: str) -> None:
    bundle = tmp_path / "bundle.zip"
    if what == "not a zip":
        bundle.write_bytes(b"no zip")
    if what == "changed":
        with zipfile.ZipFile(small_bundle) as old, zipfile.ZipFile(bundle, "w") as new:
            for entry in old.infolist():
                new.writestr(entry, old.read(entry) + (b"\n# more points for me\n" if entry.filename == "tests/center.py" else b""))
    write(tmp_path, {"jdoe.ipynb": GOOD.encode()})
    done = run("grade", "-b", "bundle.zip", "jdoe.ipynb", "-o", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert "bundle.zip" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_results_cannot_go_where_a_file_is(small_bundle: Path, tmp_path: Path) -> None:
    write(tmp_path, {"jdoe.ipynb": GOOD.encode(), "out": b"mine"})
    done = run("grade", "-b", small_bundle, "jdoe.ipynb", "-o", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert "Choose another folder" in done.stderr
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_ctrl_c_keeps_what_was_graded_and_says_who_was_not(small_bundle: Path, tmp_path: Path) -> None:
    endless = notebook(*RIGHT.values(), "import time\nwhile True:\n    time.sleep(0.01)\n")
    slow = notebook(*RIGHT.values(), "import time\ntime.sleep(1)")
    write(tmp_path / "class", {"adam.ipynb": GOOD.encode(), "endless.ipynb": endless.encode(), "zoe.ipynb": slow.encode()})
    arguments = command("grade", "-b", small_bundle, "class", "-o", "out")
    with subprocess.Popen(
        arguments, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("[1/3] adam"):
                break
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to every process in the foreground
        # Ends only when every process that holds the pipes has ended.
        _out, said = running.communicate()
    assert running.returncode == 130, said
    assert "Traceback" not in said
    rows = gradebook(tmp_path / "out")
    assert {name: row["status"] for name, row in rows.items()} == {"adam": "graded", "endless": "not graded", "zoe": "not graded"}
    assert document_names(tmp_path / "out") == ["adam.json"]


@pytest.mark.parametrize(("before", "code", "graded"), [((), 130, {"adam"}), (("nohup",), 0, {"adam", "zoe"})])
def test_a_connection_that_breaks_ends_the_run_in_order_and_under_nohup_not_at_all(
    small_bundle: Path, tmp_path: Path, before: tuple[str, ...], code: int, graded: set[str]
) -> None:
    slow = notebook(*RIGHT.values(), "import time\ntime.sleep(1)")
    write(tmp_path / "class", {"adam.ipynb": GOOD.encode(), "zoe.ipynb": slow.encode()})
    arguments = [*before, *command("grade", "-b", small_bundle, "class", "-o", "out")]
    with subprocess.Popen(
        arguments, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if line.startswith("[1/2] adam"):
                break
        os.killpg(running.pid, signal.SIGHUP)
        _out, said = running.communicate()
    assert running.returncode == code, said
    assert {name for name, row in gradebook(tmp_path / "out").items() if row["status"] == "graded"} == graded


def test_a_second_run_into_the_same_folder_adds_to_it(small_bundle: Path, tmp_path: Path) -> None:
    write(tmp_path, {"adam.ipynb": GOOD.encode(), "zoe.ipynb": GOOD.encode()})
    assert run("grade", "-b", small_bundle, "adam.ipynb", "-o", "out", cwd=tmp_path).returncode == 0
    before = (tmp_path / "out" / "staff" / "results" / "adam.json").read_bytes()
    done = run("grade", "-b", small_bundle, "zoe.ipynb", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "out" / "staff" / "results" / "adam.json").read_bytes() == before
    assert {name: row["total"] for name, row in gradebook(tmp_path / "out").items()} == {"adam": "10", "zoe": "10"}


def test_another_bundle_is_refused_where_there_are_results(small_bundle: Path, tmp_path: Path) -> None:
    write(tmp_path, {"adam.ipynb": GOOD.encode()})
    assert run("new", "other", "--name", "week-2", cwd=tmp_path).returncode == 0
    assert run("bundle", "--no-prove", "-c", "other", "-o", "other.zip", cwd=tmp_path).returncode == 0
    assert run("grade", "-b", small_bundle, "adam.ipynb", "-o", "out", cwd=tmp_path).returncode == 0
    before = (tmp_path / "out" / "gradebook.csv").read_bytes()
    done = run("grade", "-b", "other.zip", "adam.ipynb", "-o", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert "out was graded with another bundle" in done.stderr
    assert "autograder regrade" in done.stderr
    assert (tmp_path / "out" / "gradebook.csv").read_bytes() == before


def test_grading_a_folder_twice_into_itself_gives_the_same_gradebook(small_bundle: Path, tmp_path: Path) -> None:
    write(tmp_path, {"adam.ipynb": GOOD.encode(), "zoe/any.ipynb": GOOD.encode()})
    books = []
    for _time in range(2):
        assert run("grade", "-b", small_bundle, ".", cwd=tmp_path).returncode == 0
        books.append((tmp_path / "results" / "gradebook.csv").read_bytes())
    assert books[0] == books[1]


def test_hostile_names_stay_inside_the_results_and_the_terminal(small_bundle: Path, tmp_path: Path) -> None:
    names = ["=1+1", "Jane Doe", "jane doe", "\x1b[2Jx", "nul", "naïve"]
    write(tmp_path / "class", {f"{name}.ipynb": GOOD.encode() for name in names})
    done = run("grade", "-b", small_bundle, "class", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert len(document_names(tmp_path / "out")) == len(folders(tmp_path / "out")) == len(names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class", "out"]
    assert "'=1+1" in gradebook(tmp_path / "out")
