"""Two gradings of the same submissions: the better of both, and what changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from autograder.model import Outcome, Question, QuestionOutcome
from autograder.standing.outcomes import believed

__all__ = ["Change", "QuestionChange", "changes", "kept_best"]


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """One question of one submission whose points change."""

    name: str
    """Of the question."""
    before: Fraction | None
    """None when withheld or not there."""
    after: Fraction | None
    """None when withheld or not there."""

    @property
    def difference(self) -> Fraction | None:
        """What is gained, less than 0 for a loss; None where one of both is not known."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Change:
    """One submission whose points change, in a counted question or an optional one."""

    key: str
    """Of the submission."""
    before: Fraction | None
    """Total; None when withheld or not there."""
    after: Fraction | None
    """Total; None when withheld or not there."""
    questions: tuple[QuestionChange, ...]
    """Those that change, in the order of the assignment. Empty where only the total does."""

    @property
    def difference(self) -> Fraction | None:
        """What is gained, less than 0 for a loss; None where one of both is not known."""
        return None if self.before is None or self.after is None else self.after - self.before


def kept_best(before: Outcome, after: Outcome, questions: Sequence[Question], keep: Collection[str] | None = None) -> Outcome:
    """Take the better of two outcomes, question by question; of equal ones the later.

    Args:
        before: The outcome that counted so far.
        after: The new one.
        questions: Of the assignment as it is now; what `before` has besides is dropped.
        keep: Names of the questions where nobody may lose points; None: all. The others are as in `after`.

    Returns:
        An outcome with its total added up anew; withheld for the reason of `after`, where a counted question is known from neither.
    """
    old, new = believed(before, questions), believed(after, questions)
    best = []
    for question in questions:
        one, other = old.get(question.name), new.get(question.name, QuestionOutcome(question.name, None, 0, 0))
        loses = one is not None and one.earned is not None and (other.earned is None or other.earned < one.earned)
        best.append(one if one is not None and loses and (keep is None or question.name in keep) else other)
    counted = [outcome.earned for question, outcome in zip(questions, best, strict=True) if not question.optional]
    known = [points for points in counted if points is not None]
    if len(known) < len(counted) or (not counted and after.total is None):
        return Outcome(tuple(best), None, after.reason or before.reason)
    return Outcome(tuple(best), sum(known, Fraction(0)))


def changes(before: Mapping[str, Outcome], after: Mapping[str, Outcome], questions: Sequence[Question]) -> tuple[Change, ...]:
    """Say who changes, and by how much: first whose score is withheld now, then from the largest loss to the largest gain, then whose was.

    Args:
        before: Submission's key → outcome.
        after: The same, of the new grading. A submission in one of both only has no points in the other.
        questions: Of the assignment as it is now. A question that is gone shows in the total only.

    Returns:
        Only those whose points change; where the order says nothing, by key.
    """
    found = []
    for key in sorted({*before, *after}):
        old, new = before.get(key, Outcome((), None)), after.get(key, Outcome((), None))
        one, other = believed(old, questions), believed(new, questions)
        rows = [QuestionChange(question.name, _earned(one, question), _earned(other, question)) for question in questions]
        rows = [row for row in rows if row.before != row.after]
        if rows or old.total != new.total:
            found.append(Change(key, old.total, new.total, tuple(rows)))
    return tuple(sorted(found, key=_order))


def _order(change: Change) -> tuple[int, Fraction, str]:
    if change.before is not None and change.after is None:
        return 0, Fraction(0), change.key
    if change.before is None and change.after is not None:
        return 2, Fraction(0), change.key
    return 1, change.difference or Fraction(0), change.key


def _earned(outcomes: Mapping[str, QuestionOutcome], question: Question) -> Fraction | None:
    return outcomes[question.name].earned if question.name in outcomes else None
