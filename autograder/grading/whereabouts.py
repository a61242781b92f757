"""Where a judge stands, in memory that it shares with whoever watches it: readable also when the judge is gone.

A judge is one of our own processes, but a student's value can end it (a comparison that takes all memory, a crash in a
library). Then this says which case it was in, and whether a value of the student's had come into it.
"""

from __future__ import annotations

import enum
import mmap
import struct
from dataclasses import dataclass

__all__ = ["Place", "Stage", "Whereabouts"]

_FORM = struct.Struct("=dqqqq")  # deadline, question, stage, case, value seen; -1: in no case
_NOWHERE = (-1, 0, 0, 0)


class Stage(enum.IntEnum):
    """What a question is judged in, in this order."""

    PUBLIC = 0
    """Its public cases in the student's own world."""
    HIDDEN = 1
    """Its hidden cases there."""
    REFERENCE = 2
    """All its cases with the reference's helpers."""


@dataclass(frozen=True, slots=True)
class Place:
    """One case of one question."""

    question: int
    """Index among the assignment's questions."""
    stage: Stage
    """In which of its stages."""
    case: int
    """Index in the test file."""


class Whereabouts:
    """One judge's place and deadline. Made before the fork; the child writes, the parent reads."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)
        self.nowhere(0.0)

    def nowhere(self, deadline: float) -> None:
        """Between cases; `deadline` (of `time.monotonic`) is when the next case must have begun, 0 for never."""
        _FORM.pack_into(self._shared, 0, deadline, *_NOWHERE)

    def enter(self, place: Place, deadline: float) -> None:
        """A case begins; it must be over at `deadline`."""
        _FORM.pack_into(self._shared, 0, deadline, place.question, place.stage, place.case, 0)

    def value_came(self) -> None:
        """A value of the student's (or an act of theirs) has come into the case."""
        deadline, question, stage, case, _seen = _FORM.unpack_from(self._shared)
        _FORM.pack_into(self._shared, 0, deadline, question, stage, case, 1)

    @property
    def deadline(self) -> float:
        """When the judge must have moved on; 0 for never."""
        return float(_FORM.unpack_from(self._shared)[0])

    @property
    def place(self) -> Place | None:
        """The case it is in."""
        _deadline, question, stage, case, _seen = _FORM.unpack_from(self._shared)
        return None if question < 0 else Place(question, Stage(stage), case)

    @property
    def value_seen(self) -> bool:
        """Whether a value of the student's had come into that case."""
        return bool(_FORM.unpack_from(self._shared)[4])

    def close(self) -> None:
        """Give the memory back."""
        self._shared.close()
