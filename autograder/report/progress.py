"""Progress for people, on stderr: a bar on a terminal, a line for each submission elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.text import Text

from autograder.model import Outcome
from autograder.printable import in_points, one_line, printable
from autograder.report.pace import Pace, state_of

__all__ = ["BarProgress", "LineProgress", "progress_on"]

_REDRAWS_PER_S = 2.0
"""Measured with `time.process_time` over 10 s in which nothing ended: 0.13 % of one processor."""
_WIDEST_BAR = 40
_LONGEST_BESIDE_OTHERS = 20  # columns of a submission's name in a line with others
_LONGEST = 120  # of one that has a line of its own
_SUMMARY_S = 30.0
_SUMMARY_SHARE = 20  # a summary line at each twentieth of the class,
_SUMMARY_LEAST = 10  # and after no fewer than these


def progress_on(console: Console, clock: Callable[[], float] = time.monotonic) -> BarProgress | LineProgress:
    """Return the display that fits where `console` writes to."""
    redraws = console.is_terminal and not console.is_dumb_terminal
    return BarProgress(console, clock) if redraws else LineProgress(console, clock)


class _Sentences:
    """What both displays say between submissions."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._pace = Pace(clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.finished()

    def confined(self, layers: Sequence[str], unprotected: Sequence[str]) -> None:
        """Say what confines student code, and what does not."""
        self.said("Student code is confined: " + "; ".join(layers) + ".")
        for sentence in unprotected:
            self.warn(f"Not protected here: {sentence}.")

    def warn(self, sentence: str) -> None:
        """Say something that the person at the terminal should know before the results."""
        self._say(sentence, "yellow")

    def said(self, sentence: str) -> None:
        """Say something that asks for nothing."""
        self._say(sentence, "dim")

    def finished(self) -> None:
        """Nothing more will end."""

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(printable(text), style=style), soft_wrap=True)

    def _say_reused(self, count: int, reused: int) -> None:
        if reused:
            self.said(f"{reused} of {count} {'is' if reused == 1 else 'are'} answered from the store, graded before with the same tests.")


class LineProgress(_Sentences):
    """A line for each submission that is graded, and a summary now and then. What is reused is counted, not named.

    Args:
        console: Where to; progress belongs on stderr.
        clock: Seconds that only grow.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(console, clock)
        self._summed_up = (0, clock())

    def began(self, count: int, reused: int, *, possible: Fraction, at_a_time: int) -> None:  # noqa: ARG002 - see Progress
        """Say how many are answered from the store."""
        self._pace.began(count, reused, at_a_time)
        self._summed_up = (0, self._clock())
        self._say_reused(count, reused)

    def started(self, name: str) -> None:
        """Take the time."""
        self._pace.started(name)

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
        """Name a submission and its points."""
        self._pace.ended(name, outcome, reused=reused)
        if not reused:
            points = state_of(outcome).value if outcome.total is None else in_points(outcome.total)
            self._say(f"[{self._pace.done}/{self._pace.count}] {_cut(name, _LONGEST)}: {points}")
        self._sum_up()

    def _sum_up(self) -> None:
        done, now = self._pace.done, self._clock()
        lines, seconds = done - self._summed_up[0], now - self._summed_up[1]
        enough = lines >= _SUMMARY_LEAST and (seconds >= _SUMMARY_S or lines * _SUMMARY_SHARE >= self._pace.count)
        rate = self._pace.rate_in_words()
        if enough and rate and done < self._pace.count:
            self._summed_up = (done, now)
            self.said(f"So far: {self._pace.counts_in_words()}; {rate}, {self._pace.left_in_words()}.")


class BarProgress(_Sentences):
    """A bar, what became of those that ended, how long it will take, and what keeps it. It is gone when the run has finished.

    Args:
        console: A terminal; progress belongs on stderr.
        clock: Seconds that only grow.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(console, clock)
        self._lock = threading.Lock()  # the figures are read by the thread that redraws
        self._live: Live | None = None

    def began(self, count: int, reused: int, *, possible: Fraction, at_a_time: int) -> None:  # noqa: ARG002 - see Progress
        """Show the bar."""
        self._say_reused(count, reused)
        with self._lock:
            self._pace.began(count, reused, at_a_time)
        self._live = Live(
            get_renderable=self.drawn,
            console=self._console,
            refresh_per_second=_REDRAWS_PER_S,
            transient=True,
            vertical_overflow="crop",
            redirect_stdout=False,  # it may be a file: what is written there is nobody else's
        )
        self._live.start(refresh=True)

    def started(self, name: str) -> None:
        """Take the time."""
        with self._lock:
            self._pace.started(name)

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
        """Count a submission."""
        with self._lock:
            self._pace.ended(name, outcome, reused=reused)

    def finished(self) -> None:
        """Take the bar away."""
        live, self._live = self._live, None
        if live is not None:
            live.stop()

    def drawn(self) -> RenderableType:
        """What stands at the foot of the terminal now."""
        with self._lock:
            pace = self._pace
            done, count = pace.done, pace.count
            so_far = " " + ", ".join(words for words in (f"{done}/{count}", pace.left_in_words()) if words)
            counts = "; ".join(words for words in (pace.counts_in_words(), pace.rate_in_words()) if words)
            slow = [f"{_cut(name, _LONGEST_BESIDE_OTHERS)} {seconds:.0f} s" for name, seconds in pace.slow()]
        width = max(min(_WIDEST_BAR, self._console.width - len(so_far)), 1)
        lines: list[RenderableType] = [
            ProgressBar(total=max(count, 1), completed=done, width=width),  # a bar does not end its line
            _line(so_far),
            _line(counts),
        ]
        if slow:
            lines.append(_line("still running: " + ", ".join(slow), "dim"))
        return Group(*lines)


def _line(text: str, style: str = "") -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def _cut(name: str, columns: int) -> str:
    """A name that is printable and not too wide. Its end is cut before the rest is written out, which may be much."""
    shown = Text(one_line(name[: columns + 1]))
    shown.truncate(columns, overflow="ellipsis")
    return shown.plain
