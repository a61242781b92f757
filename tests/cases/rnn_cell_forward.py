"""What `rnn_cell_forward` is held to.

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
name = "rnn_cell_forward"
points = 20

NAMES = ("a_next", "yt_pred", "cache")
VALUES = ("a_next", "yt_pred")
KEPT = ("a_next", "a_prev", "xt", "parameters")  # the items of a cache
WEIGHT = 0.5  # keeps activations away from the flat ends, where a mistake would not show
# What stands under "Expected output" in the notebook. Read here, not within a case: there a student could name the file that is read.
PRINTED = {row["label"]: row["value"] for row in json.loads(Path("tests/printed_outputs.json").read_text())["rnn_cell_forward"]}


def notebooks_inputs():
    """The inputs of the notebook's own cell, drawn in its order."""
    randn = np.random.RandomState(1).randn
    xt, a_prev = randn(3, 10), randn(5, 10)
    Waa, Wax, Wya = randn(5, 5), randn(5, 3), randn(2, 5)
    ba, by = randn(5, 1), randn(2, 1)
    parameters = {"Waa": Waa, "Wax": Wax, "Wya": Wya, "ba": ba, "by": by}
    return xt, a_prev, parameters


@test_case(name="shapes of the expected output", points=1)
def test_shapes(rnn_cell_forward):
    a_next, yt_pred, _cache = rnn_cell_forward(*notebooks_inputs())
    assert_printed("a_next.shape", PRINTED["a_next.shape"], a_next=a_next)
    assert_printed("yt_pred.shape", PRINTED["yt_pred.shape"], yt_pred=yt_pred)


@test_case(name="values of the expected output", points=1)
def test_values(rnn_cell_forward):
    a_next, yt_pred, _cache = rnn_cell_forward(*notebooks_inputs())
    assert_printed("a_next[4]", PRINTED["a_next[4]"], a_next=a_next)
    assert_printed("yt_pred[1]", PRINTED["yt_pred[1]"], yt_pred=yt_pred)


# ---------------------------------------------------------------------------------------------------------------------
# Hidden cases: everything that is returned, for inputs nobody has seen, beside the reference's answer.


def draw(rng, n_x, n_a, n_y, m, scale=1.0):
    """Random arguments; `scale` stretches the inputs, far beyond 1 into the flat ends of tanh and sigmoid."""
    parameters = {
        "Wax": WEIGHT * rng.standard_normal((n_a, n_x)),
        "Waa": WEIGHT * rng.standard_normal((n_a, n_a)),
        "Wya": rng.standard_normal((n_y, n_a)),
        "ba": rng.standard_normal((n_a, 1)),
        "by": rng.standard_normal((n_y, 1)),
    }
    xt = scale * rng.standard_normal((n_x, m))
    a_prev = rng.standard_normal((n_a, m))
    return xt, a_prev, parameters


def copies(arguments):
    """Arguments to hand out, so that ours stay as they are."""
    *arrays, parameters = arguments
    return (*(array.copy() for array in arrays), {key: value.copy() for key, value in parameters.items()})


def compare(rnn_cell_forward, reference, arguments, only):
    """Call both with copies of the same arguments and compare the items named in `only`."""
    expected = reference.rnn_cell_forward(*copies(arguments))
    assert_same(rnn_cell_forward(*copies(arguments)), expected, names=NAMES, only=only, items=KEPT)


@test_case(
    name="any sizes",
    points=5,
    hidden=True,
    failure_message="About “Any sizes” in your notebook.",
)
def test_any_sizes(rnn_cell_forward, reference, rng):
    for sizes in ((4, 6, 3, 7), (13, 19, 11, 17)):
        compare(rnn_cell_forward, reference, draw(rng, *sizes), VALUES)
    first, *states, parameters = draw(rng, 5, 3, 4, 6)
    compare(rnn_cell_forward, reference, (first, *(0.0 * state for state in states), parameters), VALUES)


