"""Test files are read without running them, and what cannot be read is refused rather than guessed."""

from __future__ import annotations

import contextlib
import os
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.cases import CaseFile, read_cases
from autograder.authoring.sources import SourceText
from autograder.errors import AuthorError

HEAD = 'from otter.test_files import test_case\nOK_FORMAT = False\nname = "f"\n'
CASE = '@test_case(name="one", points=1)\ndef one(f): pass\n'


def read(text: str) -> CaseFile:
    return read_cases(SourceText(text, "tests/cases/f.py"))


def test_names_points_visibility_and_parameters_are_read() -> None:
    text = HEAD + '@test_case("a", 0.1, True)\ndef one(f, rng): pass\n@test_case(name="b", points=2)\ndef two(f): pass\n'
    cases = read(text).cases
    assert [(c.name, c.points, c.hidden, c.parameters) for c in cases] == [
        ("a", Fraction(1, 10), True, ("f", "rng")),
        ("b", Fraction(2), False, ("f",)),
    ]


def test_otter_collects_the_same_cases(tmp_path: Path) -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from otter.test_files.exception_test import ExceptionTestFile

    text = HEAD + '@test_case(name="b", points=0.25)\ndef z(f): pass\n\n' + '@test_case(name="a", points=2, hidden=True)\ndef a(f): pass\n'
    (tmp_path / "f.py").write_text(text)
    theirs = ExceptionTestFile.from_file(str(tmp_path / "f.py")).test_cases
    assert [(c.name, float(c.points), c.hidden) for c in read(text).cases] == [(c.name, c.points, c.hidden) for c in theirs]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("x = (", "M200", 1),
        ("OK_FORMAT = True\ntest = {}\n", "M301", 1),
        ("test = {}\n", "M301", 1),
        ("OK_FORMAT = False\n" + CASE, "M301", 1),
        (HEAD, "M304", 1),
        (HEAD + "P = 1\n" + CASE.replace("points=1", "points=P"), "M302", 5),
        (HEAD + CASE.replace(", points=1", ""), "M302", 4),
        (HEAD + CASE.replace("points=1", "points=-1"), "M302", 4),
        (HEAD + CASE.replace("points=1", "points=True"), "M302", 4),
        (HEAD + CASE.replace("points=1", "points=float('nan')"), "M302", 4),
        (HEAD + CASE.replace("points=1", "points=1e400"), "M302", 4),
        (HEAD + CASE.replace('name="one", ', ""), "M302", 4),
        (HEAD + CASE.replace("points=1", "points=1, hidden=1"), "M302", 4),
        (HEAD + CASE.replace("points=1", "points=1, hiden=True"), "M302", 4),
        (HEAD + CASE.replace("points=1", "**{}"), "M302", 4),
        (HEAD + CASE.replace("(f)", "(f, *more)"), "M302", 5),
        (HEAD + CASE.replace("(f)", "(f=1)"), "M302", 5),
        (HEAD + "@test_case\ndef one(f): pass\n", "M302", 4),
        (HEAD + "@staticmethod\n" + CASE, "M302", 5),
        (HEAD + CASE + "def two(f): pass\ntwo = test_case(name='two', points=1)(two)\n", "M302", 7),
        (HEAD + CASE + "if True:\n    " + CASE.replace("\n", "\n    ").replace("one", "two"), "M302", 7),
        (HEAD + CASE + "other = test_case\n", "M302", 6),
        (HEAD + CASE + CASE.replace("def one", "def two"), "M303", 6),
        (HEAD + CASE + CASE.replace('"one"', '"two"'), "M303", 7),
        (HEAD + CASE + "one = 1\n", "M303", 6),
        (HEAD + "points = [1]\n" + CASE, "M302", 4),
        (HEAD.replace("otter.test_files", "elsewhere") + CASE, "M302", 4),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(AuthorError) as caught:
        read(text)
    assert f"[{code}]" in str(caught.value)
    assert caught.value.line == line


@given(text=st.text(max_size=120), head=st.sampled_from(["", HEAD, HEAD + CASE]))
def test_any_text_raises_nothing_but_an_author_error(text: str, head: str) -> None:
    with contextlib.suppress(AuthorError):
        assert read(head + text).cases


@pytest.mark.parametrize(
    ("imported", "decorator"),
    [
        ("from otter.test_files import test_case as case", "case"),
        ("import otter.test_files as files", "files.test_case"),
        ("import otter.test_files", "otter.test_files.test_case"),
        ("from otter import test_files", "test_files.test_case"),
    ],
)
def test_the_decorator_is_known_by_whatever_name_it_was_imported(imported: str, decorator: str) -> None:
    text = HEAD.replace("from otter.test_files import test_case", imported) + CASE.replace("test_case", decorator)
    assert [case.name for case in read(text).cases] == ["one"]
