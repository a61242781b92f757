from otter.test_files import test_case

OK_FORMAT = False
name = "q1"


@test_case(points=2, name="sum", success_message="Summed.", failure_message="Not summed.")
def test_sum(total):
    assert total == 10


@test_case(points=1)
def test_kind(total):
    assert isinstance(total, int)
