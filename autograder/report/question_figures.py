"""What a class earned, question by question and in all: from where each person stands, staff's overrides included."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import Assignment, Question, QuestionStanding, Standing, State

__all__ = ["QuestionFigures", "question_figures", "totals"]

_FEWEST = 10
"""People below which a correlation says nothing worth reading."""


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One question over the class. An optional question has no points: there, shares are of the cases passed."""

    question: Question
    """Which."""
    shares: tuple[Fraction, ...]
    """What each person earned, as a share of what was possible; may be above 1 where staff said so."""
    mean: Fraction | None
    """Points earned on average; None for an optional question, or where nobody has any result."""
    median: Fraction | None
    """Points of the person in the middle; None as for `mean`."""
    full: float | None
    """Share of people with all points or more, 0 to 1; None where nobody has any result."""
    zero: float | None
    """Share of people with none."""
    difficulty: float | None
    """Share of the points that the class did not get, 0 to 1."""
    agreement: float | None
    """Correlation with the sum of all other questions, -1 to 1; None where it means nothing."""
    helped: int
    """People for whom the reference's helpers counted."""


def question_figures(assignment: Assignment, standings: Sequence[Standing]) -> list[QuestionFigures]:
    """Return every question's figures, in the assignment's order. Who is excused counts nowhere."""
    counting = [standing for standing in standings if standing.state is not State.EXCUSED]
    found = []
    for question in assignment.questions:
        pairs = [(standing, one) for standing in counting for one in standing.questions if one.name == question.name]
        known = [(standing, one) for standing, one in pairs if _share(question, one) is not None]
        shares = tuple(share for _standing, one in known if (share := _share(question, one)) is not None)
        points = [one.points for _standing, one in known if one.points is not None] if question.points else []
        mean = sum(shares, Fraction(0)) / len(shares) if shares else None
        found.append(
            QuestionFigures(
                question=question,
                shares=shares,
                mean=sum(points, Fraction(0)) / len(points) if points else None,
                median=statistics.median(points) if points else None,
                full=sum(share >= 1 for share in shares) / len(shares) if shares else None,
                zero=sum(share <= 0 for share in shares) / len(shares) if shares else None,
                difficulty=None if mean is None else min(1.0, max(0.0, float(1 - mean))),
                agreement=None if question.optional else _agreement(known),
                helped=sum(one.helped for _standing, one in known),
            )
        )
    return found


def totals(standings: Sequence[Standing]) -> list[Fraction]:
    """Every score that is known, smallest first."""
    return sorted(standing.final for standing in standings if standing.final is not None)


def _share(question: Question, one: QuestionStanding) -> Fraction | None:
    if one.points is None:
        return None
    if question.points:
        return one.points / question.points
    return Fraction(one.passed, one.cases) if one.cases else None


def _agreement(known: list[tuple[Standing, QuestionStanding]]) -> float | None:
    whole = [
        (one.points, standing.subtotal - one.points) for standing, one in known if standing.subtotal is not None and one.points is not None
    ]
    if len(whole) < _FEWEST:
        return None
    try:
        return statistics.correlation([float(points) for points, _rest in whole], [float(rest) for _points, rest in whole])
    except statistics.StatisticsError:  # all alike: there is nothing to agree with
        return None
