"""What `standardize` is held to. It calls `center`, and is also tried with the reference's."""

import numpy as np
from autograder_checks import assert_same
from otter.test_files import test_case

OK_FORMAT = False
name = "standardize"
points = None


@test_case(name="a small table", points=1)
def test_small_table(standardize):
    table = np.array([[1.0, 10.0], [3.0, 30.0]])
    assert_same(standardize(table), np.array([[-1.0, -1.0], [1.0, 1.0]]), names=("standardized",))


@test_case(name="any number of rows and columns", points=5, hidden=True)
def test_any_size(standardize, reference, rng):
    for rows, columns in ((7, 3), (6, 1), (2, 5)):
        table = 3.0 + 2.0 * rng.standard_normal((rows, columns))
        assert_same(standardize(table.copy()), reference.standardize(table), names=("standardized",))
