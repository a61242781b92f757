from otter.test_files import test_case

OK_FORMAT = False

name = "all without points"
all_or_nothing = True


@test_case()
def test_pair(larger):
    assert larger(1, 2) == 2


@test_case()
def test_negative(larger):
    assert larger(-3, -1) == -1
