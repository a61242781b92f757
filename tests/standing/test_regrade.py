"""Two gradings of one class: the better of both, and what changes."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from autograder.model import Outcome, QuestionOutcome
from autograder.standing.regrade import changes, kept_best
from standing.made import EXTRA, A, B, outcome, told

QUESTIONS = (A, B, EXTRA)
NOTHING = Outcome((), None, "it is no notebook")


def points(found: Outcome) -> list[Fraction | None]:
    return [question.earned for question in found.questions]


def test_the_better_counts_question_by_question_and_the_total_is_added_up_anew() -> None:
    best = kept_best(outcome(8, Fraction(1, 3), 1), outcome(6, Fraction(2, 3), 0), QUESTIONS)
    assert (points(best), best.total) == ([8, Fraction(2, 3), 1], Fraction(26, 3))


def test_only_the_named_questions_are_kept() -> None:
    assert points(kept_best(outcome(8, 4), outcome(6, 2), QUESTIONS, ("b",))) == [6, 4, 1]
    assert kept_best(outcome(8, 4), outcome(6, 2), QUESTIONS, ()) == outcome(6, 2)


def test_what_is_withheld_now_keeps_what_was_known() -> None:
    best = kept_best(outcome(8, 0), outcome(None, None, None, reason="no memory"), QUESTIONS)
    assert told(points(best), best.total, best.reason) == ([8, 0, 1], 8, "")
    best = kept_best(outcome(8, None, reason="then"), outcome(None, None, reason="now"), QUESTIONS)
    assert (points(best), best.total, best.reason) == ([8, None, 1], None, "now")


def test_what_was_withheld_as_a_whole_gives_and_takes_nothing() -> None:
    doubted = Outcome(outcome(10, 5).questions, None, "two results contradict each other")
    assert kept_best(doubted, outcome(6, 2), QUESTIONS) == outcome(6, 2)
    assert kept_best(outcome(6, 2), doubted, QUESTIONS) == outcome(6, 2)
    assert kept_best(outcome(6, 2), NOTHING, QUESTIONS) == outcome(6, 2)
    assert kept_best(NOTHING, NOTHING, QUESTIONS).total is None
    assert kept_best(NOTHING, NOTHING, ()).total is None


def test_questions_are_those_of_the_assignment_as_it_is_now() -> None:
    old = Outcome((QuestionOutcome("gone", Fraction(99), 1, 1), QuestionOutcome("a", Fraction(9), 1, 1)), Fraction(108))
    best = kept_best(old, outcome(6, 2), QUESTIONS)
    assert told(points(best), best.total) == ([9, 2, 1], 11)


def test_the_cases_belong_to_the_points_that_count() -> None:
    old, new = QuestionOutcome("a", Fraction(5), 3, 4, helped=True), QuestionOutcome("a", Fraction(5), 1, 2)
    assert kept_best(Outcome((old,), Fraction(5)), Outcome((new,), Fraction(5)), (A,)).questions == (new,)
    better = QuestionOutcome("a", Fraction(6), 3, 4, helped=True)
    assert kept_best(Outcome((better,), Fraction(6)), Outcome((new,), Fraction(5)), (A,)).questions == (better,)


def test_changes_begin_with_who_loses_most_and_leave_out_who_loses_nothing() -> None:
    before = {
        "lost": outcome(8, 4),
        "less": outcome(8, 4),
        "same": outcome(8, 4),
        "more": outcome(8, 4),
        "gone": outcome(8, 4),
        "swapped": outcome(4, 4),
        "found": NOTHING,
        "never": NOTHING,
    }
    after = {
        "lost": outcome(None, 4),
        "less": outcome(8, Fraction(1, 3)),
        "same": outcome(8, 4),
        "more": outcome(10, 4),
        "new": outcome(1, 1),
        "swapped": outcome(5, 3),
        "found": outcome(0, 0),
        "never": Outcome((), None, "another reason"),
    }
    found = changes(before, after, QUESTIONS)
    assert [(change.key, change.difference) for change in found] == [
        ("gone", None),
        ("lost", None),
        ("less", Fraction(-11, 3)),
        ("swapped", 0),
        ("more", 2),
        ("found", None),
        ("new", None),
    ]
    assert [told(row.name, row.before, row.after, row.difference) for row in found[3].questions] == [("a", 4, 5, 1), ("b", 4, 3, -1)]
    assert [told(row.name, row.before, row.after) for row in found[5].questions] == [("a", None, 0), ("b", None, 0), ("extra", None, 1)]
    assert changes(before, before, QUESTIONS) == ()


maybe = st.one_of(st.none(), st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(4)]))
outcomes = st.builds(outcome, maybe, maybe, st.sampled_from([None, 0, 1]), reason=st.just("r"))


@given(before=outcomes, after=outcomes)
def test_nobody_loses_a_point_by_the_better_of_both(before: Outcome, after: Outcome) -> None:
    best = kept_best(before, after, QUESTIONS)
    for change in (*changes({"x": before}, {"x": best}, QUESTIONS), *changes({"x": after}, {"x": best}, QUESTIONS)):
        assert all(row.before is None or (row.difference is not None and row.difference > 0) for row in change.questions)
    assert kept_best(best, best, QUESTIONS) == best
    assert (best.total is None) == (None in points(best)[:2])
