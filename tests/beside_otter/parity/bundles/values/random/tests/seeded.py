# The test seeds, the student's function draws.
import random

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "seeded"
points = 5


@test_case()
def test_numpy(roll):
    np.random.seed(12)
    expected = np.random.randint(1, 7, size=4).tolist()
    np.random.seed(12)
    assert list(roll(4)) == expected


@test_case(hidden=True)
def test_again(roll):
    np.random.seed(3)
    first = list(roll(10))
    second = list(roll(10))
    np.random.seed(3)
    assert list(roll(20)) == first + second


@test_case(hidden=True)
def test_python(pick):
    random.seed("a")
    expected = [random.choice("abc") for _ in range(5)]
    random.seed("a")
    assert [pick("abc") for _ in range(5)] == expected


@test_case(hidden=True)
def test_without_a_seed(roll):
    assert 1 <= min(roll(100)) <= max(roll(100)) <= 6


@test_case(hidden=True)
def test_shuffled(shuffled):
    numbers = list(range(20))
    random.seed(1)
    mixed = shuffled(numbers)
    assert numbers == list(range(20)) and sorted(mixed) == numbers and list(mixed) != numbers
