"""What `delays_by_route` is held to: a row for each code, unnamed routes too, the latest first."""

import numpy as np
import pandas as pd
from autograder_checks import assert_same
from otter.test_files import test_case

OK_FORMAT = False
name = "delays_by_route"
points = 12


def log(routes, delays):
    """A log of trips, an hour apart, with these routes and delays."""
    return pd.DataFrame(
        {
            "trip": range(1, len(routes) + 1),
            "departed": pd.date_range("2024-05-06 08:00", periods=len(routes), freq="h"),
            "route": pd.Series(routes, dtype=object),
            "passengers": 10.0,
            "delay_min": np.array(delays, dtype=float),
        }
    )


def table(*rows):
    """The expected table."""
    return pd.DataFrame(rows, columns=["code", "trips", "mean_delay"])


@test_case(name="two routes", points=2)
def test_two_routes(delays_by_route):
    written = log(["Quay - Mole", "North Bay - Old Harbour", "quay-mole"], [2, 6, 3])
    assert_same(delays_by_route(written), table(("NB-OH", 1, 6.0), ("Q-M", 2, 2.5)), names=("delays",))


@test_case(name="any log", points=5, hidden=True)
def test_any_log(delays_by_route, reference, rng):
    names = ["North Bay - Old Harbour", "north bay-OLD harbour", "Quay - Mole", "Mole \N{EN DASH} Quay", "South Light - Quay"]
    for rows in (1, 8, 40):
        written = log(rng.choice(names, rows).tolist(), rng.integers(-5, 30, rows))
        written.loc[rng.random(rows) < 0.2, "passengers"] = np.nan
        written = pd.concat([written, written.sample(rows // 3, random_state=1).assign(delay_min=7.0)])
        assert_same(delays_by_route(written.copy()), reference.delays_by_route(written), names=("delays",))


@test_case(name="routes without a name are a group as well", points=3, hidden=True)
def test_unnamed(delays_by_route):
    written = log(["Quay - Mole", None, float("nan"), "somewhere"], [1, 4, 6, 8])
    assert_same(delays_by_route(written), table(("??", 3, 6.0), ("Q-M", 1, 1.0)), names=("delays",))


@test_case(name="delays that nobody noted, and equal ones", points=2, hidden=True)
def test_unknown_delays(delays_by_route):
    written = log(["A - B", "C - D", "C - D", "E - F", "A - Z"], [None, 3, None, 3, None])
    wanted = table(("C-D", 2, 3.0), ("E-F", 1, 3.0), ("A-B", 1, np.nan), ("A-Z", 1, np.nan))
    assert_same(delays_by_route(written), wanted, names=("delays",))
