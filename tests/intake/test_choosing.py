"""One of several notebooks is chosen by the work in it, and a tie between different ones is nobody's to break."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from intake.downloads_made import STUB, WANTED, as_zip, names, notebook, one, put, refusals, taken, work

from autograder.intake import Reader, Wanted, take_in
from autograder.model import Assignment, OtterRules, Question


def gradescope(root: Path, files: dict[str, bytes]) -> Path:
    """An export with one submission."""
    yml = b"submission_1:\n  :submitters:\n  - :email: a@b.c\n"
    return put(root, {"submission_metadata.yml": yml, **{f"submission_1/{name}": data for name, data in files.items()}})


def test_the_notebook_with_most_functions_worked_on_is_graded_and_the_others_said(tmp_path: Path) -> None:
    found = taken(gradescope(tmp_path, {"a.ipynb": work(0), "b.ipynb": work(2), "c.ipynb": work(1), "d.ipynb": b"{"}))
    assert one(found, "submission_1").file == "b.ipynb"
    why = "b.ipynb is graded, the one with most graded functions that were worked on: "
    assert one(found, "submission_1").notes == (f"{why}a.ipynb (0), b.ipynb (2), c.ipynb (1), d.ipynb (cannot be read).",)
    assert found.arrivals[0].read() == work(2)


def test_a_tie_is_refused_and_lists_the_notebooks(tmp_path: Path) -> None:
    found = taken(gradescope(tmp_path, {"a.ipynb": work(1, "a"), "b/b.ipynb": work(1, "b")}))
    assert (
        "it is not clear which one to grade (graded functions that were worked on: a.ipynb (1), b.ipynb (1))"
        in refusals(found)["submission_1"]
    )


def test_copies_that_differ_in_nothing_that_runs_are_no_tie(tmp_path: Path) -> None:
    cells = (*STUB[:2], "def second(x):\n    return x")
    found = taken(gradescope(tmp_path, {"a.ipynb": notebook(*cells), "copy.ipynb": notebook(*cells, outputs="1", text="# Hello")}))
    assert one(found, "submission_1").file == "a.ipynb"


def test_a_zip_of_several_notebooks_offers_each_of_them(tmp_path: Path) -> None:
    found = taken(gradescope(tmp_path, {"hw.zip": as_zip({"x/old.ipynb": work(1), "new.ipynb": work(2)})}))
    assert found.arrivals[0].read() == work(2)
    assert one(found, "submission_1").file == "hw.zip"
    assert found.arrivals[0].shown.endswith("hw.zip/new.ipynb")


def test_in_a_folder_of_claims_no_work_of_anybody_is_left_out_for_more_of_another(tmp_path: Path) -> None:
    put(tmp_path, {"section1/ann.ipynb": work(1), "section1/bob.ipynb": work(2), "jdoe/hw.ipynb": work(1), "jdoe/lecture.ipynb": work(0)})
    found = taken(tmp_path)
    assert names(found) == ["jdoe", "section1"]
    assert one(found, "jdoe").file == "hw.ipynb"
    assert "ann.ipynb (1), bob.ipynb (2)" in refusals(found)["section1"]


def test_without_stubs_a_function_that_is_there_counts(tmp_path: Path) -> None:
    path = gradescope(tmp_path, {"a.ipynb": notebook("x = 1"), "b.ipynb": work(0)})
    assert one(taken(path, wanted=Wanted("rnn", ("first", "second"))), "submission_1").file == "b.ipynb"


def test_in_a_course_made_with_otter_a_script_may_take_the_place_of_a_notebook(tmp_path: Path) -> None:
    path = gradescope(tmp_path, {"hw.py": b"def first(x): return 1", "rnn_utils.py": b""})
    otter = Wanted("rnn", ("first",), otter=OtterRules(), course_files=frozenset({"rnn_utils.py"}))
    assert one(taken(path, wanted=otter), "submission_1").file == "hw.py"
    assert "no notebook" in refusals(taken(path))["submission_1"]


@pytest.mark.parametrize("ready", [True, False])
def test_a_reader_that_is_given_is_used_and_not_closed(tmp_path: Path, ready: bool) -> None:
    with Reader(WANTED.functions) as reader:
        before = reader.look(work(1), "x.ipynb") if ready else None
        take_in([gradescope(tmp_path, {"a.ipynb": work(0), "b.ipynb": work(2)})], WANTED, reader=reader)
        assert reader.running
        assert before is None or reader.look(work(1), "x.ipynb") == before


def test_what_is_wanted_comes_from_the_assignment() -> None:
    questions = (Question("one", ("first", "second"), Fraction(1)), Question("two", ("second", "Third"), Fraction(1)))
    wanted = Wanted.of(Assignment("rnn", "", "", "", questions, otter=OtterRules()), STUB, ["rnn_utils.py"])
    assert wanted == Wanted("rnn", ("first", "second", "Third"), STUB, OtterRules(), frozenset({"rnn_utils.py"}))
