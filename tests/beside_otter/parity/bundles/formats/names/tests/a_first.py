from otter.test_files import test_case

OK_FORMAT = False
name = "same"
points = 1


@test_case()
def test_one(increment):
    assert increment(1) == 2
