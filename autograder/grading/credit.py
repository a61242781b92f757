"""Two worlds to one score: a question earns the better of them, by its total, never case by case."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from autograder.model import CaseVerdict, Question, QuestionScore, Verdict, World

__all__ = ["earned", "score"]


def earned(cases: tuple[CaseVerdict, ...], *, all_or_nothing: bool) -> Fraction | None:
    """Points of one world; None when any of its cases is withheld."""
    if any(case.verdict is Verdict.WITHHELD for case in cases):
        return None
    if all_or_nothing and any(case.verdict is not Verdict.PASSED for case in cases):
        return Fraction(0)
    return sum((case.earned for case in cases), Fraction(0))


def score(
    question: Question,
    own: tuple[CaseVerdict, ...],
    reference: tuple[CaseVerdict, ...] | None,
    *,
    all_or_nothing: bool,
    notes: tuple[str, ...],
) -> QuestionScore:
    """The question's score from its verdicts in the student's own world and, where it was judged, the reference's.

    A tie goes to the student's own world, unless that one is worth nothing in points and the other passed more cases.
    """
    settled = _settled(question, own, reference, all_or_nothing=all_or_nothing, notes=notes)
    return replace(settled, all_or_nothing=all_or_nothing)


def _settled(
    question: Question,
    own: tuple[CaseVerdict, ...],
    reference: tuple[CaseVerdict, ...] | None,
    *,
    all_or_nothing: bool,
    notes: tuple[str, ...],
) -> QuestionScore:
    in_own = earned(own, all_or_nothing=all_or_nothing)
    if reference is None:
        return QuestionScore(question, own, World.OWN, in_own, in_own, None, notes=notes)
    in_reference = earned(reference, all_or_nothing=all_or_nothing)
    if in_own is None or in_reference is None:
        # Half a story is no story: with one world unknown, the better of the two is unknown.
        return QuestionScore(question, own, World.OWN, None, in_own, in_reference, (), reference, notes)
    better = (in_reference, _passed(reference)) > (in_own, _passed(own))
    if better:
        return QuestionScore(question, reference, World.REFERENCE, in_reference, in_own, in_reference, own, (), notes)
    return QuestionScore(question, own, World.OWN, in_own, in_own, in_reference, (), reference, notes)


def _passed(cases: tuple[CaseVerdict, ...]) -> int:
    return sum(case.verdict is Verdict.PASSED for case in cases)
