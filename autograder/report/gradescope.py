"""One submission as Gradescope's `results.json`: an entry for each case, and to each its students' due.

    public cases   visible at once, with what the student may read of them
    hidden cases   only for staff; with `show_hidden`, for students once grades are published

While any entry is hidden, Gradescope shows students no total. So nothing visible adds up hidden points, says how long anything took,
or says which world counted: all of that could tell how a hidden case ended. Scores are the question's own, all-or-nothing included,
and add up to ours to the last digit.

Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from autograder.bundle import Bundle
from autograder.errors import MachineFault
from autograder.model import (
    CaseVerdict,
    Graded,
    Isolation,
    OtterRules,
    QuestionScore,
    Result,
    Verdict,
    Visibility,
    Withheld,
    World,
)
from autograder.printable import number, one_line, printable, printable_data
from autograder.report.document import NOT_TAMPER_PROOF
from autograder.report.words import VERDICTS, checks_not_run, notebook_in_words, which_world, why_withheld

__all__ = ["gradescope_message", "gradescope_results"]

_DIGITS = 6
_FORMATS = {"output_format": "text", "test_output_format": "text", "test_name_format": "text"}
"""Nothing of a student's is to be read as HTML or Markdown."""


def gradescope_results(
    result: Result,
    bundle: Bundle,
    *,
    show_hidden: bool | None = None,
    stand_ins: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, Any]:
    """Return what `results.json` says.

    Args:
        result: What became of the submission.
        bundle: What graded it.
        show_hidden: Whether students see hidden cases once grades are published; None: what an otter bundle's config says, else no.
        stand_ins: Question name → the functions that the reference answers for in that question's reference world; may lack all.

    Raises:
        MachineFault: the result is withheld for what is not the student's fault; there must be no `results.json` then.
    """
    match result:
        case Withheld():
            words = why_withheld(result)
            if not words:
                raise MachineFault(result.reason)
            return gradescope_message(words)
        case Graded():
            return _graded(result, bundle, show_hidden, stand_ins or {})


def gradescope_message(words: str) -> dict[str, Any]:
    """Return results that say only, and visibly, why what was handed in cannot be graded; the score is 0 until something else is."""
    text = f"{printable(words)}\n\nNothing was graded. Hand in again."
    entry = {"name": "This could not be graded", "status": "failed", "visibility": "visible", "output": text}
    return {**_FORMATS, "score": 0, "tests": [{"score": 0, "max_score": 0, **entry}]}


def _graded(result: Graded, bundle: Bundle, show_hidden: bool | None, stand_ins: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    rules = bundle.assignment.otter or OtterRules()
    later = rules.show_hidden if show_hidden is None else show_hidden
    hidden = "after_published" if later else "hidden"
    if result.total is None:
        names, why = checks_not_run(result)
        raise MachineFault(f"The checks of {names} could not be run, so there is no score. {why}".rstrip())
    entries: list[dict[str, Any]] = []
    for score in result.questions:
        entries += _entries(score, hidden, stand_ins.get(score.question.name, ()))
    data: dict[str, Any] = {**_FORMATS, "tests": entries}
    if output := notebook_in_words(result):
        data["output"] = output
    if rules.show_stdout:
        data["stdout_visibility"] = "after_published"
    if (total := _otters_total(result.total, bundle.assignment.points, rules)) is not None:
        data["score"] = number(total)
    clean: dict[str, Any] = printable_data(data, f"{bundle.root}/")
    return clean


def _otters_total(earned: Fraction, possible: Fraction, rules: OtterRules) -> Fraction | None:
    """The total that otter's `points_possible` and `score_threshold` ask for (`GradingResults.to_gradescope_dict`); None: the sum."""
    if rules.score_threshold is not None:
        share = earned / possible if possible else Fraction(0)
        full = rules.points_possible or possible
        return full if share >= rules.score_threshold else Fraction(0)
    if rules.points_possible is not None:
        return earned / possible * rules.points_possible if possible else Fraction(0)
    return None


def _entries(score: QuestionScore, hidden: str, stand_ins: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    own = {case.name: case for case in score.own_cases}
    public = [case for case in score.cases if case.visibility is Visibility.PUBLIC]
    secret = [case for case in score.cases if case.visibility is Visibility.HIDDEN]
    first, last = next(iter(public or secret), None), next(reversed(secret or public), None)
    for case, (earned, possible) in zip(score.cases, _points(score, public, secret), strict=True):
        said = [VERDICTS[case.verdict].capitalize() + "."]
        said += [case.message] if case.message else []
        if case in public:
            said += _own_world(score, own.get(case.name), stand_ins)
        if case is first:
            said += score.notes
        if case is last and (words := which_world(score, stand_ins)):
            said.append(words)
        if score.all_or_nothing:
            said.append("All checks of this question have to pass together.")
        if score.question.isolation is Isolation.SHARED:
            said.append(f"This result is {NOT_TAMPER_PROOF}.")
        optional = " (optional)" if score.question.optional else ""
        yield {
            "name": one_line(f"{score.question.name}{optional}: {case.name}"),
            "score": earned,
            "max_score": possible,
            "status": "passed" if case.verdict is Verdict.PASSED else "failed",
            "visibility": "visible" if case in public else hidden,
            "output": "\n".join(said),
        }


def _own_world(score: QuestionScore, own: CaseVerdict | None, stand_ins: tuple[str, ...]) -> list[str]:
    """For a public case that the reference's helpers passed: what it gave with the student's own."""
    if score.world is not World.REFERENCE or own is None or own.verdict is Verdict.PASSED:
        return []
    helpers = ", ".join(stand_ins) or "the functions it relies on"
    return [f"This was judged with correct versions of {helpers}. With your own: {VERDICTS[own.verdict]}.", *filter(None, [own.message])]


def _points(score: QuestionScore, public: list[CaseVerdict], secret: list[CaseVerdict]) -> list[tuple[int | float, int | float]]:
    """Earned and possible of each case as they are written, so that the sums are the question's.

    Where only all cases together earn something, a public one would give away how the hidden ones ended: the last hidden one has it all.
    """
    possible = [Fraction(0) if score.question.optional else case.possible for case in score.cases]
    earned = [Fraction(0) if score.question.optional else case.earned for case in score.cases]
    if score.all_or_nothing:
        total, whole = score.earned or Fraction(0), sum(possible, Fraction(0))
        holder = score.cases.index((secret or public)[-1])
        earned = [total if n == holder else Fraction(0) for n in range(len(earned))]
        possible = [whole if n == holder else Fraction(0) for n in range(len(possible))]
    return list(zip(_rounded(earned), _rounded(possible), strict=True))


def _rounded(exact: list[Fraction]) -> list[int | float]:
    """What one is rounded by, the next one makes up for."""
    rounded, before, so_far = [], Fraction(0), Fraction(0)
    for points in exact:
        so_far += points
        rounded.append(number(round(so_far, _DIGITS) - before))
        before = round(so_far, _DIGITS)
    return rounded
