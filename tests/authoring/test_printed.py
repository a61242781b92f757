"""Expected outputs: compared as numbers to the digits printed, and shown as a table."""

from __future__ import annotations

import numpy as np
import pytest
from authoring.toy_course import ToyCourse
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from autograder.authoring.notebook import read_course_notebook
from autograder.authoring.printed import Printed, agrees, difference_from_printed, with_tables
from autograder.errors import AuthorError


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ("0.1721177675329167", "0.172117767533"),
        ("[-0.99999375  0.77911235]", "[-0.99999375 0.77911235]"),
        ("[ 0.5 -1. ]", "[0.5 -1.]"),
        ("(5, 10)", "(5,10)"),
        ("1.5e-03", "0.0015"),
        ("True", "True"),
        ("{'a': 1.25}", "{'a': 1.25}"),
    ],
)
def test_equal_values_agree_however_they_are_printed(observed: str, expected: str) -> None:
    assert agrees(observed, expected)


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ("0.172117768", "0.172117767533"),
        ("0.18", "0.17"),
        ("(5, 11)", "(5, 10)"),
        ("(10, 5)", "(5, 10)"),
        ("[1. 2.]", "[1. 3.]"),
        ("[1. 2.]", "[12.]"),
        ("[1. 2. 3.]", "[1. 2.]"),
        ("nan", "0.5"),
        ("None", "0.5"),
        ("-0.5", "0.5"),
        ("3", "2"),
        ("[0.5]", "0.5"),
    ],
)
def test_other_values_do_not_agree(observed: str, expected: str) -> None:
    assert not agrees(observed, expected)


@given(arrays.arrays(np.float64, st.integers(1, 20), elements=st.floats(-1e3, 1e3)), st.integers(4, 16))
def test_an_array_agrees_with_itself_at_any_precision(values: NDArray[np.float64], precision: int) -> None:
    with np.printoptions(precision=precision, suppress=True):
        short = " ".join(str(values).split())
    with np.printoptions(precision=16, suppress=True, floatmode="fixed"):
        long = str(values)
    assume(". " not in short and ".]" not in short)  # a bare `2.` says nothing of the precision it was cut at
    assert agrees(long, short)


ROWS = [Printed("a[4]", "[ 0.5 1.5]"), Printed("a.shape", "(2,)"), Printed("len(a)", "2")]


def test_what_is_printed_as_expected_makes_no_complaint() -> None:
    assert difference_from_printed(ROWS, "noise\na[4] = [0.5\n 1.5]\na.shape = (2,)\nlen(a) =  2\nmore: [1") == ""


def test_the_last_of_several_prints_counts() -> None:
    assert difference_from_printed(ROWS[2:], "len(a) = 1\nlen(a) = 2\n") == ""


def test_a_line_that_is_not_printed_is_named() -> None:
    assert "`a.shape = ...`" in difference_from_printed(ROWS, "a[4] = [0.5 1.5]\nlen(a) = 2")


def test_a_value_that_differs_is_named_with_both() -> None:
    message = difference_from_printed(ROWS, "a[4] = [0.5 1.25]\na.shape = (2,)\nlen(a) = 2")
    assert "`[ 0.5 1.5]`" in message
    assert "`[0.5 1.25]`" in message


def test_the_placeholder_becomes_a_table(toy: ToyCourse) -> None:
    notebook = read_course_notebook(toy.notebook, "toy.ipynb")
    printed = {"double": (Printed("a|b", "[1 | 2]"), Printed("`x`", "0")), "quadruple": (Printed("q", "1"),)}
    assert with_tables(notebook, printed) == {
        5: "**Expected**\n\n| expression | value |\n|:--|:--|\n| `a\\|b` | `[1 \\| 2]` |\n| `` `x` `` | `0` |\n\nand on.",
        10: "| expression | value |\n|:--|:--|\n| `q` | `1` |",
    }


def test_a_placeholder_for_a_function_without_outputs_is_refused(toy: ToyCourse) -> None:
    toy.edit_cell("expected: quadruple", "expected: quadrupel")
    notebook = read_course_notebook(toy.notebook, "toy.ipynb")
    with pytest.raises(AuthorError, match=r"(?s)cell 10, line 1: \[M502\].*`quadrupel`.*Did you mean"):
        with_tables(notebook, {name: (Printed("q", "1"),) for name in ("double", "quadruple")})
