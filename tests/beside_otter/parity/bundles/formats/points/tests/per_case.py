from otter.test_files import test_case

OK_FORMAT = False
name = "per_case"


@test_case(points=1)
def test_positive(double):
    assert double(2) == 4


@test_case(points=0.25)
def test_negative(double):
    assert double(-2) == -4


@test_case(points=3, hidden=True)
def test_zero(double):
    assert double(0) == 0
