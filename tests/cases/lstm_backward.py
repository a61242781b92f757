"""What `lstm_backward` is held to.

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
name = "lstm_backward"
points = 0  # optional: judged and explained, never counted

WEIGHT = 0.5  # keeps activations away from the flat ends, where every gradient is zero
# What stands under "Expected output" in the notebook. Read here, not within a case: there a student could name the file that is read.
PRINTED = {row["label"]: row["value"] for row in json.loads(Path("tests/printed_outputs.json").read_text())["lstm_backward"]}


def notebooks_inputs(lstm_forward):
    """The gradients and the caches of the notebook's own cell, drawn in its order; the caches come from your forward pass."""
    randn = np.random.RandomState(1).randn
    x, a0 = randn(3, 10, 7), randn(5, 10)
    parameters = {}
    for gate in ("f", "i", "o", "c"):
        parameters["W" + gate] = randn(5, 5 + 3)
        parameters["b" + gate] = randn(5, 1)
    parameters["Wy"] = randn(2, 5)
    parameters["by"] = randn(2, 1)
    caches = lstm_forward(x, a0, parameters)[-1]
    return randn(5, 10, 7), caches


@test_case(name="shapes of the expected output", points=0)
def test_shapes(lstm_backward, lstm_forward):
    gradients = lstm_backward(*notebooks_inputs(lstm_forward))
    assert_printed('gradients["dx"].shape', PRINTED['gradients["dx"].shape'], gradients=gradients)
    assert_printed('gradients["da0"].shape', PRINTED['gradients["da0"].shape'], gradients=gradients)
    assert_printed('gradients["dWf"].shape', PRINTED['gradients["dWf"].shape'], gradients=gradients)
    assert_printed('gradients["dWi"].shape', PRINTED['gradients["dWi"].shape'], gradients=gradients)
    assert_printed('gradients["dWc"].shape', PRINTED['gradients["dWc"].shape'], gradients=gradients)
    assert_printed('gradients["dWo"].shape', PRINTED['gradients["dWo"].shape'], gradients=gradients)
    assert_printed('gradients["dbf"].shape', PRINTED['gradients["dbf"].shape'], gradients=gradients)
    assert_printed('gradients["dbi"].shape', PRINTED['gradients["dbi"].shape'], gradients=gradients)
    assert_printed('gradients["dbc"].shape', PRINTED['gradients["dbc"].shape'], gradients=gradients)
    assert_printed('gradients["dbo"].shape', PRINTED['gradients["dbo"].shape'], gradients=gradients)


@test_case(name="values of the expected output", points=0)
def test_values(lstm_backward, lstm_forward):
    gradients = lstm_backward(*notebooks_inputs(lstm_forward))
    assert_printed('gradients["dx"][1][2]', PRINTED['gradients["dx"][1][2]'], gradients=gradients)
    assert_printed('gradients["da0"][2][3]', PRINTED['gradients["da0"][2][3]'], gradients=gradients)
    assert_printed('gradients["dWf"][3][1]', PRINTED['gradients["dWf"][3][1]'], gradients=gradients)
    assert_printed('gradients["dWi"][1][2]', PRINTED['gradients["dWi"][1][2]'], gradients=gradients)
    assert_printed('gradients["dWc"][3][1]', PRINTED['gradients["dWc"][3][1]'], gradients=gradients)
    assert_printed('gradients["dWo"][1][2]', PRINTED['gradients["dWo"][1][2]'], gradients=gradients)
    assert_printed('gradients["dbf"][4]', PRINTED['gradients["dbf"][4]'], gradients=gradients)
    assert_printed('gradients["dbi"][4]', PRINTED['gradients["dbi"][4]'], gradients=gradients)
    assert_printed('gradients["dbc"][4]', PRINTED['gradients["dbc"][4]'], gradients=gradients)
    assert_printed('gradients["dbo"][4]', PRINTED['gradients["dbo"][4]'], gradients=gradients)


