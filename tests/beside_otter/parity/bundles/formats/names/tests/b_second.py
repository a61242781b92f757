# The same question as in a_first.py: the last file counts.
from otter.test_files import test_case

OK_FORMAT = False
name = "same"
points = 5


@test_case()
def test_one(increment):
    assert increment(1.5) == 2.5
