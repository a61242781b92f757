import random

from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 2


@test_case()
def test_first(first):
    random.seed(5)
    assert first == random.random()


@test_case(hidden=True)
def test_second(second):
    random.seed(5)
    assert second == random.random()
