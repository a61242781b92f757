"""The reference reproduces all 45 values that the lesson prints, from inputs drawn as the lesson's cells draw them."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
PRINTED: dict[str, list[dict[str, str]]] = json.loads((ROOT / "tests/cases/printed_outputs.json").read_text(encoding="utf-8"))
LESSON = ("rnn_cell_forward", "rnn_forward", "lstm_cell_forward", "lstm_forward", "rnn_cell_backward", "rnn_backward")
OURS = ("lstm_cell_backward", "lstm_backward")

Draw = Callable[..., Any]
"""`numpy.random.RandomState(1).randn`: the very numbers that `np.random.seed(1)` gives a cell."""


@pytest.fixture(scope="module")
def solution() -> Iterator[ModuleType]:
    """The solution module, imported the way a notebook imports its helpers: from the folder of the assignment."""
    before = set(sys.modules)
    sys.path[:0] = [str(ROOT / "assignment"), str(ROOT / "solutions")]
    try:
        yield importlib.import_module("recurrent_network")
    finally:
        del sys.path[:2]
        for name in {"recurrent_network", "rnn_utils"} - before:
            sys.modules.pop(name, None)


def basic_parameters(draw: Draw, *first: tuple[str, tuple[int, int]]) -> dict[str, Any]:
    """Draw the basic network's parameters, the weights in the order given, then `Wya`, `ba` and `by`."""
    shapes = (*first, ("Wya", (2, 5)), ("ba", (5, 1)), ("by", (2, 1)))
    return {name: draw(*shape) for name, shape in shapes}


def lstm_parameters(draw: Draw) -> dict[str, Any]:
    """Draw the LSTM's parameters: gate by gate, forget, update, output, candidate, then the prediction's."""
    parameters: dict[str, Any] = {}
    for gate in "fioc":
        parameters[f"W{gate}"] = draw(5, 5 + 3)
        parameters[f"b{gate}"] = draw(5, 1)
    parameters["Wy"] = draw(2, 5)
    parameters["by"] = draw(2, 1)
    return parameters


FORWARD = (("Waa", (5, 5)), ("Wax", (5, 3)))
"""The forward cells draw Waa first, ..."""
BACKWARD = (("Wax", (5, 3)), ("Waa", (5, 5)))
"""... the backward cells Wax."""


def names_of(function: str, solution: ModuleType) -> dict[str, Any]:
    """Run what the lesson's cell for `function` runs, and return the names that its labels speak of."""
    draw: Draw = np.random.RandomState(1).randn
    match function:
        case "rnn_cell_forward":
            xt, a_prev = draw(3, 10), draw(5, 10)
            a_next, yt_pred, _ = solution.rnn_cell_forward(xt, a_prev, basic_parameters(draw, *FORWARD))
            return {"a_next": a_next, "yt_pred": yt_pred}
        case "rnn_forward":
            x, a0 = draw(3, 10, 4), draw(5, 10)
            a, y_pred, caches = solution.rnn_forward(x, a0, basic_parameters(draw, *FORWARD))
            return {"a": a, "y_pred": y_pred, "caches": caches}
        case "lstm_cell_forward":
            xt, a_prev, c_prev = draw(3, 10), draw(5, 10), draw(5, 10)
            a_next, c_next, yt, cache = solution.lstm_cell_forward(xt, a_prev, c_prev, lstm_parameters(draw))
            return {"a_next": a_next, "c_next": c_next, "yt": yt, "cache": cache}
        case "lstm_forward":
            x, a0 = draw(3, 10, 7), draw(5, 10)
            a, y, c, caches = solution.lstm_forward(x, a0, lstm_parameters(draw))
            return {"a": a, "y": y, "c": c, "caches": caches}
        case "rnn_cell_backward":
            earlier: Draw = np.random.RandomState(1).randn
            _, _, ba = earlier(3, 10, 4), earlier(5, 10), basic_parameters(earlier, *FORWARD)["ba"]
            xt, a_prev = draw(3, 10), draw(5, 10)
            parameters = basic_parameters(draw, *BACKWARD) | {"ba": ba}
            *_, cache = solution.rnn_cell_forward(xt, a_prev, parameters)
            return {"gradients": solution.rnn_cell_backward(draw(5, 10), cache)}
        case "rnn_backward":
            x, a0 = draw(3, 10, 4), draw(5, 10)
            *_, caches = solution.rnn_forward(x, a0, basic_parameters(draw, *BACKWARD))
            return {"gradients": solution.rnn_backward(draw(5, 10, 4), caches)}
        case "lstm_cell_backward":
            xt, a_prev, c_prev = draw(3, 10), draw(5, 10), draw(5, 10)
            *_, cache = solution.lstm_cell_forward(xt, a_prev, c_prev, lstm_parameters(draw))
            return {"gradients": solution.lstm_cell_backward(draw(5, 10), draw(5, 10), cache)}
        case "lstm_backward":
            x, a0 = draw(3, 10, 7), draw(5, 10)
            *_, caches = solution.lstm_forward(x, a0, lstm_parameters(draw))
            return {"gradients": solution.lstm_backward(draw(5, 10, 7), caches)}
        case _:
            raise AssertionError(f"no cell of the lesson is known for {function}")


