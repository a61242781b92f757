"""What a regrade changes, in words: which cases, who, how much; many people who change for one reason are one line."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction

from rich.console import Console

from autograder.model import Execution, Graded, QuestionScore, World
from autograder.report.case_changes import why_points_change
from autograder.report.changes import Changed, QuestionChanged, change_document, print_changes, summary

from .hand_clock import EVIL
from .made_by_hand import HELPER, case, score, submission, withheld


def result(scored: QuestionScore) -> Graded:
    return Graded(submission(), (scored,), Execution(7))


def why(before: QuestionScore, after: QuestionScore) -> str:
    return why_points_change("helper", result(before), result(after))


def changed(name: str, before: int | None, after: int | None, reason: str = "newly failing: any size", note: str = "") -> Changed:
    points = [None if one is None else Fraction(one) for one in (before, after)]
    return Changed(name, name, "", points[0], points[1], (QuestionChanged("helper", points[0], points[1], reason),), note)


def printed(*rows: Changed, everybody: bool = False) -> str:
    console = Console(file=io.StringIO(), color_system=None, highlight=False, emoji=False)
    print_changes(console, rows, everybody=everybody)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_cases_that_newly_fail_or_pass_are_named_with_what_became_of_them() -> None:
    before = score(HELPER, case("values", 4), case("any size", 4, "failed"), case("old", 2))
    after = score(HELPER, case("values", 4, "timed_out"), case("any size", 5), case("new", 1, "error"))
    assert why(before, after) == (
        "newly failing: values (took too long); newly passing: any size; new and not passed: new (stopped with an error); "
        "gone, and was passed: old; worth other points: any size (5, not 4)"
    )
    assert (
        why(before, replace(before, all_or_nothing=True, world=World.REFERENCE)) == "all or nothing now; with the reference's helpers now"
    )
    assert why(before, before) == "by its points alone"


def test_a_case_that_could_not_be_judged_is_not_said_to_fail() -> None:
    before = score(HELPER, case("values", 10))
    assert why(before, score(HELPER, case("values", 10, "withheld"))) == "not judged now: values"
    assert why(score(HELPER, case("values", 10, "withheld")), before) == "newly passing: values"


def test_two_cases_of_one_name_are_two() -> None:
    before = score(HELPER, case("same", 5), case("same", 5))
    assert why(before, score(HELPER, case("same", 5), case("same", 5, "failed"))) == "newly failing: same (wrong answer)"


def test_a_result_that_is_withheld_or_lacks_the_question_says_so() -> None:
    whole = result(score(HELPER, case("values", 10)))
    assert why_points_change("helper", whole, withheld()).startswith("withheld now: ")
    assert why_points_change("helper", withheld(), whole).startswith("withheld before: ")
    assert why_points_change("helper", None, whole) == "not graded before"
    assert why_points_change("other", whole, whole) == "no question other now"


def test_who_changes_for_one_reason_is_one_line_of_a_large_class() -> None:
    rows = [changed(f"s{number:03}", 10, 4) for number in range(150)]
    shown = printed(*rows)
    assert "And 50 more; `--all` prints everybody." in shown
    assert "  -6  newly failing: any size. 150: s000, s001, s002, s003, s004, s005, s006, s007 and 142 more" in shown
    assert "s149" not in shown
    assert printed(*rows, everybody=True).count("s149") == 2


def test_a_row_has_both_scores_and_what_keeps_them() -> None:
    shown = printed(changed("ada", 10, 4, note="staff's own total stays"), changed("ben", 4, None), changed("cleo", None, 4))
    assert [cell.strip() for cell in shown.splitlines()[3].strip("│").split("│")] == [
        "ada", "10 → 4", "10 → 4", "-6", "staff's own total stays",
    ]  # fmt: skip
    assert "4 → none" in shown
    assert "none → 4" in shown


def test_the_summary_counts_losses_gains_and_scores_that_come_and_go() -> None:
    rows = [changed("a", 10, 4), changed("b", 4, 10), changed("c", 4, 5), changed("d", 4, None), changed("e", None, 4), changed("f", 3, 3)]
    assert summary(rows, 10) == (
        "6 change, of 10: 1 loses points (at most 6), 2 gain points (at most 6), 1 would have no score, 1 has a score and had none, "
        "1 keeps the score."
    )
    assert summary([], 1) == "Nobody's points change (1 submission compared)."


def test_no_name_or_case_can_move_the_cursor() -> None:
    evil = score(HELPER, replace(case("values", 10, "failed"), name=EVIL))
    right = score(HELPER, replace(case("values", 10), name=EVIL))
    assert why(right, evil).isprintable()
    assert all(line.isprintable() for line in printed(changed("ada", 10, 4, why(right, evil), note=EVIL)).splitlines())


def test_points_are_numbers_for_programs() -> None:
    document = change_document(changed("ada", 10, None))
    assert document["before"] == 10
    assert document["after"] is None
    assert document["questions"] == [{"name": "helper", "before": 10, "after": None, "why": "newly failing: any size"}]
