"""Parts of what a student's process says: of exactly the kind that they should be. And time zones, by name or by distance."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from typing import Any

__all__ = ["ZONE", "exactly", "named_zone", "whole", "zone_of"]

ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,30}){0,2}", re.ASCII)
"""What time zones are called."""


def exactly(kind: type, value: Any) -> Any:
    """The value.

    Raises:
        ValueError: it is of another type.
    """
    if type(value) is not kind:
        raise ValueError("a part of the wrong kind")
    return value


def whole(values: Any) -> Any:
    """The whole numbers, as a list.

    Raises:
        ValueError: one is none.
    """
    return [exactly(int, value) for value in values]


def zone_of(moment: Any) -> Any:
    """None, the name of a moment's time zone, or its distance from UTC in seconds."""
    if moment.tzinfo is None:
        return None
    key = getattr(moment.tzinfo, "key", None)
    away = moment.utcoffset()
    return key if isinstance(key, str) or away is None else away.total_seconds()


def named_zone(zone: Any) -> dt.tzinfo | None:
    """The time zone that was described.

    Raises:
        ValueError, zoneinfo.ZoneInfoNotFoundError: there is none such.
    """
    if zone is None:
        return None
    if type(zone) is str:
        if not ZONE.fullmatch(zone):
            raise ValueError("no time zone")
        return zoneinfo.ZoneInfo(zone)
    return dt.timezone(dt.timedelta(seconds=exactly(float, zone)))
