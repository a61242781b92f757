import numpy

from otter.test_files import test_case

OK_FORMAT = False
name = "env"
points = 4

EXPECTED = {"mean": 2.0, "spread": 2}
TOLERANCE = 1e-9


def close(a, b):
    return abs(a - b) < TOLERANCE


@test_case()
def test_env(env):
    assert "mean" in env and close(env["mean"]([1, 2, 3]), EXPECTED["mean"])


@test_case()
def test_numpy_of_the_notebook(np, mean):
    assert np is numpy and close(mean(np.array([1.0, 3.0])), 2)


@test_case(hidden=True)
def test_both(env, spread):
    assert env.get("spread")([1, 3]) == spread([1, 3]) == EXPECTED["spread"]


@test_case(hidden=True)
def test_missing(not_there, env):
    assert not_there is None and "not_there" not in env
    assert close(env["mean"]([env.get("not_there", 5)]), 5)
