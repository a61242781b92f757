"""`autograder report`: every derived file, made again from the store."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from autograder.batch.export import Form, Wish, export
from autograder.batch.files import prepare
from autograder.batch.up_to_date import make
from autograder.errors import InputError

from .reading import made_files


def test_files_that_were_removed_or_damaged_are_what_they_were(out: Path) -> None:
    before = made_files(out)
    assert len(before) == 2 + 1 + 4 + 2 * 4
    shutil.rmtree(out / "students")
    shutil.rmtree(out / "staff")
    (out / "gradebook.csv").unlink()
    (out / "matches.csv").write_text("damaged")
    make(out, anew=True)
    assert made_files(out) == before
    for path in before:
        (out / path).write_text("damaged")
    make(out, anew=True)
    assert made_files(out) == before


def test_a_platforms_gradebook_is_not_written_over_but_one_of_ours_is(out: Path) -> None:
    (out / "autograder.sqlite").unlink()
    prepare(out)
    (out / "gradebook.csv").write_text("Student,ID,SIS User ID\n")
    with pytest.raises(InputError, match=r"gradebook\.csv was not written by this command, and would be replaced\. Choose another folder"):
        prepare(out)


def test_a_damaged_file_is_made_again_whatever_staff_does_next(out: Path) -> None:
    before = made_files(out)
    pages = [path for path in before if path.endswith((".html", ".json"))]
    for path in pages:
        (out / path).write_bytes(before[path][:-1])
    make(out)
    assert made_files(out) == before


def test_files_that_are_what_they_should_be_are_not_touched(out: Path) -> None:
    before = {path: (out / path).stat().st_ino for path in made_files(out)}
    make(out)
    make(out, anew=True)
    assert {path: (out / path).stat().st_ino for path in made_files(out)} == before


def test_what_belongs_to_nobody_any_more_is_removed(out: Path) -> None:
    before = made_files(out)
    (out / "students" / ("0" * 20)).mkdir()
    (out / "students" / ("0" * 20) / "feedback.html").write_text("of somebody who left")
    (out / "staff" / "results" / "somebody.json").write_text("{}")
    make(out, anew=True)
    assert made_files(out) == before


def test_files_are_for_their_owner_alone_whatever_the_umask(out: Path) -> None:
    shutil.rmtree(out / "students")
    before = os.umask(0)
    try:
        make(out, anew=True)
    finally:
        os.umask(before)
    made = [*(out / "students").rglob("*"), out / "students", *(out / "staff").rglob("*"), out / "gradebook.csv"]
    assert {path.stat().st_mode & 0o077 for path in made} == {0}


def test_a_folder_in_the_way_is_named(out: Path) -> None:
    shutil.rmtree(out / "staff")
    (out / "staff").write_text("in the way")
    with pytest.raises(InputError, match="cannot be used for results"):
        make(out, anew=True)


def test_an_export_takes_the_place_of_nothing_but_where_that_is_asked_for(out: Path, tmp_path: Path) -> None:
    mine = tmp_path / "grades.csv"
    mine.write_text("my own")
    with pytest.raises(InputError, match=r"grades\.csv is there already"):
        export(out, Wish(Form.GRADESCOPE, target=mine))
    assert mine.read_text() == "my own"
    done = export(out, Wish(Form.GRADESCOPE, target=mine, over=True))
    assert mine.read_bytes() == done.export.data
    assert export(out, Wish(Form.GRADESCOPE)).path == export(out, Wish(Form.GRADESCOPE)).path  # there it is one of ours
