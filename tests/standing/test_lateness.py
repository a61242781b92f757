"""What lateness costs, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import InputError
from autograder.model import HandedIn, LateLine, Lateness
from autograder.standing.lateness import late_line
from standing.made import DUE, POLICY, handed_in

POINTS = Fraction(20)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def line(behind: timedelta, policy: Lateness = POLICY, extension: datetime | None = None) -> LateLine:
    found = late_line(handed_in(at=DUE + behind), policy, extension, POINTS)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("behind", "words", "points", "late"),
    [
        (-DAY, "on time", 0, False),
        (timedelta(), "on time", 0, False),
        (SECOND, "on time, within the grace period", 0, False),
        (timedelta(minutes=15), "on time, within the grace period", 0, False),
        (timedelta(minutes=15, microseconds=1), "1 day late", 2, True),
        (DAY, "1 day late", 2, True),
        (DAY + SECOND, "2 days late", 4, True),  # counted from the due date, not from the end of the grace
        (4 * DAY, "4 days late", 8, True),
        (5 * DAY, "5 days late", 10, True),
        (400 * DAY, "400 days late", 10, True),
    ],
)
def test_each_started_day_costs_up_to_the_cap(behind: timedelta, words: str, points: int, late: bool) -> None:
    assert line(behind) == LateLine(words, Fraction(points), late)


def test_an_extension_takes_the_place_of_the_due_date_with_its_grace() -> None:
    assert line(2 * DAY, extension=DUE + 2 * DAY) == LateLine("on time", late=False)
    assert line(2 * DAY + SECOND, extension=DUE + 2 * DAY).points == 0
    assert line(3 * DAY, extension=DUE + DAY) == LateLine("2 days late", Fraction(4))
    assert line(timedelta(), extension=DUE - DAY) == LateLine("1 day late", Fraction(2))  # an earlier one counts, too


def test_shares_stay_exact() -> None:
    assert line(2 * DAY, replace(POLICY, per_day=Fraction(1, 7), cap=Fraction(1))).points == Fraction(40, 7)


def test_a_day_that_costs_nothing_is_late_all_the_same() -> None:
    assert line(DAY, replace(POLICY, per_day=Fraction(0))) == LateLine("1 day late", Fraction(0))
    assert line(DAY, replace(POLICY, cap=Fraction(0))) == LateLine("1 day late", Fraction(0))


@pytest.mark.parametrize(
    ("submission", "policy", "expected"),
    [
        (handed_in(late=True), POLICY, LateLine("late, time unknown")),
        (handed_in(late=True), None, LateLine("late, time unknown")),
        (handed_in(late=False), POLICY, LateLine("on time, says the platform", late=False)),
        (handed_in(late=None), POLICY, LateLine("time unknown", late=False)),
        (handed_in(late=None), None, None),
        (handed_in(late=False), None, None),
        (handed_in(at=DUE, late=True), None, LateLine("late, says the platform")),
        (handed_in(at=DUE, late=False), None, None),
        (handed_in(at=DUE), None, None),
        (handed_in(at=DUE, late=True), POLICY, LateLine("on time", late=False)),
        (handed_in(at=DUE + DAY, late=False), POLICY, LateLine("1 day late", Fraction(2))),
    ],
)
def test_what_is_not_known_costs_nothing(submission: HandedIn, policy: Lateness | None, expected: LateLine | None) -> None:
    assert late_line(submission, policy, None, POINTS) == expected


def test_an_extension_without_a_policy_is_a_due_date_that_costs_nothing() -> None:
    assert late_line(handed_in(at=DUE + DAY), None, DUE, POINTS) == LateLine("1 day late")
    assert late_line(handed_in(at=DUE), None, DUE, POINTS) == LateLine("on time", late=False)


def test_times_are_compared_as_instants_also_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")  # from +02:00 to +01:00 in the night to 2026-10-25: 25 hours by the clock's day
    due = datetime(2026, 10, 24, 12, 0, tzinfo=berlin)
    policy = Lateness(due, per_day=Fraction(1, 10))
    late = late_line(handed_in(at=datetime(2026, 10, 25, 12, 0, tzinfo=berlin)), policy, None, POINTS)
    assert late == LateLine("2 days late", Fraction(4))  # 25 hours; the difference of the two clocks would be 24
    assert late_line(handed_in(at=datetime(2026, 10, 25, 11, 0, tzinfo=berlin)), policy, None, POINTS) == LateLine(
        "1 day late", Fraction(2)
    )


def test_another_offset_is_no_other_time() -> None:
    policy = Lateness(DUE.astimezone(timezone(timedelta(hours=-8))))
    assert late_line(handed_in(at=DUE.astimezone(timezone(timedelta(hours=14)))), policy, None, POINTS) == LateLine("on time", late=False)


def test_the_ends_of_the_calendar_are_times_like_others() -> None:
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    last = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12)))
    assert late_line(handed_in(at=first), Lateness(last), None, POINTS) == LateLine("on time", late=False)
    late = late_line(handed_in(at=last), Lateness(first, per_day=Fraction(1)), None, POINTS)
    assert late is not None
    assert late.points == POINTS


def test_a_time_without_an_offset_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"The time of jdoe \(2026-11-20T23:00:00\) has no offset"):
        late_line(handed_in(at=DUE.replace(tzinfo=None)), POLICY, None, POINTS)
    with pytest.raises(InputError, match="The due date"):
        late_line(handed_in(at=DUE), Lateness(DUE.replace(tzinfo=None)), None, POINTS)


zones = st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11, minutes=-30))])
moments = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1), timezones=zones)  # noqa: DTZ001 (hypothesis wants it so)


@given(at=moments, due=moments, later=st.timedeltas(timedelta(), timedelta(days=50)), per_day=st.fractions(0, 1), cap=st.fractions(0, 1))
def test_who_hands_in_later_never_pays_less_and_never_more_than_the_cap(
    at: datetime, due: datetime, later: timedelta, per_day: Fraction, cap: Fraction
) -> None:
    policy = Lateness(due, 900, per_day, cap)
    early = late_line(handed_in(at=at), policy, None, POINTS)
    late = late_line(handed_in(at=at + later), policy, None, POINTS)
    assert early is not None
    assert late is not None
    assert 0 <= early.points <= late.points <= cap * POINTS
