"""The figures of a run, by a clock that goes by hand."""

from __future__ import annotations

import pytest

from autograder.report.pace import Pace, in_words

from .hand_clock import WITHHELD, HandClock, points


def run(clock: HandClock, *, count: int, reused: int = 0, at_a_time: int = 1) -> Pace:
    pace = Pace(clock)
    pace.began(count, reused, at_a_time)
    return pace


def grade(pace: Pace, clock: HandClock, names: range, seconds: float) -> None:
    for name in names:
        pace.started(str(name))
        clock.goes(seconds)
        pace.ended(str(name), points(1), reused=False)


def test_there_is_no_rate_before_enough_was_graded_for_long_enough() -> None:
    clock = HandClock()
    pace = run(clock, count=100)
    grade(pace, clock, range(4), 2)
    assert (pace.rate(), pace.left_s(), pace.rate_in_words(), pace.left_in_words()) == (None, None, "", "")
    grade(pace, clock, range(4, 5), 2)
    assert pace.rate() == 0.5
    assert pace.left_s() == 190
    assert (pace.rate_in_words(), pace.left_in_words()) == ("30 a minute", "about 4 min left")
    quick = run(clock, count=100)
    grade(quick, clock, range(20), 0.1)
    assert quick.rate() is None


def test_the_first_round_of_all_who_grade_is_no_rate() -> None:
    clock = HandClock()
    pace = run(clock, count=100, at_a_time=8)
    grade(pace, clock, range(15), 1)
    assert pace.rate() is None
    grade(pace, clock, range(15, 16), 1)
    assert pace.rate() == 1


def test_what_the_store_answers_and_what_is_refused_is_neither_rate_nor_time_left() -> None:
    clock = HandClock()
    pace = run(clock, count=1000, reused=900)
    pace.ended("refused", WITHHELD, reused=False)
    for number in range(500):
        pace.ended(f"kept{number}", points(2), reused=True)
    assert pace.rate() is None
    grade(pace, clock, range(10), 1)
    assert pace.rate() == 1
    assert pace.left_s() == 1000 - 900 - 11
    assert pace.counts_in_words() == "510 graded (500 from the store), 1 withheld"


def test_the_rate_is_that_of_late() -> None:
    clock = HandClock()
    pace = run(clock, count=1000)
    grade(pace, clock, range(100), 10)
    grade(pace, clock, range(100, 400), 0.5)
    assert pace.rate() == pytest.approx(2, rel=0.1)
    clock.goes(600)  # nothing ends: it will take longer
    assert pace.rate() == pytest.approx(240 / 720, rel=0.1)


def test_one_that_times_out_is_not_the_rate() -> None:
    clock = HandClock()
    pace = run(clock, count=1000)
    grade(pace, clock, range(29), 1)
    grade(pace, clock, range(29, 30), 200)
    assert pace.rate() == 30 / 229


def test_the_slowest_are_named_from_when_they_run_not_from_when_they_were_ordered() -> None:
    clock = HandClock()
    pace = run(clock, count=10, at_a_time=2)
    for name in ("a", "b", "c", "d", "e"):
        pace.started(name)
    clock.goes(4)
    assert pace.slow() == []
    clock.goes(2)
    assert pace.slow() == [("a", 6), ("b", 6)]
    pace.ended("a", points(1), reused=False)
    clock.goes(6)
    assert pace.slow() == [("b", 12), ("c", 6)]


def test_no_more_than_three_are_named() -> None:
    clock = HandClock()
    pace = run(clock, count=10, at_a_time=8)
    for name in "hgfedcba":
        pace.started(name)
        clock.goes(1)
    clock.goes(5)
    assert pace.slow() == [("h", 13), ("g", 12), ("f", 11)]


def test_an_order_that_is_given_again_runs_once_and_from_then() -> None:
    clock = HandClock()
    pace = run(clock, count=10, at_a_time=4)
    pace.started("lost")
    clock.goes(60)
    pace.started("lost")
    clock.goes(6)
    assert pace.slow() == [("lost", 6)]
    pace.ended("lost", points(1), reused=False)
    clock.goes(60)
    assert pace.slow() == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "about 10 s"), (41, "about 50 s"), (51, "about 1 min"), (61, "about 2 min"), (3599, "about 1 h"), (5000, "about 1 h 24 min")],
)
def test_time_left_is_rounded_up(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
