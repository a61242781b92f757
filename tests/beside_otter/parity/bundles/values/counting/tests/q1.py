from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 2


@test_case()
def test_counts(ticket):
    first = ticket()
    assert ticket() == first + 1


@test_case(hidden=True)
def test_begins(ticket):
    assert ticket() == 1
