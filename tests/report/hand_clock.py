"""A clock that goes only when a test says so, and outcomes to count by it."""

from __future__ import annotations

from fractions import Fraction

from autograder.model import Outcome


class HandClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def goes(self, seconds: float) -> None:
        self.now += seconds


def points(earned: int | str) -> Outcome:
    return Outcome((), Fraction(earned))


WITHHELD = Outcome((), None, "only staff may read this")
EVIL = "\x1b[2J\x1b]0;title\x07\r\nfake: 100\u202e"
POSSIBLE = Fraction(100)
