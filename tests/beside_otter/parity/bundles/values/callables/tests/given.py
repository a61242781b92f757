# Whatever can be called is given to the student's functions.
import functools
import operator

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "given"
points = 10


class Adder:
    def __init__(self, n):
        self._n = n

    def __call__(self, x):
        return x + self._n


@test_case()
def test_bound_method(apply):
    assert apply(", ".join, ["a", "b"]) == "a, b"


@test_case()
def test_itemgetter(sort_by):
    rows = [("b", 1), ("a", 3), ("c", 2)]
    assert sort_by(rows, operator.itemgetter(1)) == [("b", 1), ("c", 2), ("a", 3)]
    assert sort_by(rows, key=lambda row: row[0])[0] == ("a", 3)


@test_case()
def test_partial(apply):
    assert apply(functools.partial(int, base=2), "101") == 5
    assert apply(functools.partial(lambda a, b: a - b, 10), 3) == 7


@test_case()
def test_numpy(apply):
    assert apply(np.mean, [1, 2, 6]) == 3
    assert apply(np.add.reduce, [1, 2, 3]) == 6
    assert apply(np.linalg.norm, np.array([3.0, 4.0])) == 5


@test_case()
def test_builtins(apply):
    assert apply(len, "abc") == 3 and apply(sorted, [2, 1]) == [1, 2] and apply(str, 5) == "5"
    assert apply(set, "aab") == {"a", "b"} and apply(int, "7") == 7


@test_case(hidden=True)
def test_append(each):
    seen = []
    each([1, 2, 3], seen.append)
    assert seen == [1, 2, 3]


@test_case(hidden=True)
def test_exceptions(fails_with):
    assert fails_with(int, "x", ValueError) is True
    assert fails_with(int, "1", ValueError) is False
    assert fails_with([].pop, 0, (IndexError, KeyError)) is True


@test_case(hidden=True)
def test_cached(apply):
    calls = []

    @functools.lru_cache
    def slow(x):
        calls.append(x)
        return x * 2

    assert apply(slow, 4) == 8 and apply(slow, 4) == 8
    assert calls == [4]


@test_case(hidden=True)
def test_object(apply):
    assert apply(Adder(3), 4) == 7


@test_case(hidden=True)
def test_raises(apply):
    def fails(x):
        raise KeyError(x)

    try:
        apply(fails, "k")
    except KeyError:
        return
    raise AssertionError("it hides what the function raises")
