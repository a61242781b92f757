"""What was handed in is read for what it is, and what is no notebook is withheld with a remedy."""

from __future__ import annotations

import pytest
from zips import zipped

from autograder.model import Submission, Withheld

from .course import RIGHT_DOUBLE, RIGHT_POWER, Course


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b'{"cells": [{"cell_type": "code", "sou', "ends in the middle"),
        (b"not a notebook", "is not JSON"),
        (b"[1, 2]", "not a notebook"),
        (b'{"a": 1}', "no cells"),
        ('{"cells": []}'.encode("utf-16"), "UTF-16"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [3]}', "not a notebook of a known format"),
        (b"[" * 100_000, "nested too deep"),
    ],
)
def test_a_file_that_is_no_notebook_is_withheld_with_a_remedy(course: Course, data: bytes, words: str) -> None:
    assert_withheld(course, "bad.ipynb", data, words)


def assert_withheld(course: Course, name: str, data: bytes, words: str) -> None:
    path = course.folder / name
    path.write_bytes(data)
    result = course.grader.grade(Submission("bad", path))
    assert isinstance(result, Withheld)
    assert words in result.reason
    assert name in result.reason


def test_a_zip_with_one_notebook_is_graded_as_that_notebook(course: Course) -> None:
    import nbformat

    cells = [nbformat.v4.new_code_cell(source) for source in (RIGHT_DOUBLE, RIGHT_POWER)]
    data = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    path = course.folder / "hand_in.zip"
    path.write_bytes(
        zipped({"mine/a.ipynb": data, "mine/.OTTER_LOG": b"anything", "__MACOSX/mine/._a.ipynb": b"", "mine/p.png": b"\x89PNG"})
    )
    result = course.grader.grade(Submission("zipped", path))
    assert not isinstance(result, Withheld), result.reason
    assert result.total == 20


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({"a.txt": b"text"}), "no notebook in it"),
        (zipped({"a.ipynb": b"{}", "b.ipynb": b"{}"}), "2 notebooks in it"),
        (zipped({"a.ipynb": b"{}"})[:-30], "damaged or locked"),
        (zipped({"a.ipynb": bytes(33 << 20)}), "more than 32 MiB"),
        (b"PK\x03\x04" + b"PK\x01\x02" * 5001, "more than 5000 files"),
        (zipped({"a.ipynb": b"{"}), "ends in the middle"),
    ],
    ids=["none", "two", "damaged", "bomb", "many", "truncated"],
)
def test_a_zip_without_exactly_one_notebook_is_withheld_with_a_remedy(course: Course, data: bytes, words: str) -> None:
    assert_withheld(course, "bad.zip", data, words)


def test_an_old_notebook_is_read_as_it_was_meant(course: Course) -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {"cells": [{"cell_type": "code", "language": "python", "input": [RIGHT_DOUBLE], "outputs": [], "collapsed": False}]}
        ],
    }
    import json

    path = course.folder / "old.ipynb"
    path.write_text(json.dumps(old))
    result = course.grader.grade(Submission("old", path))
    assert not isinstance(result, Withheld)
    assert result.questions[0].earned == 10


def test_metadata_of_a_submission_decides_nothing(course: Course) -> None:
    import nbformat

    tags = {"tags": ["skip-execution", "raises-exception"]}
    cells = [nbformat.v4.new_code_cell(source, metadata=tags) for source in (RIGHT_DOUBLE, RIGHT_POWER)]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python2", "display_name": "x", "language": "python"}}
    )
    path = course.folder / "tagged.ipynb"
    nbformat.write(notebook, path)
    result = course.grader.grade(Submission("tagged", path))
    assert not isinstance(result, Withheld)
    assert result.total == 20
