from otter.test_files import test_case

OK_FORMAT = False
name = "interest"
points = 1


@test_case()
def test_interest(interest):
    assert abs(interest(100, 0.05) - 5) < 1e-9
