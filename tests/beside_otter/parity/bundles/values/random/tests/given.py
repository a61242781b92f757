# Generators of the test's, drawn from there and here.
import random

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "given"
points = 6


@test_case()
def test_default(walk):
    expected = np.cumsum(np.random.default_rng(1).normal(size=5))
    assert np.allclose(walk(np.random.default_rng(1), 5), expected)


@test_case()
def test_moved_on(walk):
    rng, twin = np.random.default_rng(2), np.random.default_rng(2)
    first, second = walk(rng, 3), walk(rng, 3)
    assert np.allclose(first, np.cumsum(twin.normal(size=3)))
    assert np.allclose(second, np.cumsum(twin.normal(size=3)))
    assert rng.integers(1000) == twin.integers(1000)


@test_case(hidden=True)
def test_legacy(walk):
    old, twin = np.random.RandomState(3), np.random.RandomState(3)
    walk(old, 3)
    twin.normal(size=3)
    assert old.normal() == twin.normal()


@test_case(hidden=True)
def test_bit_generator(walk):
    rng = np.random.Generator(np.random.MT19937(4))
    assert len(walk(rng, 2)) == 2


@test_case(hidden=True)
def test_python(deal):
    dealer, twin = random.Random(5), random.Random(5)
    cards = list("abcdef")
    assert deal(dealer, cards, 2) == twin.sample(cards, 2)
    assert dealer.random() == twin.random()


@test_case(hidden=True)
def test_theirs(own_rng, walk):
    assert isinstance(own_rng, np.random.Generator)
    assert len(walk(own_rng, 4)) == 4 and 0 <= own_rng.random() < 1
