"""How far a run is, how fast it goes, when it will be done, and what keeps it. Every display of progress shows these figures."""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Callable

from autograder.model import Outcome, State

__all__ = ["Pace", "in_words", "state_of"]

_RECENT_S = 120.0
"""The rate is that of the last two minutes: notebooks of one class differ, and so does what else the machine does."""
_RECENT_ENDS = 30
"""But of no fewer than these: among a few, one that times out would be the rate."""
_ENOUGH_ENDS = 5
"""Before so many have been graded there is no rate; nor before everybody who grades could end two."""
_ENOUGH_S = 5.0
_SLOW_S = 5.0
"""What runs for longer is named. Measured (docs/benchmarks.md): a submission takes less than a second."""
_MOST_SLOW = 3


class Pace:
    """A run's figures.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made = clock()
        self.count = 0
        """How many will end."""
        self.done = 0
        """How many ended."""
        self.reused = 0
        """How many of those were answered from the store."""
        self.states: Counter[State] = Counter()
        """What became of those that ended."""
        self._from_store = 0
        self._at_a_time = 1
        self._running: dict[str, float] = {}
        self._waiting: dict[str, None] = {}
        self._ends: deque[float] = deque()
        self._since: float | None = None
        self._first: float | None = None
        self._graded = 0

    def began(self, count: int, reused: int, at_a_time: int) -> None:
        """Everything is loaded; see `Progress.began`."""
        self.count, self._from_store, self._at_a_time = count, reused, max(at_a_time, 1)

    def started(self, name: str) -> None:
        """An order was given. It runs at once, or when an earlier one has ended: they are taken in the order they are given."""
        now = self._clock()
        if self._first is None:
            self._first = self._since = now
        self._running.pop(name, None)
        self._waiting[name] = None
        self._promote(now)

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
        """A result is there."""
        now = self._clock()
        self.done += 1
        self.reused += reused
        self.states[state_of(outcome)] += 1
        if name in self._running or name in self._waiting:
            self._running.pop(name, None)
            self._waiting.pop(name, None)
            self._promote(now)
            self._graded += 1
            self._ends.append(now)
            while len(self._ends) > _RECENT_ENDS and self._ends[0] < now - _RECENT_S:
                self._since = self._ends.popleft()

    def _promote(self, now: float) -> None:
        while self._waiting and len(self._running) < self._at_a_time:
            name = next(iter(self._waiting))
            del self._waiting[name]
            self._running[name] = now

    def elapsed_s(self) -> float:
        """Seconds since this was made."""
        return self._clock() - self._made

    def rate(self) -> float | None:
        """Submissions graded per second, of late; None while there is too little to base it on."""
        if self._since is None or self._first is None or self._graded < max(_ENOUGH_ENDS, 2 * self._at_a_time):
            return None
        now = self._clock()
        return len(self._ends) / (now - self._since) if now - self._first >= _ENOUGH_S else None

    def left_s(self) -> float | None:
        """Seconds until everything is graded, if it goes on like this; None while that is not known."""
        rate = self.rate()
        if rate is None:
            return None
        return max(self.count - self.done - max(self._from_store - self.reused, 0), 0) / rate

    def slow(self) -> list[tuple[str, float]]:
        """What has been running for long, and for how many seconds; the slowest first."""
        now = self._clock()
        seconds = [(name, now - since) for name, since in self._running.items() if now - since >= _SLOW_S]
        return sorted(seconds, key=lambda one: (-one[1], one[0]))[:_MOST_SLOW]

    def counts_in_words(self) -> str:
        """What became of those that ended: `12 graded (4 from the store), 1 withheld`."""
        graded = f"{self.states[State.GRADED]} graded"
        if self.reused:
            graded += f" ({self.reused} from the store)"
        withheld = self.states[State.WITHHELD]
        return f"{graded}, {withheld} withheld" if withheld else graded

    def rate_in_words(self) -> str:
        """How fast it goes: `21 a minute`. Empty while that is not known."""
        rate = self.rate()
        if rate is None:
            return ""
        return f"{rate * 60:.0f} a minute" if rate * 60 >= 10 else f"{rate * 60:.1f} a minute"

    def left_in_words(self) -> str:
        """How long it will take: `about 4 min left`. Empty while that is not known."""
        left = self.left_s()
        return "" if left is None else f"{in_words(left)} left"


def state_of(outcome: Outcome) -> State:
    """What the gradebook calls it."""
    return State.WITHHELD if outcome.total is None else State.GRADED


def in_words(seconds: float) -> str:
    """About how long that is. Never less than it is, so that nobody waits for longer than was said."""
    if seconds <= 50:
        return f"about {max(math.ceil(seconds / 10), 1) * 10} s"
    minutes = math.ceil(seconds / 60)
    if minutes < 60:
        return f"about {minutes} min"
    return f"about {minutes // 60} h {minutes % 60} min" if minutes % 60 else f"about {minutes // 60} h"
