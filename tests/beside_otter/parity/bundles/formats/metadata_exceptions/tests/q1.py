from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 3


@test_case(points=1)
def test_ten(price):
    assert abs(price(10) - 11.9) < 1e-9


@test_case()
def test_hundred(price, rate):
    assert abs(price(100) - 100 * rate) < 1e-9
