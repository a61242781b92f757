from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 2


@test_case(points=1)
def test_no_text(result):
    assert not isinstance(result, str)


@test_case(points=1, hidden=True)
def test_value(result):
    assert result == 3
