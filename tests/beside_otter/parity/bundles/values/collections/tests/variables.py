import collections
import math

from otter.test_files import test_case

OK_FORMAT = False
name = "variables"
points = 9


@test_case()
def test_counter(counts):
    assert isinstance(counts, collections.Counter) and counts.most_common(1) == [("a", 3)] and counts["z"] == 0


@test_case()
def test_named(point):
    assert point.x == 1 and point == (1, 2) and type(point).__name__ == "Point" and point._asdict() == {"x": 1, "y": 2}


@test_case()
def test_default(groups):
    assert isinstance(groups, dict) and groups["even"] == [0, 2]
    groups["new"].append(1)
    assert groups["new"] == [1]


@test_case(hidden=True)
def test_queue(queue):
    assert isinstance(queue, collections.deque) and list(queue) == [2, 3] and queue.maxlen == 2


@test_case(hidden=True)
def test_bytes(data):
    assert data == b"\x00ab" and data[1:].decode() == "ab"


@test_case(hidden=True)
def test_frozen(frozen):
    assert hash(frozen) == hash(frozenset({1, (2, 3)})) and {frozen: "x"}[frozenset({1, (2, 3)})] == "x"


@test_case(hidden=True)
def test_numbers(z, big, small):
    assert z == complex(1, -1) and abs(z) == math.sqrt(2)
    assert big == 2**200 and math.isinf(small) and small < 0


@test_case(hidden=True)
def test_views(keys, span):
    assert list(keys) == ["a", "b"] and "a" in keys
    assert span == range(2, 10, 3) and list(span) == [2, 5, 8] and span[-1] == 8


@test_case(hidden=True)
def test_types(kinds):
    assert kinds == {"number": int, "text": str, "wrong": ValueError}
    assert kinds["number"]("7") == 7
