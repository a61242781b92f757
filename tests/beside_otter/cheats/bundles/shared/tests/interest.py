from otter.test_files import test_case

OK_FORMAT = False
name = "interest"
points = 4


@test_case()
def test_one_year(interest):
    assert interest(100, 5, 1) == 105.0


@test_case(hidden=True)
def test_two_years(interest):
    assert interest(31415, 5, 2) == 34635.0375, "canary-of-a-hidden-test: interest bears interest"
