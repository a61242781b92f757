"""What `clean_trips` is held to: complete entries, the last of each trip, by time, numbered from 0, and the log as it was."""

import numpy as np
import pandas as pd
from autograder_checks import assert_same, assert_unchanged
from otter.test_files import test_case

OK_FORMAT = False
name = "clean_trips"
points = 12

COLUMNS = ["trip", "departed", "route", "passengers", "delay_min"]


def log(*rows):
    """A log of these rows."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(
        departed=pd.to_datetime(frame["departed"]), passengers=frame["passengers"].astype(float), delay_min=frame["delay_min"].astype(float)
    )


def draw(rng, rows):
    """A log in which trips come more than once, out of order, at equal times, and with gaps; its rows are numbered as they come."""
    times = pd.Timestamp("2024-05-06") + pd.to_timedelta(rng.integers(0, 6, rows) * 7, unit="h")
    frame = pd.DataFrame(
        {
            "trip": rng.integers(1, max(rows * 2 // 3, 2), rows),
            "departed": times.where(rng.random(rows) > 0.15),
            "route": rng.choice(["North Bay - Old Harbour", "Quay - Mole"], rows),
            "passengers": np.where(rng.random(rows) > 0.15, rng.integers(0, 200, rows), np.nan),
            "delay_min": rng.integers(-5, 30, rows).astype(float),
        }
    )
    return frame.set_axis(rng.permutation(rows) + 100)


@test_case(name="four entries", points=2)
def test_four_entries(clean_trips):
    written = log(
        (2, "2024-05-06 09:30", "Quay - Mole", 31, 4),
        (1, "2024-05-06 08:00", "Quay - Mole", 12, 0),
        (3, "2024-05-06 10:15", "Mole - Quay", None, 2),
        (2, "2024-05-06 09:30", "Quay - Mole", 33, 4),
    )
    wanted = log((1, "2024-05-06 08:00", "Quay - Mole", 12, 0), (2, "2024-05-06 09:30", "Quay - Mole", 33, 4))
    assert_same(clean_trips(written), wanted.astype({"passengers": int}), names=("clean",))


@test_case(name="any log", points=4, hidden=True)
def test_any_log(clean_trips, reference, rng):
    for rows in (1, 12, 40):
        written = draw(rng, rows)
        assert_same(clean_trips(written.copy()), reference.clean_trips(written), names=("clean",))


@test_case(name="the log stays as it was", points=2, hidden=True)
def test_unchanged(clean_trips, reference, rng):
    written = draw(rng, 15)
    before = written.copy()
    assert_same(clean_trips(written), reference.clean_trips(before.copy()), names=("clean",))
    assert_unchanged(written, before, name="trips")


@test_case(name="a correction that lacks something corrects nothing", points=2, hidden=True)
def test_corrections(clean_trips):
    entry = (7, "2024-05-06 08:00", "Quay - Mole", 12, 0)
    written = log(entry, (7, None, "Quay - Mole", 15, 0), (7, "2024-05-06 08:00", "Quay - Mole", None, 0))
    assert_same(clean_trips(written), log(entry).astype({"passengers": int}), names=("clean",))


@test_case(name="a log without an entry", points=2, hidden=True)
def test_empty(clean_trips):
    assert_same(clean_trips(log()), log(), names=("clean",))
