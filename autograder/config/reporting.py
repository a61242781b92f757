"""What `grader_config.yaml` says of the time after grading: lateness, and what platforms' gradebooks are told.

lateness:                            # without it nothing is subtracted
  due: "2026-11-20T23:59:00+01:00"   # with the offset from UTC, for a time without one differs from machine to machine
  grace: 15 min                      # forgiven completely; s, min, h or days. Default: 0 s
  per_day: 10%                       # of the points possible, for each started day after `due`. Default: 0%
  cap: 50%                           # never more than that. Default: 100%
not_submitted: 0                     # points in platforms' gradebooks for who handed in nothing. Default: no row
export_late: false                   # true: platforms' gradebooks get the score after lateness. Default: false
"""

from __future__ import annotations

import enum
import re
from datetime import datetime
from fractions import Fraction

from autograder.config.values import Section, fault, number
from autograder.config.yaml_places import Text, Value, nearest
from autograder.model import Lateness, Reporting
from autograder.printable import one_line

__all__ = ["REPORTING_KEYS", "reporting"]

REPORTING_KEYS = ("lateness", "not_submitted", "export_late")
"""Keys of the config's top level that are read here."""

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?", re.ASCII)
_OFFSET = re.compile(r" ?(?:Z|[+-]\d\d(?::?\d\d)?)", re.ASCII)
_DURATION = re.compile(r"(\d{1,7}(?:\.\d{1,3})?) ?([A-Za-z]+)", re.ASCII)
_UNITS = {"s": 1, "min": 60, "h": 3600, "day": 86400, "days": 86400}
_LONGEST_S = 366 * 86400
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?) ?%", re.ASCII)


class _Choice(enum.StrEnum):
    TRUE = "true"
    FALSE = "false"


def reporting(top: Section, shown: str) -> Reporting:
    """Read these keys; each may be missing.

    Raises:
        AuthorError: One of them is not what it should be.
    """
    return Reporting(
        lateness=_lateness(Section(top.section("lateness"), shown, required=("due",), optional=("grace", "per_day", "cap")), shown)
        if "lateness" in top
        else None,
        not_submitted=number(shown, top["not_submitted"]) if "not_submitted" in top else None,
        export_late=top.choice("export_late", _Choice, _Choice.FALSE) == _Choice.TRUE,
    )


def _lateness(section: Section, shown: str) -> Lateness:
    default = Lateness(due=_due(shown, section["due"]))
    return Lateness(
        due=default.due,
        grace_s=_duration(shown, section["grace"]) if "grace" in section else default.grace_s,
        per_day=_share(shown, section["per_day"]) if "per_day" in section else default.per_day,
        cap=_share(shown, section["cap"]) if "cap" in section else default.cap,
    )


def _due(shown: str, value: Value) -> datetime:
    remedy = 'Write e.g. `due: "2026-11-20T23:59:00+01:00"`.'
    text = value.text.strip() if isinstance(value, Text) else ""
    written = _TIME.match(text)
    if written is None:
        raise fault(shown, value, f"{_given(value)} is not a date with a time of day.", remedy)
    offset = text[written.end() :]
    if not offset:
        remedy = f'Write `due: "{text}+01:00"`, with your own offset for that day, or `Z` for UTC.'
        raise fault(shown, value, "This time has no offset from UTC, so it would be another moment on another machine.", remedy)
    if not _OFFSET.fullmatch(offset):
        remedy = "Write `+01:00`, `-05:00` or `Z` after the time; names of time zones are not read."
        raise fault(shown, value, f"`{one_line(offset.strip()[:20])}` is not an offset from UTC.", remedy)
    try:
        return datetime.fromisoformat(written[0] + offset.strip())
    except ValueError as error:
        raise fault(shown, value, f"There is no such time as `{text}`.", remedy) from error


def _duration(shown: str, value: Value) -> int:
    remedy = "Write e.g. `15 min`, `2 h` or `1 day`."
    if isinstance(value, Text) and value.text.strip() == "0":
        return 0
    written = _DURATION.fullmatch(value.text.strip()) if isinstance(value, Text) else None
    if written is None:
        raise fault(shown, value, f"{_given(value)} is not a duration with its unit.", remedy)
    if written[2] not in _UNITS:
        what = f"The unit `{written[2][:20]}` is unknown.{nearest(written[2], _UNITS)}"
        raise fault(shown, value, what, f"Valid units: {', '.join(_UNITS)}.")
    seconds = Fraction(written[1]) * _UNITS[written[2]]
    if seconds.denominator != 1:
        raise fault(shown, value, "This is not a whole number of seconds.", remedy)
    if seconds > _LONGEST_S:
        raise fault(shown, value, "This is longer than a year.", "Move `due` instead.")
    return int(seconds)


def _share(shown: str, value: Value) -> Fraction:
    written = _SHARE.fullmatch(value.text.strip()) if isinstance(value, Text) else None
    if written is None:
        what = f"{_given(value)} is not a share of the points."
        raise fault(shown, value, what, "Write it in per cent of the points possible, e.g. `10%`.")
    share = Fraction(written[1]) / 100
    if share > 1:
        raise fault(shown, value, f"This must be at most 100%, not {written[0]}.")
    return share


def _given(value: Value) -> str:
    if isinstance(value, Text):
        text = one_line(" ".join(value.text.split()))
        return f"`{text if len(text) <= 60 else text[:57] + '...'}`" if text else "Nothing"
    return "A list or a mapping"
