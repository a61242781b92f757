"""What `lstm_cell_backward` is held to.

Students have the public cases in their release; the hidden ones stay with the graders. Both call the function with inputs drawn here, never
with variables of the notebook.
"""

import copy
import json
from pathlib import Path

import numpy as np
from autograder_checks import assert_printed, assert_same, assert_unchanged
from otter.test_files import test_case

OK_FORMAT = False
name = "lstm_cell_backward"
points = 0  # optional: judged and explained, never counted

WEIGHT = 0.5  # keeps activations away from the flat ends, where every gradient is zero
# What stands under "Expected output" in the notebook. Read here, not within a case: there a student could name the file that is read.
PRINTED = {row["label"]: row["value"] for row in json.loads(Path("tests/printed_outputs.json").read_text())["lstm_cell_backward"]}


def notebooks_inputs(lstm_cell_forward):
    """The gradients and the cache of the notebook's own cell, drawn in its order; the cache comes from your forward pass."""
    randn = np.random.RandomState(1).randn
    xt, a_prev, c_prev = randn(3, 10), randn(5, 10), randn(5, 10)
    parameters = {}
    for gate in ("f", "i", "o", "c"):
        parameters["W" + gate] = randn(5, 5 + 3)
        parameters["b" + gate] = randn(5, 1)
    parameters["Wy"] = randn(2, 5)
    parameters["by"] = randn(2, 1)
    cache = lstm_cell_forward(xt, a_prev, c_prev, parameters)[-1]
    return randn(5, 10), randn(5, 10), cache


@test_case(name="shapes of the expected output", points=0)
def test_shapes(lstm_cell_backward, lstm_cell_forward):
    gradients = lstm_cell_backward(*notebooks_inputs(lstm_cell_forward))
    assert_printed('gradients["dxt"].shape', PRINTED['gradients["dxt"].shape'], gradients=gradients)
    assert_printed('gradients["da_prev"].shape', PRINTED['gradients["da_prev"].shape'], gradients=gradients)
    assert_printed('gradients["dc_prev"].shape', PRINTED['gradients["dc_prev"].shape'], gradients=gradients)
    assert_printed('gradients["dWf"].shape', PRINTED['gradients["dWf"].shape'], gradients=gradients)
    assert_printed('gradients["dWi"].shape', PRINTED['gradients["dWi"].shape'], gradients=gradients)
    assert_printed('gradients["dWc"].shape', PRINTED['gradients["dWc"].shape'], gradients=gradients)
    assert_printed('gradients["dWo"].shape', PRINTED['gradients["dWo"].shape'], gradients=gradients)
    assert_printed('gradients["dbf"].shape', PRINTED['gradients["dbf"].shape'], gradients=gradients)
    assert_printed('gradients["dbi"].shape', PRINTED['gradients["dbi"].shape'], gradients=gradients)
    assert_printed('gradients["dbc"].shape', PRINTED['gradients["dbc"].shape'], gradients=gradients)
    assert_printed('gradients["dbo"].shape', PRINTED['gradients["dbo"].shape'], gradients=gradients)


@test_case(name="values of the expected output", points=0)
def test_values(lstm_cell_backward, lstm_cell_forward):
    gradients = lstm_cell_backward(*notebooks_inputs(lstm_cell_forward))
    assert_printed('gradients["dxt"][1][2]', PRINTED['gradients["dxt"][1][2]'], gradients=gradients)
    assert_printed('gradients["da_prev"][2][3]', PRINTED['gradients["da_prev"][2][3]'], gradients=gradients)
    assert_printed('gradients["dc_prev"][2][3]', PRINTED['gradients["dc_prev"][2][3]'], gradients=gradients)
    assert_printed('gradients["dWf"][3][1]', PRINTED['gradients["dWf"][3][1]'], gradients=gradients)
    assert_printed('gradients["dWi"][1][2]', PRINTED['gradients["dWi"][1][2]'], gradients=gradients)
    assert_printed('gradients["dWc"][3][1]', PRINTED['gradients["dWc"][3][1]'], gradients=gradients)
    assert_printed('gradients["dWo"][1][2]', PRINTED['gradients["dWo"][1][2]'], gradients=gradients)
    assert_printed('gradients["dbf"][4]', PRINTED['gradients["dbf"][4]'], gradients=gradients)
    assert_printed('gradients["dbi"][4]', PRINTED['gradients["dbi"][4]'], gradients=gradients)
    assert_printed('gradients["dbc"][4]', PRINTED['gradients["dbc"][4]'], gradients=gradients)
    assert_printed('gradients["dbo"][4]', PRINTED['gradients["dbo"][4]'], gradients=gradients)


