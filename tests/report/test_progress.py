"""Progress on a terminal and elsewhere, by a clock that goes by hand."""

from __future__ import annotations

import io
import threading

from rich.cells import cell_len
from rich.console import Console

from autograder.report.progress import BarProgress, LineProgress, progress_on

from .hand_clock import EVIL, POSSIBLE, WITHHELD, HandClock, points


def pipe() -> Console:
    return Console(file=io.StringIO(), highlight=False, emoji=False)


def terminal(width: int = 100) -> Console:
    environment = {"TERM": "xterm"}
    return Console(
        file=io.StringIO(), width=width, force_terminal=True, color_system=None, highlight=False, emoji=False, _environ=environment
    )


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def foot(progress: BarProgress, width: int = 100) -> list[str]:
    """The lines at the foot of the terminal, without the bar itself."""
    out = Console(file=io.StringIO(), width=width, color_system=None)
    out.print(progress.drawn())
    return [line.lstrip("━╸╺ ") for line in said(out).splitlines()]


def test_a_pipe_hears_of_each_submission_in_one_line() -> None:
    out = pipe()
    with progress_on(out) as progress:
        progress.confined(["files: none"], ["network: TCP is open"])
        progress.began(3, 0, possible=POSSIBLE, at_a_time=2)
        progress.ended("jdoe", points(0), reused=False)
        progress.ended("one", points(1), reused=False)
        progress.ended("empty", WITHHELD, reused=False)
        progress.finished()
    assert isinstance(progress, LineProgress)
    assert said(out).splitlines() == [
        "Student code is confined: files: none.",
        "Not protected here: network: TCP is open.",
        "[1/3] jdoe: 0 points",
        "[2/3] one: 1 point",
        "[3/3] empty: withheld",
    ]


def test_what_is_reused_is_said_once_and_counted() -> None:
    out = pipe()
    with LineProgress(out) as progress:
        progress.began(801, 800, possible=POSSIBLE, at_a_time=2)
        for number in range(800):
            progress.ended(str(number), points(85), reused=True)
        progress.ended("new", points("17/2"), reused=False)
    reused, new = said(out).splitlines()
    assert reused.startswith("800 of 801 are answered from the store")
    assert new == "[801/801] new: 8.5 points"
    with LineProgress(out := pipe()) as progress:
        progress.began(1, 1, possible=POSSIBLE, at_a_time=2)
    assert said(out) == "1 of 1 is answered from the store, graded before with the same tests.\n"


def test_a_pipe_is_told_now_and_then_how_fast_it_goes() -> None:
    out, clock = pipe(), HandClock()
    with LineProgress(out, clock) as progress:
        progress.began(1000, 0, possible=POSSIBLE, at_a_time=1)
        for number in range(100):
            progress.started(str(number))
            clock.goes(1.5)
            progress.ended(str(number), points(1), reused=False)
    lines = said(out).splitlines()
    assert len(lines) == 105  # 150 s: one in each half minute
    assert lines[20] == "So far: 20 graded; 40 a minute, about 25 min left."


def test_a_small_class_has_no_more_lines_than_submissions() -> None:
    out, clock = pipe(), HandClock()
    with LineProgress(out, clock) as progress:
        progress.began(10, 0, possible=POSSIBLE, at_a_time=1)
        for number in range(10):
            progress.started(str(number))
            clock.goes(60)
            progress.ended(str(number), points(1), reused=False)
    assert len(said(out).splitlines()) == 10


def test_a_terminal_sees_states_rate_time_left_and_what_is_slow() -> None:
    clock = HandClock()
    progress = BarProgress(terminal(), clock)
    progress.began(200, 100, possible=POSSIBLE, at_a_time=3)
    try:
        assert foot(progress) == ["0/200", "0 graded"]
        progress.started("slow")
        for number in range(8):
            progress.started(str(number))
            clock.goes(2)
            progress.ended(str(number), WITHHELD if number == 0 else points(3), reused=False)
        progress.ended("old", points(1), reused=True)
        assert foot(progress) == [
            "9/200, about 4 min left",
            "8 graded (1 from the store), 1 withheld; 30 a minute",
            "still running: slow 16 s",
        ]
    finally:
        progress.finished()


def test_the_bar_is_drawn_and_gone_at_the_end_with_its_thread() -> None:
    out, before = terminal(), set(threading.enumerate())
    with progress_on(out) as progress:
        assert isinstance(progress, BarProgress)
        progress.began(2, 0, possible=POSSIBLE, at_a_time=1)
        assert "0/2" in said(out)
        (redraws,) = set(threading.enumerate()) - before
        progress.warn("Mind this.")
        progress.finished()
        progress.finished()
    assert "Mind this." in said(out)
    assert said(out).endswith("\x1b[2K")  # the last line was erased
    redraws.join(5)
    assert not redraws.is_alive()


def test_a_terminal_that_cannot_redraw_gets_lines() -> None:
    dumb = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"})
    assert isinstance(progress_on(dumb), LineProgress)


def test_an_empty_run_can_be_drawn() -> None:
    progress = BarProgress(terminal())
    progress.began(0, 0, possible=POSSIBLE, at_a_time=1)
    progress.finished()
    assert foot(progress) == ["0/0", "0 graded"]


def test_a_name_can_neither_move_the_cursor_nor_fill_the_terminal() -> None:
    out, clock = pipe(), HandClock()
    bar = BarProgress(terminal(60), clock)
    bar.began(4, 0, possible=POSSIBLE, at_a_time=4)
    for name in ("王" * 4000, EVIL, "\x00" * 4000):
        bar.started(name)
        clock.goes(0.1)
    clock.goes(7)
    lines = foot(bar, width=60)
    bar.finished()
    assert len(lines) == 3
    assert max(map(cell_len, lines)) <= 60
    assert lines[2].startswith("still running: " + "王" * 9 + " … 7 s, ")
    with LineProgress(out, clock) as log:
        log.began(3, 0, possible=POSSIBLE, at_a_time=4)
        for name in (EVIL, "x" * 4000, "\x00" * 4000):
            log.ended(name, points(1), reused=False)
    assert len(said(out).splitlines()) == 3
    assert max(map(len, said(out).splitlines())) < 150
    for text in (said(out), "\n".join(lines)):
        assert not any(c in text for c in "\x1b\x07\x00\r\u202e")
