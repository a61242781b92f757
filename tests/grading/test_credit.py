"""Two worlds, one score: the better total, never case by case."""

from __future__ import annotations

from fractions import Fraction

from autograder.grading.credit import earned, score
from autograder.model import CaseVerdict, Question, QuestionScore, Verdict, Visibility, World

QUESTION = Question("q", ("q",), Fraction(10))


def cases(*verdicts: str) -> tuple[CaseVerdict, ...]:
    """Cases of 5 points each with these verdicts."""
    return tuple(CaseVerdict(str(n), Visibility.HIDDEN, Fraction(5), Verdict(verdict)) for n, verdict in enumerate(verdicts))


def settled(own: tuple[CaseVerdict, ...], reference: tuple[CaseVerdict, ...] | None, *, all_or_nothing: bool = False) -> QuestionScore:
    return score(QUESTION, own, reference, all_or_nothing=all_or_nothing, notes=())


def test_the_better_total_counts_and_cases_of_two_worlds_are_not_mixed() -> None:
    result = settled(cases("passed", "failed"), cases("failed", "passed"))
    assert (result.world, result.earned) == (World.OWN, Fraction(5))
    assert settled(cases("failed", "failed"), cases("failed", "passed")).world is World.REFERENCE


def test_a_tie_goes_to_the_students_own_world() -> None:
    assert settled(cases("failed", "failed"), cases("failed", "failed")).world is World.OWN


def test_what_was_judged_in_the_world_that_does_not_count_is_kept_for_staff() -> None:
    own, reference = cases("passed", "failed"), cases("failed", "failed")
    assert settled(own, reference).reference_cases == reference
    assert settled(own, cases("passed", "passed")).own_cases == own


def test_half_a_story_is_no_story() -> None:
    assert settled(cases("passed", "passed"), cases("withheld", "passed")).earned is None
    assert settled(cases("withheld", "passed"), cases("passed", "passed")).earned is None
    assert settled(cases("withheld", "passed"), None).earned is None


def test_where_all_must_pass_one_failure_costs_everything() -> None:
    assert earned(cases("passed", "failed"), all_or_nothing=True) == 0
    assert earned(cases("passed", "passed"), all_or_nothing=True) == 10
    assert settled(cases("passed", "failed"), cases("passed", "passed"), all_or_nothing=True).earned == 10


def test_every_verdict_but_passed_earns_nothing() -> None:
    for verdict in Verdict:
        assert cases(verdict.value)[0].earned == (5 if verdict is Verdict.PASSED else 0)
