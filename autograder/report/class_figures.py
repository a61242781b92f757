"""What a class's results add up to. Counters only: a result is added and forgotten, so memory does not grow with the class.

CaseFigures     of every case, how it ended, for how many submissions, and with whose helpers
TimingFigures   what grading took: the whole, the median, the slowest
"""

from __future__ import annotations

import heapq
import statistics
from array import array
from collections import Counter
from dataclasses import dataclass, field

from autograder.model import CaseVerdict, Graded, Measured, QuestionScore, Result, Verdict, Visibility, World

__all__ = ["CaseFigures", "CaseTally", "TimingFigures"]

_SLOWEST = 10


@dataclass(slots=True)
class CaseTally:
    """How one case ended, over the class."""

    question: str
    """Name of its question."""
    name: str
    """Its own name."""
    visibility: Visibility
    """Who may see it."""
    counted: Counter[Verdict] = field(default_factory=Counter)
    """In the world that counts."""
    own: Counter[Verdict] = field(default_factory=Counter)
    """With the student's own functions."""
    reference: Counter[Verdict] = field(default_factory=Counter)
    """With the reference's helpers; of those submissions only that were judged there."""

    @property
    def judged(self) -> int:
        """Submissions of which it is known how it ended."""
        return _judged(self.counted)

    @property
    def passed(self) -> float | None:
        """Share of them that passed, 0 to 1; None where there are none."""
        return _share(self.counted)

    @property
    def passed_alone(self) -> float | None:
        """Share that passed with their own functions, 0 to 1; None where there are none."""
        return _share(self.own)


class CaseFigures:
    """Every case of an assignment, over the submissions that were added."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str], CaseTally] = {}
        self.submissions = 0
        """How many were added."""

    def add(self, result: Graded) -> None:
        """Count one submission's cases."""
        self.submissions += 1
        for score in result.questions:
            in_own = score.world is World.OWN
            for case in score.cases:
                self._tally(score, case).counted[case.verdict] += 1
            for case in score.cases if in_own else score.own_cases:
                self._tally(score, case).own[case.verdict] += 1
            for case in score.reference_cases if in_own else score.cases:
                self._tally(score, case).reference[case.verdict] += 1

    def hardest_first(self) -> list[CaseTally]:
        """Cases by the share of submissions that passed them, whichever order results were added in; unknown ones last."""
        return sorted(
            self._tallies.values(),
            key=lambda tally: (tally.passed is None, tally.passed or 0.0, tally.question, tally.name),
        )

    def _tally(self, score: QuestionScore, case: CaseVerdict) -> CaseTally:
        key = (score.question.name, case.name)
        if key not in self._tallies:
            self._tallies[key] = CaseTally(score.question.name, case.name, case.visibility)
        return self._tallies[key]


class TimingFigures:
    """What grading the class took. Eight bytes a submission, and the slowest by name."""

    def __init__(self) -> None:
        self._wall = array("d")
        self._slowest: list[tuple[float, str, int, Measured]] = []
        self.cpu_s = 0.0
        """CPU seconds of all submissions together."""

    def add(self, name: str, result: Result) -> None:
        """Count one submission, under its name in the gradebook. What took no time was not graded this time, and is left out."""
        measured = result.measured
        if measured.wall_s <= 0:
            return
        self._wall.append(measured.wall_s)
        self.cpu_s += measured.cpu_s
        heapq.heappush(self._slowest, (measured.wall_s, name, len(self._wall), measured))
        if len(self._slowest) > _SLOWEST:
            heapq.heappop(self._slowest)

    @property
    def submissions(self) -> int:
        """How many were counted."""
        return len(self._wall)

    @property
    def wall_s(self) -> float:
        """Seconds of all submissions together, as if graded one after another."""
        return sum(self._wall)

    @property
    def median_s(self) -> float:
        """Seconds of the submission in the middle; 0 where there is none."""
        return statistics.median(self._wall) if self._wall else 0.0

    def slowest(self) -> list[tuple[str, Measured]]:
        """Names and figures, slowest first; a handful."""
        return [(name, measured) for _wall, name, _n, measured in sorted(self._slowest, key=lambda item: (-item[0], item[1]))]


def _judged(verdicts: Counter[Verdict]) -> int:
    return sum(count for verdict, count in verdicts.items() if verdict is not Verdict.WITHHELD)


def _share(verdicts: Counter[Verdict]) -> float | None:
    judged = _judged(verdicts)
    return verdicts[Verdict.PASSED] / judged if judged else None
