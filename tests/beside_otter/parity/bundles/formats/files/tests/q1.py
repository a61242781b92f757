import csv

from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 2


@test_case()
def test_total(total):
    with open("data.csv") as stream:
        assert total == sum(int(row["people"]) for row in csv.DictReader(stream))


@test_case(hidden=True)
def test_read(read_total):
    assert read_total("data.csv") == 42
