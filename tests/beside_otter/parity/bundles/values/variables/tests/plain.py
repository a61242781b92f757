import datetime
import math

from otter.test_files import test_case

OK_FORMAT = False
name = "plain"
points = 8


@test_case()
def test_number(count):
    assert count == 3
    assert isinstance(count, int)
    assert type(count) is int


@test_case()
def test_float(ratio):
    assert abs(ratio - 0.1) < 1e-12 and isinstance(ratio, float)


@test_case()
def test_text(greeting):
    assert greeting.upper().startswith("HELLO") and len(greeting) == 5


@test_case()
def test_list(squares):
    assert squares == [0, 1, 4, 9]
    assert squares[-1] == 9


@test_case(hidden=True)
def test_dict(ages):
    assert set(ages) == {"Ann", "Bob"} and ages["Bob"] == {"now": 3, "then": [1, 2]}


@test_case(hidden=True)
def test_set(letters):
    assert letters == {"a", "b"} and "a" in letters


@test_case(hidden=True)
def test_none_and_nan(nothing, unknown, yes):
    assert nothing is None
    assert math.isnan(unknown)
    assert yes is True


@test_case(hidden=True)
def test_date(birthday, point):
    assert birthday == datetime.date(2000, 2, 29)
    assert point == (1, "b", None) and isinstance(point, tuple)
