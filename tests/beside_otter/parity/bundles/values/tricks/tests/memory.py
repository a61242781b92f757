from otter.test_files import test_case

OK_FORMAT = False
name = "memory"
points = 2


@test_case()
def test_remembered(remember, memory):
    remember("x")
    assert memory[-1] == "x"


@test_case()
def test_returned(remember):
    assert remember("y") is None
