"""How a class is graded, as people write it down: files by their paths, a shard as `3/16`, a duration as `90 min`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from autograder.batch.duration import read_duration
from autograder.batch.means import Means
from autograder.batch.run import Asked, Part
from autograder.errors import InputError
from autograder.intake import Attempts
from autograder.intake.roster import read_roster
from autograder.intake.subsets import parse_shard
from autograder.intake.times import read_times

__all__ = ["MOST_JOBS", "STATES", "asked_for", "means_for"]

MOST_JOBS = 512
"""Submissions at a time; a typing error should not start 80,000 processes."""
STATES = ("withheld", "graded")
"""Of which results may be asked for again."""


def means_for(
    *,
    workers: int | None = None,
    cluster: str = "",
    time_limit: str | float | None = None,
    fresh: bool = False,
    wait: bool = False,
    debug: bool = False,
) -> Means:
    """Read by what means; see `Means`. A time limit that is a number is in seconds.

    Raises:
        InputError: something is written as nobody can read it, or out of bounds.
    """
    if workers is not None and not 1 <= workers <= MOST_JOBS:
        raise InputError(f"{workers} submissions cannot be graded at a time. Name 1 to {MOST_JOBS}.")
    limit = read_duration(time_limit) if isinstance(time_limit, str) else time_limit
    return Means(fresh=fresh, wait=wait, workers=workers, time_limit_s=limit, cluster=cluster, debug=debug)


def asked_for(
    *,
    roster: Path | None = None,
    times: Path | None = None,
    attempts: str = Attempts.NEWEST,
    only: str | None = None,
    sample: int | None = None,
    shard: str | None = None,
    state: Collection[str] = (),
    **means: Any,
) -> Asked:
    """Read what is asked of grading; see `Asked` and `Part`. The rest is as `means_for` has it.

    Raises:
        InputError: a file is not what it should be, or something is written as nobody can read it.
    """
    if attempts not in tuple(Attempts):
        raise InputError(f"There are no attempts {attempts!r}. Ask for {' or '.join(Attempts)}.")
    unknown = sorted(set(state) - set(STATES))
    if unknown:
        raise InputError(f"Results that are {unknown[0]!r} cannot be asked for. Ask for {' or '.join(STATES)}.")
    if sample is not None and sample < 1:
        raise InputError(f"A sample of {sample} has nothing in it. Name 1 or more.")
    return Asked(
        roster=None if roster is None else read_roster(roster),
        times=None if times is None else read_times(times),
        attempts=Attempts(attempts),
        part=Part(only, sample, None if shard is None else parse_shard(shard), frozenset(state)),
        means=means_for(**means),
    )
