import inspect
import types

from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 6


@test_case()
def test_is_function(power):
    assert inspect.isfunction(power) and isinstance(power, types.FunctionType)


@test_case()
def test_signature(power):
    signature = inspect.signature(power)
    assert list(signature.parameters) == ["base", "exponent"]
    assert signature.parameters["exponent"].default == 2


@test_case()
def test_name(power):
    assert power.__name__ == "power"


@test_case()
def test_docstring(power):
    assert power.__doc__ and "raised" in power.__doc__


@test_case(hidden=True)
def test_no_loop(power):
    source = inspect.getsource(power)
    assert source.startswith("def power(")
    assert "for " not in source and "while " not in source


@test_case(hidden=True)
def test_value(power):
    assert callable(power) and power(3) == 9 and power(2, 5) == 32
