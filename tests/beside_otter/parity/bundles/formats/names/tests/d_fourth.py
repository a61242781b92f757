# Two cases of one name.
from otter.test_files import test_case

OK_FORMAT = False
name = "twice"


@test_case(name="increment", points=1)
def test_one(increment):
    assert increment(1) == 2


@test_case(name="increment", points=2)
def test_two(increment):
    assert increment(1.5) == 2.5
