"""What came in is found and named, and what is no submission is refused by name."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake import Arrival, TakenIn, Wanted, take_in
from autograder.outputs import file_id


def make(root: Path, *files: str) -> Path:
    """Make files and return `root`. Nothing here runs what is in them; a zip has one notebook in it."""
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("{}")
        if file.endswith(".zip"):
            with zipfile.ZipFile(root / file, "w") as archive:
                archive.writestr("a.ipynb", "{}")
    return root


def taken(paths: Sequence[Path], out: Path | None = None) -> TakenIn:
    return take_in(paths, Wanted(), out=out)


def came(paths: Sequence[Path], out: Path | None = None) -> list[Arrival]:
    return list(taken(paths, out).arrivals)


def names(found: Sequence[Arrival]) -> list[str]:
    """The names of submissions, and no refusals."""
    assert not any(item.handed_in.refused for item in found), found
    return graded(found)


def graded(found: Sequence[Arrival]) -> list[str]:
    return [item.handed_in.name for item in found if not item.handed_in.refused]


def refusal(found: Sequence[Arrival], name: str) -> str:
    (item,) = [item for item in found if item.handed_in.name == name]
    assert item.handed_in.refused
    return item.handed_in.refused


def test_notebooks_in_a_folder_are_named_as_their_files_and_sorted(tmp_path: Path) -> None:
    make(tmp_path, "zoe.ipynb", "adam.ipynb", "Eve.IPYNB")
    assert names(came([tmp_path])) == ["Eve", "adam", "zoe"]


def test_a_folder_with_one_notebook_is_named_as_the_folder(tmp_path: Path) -> None:
    make(tmp_path, "perfect/hand_in.ipynb", "perfect/expected.json", "other/hand_in.ipynb", "other/images/plot.png")
    found = came([tmp_path])
    assert names(found) == ["other", "perfect"]
    assert found[1].path == tmp_path / "perfect" / "hand_in.ipynb"


def test_folders_of_folders_are_named_by_their_path_from_the_given_one(tmp_path: Path) -> None:
    make(tmp_path, "section1/jdoe/a.ipynb", "section2/jdoe/a.ipynb")
    assert names(came([tmp_path])) == ["section1/jdoe", "section2/jdoe"]


def test_a_given_folder_that_is_itself_one_submission_is_named_as_the_folder(tmp_path: Path) -> None:
    make(tmp_path, "perfect/hand_in.ipynb", "perfect/expected.json")
    assert names(came([tmp_path / "perfect"])) == ["perfect"]


def test_a_given_notebook_is_named_as_its_file(tmp_path: Path) -> None:
    make(tmp_path, "jdoe.ipynb")
    assert names(came([tmp_path / "jdoe.ipynb"])) == ["jdoe"]


def test_what_systems_leave_behind_is_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "jdoe/a.ipynb", "jdoe/._a.ipynb", "jdoe/.ipynb_checkpoints/a-checkpoint.ipynb", "__MACOSX/jdoe/a.ipynb", ".git/x.ipynb")
    assert names(came([tmp_path])) == ["jdoe"]


def test_a_folder_without_a_notebook_is_refused_by_name_and_the_rest_goes_on(tmp_path: Path) -> None:
    make(tmp_path, "empty/essay.txt", "jdoe/a.ipynb")
    found = came([tmp_path])
    assert f"{tmp_path / 'empty'}: has no notebook" in refusal(found, "empty")
    assert graded(found) == ["jdoe"]


@pytest.mark.parametrize("second", ["b.ipynb", "deeper/b.ipynb"])
def test_a_folder_with_two_notebooks_is_refused(tmp_path: Path, second: str) -> None:
    make(tmp_path, "two/a.ipynb", f"two/{second}", "jdoe/a.ipynb")
    assert "not clear which one to grade" in refusal(came([tmp_path]), "two")


def test_equal_names_from_different_folders_stay_apart(tmp_path: Path) -> None:
    make(tmp_path, "monday/jdoe.ipynb", "tuesday/jdoe.ipynb")
    assert names(came([tmp_path / "monday", tmp_path / "tuesday"])) == ["monday/jdoe", "tuesday/jdoe"]


def test_a_notebook_and_a_folder_of_the_same_name_stay_apart(tmp_path: Path) -> None:
    make(tmp_path, "jdoe.ipynb", "jdoe/a.ipynb")
    assert sorted(names(came([tmp_path]))) == ["jdoe", "jdoe.ipynb"]


def test_a_path_given_twice_counts_once(tmp_path: Path) -> None:
    make(tmp_path, "jdoe.ipynb")
    assert names(came([tmp_path, tmp_path / "jdoe.ipynb"])) == ["jdoe"]


def test_a_missing_path_is_refused_by_name(tmp_path: Path) -> None:
    assert "there is no such file or folder" in refusal(came([tmp_path / "gone.ipynb"]), "gone")


def test_a_path_that_cannot_even_be_looked_up_is_refused(tmp_path: Path) -> None:
    (item,) = came([tmp_path / ("x" * 300)])
    assert "cannot be looked at" in item.handed_in.refused


def test_files_among_submissions_that_are_none_are_told_of(tmp_path: Path) -> None:
    make(tmp_path, "adam.ipynb", "bob.zip", "roster.csv", "carol.py", ".hidden", "eve/a.ipynb", "eve/notes.txt")
    assert taken([tmp_path]).passed_over == tuple(f"{tmp_path / name}: is no notebook." for name in ("carol.py", "roster.csv"))
    assert taken([tmp_path / "eve", tmp_path / "adam.ipynb", tmp_path / "gone"]).passed_over == ()


def test_a_zip_takes_the_place_of_a_notebook(tmp_path: Path) -> None:
    make(tmp_path, "adam.zip", "eve/hand_in_2026_11_24.zip", "eve/notes.txt", "zoe.ipynb")
    assert names(came([tmp_path])) == ["adam", "eve", "zoe"]
    assert names(came([tmp_path / "adam.zip"])) == ["adam"]
    assert names(came([tmp_path / "eve"])) == ["eve"]


def test_beside_a_notebook_in_its_folder_a_zip_is_something_of_that_notebooks(tmp_path: Path) -> None:
    make(tmp_path, "adam/a.ipynb", "adam/a.zip", "eve/one.zip", "eve/two.zip")
    found = came([tmp_path])
    assert (found[0].handed_in.name, found[0].path) == ("adam", tmp_path / "adam" / "a.ipynb")
    assert "has 2 notebooks, and it is not clear which one" in refusal(found, "eve")


@pytest.mark.parametrize("name", ["class.rar", "class.tar.gz", "jdoe/hand_in.7z"])
def test_an_archive_of_another_kind_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    make(tmp_path, name)
    (item,) = came([tmp_path])
    assert "Unpack it" in item.handed_in.refused


def test_a_pipe_is_not_a_notebook_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "jdoe.ipynb")
    assert "not a regular file" in refusal(came([tmp_path]), "jdoe")


def test_a_link_out_of_the_given_folder_is_not_read(tmp_path: Path) -> None:
    make(tmp_path, "teacher/solution.ipynb", "class/adam.ipynb")
    (tmp_path / "class" / "eve.ipynb").symlink_to(tmp_path / "teacher" / "solution.ipynb")
    (tmp_path / "class" / "folder").symlink_to(tmp_path / "teacher")
    found = came([tmp_path / "class"])
    assert "a link that leads out of" in refusal(found, "eve")
    assert "a link to a folder" in refusal(found, "folder")
    assert graded(found) == ["adam"]


def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.ipynb").symlink_to(tmp_path / "loop.ipynb")
    assert "cannot be looked at" in refusal(came([tmp_path]), "loop")


def test_results_of_an_earlier_run_in_the_given_folder_are_no_submissions(tmp_path: Path) -> None:
    make(
        tmp_path, "jdoe.ipynb", "staff/results/jdoe.json", "students/0a/feedback.html", "gradebook.csv", "autograder.sqlite", "kept/0a/0a1b"
    )
    assert names(came([tmp_path / "jdoe.ipynb", tmp_path], out=tmp_path)) == ["jdoe"]
    without_results = make(
        tmp_path / "other", "adam.ipynb", "out/staff/results/adam.json", "out/students/0a/feedback.html", "out/gradebook.csv"
    )
    assert names(came([without_results], out=without_results / "out")) == ["adam"]


def test_submissions_that_lie_where_results_go_are_found_all_the_same(tmp_path: Path) -> None:
    make(tmp_path, "adam.ipynb", "out/jdoe/a.ipynb", "out/staff/results/jdoe.json")
    assert names(came([tmp_path], out=tmp_path / "out")) == ["adam", "out/jdoe"]


def test_a_plain_name_is_its_own_file_name() -> None:
    assert file_id("rnn_cell-2") == "rnn_cell-2"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "con", "Jane Doe", "a" * 500, "", "naïve", "x\n\x1b[31m", "=1+1", ".hidden", "\udcff"]
)
def test_any_other_name_becomes_a_safe_file_name(name: str) -> None:
    made = file_id(name)
    assert made.isascii()
    assert made.replace("-", "").replace("_", "").isalnum()
    assert len(made) < 64
    assert made == made.lower()


@given(st.text(max_size=20), st.text(max_size=20))
def test_different_names_have_different_files_also_where_a_disk_ignores_case(one: str, other: str) -> None:
    for a, b in ((one, other), (one, one.upper()), (one, file_id(one))):
        assert (file_id(a).lower() == file_id(b).lower()) == (a == b)
