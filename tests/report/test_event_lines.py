"""Events for programs. Every key that `docs/events.md` promises is asserted here: a change of one breaks somebody's script."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

from autograder.report.event_lines import EventLines

from .hand_clock import EVIL, POSSIBLE, WITHHELD, HandClock, points

DOCUMENT = Path(__file__).parents[2] / "docs" / "events.md"


def events(stdout: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.getvalue().decode("ascii").splitlines()]


def whole_run() -> list[dict[str, Any]]:
    stdout, clock = io.BytesIO(), HandClock()
    with EventLines(stdout, clock) as lines:
        lines.said("Canvas's download.")
        lines.confined(["files: none"], ["network: TCP is open"])
        lines.warn("Mind this.")
        lines.began(4, 1, possible=POSSIBLE, at_a_time=2)
        lines.ended("kept", points(100), reused=True)
        lines.started("jdoe")
        clock.goes(2.5)
        lines.ended("jdoe", points("17/2"), reused=False)
        lines.ended("broken", WITHHELD, reused=False)
        lines.finished()
    return events(stdout)


def test_a_run_is_told_event_by_event() -> None:
    assert whole_run() == [
        {"event": "note", "text": "Canvas's download."},
        {"event": "confined", "holds": ["files: none"], "missing": ["network: TCP is open"]},
        {"event": "warning", "text": "Mind this."},
        {"event": "began", "count": 4, "reused": 1, "possible": 100},
        ended("kept", "graded", 100, done=1, reused=True),
        {"event": "started", "submission": "jdoe"},
        ended("jdoe", "graded", 8.5, done=2),
        ended("broken", "withheld", None, done=3),
        {"event": "finished", "counts": {"graded": 2, "withheld": 1, "not graded": 1}, "reused": 1, "seconds": 2.5},
    ]


def ended(name: str, status: str, earned: float | None, *, done: int, reused: bool = False) -> dict[str, Any]:
    result = {"event": "ended", "submission": name, "status": status, "earned": earned, "possible": 100, "reused": reused}
    return result | {"done": done, "count": 4, "left_s": None}


def test_time_left_is_said_when_it_is_known() -> None:
    stdout, clock = io.BytesIO(), HandClock()
    lines = EventLines(stdout, clock)
    lines.began(20, 0, possible=POSSIBLE, at_a_time=1)
    for number in range(5):
        lines.started(str(number))
        clock.goes(2)
        lines.ended(str(number), points(1), reused=False)
    assert events(stdout)[-1]["left_s"] == 30


def test_each_event_is_one_line_of_ascii_and_gives_the_name_back() -> None:
    stdout = io.BytesIO()
    lines = EventLines(stdout)
    lines.began(2, 0, possible=POSSIBLE, at_a_time=1)
    for name in (EVIL, "Zoë\udc80"):
        lines.ended(name, points(1), reused=False)
    assert all(0x20 <= byte < 0x7F or byte == 0x0A for byte in stdout.getvalue())
    assert [event["submission"] for event in events(stdout)[1:]] == [EVIL, "Zoë\udc80"]


def test_an_event_is_there_when_it_happens(tmp_path: Path) -> None:
    target = tmp_path / "events"
    with target.open("wb") as stdout:
        EventLines(stdout).warn("Mind this.")
        assert json.loads(target.read_bytes()) == {"event": "warning", "text": "Mind this."}


def test_no_word_for_staff_is_in_an_event() -> None:
    assert WITHHELD.reason not in json.dumps(whole_run())


class Left(io.BytesIO):
    """A pipe whose reader leaves after the first line."""

    def flush(self) -> None:
        if self.getvalue().count(b"\n") > 1:
            raise BrokenPipeError(32, "Broken pipe")


def test_a_reader_that_leaves_does_not_stop_the_run_and_is_said_at_the_end() -> None:
    lines = EventLines(Left())
    lines.began(2, 0, possible=POSSIBLE, at_a_time=1)
    assert not lines.lost
    lines.ended("one", points(1), reused=False)
    lines.ended("two", points(1), reused=False)
    lines.finished()
    assert "Broken pipe" in lines.lost


def test_every_event_and_key_is_documented() -> None:
    documented = set(re.findall(r"`([^`]+)`", DOCUMENT.read_text()))
    for event in whole_run():
        assert {event["event"], *event} <= documented
