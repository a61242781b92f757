import functools

from otter.test_files import test_case

OK_FORMAT = False
name = "decorators"
points = 6


def greet(name, mark="!"):
    """Greet somebody."""
    return f"Hello, {name}{mark}"


@test_case()
def test_wrapped(shout):
    assert shout(greet)("Ann") == "HELLO, ANN!"
    assert shout(greet)("Ann", mark="?") == "HELLO, ANN?"


@test_case()
def test_name(shout):
    loud = shout(greet)
    assert loud.__name__ == "greet" and loud.__doc__ == "Greet somebody."


@test_case(hidden=True)
def test_with_arguments(repeat):
    calls = []
    assert repeat(3)(lambda: calls.append(1) or len(calls))() == 3
    assert len(calls) == 3


@test_case(hidden=True)
def test_decorated(area):
    assert area(2, 3) == 6
    try:
        area(-1, 3)
    except ValueError as error:
        assert str(error) == "not below zero"
        return
    raise AssertionError("negative numbers are taken")


@test_case(hidden=True)
def test_memory(memoized):
    calls = []

    def square(x):
        calls.append(x)
        return x * x

    quick = memoized(square)
    assert [quick(3), quick(3), quick(4)] == [9, 9, 16] and calls == [3, 4]


@test_case(hidden=True)
def test_returned(power_of, pipeline):
    square = power_of(2)
    assert callable(square) and square(5) == 25
    assert pipeline(square, str, len)(12) == 3
    assert functools.reduce(lambda x, f: f(x), [square, power_of(3)], 2) == 64
