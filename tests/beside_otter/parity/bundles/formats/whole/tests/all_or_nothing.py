from otter.test_files import test_case

OK_FORMAT = False

name = "q_all"
points = 4
all_or_nothing = True


@test_case(name="a pair", success_message="The pair is right.", failure_message="Look at pairs again.")
def test_pair(larger):
    assert larger(1, 2) == 2


@test_case(name="equal", points=1, hidden=True, failure_message="Equal numbers")
def test_equal(larger):
    assert larger(3, 3) == 3


@test_case(hidden=True)
def test_negative(larger):
    assert larger(-3, -1) == -1, "the larger one is nearer to zero"
