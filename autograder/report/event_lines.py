"""Progress for programs, on stdout: one JSON object on each line. `docs/events.md` says what they hold, and what will stay."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, BinaryIO, Self

from autograder.model import Outcome, State
from autograder.printable import number
from autograder.report.pace import Pace, state_of

__all__ = ["EventLines"]


class EventLines:
    """Writes each event as it comes. Who reads may leave: the run goes on, and `lost` says so.

    Args:
        stdout: Where to; nothing else may be written there (see `autograder.batch.stdout`). It is left open.
        clock: Seconds that only grow.
    """

    def __init__(self, stdout: BinaryIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stdout = stdout
        self._pace = Pace(clock)
        self._possible = Fraction(0)
        self.lost = ""
        """A sentence, where not all events could be written."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        pass

    def confined(self, layers: Sequence[str], unprotected: Sequence[str]) -> None:
        """Say what confines student code, and what does not."""
        self._write({"event": "confined", "holds": list(layers), "missing": list(unprotected)})

    def warn(self, sentence: str) -> None:
        """Say something that a person should know."""
        self._write({"event": "warning", "text": sentence})

    def said(self, sentence: str) -> None:
        """Say something that asks for nothing."""
        self._write({"event": "note", "text": sentence})

    def began(self, count: int, reused: int, *, possible: Fraction, at_a_time: int) -> None:
        """Say how many there are."""
        self._pace.began(count, reused, at_a_time)
        self._possible = possible
        self._write({"event": "began", "count": count, "reused": reused, "possible": number(possible)})

    def started(self, name: str) -> None:
        """Say that an order was given."""
        self._pace.started(name)
        self._write({"event": "started", "submission": name})

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
        """Say what the gradebook will say, and how far the run is."""
        self._pace.ended(name, outcome, reused=reused)
        left = self._pace.left_s()
        self._write(
            {
                "event": "ended",
                "submission": name,
                "status": state_of(outcome).value,
                "earned": None if outcome.total is None else number(outcome.total),
                "possible": number(self._possible),
                "reused": reused,
                "done": self._pace.done,
                "count": self._pace.count,
                "left_s": None if left is None else round(left),
            }
        )

    def changed(self, row: dict[str, Any]) -> None:
        """Say whose points a regrade changes (`autograder.report.changes.change_document`)."""
        self._write({"event": "changed", **row})

    def regraded(self, facts: dict[str, Any]) -> None:
        """Say what came of a regrade as a whole."""
        self._write({"event": "regraded", **facts})

    def finished(self) -> None:
        """Say how many of each state there are."""
        states = self._pace.states
        counts = {State.GRADED.value: states[State.GRADED], State.WITHHELD.value: states[State.WITHHELD]}
        counts[State.PENDING.value] = self._pace.count - self._pace.done
        self._write({"event": "finished", "counts": counts, "reused": self._pace.reused, "seconds": round(self._pace.elapsed_s(), 3)})

    def _write(self, event: dict[str, Any]) -> None:
        if self.lost:
            return
        try:  # ASCII, with escapes: no name can end a line, move a cursor or break an encoding
            self._stdout.write(json.dumps(event).encode("ascii") + b"\n")
            self._stdout.flush()
        except OSError as error:
            self.lost = f"Not all events could be written to stdout: {error.strerror}. Grading went on without them."
