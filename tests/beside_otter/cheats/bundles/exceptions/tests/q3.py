from otter.test_files import test_case

OK_FORMAT = False
name = "q3"
points = 5
all_or_nothing = True


@test_case()
def test_square(area):
    assert area([(0, 0), (2, 0), (2, 2), (0, 2)]) == 4


@test_case(hidden=True)
def test_bent(area):
    assert area([(0, 0), (6, 0), (1, 1), (0, 6)]) == 6, "canary-of-a-hidden-test: bent shapes have an area, too"
