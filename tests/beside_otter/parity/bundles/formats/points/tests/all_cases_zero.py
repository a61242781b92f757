from otter.test_files import test_case

OK_FORMAT = False
name = "all_cases_zero"


@test_case(points=0)
def test_positive(double):
    assert double(2) == 4


@test_case(points=0)
def test_negative(double):
    assert double(-2) == -4


@test_case(points=0)
def test_zero(double):
    assert double(0) == 0
