from otter.test_files import test_case

OK_FORMAT = False
name = "q1"


@test_case(points=1)
def test_two(slope):
    assert slope(2) == 7.0


@test_case(points=2, hidden=True)
def test_many(slope):
    assert slope(31415) == 48151.5, "canary-of-a-hidden-test: it should be 48151.5"
