"""One submission as its student sees it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from autograder.model import CellProblem, Execution, Measured, QuestionScore, Result, Withheld, World
from autograder.report.page import page_bytes

from .made_by_hand import BUNDLE, EXTRA, HELPER, ROOT, STAFF, STAND_INS, WHOLE, case, half_judged, score, submission, withheld, wrong_helper


class Tags(HTMLParser):
    """The tags that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its base's signature
        self.seen.add(tag)


def page(result: Result) -> str:
    return page_bytes(result, BUNDLE, STAND_INS).decode()


def text(result: Result) -> str:
    """What a reader sees, with single spaces."""
    body = re.sub(r"<[^>]*>", " ", page(result).partition("<body>")[2])
    return " ".join(html.unescape(body).split())


def test_it_says_the_total_and_each_questions_points() -> None:
    shown = text(wrong_helper())
    assert "26 of 30 points" in shown
    assert "helper 6 of 10" in shown
    assert "whole 20 of 20" in shown
    assert "extra optional: 1 of 2 checks" in shown


def test_it_says_whose_helpers_counted_and_what_it_would_have_been() -> None:
    shown = text(wrong_helper())
    assert "Your whole was graded together with a correct helper, so a mistake in your own costs nothing here." in shown
    assert "With your own functions it would have earned 15 of 20 points." in shown
    assert "The same checks with your own functions (not counted)" in shown


def test_it_says_when_the_references_helpers_changed_nothing() -> None:
    own = (case("steps", 20, "failed", "b: its values are different."),)
    whole = QuestionScore(WHOLE, own, World.OWN, Fraction(0), Fraction(0), Fraction(0))
    shown = text(replace(wrong_helper(), questions=(whole,)))
    assert "earned no more: look for the mistake in whole itself" in shown


def test_it_gives_each_case_in_words_with_its_message() -> None:
    shown = text(wrong_helper())
    assert "values public ✗ wrong answer 0 of 4 a[0]: its values are different." in shown
    assert "any size hidden ✓ passed 6 of 6" in shown
    assert "two hidden ✗ took too long 0 of 0 extra took longer than 2 s." in shown


def test_nothing_for_staff_is_on_it() -> None:
    for result in (wrong_helper(), half_judged(), withheld()):
        assert STAFF not in page(result)
        assert "secret-folder" not in page(result)


@pytest.mark.parametrize(
    ("problem", "what"),
    [
        (CellProblem(3, "raised", "NameError", "name 'x' is not defined"), "Code cell 3 stopped with NameError: name 'x' is not defined."),
        (CellProblem(3, "raised", "", ""), "Code cell 3 stopped with an error."),
        (CellProblem(4, "timed_out", "", ""), "Code cell 4 took too long and was interrupted."),
        (CellProblem(5, "hung", "", ""), "Code cell 5 could not be interrupted, so the notebook was run again without it."),
        (CellProblem(6, "killed_kernel", "", ""), "Code cell 6 ended the whole notebook, so it was run again without this cell."),
        (CellProblem(7, "not_run", "", ""), "Code cell 7 was not run."),
    ],
)
def test_it_says_what_happened_in_which_cell(problem: CellProblem, what: str) -> None:
    assert what in text(replace(wrong_helper(), execution=Execution(9, (problem,))))


def test_cells_that_wait_for_a_function_to_be_written_are_one_line() -> None:
    waiting = tuple(CellProblem(cell, "raised", "NotImplementedError", "f still returns None") for cell in (3, 5, 9))
    shown = text(replace(wrong_helper(), execution=Execution(9, (*waiting, CellProblem(7, "raised", "ValueError", "no.")))))
    assert "Code cells 3, 5 and 9 tried a function that is not written yet." in shown
    assert "Code cell 7 stopped with ValueError: no. To see it" in shown


def test_a_package_that_is_not_there_and_a_syntax_error_are_explained_in_the_students_terms() -> None:
    problems = (
        CellProblem(1, "raised", "ModuleNotFoundError", "No module named 'tqdm'"),
        CellProblem(2, "raised", "SyntaxError", "invalid syntax (594260889.py, line 35)"),
    )
    shown = text(replace(wrong_helper(), execution=Execution(9, problems)))
    assert "No module named 'tqdm'. It is not there while grading: import it in a cell of its own" in shown
    assert "invalid syntax (line 35 of the cell)." in shown


@pytest.mark.parametrize(("verdict", "told"), [("missing", False), ("failed", True)])
def test_only_a_function_that_is_there_is_where_to_look_for_the_mistake(verdict: str, *, told: bool) -> None:
    lost = replace(score(WHOLE, case("a", 20, verdict, "words")), earned_reference=Fraction(0))
    assert ("look for the mistake in whole itself" in text(replace(wrong_helper(), questions=(lost,)))) is told


def test_what_a_student_wrote_is_text_and_never_markup() -> None:
    result = wrong_helper("<img src=x onerror=alert(1)>", message='</pre><script>alert("1")</script>')
    reader = Tags()
    reader.feed(page(result))
    assert "pre" in reader.seen
    assert not reader.seen & {"script", "img"}
    assert '</pre><script>alert("1")</script>' in text(result)


def test_it_loads_nothing_and_runs_nothing() -> None:
    source = page(wrong_helper())
    assert "default-src 'none'" in source
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!#)|url\(|@import|<script", source)


def test_what_cannot_be_seen_is_written_out() -> None:
    shown = text(wrong_helper(message="\x1b[31mred \u202egnp \x00"))
    assert r"\x1b[31mred \u202egnp \x00" in shown


def test_lines_of_a_message_stay_lines() -> None:
    assert "<pre>one\n  two</pre>" in page(wrong_helper(message="one\n  two"))


def test_a_file_that_cannot_be_read_is_explained_without_its_folders() -> None:
    shown = text(withheld())
    assert "Not graded yet. This is not a zero." in shown
    assert "hand_in.ipynb: is empty." in shown


def test_a_fault_that_is_not_the_students_is_not_spelled_out_to_them() -> None:
    shown = text(Withheld(submission(), "tests/helper.py:12: the hidden case expects 42."))
    assert "42" not in shown
    assert "Your teacher has been told why" in shown


def test_a_question_that_could_not_be_judged_is_no_zero() -> None:
    shown = text(half_judged())
    assert "Some of the checks could not be run." in shown
    assert "whole not graded yet" in shown
    assert "not judged ? of 5" in shown
    assert "0 of 20" not in shown


def test_points_lost_only_because_all_checks_must_pass_are_explained() -> None:
    nothing = score(HELPER, case("a", 4), case("b", 6, "failed", "x"), earned=0)
    assert "only when every check passes" in text(replace(wrong_helper(), questions=(nothing, score(EXTRA, case("c", 0)))))


def test_it_is_the_same_page_whatever_it_cost_to_grade_and_wherever_the_bundle_lies() -> None:
    one = wrong_helper(message=f"{ROOT}/tests/printed_outputs.json")
    other = replace(wrong_helper(message="tests/printed_outputs.json"), measured=Measured(9.0, 8.0, 7.0, 6))
    assert page(one) == page(other)