@test_case(
    name="one example, one unit, equal sizes",
    points=3,
    hidden=True,
    failure_message="About “Any sizes” in your notebook.",
)
def test_special_sizes(rnn_cell_forward, reference, rng):
    for sizes in ((4, 6, 3, 1), (4, 1, 3, 7), (1, 6, 2, 7), (6, 6, 6, 6), (1, 1, 1, 1)):
        compare(rnn_cell_forward, reference, draw(rng, *sizes), VALUES)


@test_case(
    name="large inputs, large weights",
    points=2,
    hidden=True,
    failure_message="About “Any values” in your notebook.",
)
def test_large_inputs(rnn_cell_forward, reference, rng):
    for sizes, scale, weights in (((5, 7, 2, 4), 30.0, 1.0), ((4, 5, 3, 6), 1000.0, 1.0), ((7, 4, 2, 5), 1.0, 30.0)):
        *arrays, parameters = draw(rng, *sizes, scale=scale)
        heavy = {name: weights * array for name, array in parameters.items()}
        compare(rnn_cell_forward, reference, (*arrays, heavy), VALUES)


@test_case(
    name="parameters in any order, arguments by name",
    points=2,
    hidden=True,
    failure_message="About “Parameters by their names” and “The signature as given” in your notebook.",
)
def test_order_and_names(rnn_cell_forward, reference, rng):
    arguments = draw(rng, 5, 7, 2, 4)
    expected = reference.rnn_cell_forward(*copies(arguments))
    *arrays, parameters = copies(arguments)
    backwards = dict(reversed(list(parameters.items())))
    assert_same(rnn_cell_forward(*arrays, backwards), expected, names=NAMES, only=VALUES)
    named = dict(zip(("xt", "a_prev", "parameters"), copies(arguments), strict=True))
    assert_same(rnn_cell_forward(**dict(reversed(named.items()))), expected, names=NAMES, only=VALUES)


@test_case(
    name="arguments stay as they were",
    points=1,
    hidden=True,
    failure_message="About “Arguments stay as they were” in your notebook.",
)
def test_arguments_unchanged(rnn_cell_forward, reference, rng):
    arguments = draw(rng, 5, 7, 2, 4)
    expected = reference.rnn_cell_forward(*copies(arguments))
    handed_out = copies(arguments)
    assert_same(rnn_cell_forward(*handed_out), expected, names=NAMES, only=VALUES)
    for name, after, before in zip(("xt", "a_prev", "parameters"), handed_out, arguments, strict=True):
        assert_unchanged(after, before, name=name)


@test_case(
    name="no memory between calls",
    points=1,
    hidden=True,
    failure_message="About “No memory between calls” in your notebook.",
)
def test_no_memory(rnn_cell_forward, reference, rng):
    one, two = draw(rng, 5, 7, 2, 4), draw(rng, 5, 7, 2, 4)
    other_sizes = draw(rng, 3, 4, 5, 6)
    first = rnn_cell_forward(*copies(one))
    before = copy.deepcopy(first)
    compare(rnn_cell_forward, reference, two, VALUES)
    assert_same(first, before, names=NAMES, only=VALUES)  # right or wrong, an answer stays what it was
    other_parameters = (*one[:-1], two[-1])
    for arguments in (one, other_parameters, other_sizes, one):
        compare(rnn_cell_forward, reference, arguments, VALUES)


@test_case(
    name="values kept for the backward pass",
    points=4,
    hidden=True,
    failure_message="About “Everything you return” in your notebook.",
)
def test_cache(rnn_cell_forward, reference, rng):
    earlier = []
    for sizes in ((4, 6, 3, 7), (13, 19, 11, 17), (4, 6, 3, 1)):
        arguments = draw(rng, *sizes)
        observed, expected = rnn_cell_forward(*copies(arguments)), reference.rnn_cell_forward(*copies(arguments))
        assert_same(observed, expected, names=NAMES, only=("cache",), items=KEPT)
        earlier.append((observed, expected))
    for observed, expected in earlier:  # later calls leave them as they were
        assert_same(observed, expected, names=NAMES, only=("cache",), items=KEPT)
