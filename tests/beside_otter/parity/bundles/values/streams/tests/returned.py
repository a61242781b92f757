import itertools
import types

from otter.test_files import test_case

OK_FORMAT = False
name = "returned"
points = 5


@test_case()
def test_generator(evens):
    found = evens(10)
    assert isinstance(found, types.GeneratorType)
    assert next(found) == 0 and next(found) == 2 and list(found) == [4, 6, 8]


@test_case()
def test_endless(naturals):
    assert list(itertools.islice(naturals(), 5)) == [1, 2, 3, 4, 5]


@test_case(hidden=True)
def test_pairs(pairs):
    assert list(pairs("ab", [1, 2])) == [("a", 1), ("b", 2)]
    assert dict(pairs(["x"], [0])) == {"x": 0}


@test_case(hidden=True)
def test_ended(evens):
    found = evens(2)
    assert list(found) == [0]
    try:
        next(found)
    except StopIteration:
        return
    raise AssertionError("it goes on")


@test_case(hidden=True)
def test_nested(flattened):
    assert list(flattened([1, [2, [3, []]], "ab"])) == [1, 2, 3, "ab"]