# ---------------------------------------------------------------------------------------------------------------------
# Hidden cases. The caches come from a forward pass: random ones would reject correct functions, since a_next must be what a cell can give.


def draw(rng, n_x, n_a, n_y, m, T_x):
    """Random arguments of the forward pass, and gradients that arrive from behind."""
    parameters = {}
    for gate in ("f", "i", "c", "o"):
        parameters["W" + gate] = WEIGHT * rng.standard_normal((n_a, n_a + n_x))
        parameters["b" + gate] = rng.standard_normal((n_a, 1))
    parameters["Wy"] = rng.standard_normal((n_y, n_a))
    parameters["by"] = rng.standard_normal((n_y, 1))
    forward = (rng.standard_normal((n_x, m, T_x)), rng.standard_normal((n_a, m)), parameters)
    return forward, (rng.standard_normal((n_a, m, T_x)),)


def compare(lstm_backward, lstm_forward, reference, drawn):
    """Call the function with caches of the forward pass, and compare every gradient with the reference's."""
    forward, gradients = drawn
    expected = reference.lstm_backward(*gradients, reference.lstm_forward(*forward)[-1])
    observed = lstm_backward(*(gradient.copy() for gradient in gradients), lstm_forward(*forward)[-1])
    assert_same(observed, expected, names=("gradients",))


@test_case(
    name="any sizes, any length",
    points=0,
    hidden=True,
    failure_message="About “Any sizes” in your notebook.",
)
def test_any_sizes(lstm_backward, lstm_forward, reference, rng):
    for sizes in ((4, 6, 3, 7, 5), (13, 19, 11, 17, 12)):
        compare(lstm_backward, lstm_forward, reference, draw(rng, *sizes))


@test_case(
    name="one example, one step, one unit, equal sizes",
    points=0,
    hidden=True,
    failure_message="About “Any sizes” in your notebook.",
)
def test_special_sizes(lstm_backward, lstm_forward, reference, rng):
    for sizes in ((4, 6, 3, 1, 5), (4, 6, 3, 7, 1), (4, 1, 3, 7, 5), (6, 6, 6, 6, 6), (1, 1, 1, 1, 1)):
        compare(lstm_backward, lstm_forward, reference, draw(rng, *sizes))


@test_case(
    name="arguments by name, which stay as they were",
    points=0,
    hidden=True,
    failure_message="About “The signature as given” and “Arguments stay as they were” in your notebook.",
)
def test_arguments_unchanged(lstm_backward, lstm_forward, reference, rng):
    forward, gradients = draw(rng, 5, 7, 2, 4, 6)
    expected = reference.lstm_backward(*gradients, reference.lstm_forward(*forward)[-1])
    handed_out = {name: gradient.copy() for name, gradient in zip(("da",), gradients, strict=True)}
    handed_out["caches"] = lstm_forward(*forward)[-1]
    before = {**handed_out, **{name: gradient.copy() for name, gradient in handed_out.items() if name != "caches"}}
    before["caches"] = lstm_forward(*forward)[-1]
    assert_same(lstm_backward(**handed_out), expected, names=("gradients",))
    for name, argument in handed_out.items():
        assert_unchanged(argument, before[name], name=name)


@test_case(
    name="no memory between calls",
    points=0,
    hidden=True,
    failure_message="About “No memory between calls” in your notebook.",
)
def test_no_memory(lstm_backward, lstm_forward, reference, rng):
    one, two, other_sizes = draw(rng, 5, 7, 2, 4, 6), draw(rng, 5, 7, 2, 4, 6), draw(rng, 3, 4, 5, 6, 2)
    forward, gradients = one
    first = lstm_backward(*(gradient.copy() for gradient in gradients), lstm_forward(*forward)[-1])
    before = copy.deepcopy(first)
    compare(lstm_backward, lstm_forward, reference, two)
    assert_same(first, before, names=("gradients",))  # right or wrong, an answer stays what it was
    for drawn in (one, other_sizes, one):
        compare(lstm_backward, lstm_forward, reference, drawn)
