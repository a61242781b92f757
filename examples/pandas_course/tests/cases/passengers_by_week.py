"""What `passengers_by_week` is held to: every week from the first to the last, under its Monday."""

import pandas as pd
from autograder_checks import assert_same
from otter.test_files import test_case

OK_FORMAT = False
name = "passengers_by_week"
points = 10


def log(departed, passengers):
    """A log of trips that left then, with so many on board."""
    departed = pd.Series(pd.to_datetime(departed))
    return pd.DataFrame(
        {
            "trip": range(1, len(departed) + 1),
            "departed": departed,
            "route": "Quay - Mole",
            "passengers": pd.Series(passengers, dtype=float),
            "delay_min": 0.0,
        }
    )


def weeks(**totals):
    """The expected series, of week_YYYY_MM_DD=total."""
    index = pd.DatetimeIndex([name.removeprefix("week_").replace("_", "-") for name in totals], name="week")
    return pd.Series(list(totals.values()), index=index, name="passengers", dtype=int)


@test_case(name="two weeks", points=2)
def test_two_weeks(passengers_by_week):
    written = log(["2024-05-07 08:00", "2024-05-12 21:00", "2024-05-13 06:00"], [10, 20, 5])
    assert_same(passengers_by_week(written), weeks(week_2024_05_06=30, week_2024_05_13=5), names=("weekly",))


@test_case(name="any log", points=3, hidden=True)
def test_any_log(passengers_by_week, reference, rng):
    for rows in (1, 10, 60):
        hours = pd.to_timedelta(rng.integers(0, 24 * 60, rows), unit="h")
        written = log(pd.Timestamp("2023-11-20") + hours, rng.integers(0, 200, rows))
        written = pd.concat([written, written.head(rows // 3).assign(passengers=1.0)])
        assert_same(passengers_by_week(written.copy()), reference.passengers_by_week(written), names=("weekly",))


@test_case(name="weeks without a trip", points=3, hidden=True)
def test_quiet_weeks(passengers_by_week):
    written = log(["2023-12-20 12:00", "2024-01-10 12:00"], [7, 8])
    wanted = weeks(week_2023_12_18=7, week_2023_12_25=0, week_2024_01_01=0, week_2024_01_08=8)
    assert_same(passengers_by_week(written), wanted, names=("weekly",))


@test_case(name="the first and the last minute of a week", points=2, hidden=True)
def test_ends_of_a_week(passengers_by_week):
    written = log(["2024-12-30 00:00", "2025-01-05 23:59", "2025-01-06 00:00"], [1, 2, 4])
    assert_same(passengers_by_week(written), weeks(week_2024_12_30=3, week_2025_01_06=4), names=("weekly",))
