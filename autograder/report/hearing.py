"""Who hears how far a run is: what a run calls, whatever shows it.

For people see `autograder.report.progress`, for programs `autograder.report.event_lines`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from autograder.model import Outcome

__all__ = ["Progress"]


class Progress(Protocol):
    """Who wants to hear how far a run is. All calls come from one thread.

    The order is: `warn`, `said` and `confined` at any time; `began` once; then `started` and `ended`, `ended` once for each of those
    announced; `finished` once, last. A run that could not do its work may end anywhere in this order.
    """

    def confined(self, layers: Sequence[str], unprotected: Sequence[str]) -> None:
        """Called once, before the first submission: sentences on what confines student code, and what does not."""

    def warn(self, sentence: str) -> None:
        """Called with what the person at the terminal should know at once."""

    def said(self, sentence: str) -> None:
        """Called with what is good to know and asks for nothing, such as which platform's export was recognised."""

    def began(self, count: int, reused: int, *, possible: Fraction, at_a_time: int) -> None:
        """Called when everything is loaded and forked: a display may start a thread here.

        Args:
            count: How many will end: submissions and refusals, with those that are answered from the store.
            reused: How many of them are answered from the store.
            possible: Points of the assignment.
            at_a_time: How many are graded at a time. Orders beyond that wait, and are not said to run.
        """

    def started(self, name: str) -> None:
        """Called when a submission was given to who grades it; refusals and what is reused never start. A second order begins anew."""

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
        """Called when a submission's result is kept. Refusals end too, with the reason in `outcome`."""

    def finished(self) -> None:
        """Called when everything is written and nothing more will end, also where the run was stopped."""
