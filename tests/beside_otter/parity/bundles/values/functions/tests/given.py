import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "given"
points = [1, 1, 1, 1, 2]


def cube(x):
    return x**3


@test_case()
def test_lambda(apply_twice):
    assert apply_twice(lambda x: x + 1, 5) == 7


@test_case()
def test_def(apply_twice):
    assert apply_twice(cube, 2) == 512


@test_case()
def test_numpy(apply_twice):
    assert np.isclose(apply_twice(np.sin, 1.0), np.sin(np.sin(1.0)))


@test_case(hidden=True)
def test_method(apply_twice):
    assert apply_twice(str.upper, "ab") == "AB"


@test_case(hidden=True)
def test_derivative(derivative):
    assert abs(derivative(cube, 2) - 12) < 1e-3
    calls = []
    derivative(lambda x: calls.append(x) or x, 1)
    assert len(calls) >= 2
