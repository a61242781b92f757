"""What `forward` is held to. It calls `center`, and is also tried with the reference's."""

import numpy as np
from autograder_checks import assert_same
from otter.test_files import test_case

OK_FORMAT = False
name = "forward"
points = None

KNOWN = np.array([48151.5, 16234.25, -42108.75])


@test_case(name="two numbers", points=2)
def test_two_numbers(forward):
    y, _cache = forward(np.array([1.0, 3.0]), 1.0)
    assert_same(y, np.array([-0.7615941559557649, 0.7615941559557649]), names=("y",))


@test_case(name="any size", points=4, hidden=True)
def test_any_size(forward, reference, rng):
    for size in (7, 4):
        x, w = rng.standard_normal(size), float(rng.standard_normal())
        assert_same(forward(x.copy(), w), reference.forward(x, w), names=("y", "cache"))


@test_case(name="known numbers", points=4, hidden=True)
def test_known_numbers(forward, reference):
    assert_same(forward(KNOWN.copy(), 1e-5), reference.forward(KNOWN, 1e-5), names=("y", "cache"))
