"""Which of an outcome's points are believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.model import Outcome, Question, QuestionOutcome

__all__ = ["believed"]


def believed(outcome: Outcome | None, questions: Sequence[Question]) -> Mapping[str, QuestionOutcome]:
    """Return name → question.

    Empty where the outcome is withheld as a whole: it has no total, though none of its counted questions is withheld. That is how two
    gradings that contradict each other are told, and then neither's points are true.
    """
    if outcome is None:
        return {}
    counted = {question.name for question in questions if not question.optional}
    if outcome.total is None and all(one.earned is not None for one in outcome.questions if one.name in counted):
        return {}
    return {one.name: one for one in outcome.questions}
