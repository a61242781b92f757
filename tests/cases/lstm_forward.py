"""What `lstm_forward` is held to.

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
name = "lstm_forward"
points = 30

NAMES = ("a", "y", "c", "caches")
VALUES = ("a", "y", "c")
KEPT = ("a_next", "c_next", "a_prev", "c_prev", "ft", "it", "cct", "ot", "xt", "parameters")  # the items of a cache
WEIGHT = 0.5  # keeps activations away from the flat ends, where a mistake would not show
# What stands under "Expected output" in the notebook. Read here, not within a case: there a student could name the file that is read.
PRINTED = {row["label"]: row["value"] for row in json.loads(Path("tests/printed_outputs.json").read_text())["lstm_forward"]}


def notebooks_inputs():
    """The inputs of the notebook's own cell, drawn in its order."""
    randn = np.random.RandomState(1).randn
    x, a0 = randn(3, 10, 7), randn(5, 10)
    parameters = {}
    for gate in ("f", "i", "o", "c"):
        parameters["W" + gate] = randn(5, 5 + 3)
        parameters["b" + gate] = randn(5, 1)
    parameters["Wy"] = randn(2, 5)
    parameters["by"] = randn(2, 1)
    return x, a0, parameters


@test_case(name="shapes of the expected output", points=1)
def test_shapes(lstm_forward):
    a, y, _c, _caches = lstm_forward(*notebooks_inputs())
    assert_printed("a.shape", PRINTED["a.shape"], a=a)
    assert_printed("y.shape", PRINTED["y.shape"], y=y)


@test_case(name="values of the expected output", points=1)
def test_values(lstm_forward):
    a, y, c, _caches = lstm_forward(*notebooks_inputs())
    assert_printed("a[4][3][6]", PRINTED["a[4][3][6]"], a=a)
    assert_printed("y[1][4][3]", PRINTED["y[1][4][3]"], y=y)
    assert_printed("c[1][2][1]", PRINTED["c[1][2][1]"], c=c)


@test_case(name="caches of the expected output", points=1)
def test_caches(lstm_forward):
    caches = lstm_forward(*notebooks_inputs())[-1]
    assert_printed("caches[1][1][1]", PRINTED["caches[1][1][1]"], caches=caches)
    assert_printed("len(caches)", PRINTED["len(caches)"], caches=caches)
    assert len(caches[0]) == 7, f"expected 7 caches, one for each time step; yours has {len(caches[0])}"


# ---------------------------------------------------------------------------------------------------------------------
# Hidden cases: everything that is returned, for inputs nobody has seen, beside the reference's answer.


def draw(rng, n_x, n_a, n_y, m, T_x, scale=1.0):
    """Random arguments; `scale` stretches the inputs, far beyond 1 into the flat ends of tanh and sigmoid."""
    parameters = {}
    for gate in ("f", "i", "c", "o"):
        parameters["W" + gate] = WEIGHT * rng.standard_normal((n_a, n_a + n_x))
        parameters["b" + gate] = rng.standard_normal((n_a, 1))
    parameters["Wy"] = rng.standard_normal((n_y, n_a))
    parameters["by"] = rng.standard_normal((n_y, 1))
    x = scale * rng.standard_normal((n_x, m, T_x))
    a0 = rng.standard_normal((n_a, m))
    return x, a0, parameters


def copies(arguments):
    """Arguments to hand out, so that ours stay as they are."""
    *arrays, parameters = arguments
    return (*(array.copy() for array in arrays), {key: value.copy() for key, value in parameters.items()})


def compare(lstm_forward, reference, arguments, only):
    """Call both with copies of the same arguments and compare the items named in `only`."""
    expected = reference.lstm_forward(*copies(arguments))
    assert_same(lstm_forward(*copies(arguments)), expected, names=NAMES, only=only, items=KEPT)


@test_case(
    name="any sizes, any length",
    points=8,
    hidden=True,
    failure_message="About “Any sizes” in your notebook.",
)
def test_any_sizes(lstm_forward, reference, rng):
    for sizes in ((4, 6, 3, 7, 5), (13, 19, 11, 17, 12)):
        compare(lstm_forward, reference, draw(rng, *sizes), VALUES)
    first, *states, parameters = draw(rng, 5, 3, 4, 6, 7)
    compare(lstm_forward, reference, (first, *(0.0 * state for state in states), parameters), VALUES)


