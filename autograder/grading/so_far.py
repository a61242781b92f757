"""What a judge of a submission has settled, told at once to whoever watches it, and kept by the one who judges the submission again.

What one process of a submission learns, assume that all later ones know: the machine itself has a memory (which pages of a file it
holds, when a file was read last) that no fresh kernel is without. So what is shown with the student's own words, and what was closed before
a reference spoke, is settled once, and no second attempt is asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from autograder.model import CaseVerdict, Execution, QuestionScore

__all__ = ["SoFar", "Tried"]


@dataclass(frozen=True, slots=True)
class Tried:
    """A case in the student's own world."""

    question: str
    """Name of its question."""
    case: int
    """Index in the test file."""
    verdict: CaseVerdict
    """What became of it."""


@dataclass(frozen=True, slots=True)
class SoFar:
    """What is settled; a part of it, as it is told."""

    execution: Execution | None = None
    """What happened to the notebook's cells; None before all public cases have been tried."""
    public: tuple[Tried, ...] = ()
    """All public cases of isolated questions; empty before that."""
    closed: tuple[QuestionScore, ...] = ()
    """Questions that are closed."""

    @classmethod
    def of(cls, parts: Iterable[Self]) -> Self:
        """All of it."""
        execution: Execution | None = None
        public: tuple[Tried, ...] = ()
        closed: list[QuestionScore] = []
        for part in parts:
            execution, public = part.execution or execution, part.public or public
            closed += part.closed
        return cls(execution, public, tuple(closed))

    @classmethod
    def of_public(cls, execution: Execution, cases: Mapping[str, Mapping[int, CaseVerdict]]) -> Self:
        """What is settled when all public cases have been tried."""
        return cls(execution, tuple(Tried(name, case, verdict) for name, tried in cases.items() for case, verdict in tried.items()))

    def cases(self, question: str) -> dict[int, CaseVerdict]:
        """Index → verdict of the question's public cases."""
        return {tried.case: tried.verdict for tried in self.public if tried.question == question}

    def score(self, question: str) -> QuestionScore | None:
        """The question's score; None while it is open."""
        return next((score for score in self.closed if score.question.name == question), None)
