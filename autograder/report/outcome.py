"""What grading says of a submission, without its cases."""

from __future__ import annotations

from autograder.model import Graded, Outcome, QuestionOutcome, QuestionScore, Result, Verdict, World
from autograder.report.words import checks_lost

__all__ = ["outcome_of"]


def outcome_of(result: Result) -> Outcome:
    """Return a result's points, and why it is withheld where it is."""
    if not isinstance(result, Graded):
        return Outcome((), None, result.reason)
    questions = tuple(map(_question, result.questions))
    if result.total is not None:
        return Outcome(questions, result.total)
    reasons = [f"a check of {name} could not be run. {_first_line(why) or 'See its result.'}" for name, why in checks_lost(result)]
    return Outcome(questions, None, " ".join(reasons) or "see its result.")


def _question(score: QuestionScore) -> QuestionOutcome:
    passed = sum(case.verdict is Verdict.PASSED for case in score.cases)
    return QuestionOutcome(score.question.name, score.earned, passed, len(score.cases), score.world is World.REFERENCE)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
