"""Moments over a whole run, and a command that is killed at each of them until it may end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from .killing import Left, Moment, run_until

__all__ = ["killed_until_it_ends", "random_moments"]


def killed_until_it_ends(moments: Sequence[Moment], arguments: list[str], *, out: Path, home: Path) -> Iterator[Left]:
    """Run the same command, killed at each of these moments, and then not at all."""
    for moment in (*moments, None):
        yield run_until(moment, arguments, out=out, home=home)


def random_moments(rng: Random, many: int, count: int, start_s: float) -> list[Moment]:
    """Moments over a run of `count` submissions that takes `start_s` seconds to start, the earliest first.

    One in six lies in the start and one in six where files are made, each where a run may pass a third of its time.
    """
    found = []
    for _ in range(many):
        match rng.randrange(6):
            case 0:
                found.append(Moment(0, rng.uniform(0, start_s)))
            case 1:
                found.append(Moment(count, rng.uniform(0, start_s / 4)))
            case _:
                found.append(Moment(rng.randrange(1, count), rng.uniform(0, 0.3)))
    return sorted(found, key=lambda moment: (moment.judged, moment.after_s))
