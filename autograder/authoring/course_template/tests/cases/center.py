"""What `center` is held to. Students get the public case, graders both."""

import numpy as np
from autograder_checks import assert_same, assert_unchanged
from otter.test_files import test_case

OK_FORMAT = False
name = "center"
points = None


@test_case(name="a small table", points=1)
def test_small_table(center):
    table = np.array([[1.0, 10.0], [3.0, 30.0]])
    assert_same(center(table), np.array([[-1.0, -10.0], [1.0, 10.0]]), names=("centered",))


@test_case(name="any number of rows and columns", points=2, hidden=True)
def test_any_size(center, reference, rng):
    for rows, columns in ((7, 3), (1, 5), (6, 1)):
        table = rng.standard_normal((rows, columns))
        assert_same(center(table.copy()), reference.center(table), names=("centered",))


@test_case(name="the table stays as it was", points=1, hidden=True)
def test_unchanged(center, reference, rng):
    table = rng.standard_normal((4, 3))
    before = table.copy()
    expected = reference.center(table.copy())
    assert_same(center(table), expected, names=("centered",))
    assert_unchanged(table, before, name="table")
