from otter.test_files import test_case

OK_FORMAT = False
name = "total_used_up"
points = 3


@test_case(points=3)
def test_positive(double):
    assert double(2) == 4


@test_case()
def test_negative(double):
    assert double(-2) == -4


@test_case()
def test_zero(double):
    assert double(0) == 0
