"""What a class's results add up to."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from autograder.model import Measured, QuestionScore, QuestionStanding, Standing, State, Verdict, World
from autograder.report.class_figures import CaseFigures, TimingFigures
from autograder.report.plots import histogram
from autograder.report.question_figures import question_figures, totals

from .made_by_hand import ASSIGNMENT, EXTRA, HELPER, WHOLE, case, half_judged, handed_in, score, standing, wrong_helper


def figures(*results: object) -> CaseFigures:
    found = CaseFigures()
    for result in results:
        found.add(result)  # type: ignore[arg-type]
    return found


def scored(who: str, helper: int | None, whole: int | None) -> Standing:
    one = standing(who, handed_in(who), wrong_helper())
    points = {"helper": helper, "whole": whole, "extra": 0}
    questions = tuple(
        QuestionStanding(name, None if earned is None else Fraction(earned), passed=1, cases=2) for name, earned in points.items()
    )
    total = None if helper is None or whole is None else Fraction(helper + whole)
    return replace(one, questions=questions, subtotal=total, final=total)


def test_each_case_is_counted_in_the_world_that_counts_and_in_both_worlds() -> None:
    found = {(tally.question, tally.name): tally for tally in figures(wrong_helper(), wrong_helper(), half_judged()).hardest_first()}
    steps = found["whole", "steps"]
    assert steps.counted == {Verdict.PASSED: 2, Verdict.WITHHELD: 1}
    assert steps.own == {Verdict.FAILED: 2, Verdict.WITHHELD: 1}
    assert steps.reference == {Verdict.PASSED: 2}
    assert (steps.passed, steps.passed_alone, steps.judged) == (1.0, 0.0, 2)


def test_a_reference_world_that_did_not_count_is_counted_as_such() -> None:
    lost = (case("steps", 20, "failed", "b: its values are different."),)
    whole = QuestionScore(WHOLE, lost, World.OWN, Fraction(0), Fraction(0), Fraction(0), (), (case("steps", 20, "error", "x"),))
    (tally,) = figures(replace(wrong_helper(), questions=(whole,))).hardest_first()
    assert (tally.counted, tally.own, tally.reference) == ({Verdict.FAILED: 1}, {Verdict.FAILED: 1}, {Verdict.ERROR: 1})


def test_what_nobody_passed_comes_first_and_what_nobody_was_judged_by_last_in_whichever_order_they_came() -> None:
    lost = replace(half_judged(), questions=(score(HELPER, case("never judged", 1, "withheld", "x")),))
    results = [wrong_helper(), half_judged(), lost]
    orders = []
    for seed in range(5):
        random.Random(seed).shuffle(results)
        orders.append([(tally.question, tally.name, tally.passed) for tally in figures(*results).hardest_first()])
    assert orders == [orders[0]] * 5
    assert orders[0][0] == ("extra", "two", 0.0)
    assert orders[0][-1] == ("helper", "never judged", None)


def test_questions_are_summed_up_over_people_and_who_is_excused_is_left_out() -> None:
    people = [scored("a", 10, 20), scored("b", 0, 10), scored("c", 5, 0), scored("d", None, 0)]
    people.append(replace(scored("e", 0, 0), state=State.EXCUSED, final=None))
    helper, whole, extra = question_figures(ASSIGNMENT, people)
    assert (helper.mean, helper.median, helper.difficulty) == (Fraction(5), Fraction(5), 0.5)
    assert (helper.full, helper.zero) == (1 / 3, 1 / 3)
    assert (whole.mean, whole.median) == (Fraction(15, 2), Fraction(5))
    assert (extra.mean, extra.shares, extra.difficulty) == (None, (Fraction(1, 2),) * 4, 0.5)
    assert totals(people) == [5, 10, 30]


def test_what_staff_gave_counts_also_above_all_points() -> None:
    one = scored("a", 5, 20)
    more = replace(one, questions=(replace(one.questions[0], override=Fraction(12)), *one.questions[1:]))
    helper, *_rest = question_figures(ASSIGNMENT, [more])
    assert (helper.mean, helper.full, helper.difficulty) == (Fraction(12), 1.0, 0.0)


def test_a_question_agrees_with_the_others_or_with_nothing() -> None:
    rising = [scored(str(i), i, 2 * i) for i in range(11)]
    falling = [scored(str(i), i, 20 - 2 * i) for i in range(11)]
    alike = [scored(str(i), 10, 2 * i) for i in range(11)]
    helpers = [question_figures(ASSIGNMENT, people)[0].agreement for people in (rising, falling, alike, rising[:9])]
    assert helpers[0] is not None
    assert helpers[1] is not None
    assert (round(helpers[0], 6), round(helpers[1], 6), helpers[2], helpers[3]) == (1, -1, None, None)


def test_nobody_is_no_error() -> None:
    assert [one.mean for one in question_figures(ASSIGNMENT, [])] == [None, None, None]
    assert CaseFigures().hardest_first() == []
    assert (TimingFigures().median_s, TimingFigures().slowest()) == (0.0, [])
    assert sum(bar.count for bar in histogram([], Fraction(0), bins=4, width=4, height=1, gap=0).bars) == 0


def test_a_histogram_has_everybody_once_and_the_greatest_in_its_last_bar() -> None:
    values = [Fraction(v) for v in (-1, 0, 4, 5, 10, 10)]
    plot = histogram(values, Fraction(10), bins=2, width=100, height=50, gap=0)
    assert [(bar.count, bar.words, bar.height) for bar in plot.bars] == [(3, "0 to 5", 50), (3, "5 to 10", 50)]
    more = histogram([*values, Fraction(20)], Fraction(10), bins=4, width=100, height=50, gap=0)
    assert [bar.count for bar in more.bars] == [3, 1, 2, 1]
    assert [label for _x, label in more.ticks] == ["0", "5", "10", "15", "20"]


def test_the_slowest_are_named_and_what_was_not_graded_this_time_took_no_time() -> None:
    timing = TimingFigures()
    for number in range(50):
        timing.add(f"s{number}", replace(wrong_helper(), measured=Measured(float(number), 1.0)))
    assert (timing.submissions, timing.wall_s, timing.median_s, timing.cpu_s) == (49, 1225, 25, 49)
    assert [name for name, _measured in timing.slowest()] == [f"s{number}" for number in range(49, 39, -1)]


def test_equal_times_and_names_are_no_error() -> None:
    timing = TimingFigures()
    for _ in range(20):
        timing.add("same", replace(wrong_helper(), measured=Measured(1.0)))
    assert len(timing.slowest()) == 10
    assert EXTRA.name in {tally.question for tally in figures(wrong_helper()).hardest_first()}
