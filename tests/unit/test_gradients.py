"""Numerical gradients decide whether the four backward functions are right; no number here is remembered.

For a loss L = <weights, outputs> with fixed random weights, the gradient of L with respect to an input is what the
backward function must return for upstream gradients equal to those weights. It is measured by central differences,
(L(p + h d) - L(p - h d)) / (2 h), along random directions d and along every single coordinate.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

ROOT = Path(__file__).resolve().parents[2]
Array = npt.NDArray[np.float64]

STEP = 1e-5
"""The truncation error of central differences is of order STEP**2, their rounding error of order 1e-16 / STEP."""
TOLERANCE = 1e-7
"""Relative to the largest derivative of the array; measured: the worst of all checks here is 3.3e-10."""
SIZES = [(2, 3, 4, 5), (1, 1, 1, 1), (3, 3, 2, 1), (4, 1, 3, 6), (2, 5, 1, 3)]
"""n_x, n_a, m, T_x: no two axes agree; all of length one; equal widths; one hidden unit; one example."""


@dataclass(frozen=True)
class Problem:
    """A scalar loss of named arrays, and the gradients that a backward function gives for it."""

    inputs: Mapping[str, Array]
    """What the loss depends on."""
    loss: Callable[[Mapping[str, Array]], float]
    """From arrays of the same names and shapes."""
    gradients: Mapping[str, Array]
    """One for each input, under the same name."""


@pytest.fixture(scope="module")
def solution() -> Iterator[ModuleType]:
    """The solution module, with the assignment's folder importable."""
    before = set(sys.modules)
    sys.path[:0] = [str(ROOT / "assignment"), str(ROOT / "solutions")]
    try:
        yield importlib.import_module("recurrent_network")
    finally:
        del sys.path[:2]
        for name in {"recurrent_network", "rnn_utils"} - before:
            sys.modules.pop(name, None)


