from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 4
all_or_nothing = True


@test_case()
def test_first(letters):
    assert letters[0] == "a"


@test_case()
def test_length(letters):
    assert len(letters) == 26
