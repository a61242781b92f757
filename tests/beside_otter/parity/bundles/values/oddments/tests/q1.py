import inspect
from pathlib import Path
import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 12


@test_case()
def test_defaults(two):
    assert two.__defaults__ == (3,) 


@test_case()
def test_callable_object(adder):
    assert adder(2) == 5 and callable(adder)


@test_case()
def test_partial(half):
    assert half(4) == 2


@test_case()
def test_pattern(pattern):
    assert pattern.match("a1") and not pattern.match("1")


@test_case()
def test_path(path):
    assert path == Path("x") / "y.txt" and path.suffix == ".txt"


@test_case()
def test_module(m):
    assert m.sqrt(4) == 2


@test_case()
def test_vectorized(vec):
    assert vec([1, 2]).tolist() == [2, 3]


@test_case()
def test_poly(poly):
    assert poly(2) == 5


@test_case()
def test_decorated_source(decorated):
    assert "@" in inspect.getsource(decorated) and decorated.__name__ == "decorated"


@test_case()
def test_structured(records):
    assert records["age"].tolist() == [1, 2] and records.dtype.names == ("name", "age")


@test_case()
def test_global_names(env):
    assert "two" in env and callable(env["two"]) and len([n for n in env if n == "two"]) == 1


@test_case()
def test_error_value(error):
    assert isinstance(error, ValueError) and str(error) == "x"