def basic(rng: np.random.Generator, n_x: int, n_a: int) -> dict[str, Array]:
    shapes = {"Wax": (n_a, n_x), "Waa": (n_a, n_a), "ba": (n_a, 1), "Wya": (2, n_a), "by": (2, 1)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def lstm(rng: np.random.Generator, n_x: int, n_a: int) -> dict[str, Array]:
    drawn = {f"W{gate}": rng.standard_normal((n_a, n_a + n_x)) for gate in "fico"}
    drawn |= {f"b{gate}": rng.standard_normal((n_a, 1)) for gate in "fico"}
    return drawn | {"Wy": rng.standard_normal((2, n_a)), "by": rng.standard_normal((2, 1))}


def renamed(gradients: Mapping[str, Array]) -> dict[str, Array]:
    """Gradients under the names of what they belong to: `dWf` under `Wf`."""
    return {name.removeprefix("d"): value for name, value in gradients.items()}


def rnn_cell(solution: ModuleType, n_x: int, n_a: int, m: int, _: int, rng: np.random.Generator) -> Problem:
    parameters = basic(rng, n_x, n_a)
    inputs = {"xt": rng.standard_normal((n_x, m)), "a_prev": rng.standard_normal((n_a, m)), **parameters}
    da_next = rng.standard_normal((n_a, m))

    def forward(given: Mapping[str, Array]) -> Any:
        return solution.rnn_cell_forward(given["xt"], given["a_prev"], {name: given[name] for name in parameters})

    return Problem(
        inputs,
        lambda given: float(np.sum(da_next * forward(given)[0])),
        renamed(solution.rnn_cell_backward(da_next, forward(inputs)[-1])),
    )


def rnn(solution: ModuleType, n_x: int, n_a: int, m: int, T_x: int, rng: np.random.Generator) -> Problem:
    parameters = basic(rng, n_x, n_a)
    inputs = {"x": rng.standard_normal((n_x, m, T_x)), "a0": rng.standard_normal((n_a, m)), **parameters}
    da = rng.standard_normal((n_a, m, T_x))

    def forward(given: Mapping[str, Array]) -> Any:
        return solution.rnn_forward(given["x"], given["a0"], {name: given[name] for name in parameters})

    return Problem(
        inputs,
        lambda given: float(np.sum(da * forward(given)[0])),
        renamed(solution.rnn_backward(da, forward(inputs)[-1])),
    )


def lstm_cell(solution: ModuleType, n_x: int, n_a: int, m: int, _: int, rng: np.random.Generator) -> Problem:
    parameters = lstm(rng, n_x, n_a)
    states = {name: rng.standard_normal((n_a, m)) for name in ("a_prev", "c_prev")}
    inputs = {"xt": rng.standard_normal((n_x, m)), **states, **parameters}
    da_next, dc_next = rng.standard_normal((n_a, m)), rng.standard_normal((n_a, m))

    def forward(given: Mapping[str, Array]) -> Any:
        weights = {name: given[name] for name in parameters}
        return solution.lstm_cell_forward(given["xt"], given["a_prev"], given["c_prev"], weights)

    def loss(given: Mapping[str, Array]) -> float:
        a_next, c_next, *_ = forward(given)
        return float(np.sum(da_next * a_next) + np.sum(dc_next * c_next))

    return Problem(inputs, loss, renamed(solution.lstm_cell_backward(da_next, dc_next, forward(inputs)[-1])))


def lstm_sequence(solution: ModuleType, n_x: int, n_a: int, m: int, T_x: int, rng: np.random.Generator) -> Problem:
    parameters = lstm(rng, n_x, n_a)
    inputs = {"x": rng.standard_normal((n_x, m, T_x)), "a0": rng.standard_normal((n_a, m)), **parameters}
    da = rng.standard_normal((n_a, m, T_x))

    def forward(given: Mapping[str, Array]) -> Any:
        return solution.lstm_forward(given["x"], given["a0"], {name: given[name] for name in parameters})

    return Problem(
        inputs,
        lambda given: float(np.sum(da * forward(given)[0])),
        renamed(solution.lstm_backward(da, forward(inputs)[-1])),
    )


PROBLEMS = {
    "rnn_cell_backward": (rnn_cell, {"xt", "a_prev", "Wax", "Waa", "ba"}),
    "rnn_backward": (rnn, {"x", "a0", "Wax", "Waa", "ba"}),
    "lstm_cell_backward": (
        lstm_cell,
        {"xt", "a_prev", "c_prev", *(f"{kind}{gate}" for kind in "Wb" for gate in "fico")},
    ),
    "lstm_backward": (lstm_sequence, {"x", "a0", *(f"{kind}{gate}" for kind in "Wb" for gate in "fico")}),
}


def slope(problem: Problem, name: str, direction: Array) -> float:
    """The derivative of the loss along `direction`, by central differences."""
    forth = {**problem.inputs, name: problem.inputs[name] + STEP * direction}
    back = {**problem.inputs, name: problem.inputs[name] - STEP * direction}
    return (problem.loss(forth) - problem.loss(back)) / (2 * STEP)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("function", PROBLEMS)
def test_gradients_agree_with_central_differences(solution: ModuleType, function: str, sizes: tuple[int, int, int, int]) -> None:
    make, differentiable = PROBLEMS[function]
    rng = np.random.default_rng(20)
    problem = make(solution, *sizes, rng)
    assert set(problem.gradients) == differentiable
    for name, gradient in problem.gradients.items():
        assert gradient.shape == problem.inputs[name].shape
        scale = max(1.0, float(np.abs(gradient).max()))
        for _ in range(3):
            direction = rng.standard_normal(gradient.shape)
            direction /= np.linalg.norm(direction)
            assert abs(slope(problem, name, direction) - np.sum(gradient * direction)) <= TOLERANCE * scale, name


@pytest.mark.parametrize("function", PROBLEMS)
def test_every_single_entry_agrees_with_central_differences(solution: ModuleType, function: str) -> None:
    problem = PROBLEMS[function][0](solution, 2, 3, 4, 5, np.random.default_rng(21))
    for name, gradient in problem.gradients.items():
        measured = np.empty_like(gradient)
        for place in np.ndindex(gradient.shape):
            direction = np.zeros_like(gradient)
            direction[place] = 1.0
            measured[place] = slope(problem, name, direction)
        assert np.abs(measured - gradient).max() <= TOLERANCE * max(1.0, float(np.abs(gradient).max())), name


@pytest.mark.parametrize("function", PROBLEMS)
def test_what_the_loss_does_not_use_has_no_gradient(solution: ModuleType, function: str) -> None:
    make, differentiable = PROBLEMS[function]
    problem = make(solution, 2, 3, 4, 5, np.random.default_rng(22))
    for name in set(problem.inputs) - differentiable:
        assert slope(problem, name, np.ones_like(problem.inputs[name])) == 0.0
