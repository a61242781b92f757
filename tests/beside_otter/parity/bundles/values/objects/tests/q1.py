import asyncio

from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 5


@test_case()
def test_plain(half):
    assert half(4) == 2


@test_case()
def test_match(first_number):
    assert first_number("ab12").group(0) == "12"


@test_case()
def test_awaited(fetch):
    assert asyncio.run(fetch(2)) == 4


@test_case()
def test_code(two):
    assert two.__code__.co_varnames == ("a", "b")


@test_case()
def test_kind(half):
    assert half.args == (2,)
