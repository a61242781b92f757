import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 3


@test_case(points=1)
def test_length(sample):
    assert len(sample) == 5


@test_case(points=2, hidden=True)
def test_values(sample):
    np.random.seed(42)
    assert np.allclose(sample, np.random.normal(size=5))