@test_case(
    name="one example, one step, one unit, equal sizes",
    points=4,
    hidden=True,
    failure_message="About “Any sizes” in your notebook.",
)
def test_special_sizes(lstm_forward, reference, rng):
    for sizes in ((4, 6, 3, 1, 5), (4, 6, 3, 7, 1), (4, 1, 3, 7, 5), (1, 6, 2, 7, 5), (6, 6, 6, 6, 6), (1, 1, 1, 1, 1)):
        compare(lstm_forward, reference, draw(rng, *sizes), VALUES)


@test_case(
    name="large inputs, large weights",
    points=3,
    hidden=True,
    failure_message="About “Any values” in your notebook.",
)
def test_large_inputs(lstm_forward, reference, rng):
    for sizes, scale, weights in (((5, 7, 2, 4, 6), 30.0, 1.0), ((4, 5, 3, 6, 7), 1000.0, 1.0), ((7, 4, 2, 5, 3), 1.0, 30.0)):
        *arrays, parameters = draw(rng, *sizes, scale=scale)
        heavy = {name: weights * array for name, array in parameters.items()}
        compare(lstm_forward, reference, (*arrays, heavy), VALUES)


@test_case(
    name="parameters in any order, arguments by name",
    points=2,
    hidden=True,
    failure_message="About “Parameters by their names” and “The signature as given” in your notebook.",
)
def test_order_and_names(lstm_forward, reference, rng):
    arguments = draw(rng, 5, 7, 2, 4, 6)
    expected = reference.lstm_forward(*copies(arguments))
    *arrays, parameters = copies(arguments)
    backwards = dict(reversed(list(parameters.items())))
    assert_same(lstm_forward(*arrays, backwards), expected, names=NAMES, only=VALUES)
    named = dict(zip(("x", "a0", "parameters"), copies(arguments), strict=True))
    assert_same(lstm_forward(**dict(reversed(named.items()))), expected, names=NAMES, only=VALUES)


@test_case(
    name="arguments stay as they were",
    points=2,
    hidden=True,
    failure_message="About “Arguments stay as they were” in your notebook.",
)
def test_arguments_unchanged(lstm_forward, reference, rng):
    arguments = draw(rng, 5, 7, 2, 4, 6)
    expected = reference.lstm_forward(*copies(arguments))
    handed_out = copies(arguments)
    assert_same(lstm_forward(*handed_out), expected, names=NAMES, only=VALUES)
    for name, after, before in zip(("x", "a0", "parameters"), handed_out, arguments, strict=True):
        assert_unchanged(after, before, name=name)


@test_case(
    name="no memory between calls",
    points=2,
    hidden=True,
    failure_message="About “No memory between calls” in your notebook.",
)
def test_no_memory(lstm_forward, reference, rng):
    one, two = draw(rng, 5, 7, 2, 4, 6), draw(rng, 5, 7, 2, 4, 6)
    other_sizes = draw(rng, 3, 4, 5, 6, 2)
    first = lstm_forward(*copies(one))
    before = copy.deepcopy(first)
    compare(lstm_forward, reference, two, VALUES)
    assert_same(first, before, names=NAMES, only=VALUES)  # right or wrong, an answer stays what it was
    other_parameters = (*one[:-1], two[-1])
    for arguments in (one, other_parameters, other_sizes, one):
        compare(lstm_forward, reference, arguments, VALUES)


@test_case(
    name="values kept for the backward pass, of every step",
    points=4,
    hidden=True,
    failure_message="About “Everything you return” in your notebook.",
)
def test_every_cache(lstm_forward, reference, rng):
    earlier = []
    for sizes in ((4, 6, 3, 7, 5), (13, 19, 11, 17, 12), (4, 6, 3, 7, 1)):
        arguments = draw(rng, *sizes)
        observed, expected = lstm_forward(*copies(arguments)), reference.lstm_forward(*copies(arguments))
        assert_same(observed, expected, names=NAMES, only=("caches",), items=KEPT)
        earlier.append((observed, expected))
    for observed, expected in earlier:  # later calls leave them as they were
        assert_same(observed, expected, names=NAMES, only=("caches",), items=KEPT)


@test_case(
    name="the first cache keeps the initial state",
    points=2,
    hidden=True,
    failure_message="About “Caches that keep their values” in your notebook.",
)
def test_initial_state_is_kept(lstm_forward, reference, rng):
    arguments = draw(rng, 5, 7, 2, 4, 6)
    expected = reference.lstm_forward(*copies(arguments))[-1][0][0]
    observed = lstm_forward(*copies(arguments))[-1][0][0]
    assert_same(
        observed,
        expected,
        names=KEPT,
        only=("a_prev", "c_prev"),
    )
