from otter.test_files import test_case

OK_FORMAT = False

name = "q2"
points = 3

@test_case(points=1, hidden=False)
def test_public(answer):
    assert isinstance(answer, (int, float))

@test_case(points=2, hidden=True)
def test_value(answer):
    assert answer == 42
