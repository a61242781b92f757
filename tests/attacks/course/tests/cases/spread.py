"""What `spread` is held to. It calls `center`, and is also tried with the reference's."""

import numpy as np
from autograder_checks import assert_same
from otter.test_files import test_case

OK_FORMAT = False
name = "spread"
points = None

KNOWN = np.array([48151.5, 16234.25, -42108.75])


@test_case(name="two numbers", points=2)
def test_two_numbers(spread):
    assert_same(spread(np.array([1.0, 7.0])), 3.0, names=("spread",))


@test_case(name="any size", points=4, hidden=True)
def test_any_size(spread, reference, rng):
    for shape in ((7,), (5, 3)):
        x = rng.standard_normal(shape)
        assert_same(spread(x.copy()), reference.spread(x), names=("spread",))


@test_case(name="known numbers", points=4, hidden=True)
def test_known_numbers(spread, reference):
    assert_same(spread(KNOWN.copy()), reference.spread(KNOWN), names=("spread",))
