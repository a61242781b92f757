from otter.test_files import test_case

OK_FORMAT = False

name = "Part 3 – of three"
all_or_nothing = False


@test_case(points=0.1)
def test_pair(larger):
    assert larger(1, 2) == 2


@test_case(points=0.2)
def test_again(larger):
    assert larger(2, 1) == 2


@test_case(points=0.3)
def test_negative(larger):
    assert larger(-3, -1) == -1
