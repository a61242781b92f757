from otter.test_files import test_case

OK_FORMAT = False
name = "volume"
points = 3


@test_case()
def test_box(volume, area):
    assert abs(volume(1, 2) - 2 * area(1)) < 1e-9


@test_case(hidden=True)
def test_value(volume):
    assert abs(volume(2, 3) - 37.69911) < 1e-4
