import contextlib
import unittest
import warnings

from otter.test_files import test_case

OK_FORMAT = False
name = "kinds"
points = 7


@test_case()
def test_builtin(withdraw):
    with unittest.TestCase().assertRaises(ValueError) as caught:
        withdraw(10, 20)
    assert "20" in str(caught.exception)


@test_case()
def test_regular_expression(withdraw):
    unittest.TestCase().assertRaisesRegex(ValueError, "only 10", withdraw, 10, 20)


@test_case(hidden=True)
def test_own_class_by_its_base(parse):
    try:
        parse("?")
    except Exception as error:
        assert type(error).__name__ == "ParseError" and isinstance(error, ValueError)
        assert error.args == ("cannot read ?",)
        return
    raise AssertionError("anything can be read")


@test_case(hidden=True)
def test_subclass(lookup):
    with unittest.TestCase().assertRaises(LookupError):
        lookup({}, "x")
    with unittest.TestCase().assertRaises(KeyError):
        lookup({}, "x")


@test_case(hidden=True)
def test_suppressed(lookup):
    with contextlib.suppress(KeyError):
        lookup({}, "x")
    assert lookup({"x": 1}, "x") == 1


@test_case(hidden=True)
def test_not_raised(safe_divide):
    assert safe_divide(1, 0) is None
    assert safe_divide(6, 3) == 2


@test_case(hidden=True)
def test_asserts(checked):
    try:
        checked(-1)
    except AssertionError as error:
        assert str(error) == "below zero"
    else:
        raise AssertionError("it takes everything")
    assert checked(2) == 2
