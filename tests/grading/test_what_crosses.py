"""docs/what-crosses.md: every value on that page crosses, or does not, as it says there."""

from __future__ import annotations

import random
import re
import sys
import threading
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from autograder.grading import wire

from .test_rich import arrived

NAMES = {
    kind.__name__: kind
    for kind in (
        Counter,
        Decimal,
        Fraction,
        OrderedDict,
        Path,
        SimpleNamespace,
        ZoneInfo,
        date,
        datetime,
        defaultdict,
        deque,
        time,
        timedelta,
    )
} | {"__name__": "notebook", "namedtuple": namedtuple, "np": np, "pd": pd, "random": random, "re": re, "sys": sys, "threading": threading}  # noqa: PYI024
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "what-crosses.md").read_text(encoding="utf-8")


def values(heading: str) -> list[str]:
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split(" | ", 1)[1] for line in section.splitlines() if line.startswith("| ")]
    return [value for row in rows for value in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("text", values("As itself"))
def test_it_arrives_as_what_it_is(text: str) -> None:
    value = eval(text, dict(NAMES))
    came = arrived(value)
    iterators = ("list_iterator", "map", "zip")
    if type(value).__name__ in iterators:
        assert list(came) == list(eval(text, dict(NAMES)))
        return
    assert type(came).__name__ == type(value).__name__
    assert repr(came) == repr(value) or type(value).__name__ in ("Generator", "RandomState", "Random")


@pytest.mark.parametrize("text", values("Not at all"))
def test_it_arrives_as_a_handle(text: str) -> None:
    assert isinstance(arrived(eval(text, dict(NAMES))), wire.Opaque)


def test_limits_are_those_of_the_wire() -> None:
    assert f"| {wire._MOST_EXPANDED:,} |" in PAGE
    assert f"| {wire._MOST_DEPTH} |" in PAGE
    assert f"| {wire._MOST_INT_BITS:,} bits |" in PAGE
