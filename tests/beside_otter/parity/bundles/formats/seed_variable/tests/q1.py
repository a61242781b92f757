import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 2


@test_case()
def test_seed(rng_seed):
    assert rng_seed == 90


@test_case()
def test_values(draws):
    assert np.allclose(draws, np.random.default_rng(90).uniform(size=3))
