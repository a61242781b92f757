"""The comparer: everything in the expected value, shapes before values, and words that say where and how two values part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.checks import Difference, Kind, assert_printed, assert_same, assert_unchanged
from autograder.grading.wire import Opaque

ONES = np.ones((2, 3))


def difference(observed: Any, expected: Any, **options: Any) -> Difference:
    with pytest.raises(Difference) as caught:
        assert_same(observed, expected, **options)
    return caught.value


@pytest.mark.parametrize(
    ("observed", "expected", "kind"),
    [
        (None, ONES, Kind.NONE),
        ([[1.0] * 3] * 2, ONES, Kind.TYPE),
        (Opaque("matrix"), ONES, Kind.TYPE),
        (np.zeros((0,)), np.zeros((3,)), Kind.SHAPE),
        (np.ones((2, 1)), ONES, Kind.SHAPE),
        (np.ones((1, 2, 3)), ONES, Kind.SHAPE),
        (np.float64(1), np.ones((1,)), Kind.TYPE),
        (ONES.astype(int), ONES, Kind.NUMBERS),
        (ONES.astype(complex), ONES, Kind.NUMBERS),
        (ONES.astype(bool), ONES, Kind.NUMBERS),
        (np.full((2, 3), np.nan), ONES, Kind.NOT_FINITE),
        (np.full((2, 3), np.inf), ONES, Kind.NOT_FINITE),
        (ONES * (1 + 1e-5), ONES, Kind.VALUES),
        (np.array([True, True]), np.array([True, False]), Kind.VALUES),
        (np.array([1, 2]), np.array([1, 3]), Kind.VALUES),
        ((1, 2), (1, 2, 3), Kind.LENGTH),
        ({1: 2}, (1, 2), Kind.TYPE),
        ({"a": 1}, {"a": 1, "b": 2}, Kind.MISSING_KEY),
        ({"a": 1, "b": 2}, {"a": 1}, Kind.EXTRA_KEY),
        (True, 1, Kind.NUMBERS),
        (1, 1.0, Kind.NUMBERS),
        ("1", 1, Kind.TYPE),
        ("a", "b", Kind.VALUES),
        (0, "", Kind.TYPE),
        (0, None, Kind.TYPE),
        (2**70 + 1, 2**70, Kind.VALUES),
    ],
)
def test_values_that_differ_differ_in_this(observed: Any, expected: Any, kind: Kind) -> None:
    assert difference(observed, expected).kind is kind
    below = "['b']" if kind is Kind.MISSING_KEY else ""
    assert difference([[observed]], [[expected]]).path == f"the returned value[0][0]{below}"


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        (ONES.astype(np.float32), ONES),
        (np.asfortranarray(ONES), ONES),
        (ONES.astype(">f8"), ONES),
        (ONES * (1 + 1e-7), ONES),
        (np.zeros((2, 0)), np.zeros((2, 0))),
        ([1, (2.0, "a")], (1, [np.float64(2), "a"])),
        (np.array(3.0), 3.0),
        (np.int64(3), 3),
        (np.array([np.nan, np.inf, -np.inf]), np.array([np.nan, np.inf, -np.inf])),
        (2**200, 2**200),
        ({"b": 2, "a": 1}, {"a": 1, "b": 2}),
    ],
)
def test_values_that_are_the_same_in_all_that_matters_are_the_same(observed: Any, expected: Any) -> None:
    assert_same(observed, expected)


def test_whole_numbers_of_any_size_are_compared_and_not_written_out() -> None:
    found = difference(10**5000, 10**5000 + 1)
    assert (
        str(found)
        == "the returned value: its values are different: expected a whole number of 16610 bits, got a whole number of 16610 bits"
    )


def test_a_large_entry_decides_how_far_small_ones_may_be_off_and_a_zero_array_is_held_to_the_absolute_tolerance() -> None:
    assert_same(np.array([1e6, 0.5]), np.array([1e6, 0.0]))
    assert_same(np.array([1e-10]), np.array([0.0]))
    assert difference(np.array([1e-8]), np.array([0.0])).kind is Kind.VALUES


def test_a_difference_names_its_place_and_the_closed_words_hold_nothing_that_was_observed() -> None:
    expected = (ONES, [(ONES, ONES), (ONES, ONES)])
    found = difference((ONES, [(ONES, ONES), (ONES, ONES * 7)]), expected, names=("a", "caches"), items=("a_next", "xt"))
    assert found.path == "caches[1][1] (xt)"
    assert found.closed == "caches[1][1] (xt): its values are different."
    assert "expected 1, got 7 at [0, 0]; 6 of 6 differ; yours is 7 times what it should be" in str(found)


@pytest.mark.parametrize(
    ("observed", "hint"),
    [
        (-np.arange(1.0, 5.0).reshape(2, 2), "opposite sign"),
        (np.arange(1.0, 5.0).reshape(2, 2).T, "yours is transposed"),
        (np.zeros((2, 2)), "yours is all zeros"),
    ],
)
def test_a_fact_about_the_whole_array_is_told_when_it_helps(observed: Any, hint: str) -> None:
    assert hint in str(difference(observed, np.arange(1.0, 5.0).reshape(2, 2)))


def test_only_what_is_asked_for_is_compared_and_the_rest_must_be_there() -> None:
    assert_same((1, "wrong"), (1, 2), names=("a", "b"), only=("a",))
    assert difference((1,), (1, 2), names=("a", "b"), only=("a",)).kind is Kind.LENGTH
    with pytest.raises(ValueError, match="`only` names c"):
        assert_same((1, 2), (1, 2), names=("a", "b"), only=("c",))


def test_a_handle_is_called_what_the_student_calls_it() -> None:
    assert "got a matrix; np.asarray makes an array of it" in str(difference(Opaque("matrix"), ONES))


def test_a_changed_argument_is_told_as_such() -> None:
    assert_unchanged({"x": ONES}, {"x": ONES.copy()}, name="parameters")
    with pytest.raises(Difference, match=r"parameters\['x'\]: the function changed this argument"):
        assert_unchanged({"x": ONES + 1e-15}, {"x": ONES}, name="parameters")


@pytest.mark.parametrize(
    ("label", "printed", "value"),
    [
        ("a[1]", "[ 0.5 -0.25]", np.array([[9, 9], [0.5, -0.25]])),
        ("a[0][1]", "0.1721178", np.array([[0.0, 0.17211776]])),
        ("a.shape", "(2, 3)", ONES),
        ("len(a)", "10", list(range(10))),
        ('a["k"][0]', "[1.5]", {"k": np.array([[1.5]])}),
        ("a", "[1.0000001e+03 2.]", np.array([1000.0001, 2.0000001], dtype=np.float32)),
    ],
)
def test_printed_text_agrees_to_the_digits_printed(label: str, printed: str, value: Any) -> None:
    assert_printed(label, printed, a=value)


@pytest.mark.parametrize(
    ("label", "printed", "value", "words"),
    [
        ("a[1]", "[ 0.5 -0.25]", np.array([[9, 9], [0.5, -0.26]]), "expected -0.25, got -0.26 at position 1"),
        ("a[1]", "[ 0.5 -0.25]", np.zeros((2, 3)), "expected 2 number(s), got an array of shape (3,)"),
        ("a[1]", "[ 0.5]", np.zeros(2), "its shape is different"),
        ("a.shape", "(2, 3)", np.ones((3, 2)), "a.shape[0]: its values are different"),
        ("a.shape", "(2, 3)", [1], "expected an array, got a list"),
        ("len(a)", "10", list(range(9)), "expected 10, got 9"),
        ('a["k"]', "1.5", {}, "a key is missing"),
        ("a[3]", "1.5", np.zeros(2), "there is no such part"),
        ("a[0]", "1.5", None, "it is None"),
        ("a", "[1.5]", np.array([1.5 + 0j]), "expected real numbers"),
    ],
)
def test_printed_text_that_does_not_agree_says_where(label: str, printed: str, value: Any, words: str) -> None:
    with pytest.raises(Difference) as caught:
        assert_printed(label, printed, a=value)
    assert words in str(caught.value)


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=3), elements=st.floats(-1e6, 1e6)), st.integers(0, 26))
def test_one_entry_that_is_off_is_found_wherever_it_is(expected: Any, place: int) -> None:
    observed = expected.copy()
    observed.flat[place % observed.size] += 2e-6 * np.max(np.abs(expected)) + 1e-6
    assert difference(observed, expected).kind is Kind.VALUES
