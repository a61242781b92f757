"""What lateness costs: one line beside the score, never part of a question's points.

Times are compared as instants, whatever offset they are written with. A day is 24 hours, also where clocks were changed in between.

    time    flag    due date     line
    known           met          on time
    known           missed       on time (within the grace period), or N days late and what that costs
    known   late    none         late, says the platform
    unknown late                 late, time unknown
    unknown not     known        on time, says the platform
    unknown none    known        time unknown
    known           none         no line: nothing was asked
    unknown         none         no line: nothing is known

Where the time is known and there is a due date, the platform's flag does not count: it may know of no grace, and of no extension.
Without a time nothing is ever subtracted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from autograder.errors import InputError
from autograder.model import HandedIn, LateLine, Lateness

__all__ = ["instant", "late_line"]

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (times are reduced to UTC before they meet it)
_DAY = timedelta(days=1)


def late_line(handed_in: HandedIn, policy: Lateness | None, extension: datetime | None, points_possible: Fraction) -> LateLine | None:
    """Say how late a submission is and what that costs.

    Args:
        handed_in: The submission that counts.
        policy: None: nothing is subtracted.
        extension: This person's own due date, in place of the policy's.
        points_possible: What shares are shares of.

    Returns:
        The line (see the table at the top), or None where there is nothing to say. Its points may be more than the person has.

    Raises:
        InputError: A time has no offset from UTC.
    """
    due = extension if extension is not None else policy.due if policy is not None else None
    if handed_in.submitted_at is None:
        if handed_in.late:
            return LateLine("late, time unknown")
        if due is None:
            return None
        return LateLine("time unknown" if handed_in.late is None else "on time, says the platform", late=False)
    if due is None:
        return LateLine("late, says the platform") if handed_in.late else None
    behind = instant(handed_in.submitted_at, f"the time of {handed_in.name}") - instant(due, "the due date")
    if behind <= timedelta():
        return LateLine("on time", late=False)
    if policy is not None and behind <= timedelta(seconds=policy.grace_s):
        return LateLine("on time, within the grace period", late=False)
    days = -(-behind // _DAY)  # started days: rounded up
    share = min(days * policy.per_day, policy.cap) if policy is not None else Fraction(0)
    return LateLine(f"{days} day{'s' if days != 1 else ''} late", share * points_possible)


def instant(time: datetime, what: str = "a time") -> timedelta:
    """Return the time since 1970 in UTC. Never overflows, as `astimezone` does for the first and last day of the calendar.

    Raises:
        InputError: It has no offset from UTC; names it as `what`.
    """
    offset = time.utcoffset()
    if offset is None:
        raise InputError(f"{what[0].upper()}{what[1:]} ({time.isoformat()}) has no offset from UTC. Write it with one, e.g. +01:00 or Z.")
    return time.replace(tzinfo=None) - _EPOCH - offset
