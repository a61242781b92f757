"""What `center` is held to."""

import copy

import numpy as np
from autograder_checks import assert_same, assert_unchanged
from otter.test_files import test_case

OK_FORMAT = False
name = "center"
points = None

CANARY = "canary-of-the-tests"
KNOWN = np.array([48151.5, 16234.25, -42108.75])  # the same in every test file: what is learnt in one is of use in another


@test_case(name="three numbers", points=2)
def test_three_numbers(center):
    assert_same(center(np.array([1.0, 2.0, 6.0])), np.array([-2.0, -1.0, 3.0]), names=("centered",))


@test_case(name="any size", points=4, hidden=True)
def test_any_size(center, reference, rng):
    for shape in ((7,), (5, 3), (2, 2)):
        x = rng.standard_normal(shape)
        assert_same(center(x.copy()), reference.center(x), names=("centered",))


@test_case(name="known numbers", points=2, hidden=True)
def test_known_numbers(center, reference):
    assert_same(center(KNOWN.copy()), reference.center(KNOWN), names=("centered",))


@test_case(name="arguments and answers stay", points=2, hidden=True)
def test_unchanged(center, reference, rng):
    one, two = rng.standard_normal(6), rng.standard_normal(6)
    given = one.copy()
    first = center(given)
    before = copy.deepcopy(first)
    assert_same(center(two.copy()), reference.center(two), names=("centered",))
    assert_same(first, before, names=("centered",))
    assert_same(first, reference.center(one), names=("centered",))
    assert_unchanged(given, one, name="x")
