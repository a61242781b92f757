"""What a student reads of where they stand, after staff had their say."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from autograder.model import LateLine, Result, Standing, State
from autograder.report.student_files import DOCUMENT, PAGE, student_files

from .made_by_hand import BUNDLE, STAND_INS, by_hand, half_judged, handed_in, standing, withheld, wrong_helper

MINUS = "\N{MINUS SIGN}"


def text(found: Standing, result: Result | None = None) -> str:
    """What a reader sees, with single spaces."""
    source = student_files(result or wrong_helper(), BUNDLE, STAND_INS, found)[PAGE].decode()
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", source.partition("<body>")[2].replace("<wbr>", ""))).split())


def document(found: Standing, result: Result | None = None) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(student_files(result or wrong_helper(), BUNDLE, STAND_INS, found)[DOCUMENT])
    return data


def one(result: Result | None = None, **changes: Any) -> Standing:
    return replace(standing("me", handed_in("me"), result or wrong_helper()), **changes)


def test_their_own_name_and_the_name_of_their_file_head_the_page() -> None:
    assert text(one()).startswith("A toy & more canary-name-me · hand_in.ipynb 26 of 30 points")
    assert (document(one())["submission"], document(one())["notebook"]) == ("canary-name-me", "hand_in.ipynb")


def test_a_file_name_is_without_the_folders_that_somebody_wrote_before_it() -> None:
    found = one(handed_in=handed_in("me", file="C:\\Users\\me/work\\hw.ipynb"))
    assert " · hw.ipynb " in text(found)
    assert document(found)["notebook"] == "hw.ipynb"


def test_points_set_by_staff_stand_beside_the_automatic_ones() -> None:
    found = by_hand(one(), "helper", 9)
    shown = text(found)
    assert "29 of 30 points" in shown
    assert "helper 9 of 10 set by your teacher; automatic: 6" in shown
    assert "These points were set by your teacher; automatic: 6." in shown
    assert document(found)["standing"]["questions"][0] == {
        "name": "helper",
        "points": 9,
        "automatic": 6,
        "set_by_teacher": True,
        "comments": [],
    }


def test_zero_points_set_by_staff_are_points() -> None:
    assert "helper 0 of 10 set by your teacher; automatic: 6" in text(by_hand(one(), "helper", 0))


@pytest.mark.parametrize(
    ("late", "line"),
    [
        (LateLine("2 days late", Fraction(20)), f"Questions together 26 of 30 2 days late: {MINUS}20 points"),
        (LateLine("1 day late", Fraction(1)), f"Questions together 26 of 30 1 day late: {MINUS}1 point "),
        (LateLine("late, time unknown"), "points late, time unknown: nothing is subtracted"),
        (LateLine("on time", late=False), "points on time "),
    ],
)
def test_lateness_is_a_line_of_its_own(late: LateLine, line: str) -> None:
    shown = text(one(lateness=late, final=Fraction(26) - late.points))
    assert line in shown
    assert f"{26 - late.points} of 30 points" in shown
    assert "helper 6 of 10" in shown


def test_without_anything_to_say_of_times_nothing_is_said() -> None:
    assert "Questions together" not in text(one(lateness=None))
    assert document(one(lateness=None))["standing"]["late"] is None


def test_a_total_set_by_staff_takes_the_place_of_sum_and_lateness() -> None:
    found = one(total_override=Fraction(30), final=Fraction(30), lateness=LateLine("2 days late", Fraction(20)))
    shown = text(found)
    assert (
        f"30 of 30 points Questions together 26 of 30 2 days late: {MINUS}20 points Total, set by your teacher in place of the above 30"
        in shown
    )
    assert document(found)["standing"]["total_set_by_teacher"] is True


def test_a_total_set_by_staff_ends_the_wait_for_what_could_not_be_graded() -> None:
    shown = text(one(withheld(), total_override=Fraction(12), final=Fraction(12), subtotal=None, state=State.GRADED), withheld())
    assert "12 of 30 points" in shown
    assert "Not graded yet" not in shown


def test_what_staff_gave_and_said_is_there_also_where_nothing_could_be_graded() -> None:
    found = one(withheld())
    questions = (replace(found.questions[0], override=Fraction(7), comments=("As shown on Tuesday.",)), *found.questions[1:])
    shown = text(replace(found, questions=questions), withheld())
    assert "Not graded yet." in shown
    assert "helper 7 points These points were set by your teacher; automatic: not graded. From your teacher As shown on Tuesday." in shown
    assert "whole" not in shown


def test_who_is_excused_reads_that_and_no_total() -> None:
    found = one(state=State.EXCUSED, final=None, total_override=Fraction(3))
    shown = text(found)
    assert "Excused Your teacher excused you from this assignment: no score of it counts." in shown
    assert "of 30 points" not in shown
    assert (document(found)["standing"]["final"], document(found)["standing"]["state"]) == (None, "excused")


def test_comments_stand_where_they_belong() -> None:
    whole = one(comments=("Well <b>done</b>.\nReally.",))
    questions = (replace(whole.questions[0], comments=("Look at the first axis.",)), *whole.questions[1:])
    shown = text(replace(whole, questions=questions))
    assert "From your teacher Well <b>done</b>. Really." in shown
    assert shown.index("Really.") < shown.index("From your teacher Look at the first axis.") < shown.index("values public")


def test_a_withheld_question_that_staff_set_has_points_and_the_others_wait() -> None:
    shown = text(by_hand(one(half_judged()), "whole", 15), half_judged())
    assert "25 of 30 points" in shown
    assert "whole 15 of 20 set by your teacher; automatic: not graded" in shown


def test_what_is_wrong_with_a_file_is_said_of_the_file_as_they_know_it() -> None:
    assert "Your teacher was told: hand_in.ipynb: is empty." in text(one(withheld()), withheld())
    unnamed = one(withheld(), handed_in=handed_in("me", file=""))
    assert "Your teacher was told: your notebook: is empty." in text(unnamed, withheld())
    assert document(unnamed, withheld())["reason"].startswith("your notebook: is empty.")


def test_a_file_goes_by_the_name_that_messages_call_it() -> None:
    result = withheld()
    called = replace(result, submission=replace(result.submission, shown="down.zip/x.ipynb"), reason="down.zip/x.ipynb: is empty.")
    assert "hand_in.ipynb: is empty." in text(one(called), called)


def test_a_file_that_is_called_by_a_word_leaves_words_alone() -> None:
    result = withheld()
    called = replace(result, submission=replace(result.submission, path=Path("a")), reason="a: is a folder.")
    assert "Your teacher was told: hand_in.ipynb: is a folder." in text(one(called), called)


def test_points_of_another_grading_are_said_to_be() -> None:
    found = one()
    better = replace(found, questions=(replace(found.questions[0], automatic=Fraction(10)), *found.questions[1:]))
    shown = text(better)
    assert "helper 10 of 10" in shown
    assert "The points are from another grading" in shown
    assert "another grading" not in text(found)
