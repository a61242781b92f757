"""What a callback hears while a run goes on: one frozen record for each step.

`Confinement` and any number of `Notice` come first, then `Began`; then a `Started` and an `Ended` for each submission that is graded, and
an `Ended` alone for each that is answered from the store or refused; then `Finished`. A run that stops early may stop anywhere in this
order, and a `Notice` may come at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import Outcome

__all__ = ["STEPS", "Began", "Confinement", "Ended", "Finished", "Hear", "Notice", "Started", "Step"]


@dataclass(frozen=True, slots=True)
class Confinement:
    """What confines student code on this machine."""

    holds: tuple[str, ...]
    """Phrases on what does."""
    missing: tuple[str, ...]
    """Phrases on what does not; empty where everything holds."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that the command would have written to the terminal."""

    text: str
    """The sentence."""
    warning: bool
    """True where somebody should act on it; else it is only good to know."""


@dataclass(frozen=True, slots=True)
class Began:
    """Everything is loaded, and grading begins."""

    count: int
    """How many submissions will end."""
    reused: int
    """How many of them are answered from the store."""
    possible: Fraction
    """Points of the assignment."""
    at_a_time: int
    """How many are graded at a time."""


@dataclass(frozen=True, slots=True)
class Started:
    """A submission was given to who grades it."""

    submission: str
    """Its name."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A submission's result is kept."""

    submission: str
    """Its name."""
    outcome: Outcome
    """Points of each question; for a refused one, the reason."""
    reused: bool
    """True where it was answered from the store."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Everything is written, and nothing more will end."""


Step = Confinement | Notice | Began | Started | Ended | Finished
"""What a callback is called with."""

STEPS: dict[str, type[Step]] = {kind.__name__: kind for kind in (Confinement, Notice, Began, Started, Ended, Finished)}
"""Name → step, as it crosses from the process that grades."""

Hear = Callable[[Step], object]
"""A callback: called in the thread that called us, one step after another; what it returns is not looked at."""