# ---------------------------------------------------------------------------------------------------------------------
# Hidden cases. The cache comes from a forward pass: random ones would reject correct functions, since a_next must be what a cell can give.


def draw(rng, n_x, n_a, n_y, m):
    """Random arguments of the forward pass, and gradients that arrive from behind."""
    parameters = {}
    for gate in ("f", "i", "c", "o"):
        parameters["W" + gate] = WEIGHT * rng.standard_normal((n_a, n_a + n_x))
        parameters["b" + gate] = rng.standard_normal((n_a, 1))
    parameters["Wy"] = rng.standard_normal((n_y, n_a))
    parameters["by"] = rng.standard_normal((n_y, 1))
    forward = (rng.standard_normal((n_x, m)), rng.standard_normal((n_a, m)), rng.standard_normal((n_a, m)), parameters)
    return forward, (rng.standard_normal((n_a, m)), rng.standard_normal((n_a, m)))


def compare(lstm_cell_backward, lstm_cell_forward, reference, drawn):
    """Call the function with cache of the forward pass, and compare every gradient with the reference's."""
    forward, gradients = drawn
    expected = reference.lstm_cell_backward(*gradients, reference.lstm_cell_forward(*forward)[-1])
    observed = lstm_cell_backward(*(gradient.copy() for gradient in gradients), lstm_cell_forward(*forward)[-1])
    assert_same(observed, expected, names=("gradients",))


@test_case(
    name="any sizes",
    points=0,
    hidden=True,
    failure_message="About “Any sizes” in your notebook.",
)
def test_any_sizes(lstm_cell_backward, lstm_cell_forward, reference, rng):
    for sizes in ((4, 6, 3, 7), (13, 19, 11, 17)):
        compare(lstm_cell_backward, lstm_cell_forward, reference, draw(rng, *sizes))


@test_case(
    name="one example, one unit, equal sizes",
    points=0,
    hidden=True,
    failure_message="About “Any sizes” in your notebook.",
)
def test_special_sizes(lstm_cell_backward, lstm_cell_forward, reference, rng):
    for sizes in ((4, 6, 3, 1), (4, 1, 3, 7), (6, 6, 6, 6), (1, 1, 1, 1)):
        compare(lstm_cell_backward, lstm_cell_forward, reference, draw(rng, *sizes))


@test_case(
    name="arguments by name, which stay as they were",
    points=0,
    hidden=True,
    failure_message="About “The signature as given” and “Arguments stay as they were” in your notebook.",
)
def test_arguments_unchanged(lstm_cell_backward, lstm_cell_forward, reference, rng):
    forward, gradients = draw(rng, 5, 7, 2, 4)
    expected = reference.lstm_cell_backward(*gradients, reference.lstm_cell_forward(*forward)[-1])
    handed_out = {name: gradient.copy() for name, gradient in zip(("da_next", "dc_next"), gradients, strict=True)}
    handed_out["cache"] = lstm_cell_forward(*forward)[-1]
    before = {**handed_out, **{name: gradient.copy() for name, gradient in handed_out.items() if name != "cache"}}
    before["cache"] = lstm_cell_forward(*forward)[-1]
    assert_same(lstm_cell_backward(**handed_out), expected, names=("gradients",))
    for name, argument in handed_out.items():
        assert_unchanged(argument, before[name], name=name)


@test_case(
    name="no memory between calls",
    points=0,
    hidden=True,
    failure_message="About “No memory between calls” in your notebook.",
)
def test_no_memory(lstm_cell_backward, lstm_cell_forward, reference, rng):
    one, two, other_sizes = draw(rng, 5, 7, 2, 4), draw(rng, 5, 7, 2, 4), draw(rng, 3, 4, 5, 6)
    forward, gradients = one
    first = lstm_cell_backward(*(gradient.copy() for gradient in gradients), lstm_cell_forward(*forward)[-1])
    before = copy.deepcopy(first)
    compare(lstm_cell_backward, lstm_cell_forward, reference, two)
    assert_same(first, before, names=("gradients",))  # right or wrong, an answer stays what it was
    for drawn in (one, other_sizes, one):
        compare(lstm_cell_backward, lstm_cell_forward, reference, drawn)
