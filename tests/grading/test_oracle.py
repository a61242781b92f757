"""The oracle answers for helpers only, within what the reference itself asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.grading.reference import Oracle, Reference, Refused

SOLUTION = """
import numpy as np
def cell(x, w):
    return w * x
def sequence(x, w):
    return np.stack([cell(x[:, t], w) for t in range(x.shape[1])], axis=1)
def other(x):
    return x
"""


@pytest.fixture
def oracle(tmp_path: Path) -> Oracle:
    (tmp_path / "solution.py").write_text(SOLUTION)
    oracle = Oracle(Reference(tmp_path / "solution.py", tmp_path), frozenset({"cell"}))
    oracle.begin("sequence", (np.ones((3, 2)), 2.0), {})
    return oracle


def test_it_answers_for_a_helper_by_position_or_keyword(oracle: Oracle) -> None:
    assert np.array_equal(oracle.answer("cell", (np.ones(3), 2.0), {}), 2 * np.ones(3))
    assert np.array_equal(oracle.answer("cell", (), {"x": np.ones(3), "w": 3.0}), 3 * np.ones(3))


@pytest.mark.parametrize("name", ["sequence", "other", "missing"])
def test_it_refuses_functions_that_are_not_helpers(oracle: Oracle, name: str) -> None:
    with pytest.raises(Refused):
        oracle.answer(name, (np.ones((3, 2)), 2.0), {})


def test_it_answers_for_all_that_the_function_was_given_though_the_reference_asks_for_less_at_a_time(oracle: Oracle) -> None:
    assert np.array_equal(oracle.answer("cell", (np.ones((3, 2)), 2.0), {}), 2 * np.ones((3, 2)))


def test_it_refuses_arguments_larger_than_the_references_own_and_the_calls(oracle: Oracle) -> None:
    with pytest.raises(Refused):
        oracle.answer("cell", (np.ones((3, 3)), 2.0), {})


@pytest.mark.parametrize("arguments", [(np.zeros((0, 4500)), 2.0), (np.ones(3), 1_000_000), ([[]] * 500, 2.0)])
def test_it_refuses_arguments_that_would_make_more_work_than_the_references_own(oracle: Oracle, arguments: tuple[object, ...]) -> None:
    with pytest.raises(Refused):
        oracle.answer("cell", arguments, {})


def test_it_refuses_after_many_more_calls_than_the_references_own(oracle: Oracle) -> None:
    for _ in range(3 * 64):
        oracle.answer("cell", (np.ones(3), 2.0), {})
    with pytest.raises(Refused):
        oracle.answer("cell", (np.ones(3), 2.0), {})


def test_it_refuses_before_a_call_and_when_the_reference_fails(oracle: Oracle) -> None:
    oracle.begin("sequence", (None, 2.0), {})
    with pytest.raises(Refused):
        oracle.answer("cell", (np.ones(3), 2.0), {})
    oracle.begin("sequence", (np.ones((3, 2)), 2.0), {})
    with pytest.raises(Refused):
        oracle.answer("cell", ("x", []), {})


def test_measuring_leaves_the_tests_own_arguments_alone(tmp_path: Path) -> None:
    (tmp_path / "solution.py").write_text("def helper(x):\n    x += 1\n    return x\ndef f(x):\n    return helper(x)\n")
    oracle = Oracle(Reference(tmp_path / "solution.py", tmp_path), frozenset({"helper"}))
    x = np.zeros(2)
    oracle.begin("f", (x,), {})
    assert np.array_equal(x, np.zeros(2))
