from otter.test_files import test_case

OK_FORMAT = False
name = "decimal"
points = 1.5


@test_case()
def test_positive(double):
    assert double(2) == 4


@test_case()
def test_negative(double):
    assert double(-2) == -4


@test_case(hidden=True)
def test_zero(double):
    assert double(0) == 0
