"""Staff events on disk."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from autograder.errors import MachineFault
from autograder.standing.events import Act, Comment, Event, Excuse, Extension, Match, Official, Override, Undo
from autograder.store import Store, new_id

AT = datetime(2026, 5, 3, 22, 0, 0, 5, tzinfo=UTC)
ACTS: tuple[Act, ...] = (
    Override(who="1", question="a", points=Fraction(22, 3)),
    Override(who="1", question=None, points=Fraction(0)),
    Comment(who="1", question=None, text="gr\u00fc\u00dfe\n\ud800", staff_only=True),
    Excuse(who="canvas/12/9"),
    Extension(who="1", due=datetime(2026, 5, 4, 1, 0, tzinfo=timezone(timedelta(hours=2)))),
    Match(submission="canvas/12/9", student="1"),
    Official(run="abc", keep_best=("a", "b")),
    Undo(event="0" * 12),
)


def test_every_act_is_read_back_as_it_was(tmp_path: Path) -> None:
    assert {type(act) for act in ACTS} == set(get_args(Act))
    events = tuple(Event(new_id(), "ta", AT + timedelta(hours=n), "why", act) for n, act in enumerate(ACTS))
    with Store(tmp_path, writing=True) as store:
        with store.transaction():
            for event in reversed(events):
                store.history.add(event)
        assert store.history.all() == events
    with Store(tmp_path, writing=False) as store:
        assert store.history.all() == events
        assert store.history.count() == len(ACTS)


def test_an_event_of_a_newer_version_is_said_not_skipped(tmp_path: Path) -> None:
    with Store(tmp_path, writing=True):
        pass
    text = '{"id": "abc", "by": "ta", "at": "2026-05-03T22:00:00Z", "why": "", "act": {"kind": "promotion", "who": "1"}}'
    with sqlite3.connect(tmp_path / "autograder.sqlite") as connection:
        connection.execute("INSERT INTO events VALUES ('abc', '2026-05-03', ?)", (text,))
    with Store(tmp_path, writing=False) as store, pytest.raises(MachineFault, match="kind that this version does not know"):
        store.history.all()
