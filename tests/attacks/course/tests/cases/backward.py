"""What `backward` is held to. Its inputs are made by `forward`; it is also tried with those that the reference makes."""

import numpy as np
from autograder_checks import assert_same
from otter.test_files import test_case

OK_FORMAT = False
name = "backward"
points = None

KNOWN = np.array([48151.5, 16234.25, -42108.75])


@test_case(name="two numbers", points=2)
def test_two_numbers(backward, forward):
    _y, cache = forward(np.array([1.0, 3.0]), 1.0)
    dx, _dw = backward(np.array([1.0, 2.0]), cache)
    assert_same(dx, np.array([-0.20998717080701307, 0.20998717080701307]), names=("dx",))


@test_case(name="any size", points=4, hidden=True)
def test_any_size(backward, forward, reference, rng):
    for size in (7, 4):
        x, w, dy = rng.standard_normal(size), float(rng.standard_normal()), rng.standard_normal(size)
        expected = reference.backward(dy, reference.forward(x, w)[1])
        assert_same(backward(dy.copy(), forward(x.copy(), w)[1]), expected, names=("dx", "dw"))


@test_case(name="known numbers", points=4, hidden=True)
def test_known_numbers(backward, forward, reference, rng):
    dy = rng.standard_normal(3)
    expected = reference.backward(dy, reference.forward(KNOWN, 1e-5)[1])
    assert_same(backward(dy.copy(), forward(KNOWN.copy(), 1e-5)[1]), expected, names=("dx", "dw"))
