from otter.test_files import test_case

OK_FORMAT = False
name = "area"
points = 2


@test_case()
def test_unit(area):
    assert abs(area(1) - 3.14159) < 1e-4


@test_case(hidden=True)
def test_two(area):
    assert abs(area(2) - 12.56637) < 1e-4