def half_a_digit(number: str) -> float:
    """Half a unit in the last printed digit of `number`, with 1e-8 for what numpy's printing itself leaves out."""
    decimals = len(number.partition(".")[2])
    return 0.5 * 10.0**-decimals + 1e-8


@pytest.mark.parametrize(
    ("function", "label", "value"),
    [(function, row["label"], row["value"]) for function in (*LESSON, *OURS) for row in PRINTED[function]],
)
def test_the_reference_gives_what_is_printed(solution: ModuleType, function: str, label: str, value: str) -> None:
    # A label is a Python expression of our own data file, so it may be evaluated.
    observed = np.ravel(eval(label, {}, names_of(function, solution)))
    numbers = re.findall(r"-?\d+(?:\.\d*)?", value)
    assert observed.shape == (len(numbers),)
    for number, printed in zip(observed, numbers, strict=True):
        tolerance = half_a_digit(printed) if "." in printed else 0.0
        assert abs(float(number) - float(printed)) <= tolerance, f"{function}: {label}"


def test_the_lesson_prints_45_values() -> None:
    assert sum(len(PRINTED[function]) for function in LESSON) == 45


def test_every_function_has_printed_values() -> None:
    assert set(PRINTED) == {*LESSON, *OURS}
    assert all(set(row) == {"label", "value"} for rows in PRINTED.values() for row in rows)


def test_without_the_bias_left_over_the_printed_gradient_would_be_another(solution: ModuleType) -> None:
    draw: Draw = np.random.RandomState(1).randn
    xt, a_prev, parameters = draw(3, 10), draw(5, 10), basic_parameters(draw, *BACKWARD)
    *_, cache = solution.rnn_cell_forward(xt, a_prev, parameters)
    dxt = solution.rnn_cell_backward(draw(5, 10), cache)["dxt"]
    assert abs(dxt[1][2] - -1.3872130506020928) < 1e-12


def test_the_memory_of_the_first_step_starts_at_zero(solution: ModuleType) -> None:
    draw: Draw = np.random.RandomState(3).randn
    *_, caches = solution.lstm_forward(draw(3, 4, 6), draw(5, 4), lstm_parameters(draw))
    assert not caches[0][0][3].any()


def test_the_first_cache_holds_the_initial_state_that_was_passed_in(solution: ModuleType) -> None:
    draw: Draw = np.random.RandomState(3).randn
    x, a0 = draw(3, 4, 6), draw(5, 4)
    kept = a0.copy()
    a, _, (caches, _) = solution.rnn_forward(x, a0, basic_parameters(draw, *FORWARD))
    assert np.array_equal(caches[0][1], kept)
    assert not np.shares_memory(caches[0][1], a)


@pytest.mark.parametrize("function", [*LESSON, *OURS])
def test_the_same_answer_twice_and_no_argument_modified(solution: ModuleType, function: str) -> None:
    arguments: list[tuple[Any, ...]] = []
    before: list[str] = []
    real = getattr(solution, function)

    def watched(*given: Any) -> Any:
        arguments.append(given)
        before.append(repr(given))
        first = repr(real(*given))
        assert first == repr(real(*given))
        return real(*given)

    with pytest.MonkeyPatch.context() as patch, np.printoptions(threshold=sys.maxsize, floatmode="unique"):
        patch.setattr(solution, function, watched)
        names_of(function, solution)
        assert [repr(given) for given in arguments] == before
    assert arguments


def test_sigmoid_and_softmax_stay_finite_and_silent_far_out(solution: ModuleType) -> None:
    far = np.array([[-1e4, -800.0, 0.0], [1e4, 800.0, 0.0]])
    with np.errstate(all="raise", under="ignore"):
        assert np.array_equal(solution.sigmoid(far), [[0.0, 0.0, 0.5], [1.0, 1.0, 0.5]])
        assert np.array_equal(solution.softmax(far), [[0.0, 0.0, 0.5], [1.0, 1.0, 0.5]])


def test_softmax_normalises_every_column(solution: ModuleType) -> None:
    scores = np.random.RandomState(5).randn(4, 7)
    assert np.allclose(solution.softmax(scores).sum(axis=0), np.ones(7), rtol=0, atol=1e-15)
    assert np.allclose(solution.softmax(scores), np.exp(scores) / np.exp(scores).sum(axis=0), rtol=1e-14)


@pytest.mark.usefixtures("solution")
def test_a_value_that_is_still_none_is_named_with_what_to_do() -> None:
    helpers = importlib.import_module("rnn_utils")
    with pytest.raises(NotImplementedError) as caught:
        helpers.check_filled_in("rnn_forward", a=None, y_pred=np.zeros(1), caches=None)
    assert str(caught.value) == (
        "rnn_forward still returns None for a, caches. Write your code between START CODE HERE and END CODE HERE, "
        "run that cell, then run this one again."
    )
    helpers.check_filled_in("rnn_forward", a=np.zeros(1))
