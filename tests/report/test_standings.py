"""The class at the terminal, from where everybody stands."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from rich.console import Console

from autograder.model import HandedIn, LateLine, Platform, QuestionStanding, Standing, State, Student
from autograder.report.standings import print_standings, print_standings_reasons, print_standings_summary

from .hand_clock import EVIL
from .made_by_hand import ASSIGNMENT

GRADEBOOK = Path("out/gradebook.csv")


def console(width: int | None = None) -> Console:
    """A terminal of that many columns; without a width, a pipe."""
    terminal = width is not None
    return Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None, highlight=False, emoji=False)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def graded(name: str) -> Standing:
    """6 of 10 and, with the reference's helpers, 20 of 20; half of the optional cases."""
    questions = (
        QuestionStanding("helper", Fraction(6), passed=1, cases=2),
        QuestionStanding("whole", Fraction(20), passed=2, cases=2, helped=True),
        QuestionStanding("extra", Fraction(0), passed=1, cases=2),
    )
    return Standing(None, handed_in(name), State.GRADED, questions, Fraction(26), None, None, Fraction(26))


def handed_in(name: str) -> HandedIn:
    return HandedIn(Platform.FOLDER, "", name, "", name)


def without_score(name: str, state: State, left_out: str = "", reason: str = "") -> Standing:
    questions = tuple(QuestionStanding(question.name, None) for question in ASSIGNMENT.questions)
    return Standing(None, handed_in(name), state, questions, None, None, None, None, left_out=left_out, reason=reason)


def cells(text: str, name: str) -> list[str]:
    (row,) = [line for line in text.splitlines() if name in line]
    return [cell.strip() for cell in row.strip("│").split("│")]


def test_a_small_class_has_a_row_for_everybody() -> None:
    out = console()
    standings = [graded("jdoe"), without_score("empty", State.WITHHELD), without_score("later", State.PENDING)]
    print_standings(out, standings, ASSIGNMENT, GRADEBOOK)
    assert cells(said(out), "jdoe") == ["jdoe", "6", "20*", "1/2", "26", "graded"]
    assert cells(said(out), "empty") == ["empty", "", "", "", "", "withheld"]
    assert cells(said(out), "later")[-1] == "not graded"
    assert "* with the reference's helpers" in said(out)
    assert "gradebook.csv" not in said(out)


def test_what_staff_gave_is_marked_and_zero_is_a_number() -> None:
    questions = (replace(graded("x").questions[0], override=Fraction(0)), *graded("x").questions[1:])
    by_hand = replace(graded("by-hand"), questions=questions, final=Fraction(20))
    in_all = replace(graded("in-all"), total_override=Fraction(0), final=Fraction(0))
    out = console()
    print_standings(out, [by_hand, in_all], ASSIGNMENT, GRADEBOOK)
    assert cells(said(out), "by-hand") == ["by-hand", "0‡", "20*", "1/2", "20", "graded"]
    assert cells(said(out), "in-all")[-2:] == ["0‡", "graded"]
    assert "‡ given by staff." in said(out)


def test_what_is_subtracted_for_lateness_has_a_column_where_something_is() -> None:
    late = replace(graded("jdoe"), lateness=LateLine("2 days late", Fraction(5)), final=Fraction(21))
    on_time = replace(graded("early"), lateness=LateLine("on time", late=False))
    out = console()
    print_standings(out, [late, on_time], ASSIGNMENT, GRADEBOOK)
    assert cells(said(out), "jdoe") == ["jdoe", "6", "20*", "1/2", "-5", "21", "graded"]
    assert cells(said(out), "early") == ["early", "6", "20*", "1/2", "", "26", "graded"]
    out = console()
    print_standings(out, [on_time], ASSIGNMENT, GRADEBOOK)
    assert " late " not in said(out)


def test_of_a_large_class_only_those_are_shown_who_need_a_look() -> None:
    absent = replace(without_score("absent", State.NOT_SUBMITTED, left_out="Handed in nothing."), handed_in=None, student=Student("absent"))
    others = [
        without_score("empty", State.WITHHELD),
        without_score("later", State.PENDING),
        replace(graded("nobodys"), left_out="Matches nobody."),
        absent,
        without_score("ill", State.EXCUSED, left_out="Excused."),
    ]
    standings = [graded(f"s{number}") for number in range(150)] + others
    for out in (console(), console(120)):
        print_standings(out, standings, ASSIGNMENT, GRADEBOOK)
        shown = [name for name in ("s1", "empty", "later", "nobodys", "absent", "ill") if f" {name} " in said(out)]
        assert shown == ["empty", "later", "nobodys"]
        assert said(out).splitlines()[-1] == "Of 155, 3 need a look. Everybody is in out/gradebook.csv."
    out = console()
    print_standings(out, standings, ASSIGNMENT, GRADEBOOK, everybody=True)
    assert len([line for line in said(out).splitlines() if line.startswith("│ s")]) == 150


def test_a_large_class_without_a_problem_is_one_line() -> None:
    out = console()
    print_standings(out, [graded(f"s{number}") for number in range(101)], ASSIGNMENT, GRADEBOOK)
    assert said(out) == "Of 101, none needs a look. Everybody is in out/gradebook.csv.\n"


def test_however_many_need_a_look_they_do_not_scroll_by() -> None:
    out = console()
    print_standings(out, [without_score(f"s{number}", State.PENDING) for number in range(800)], ASSIGNMENT, GRADEBOOK)
    assert said(out).count("not graded") == 100
    assert "Of 800, 800 need a look; the first 100 are shown." in said(out)


@pytest.mark.parametrize("width", [200, 80, 60, 45])
def test_no_line_of_the_table_is_wider_than_the_terminal(width: int) -> None:
    out = console(width)
    print_standings(out, [graded("jdoe"), graded("a-long-name-" * 20)], ASSIGNMENT, GRADEBOOK)
    assert max(len(line) for line in said(out).partition("* with")[0].splitlines()) <= width
    assert ("extra" in said(out)) == (width > 60)


def test_a_row_says_whose_it_is() -> None:
    student = Student("u1", name="Doe, Jane")
    out = console()
    rows = [
        replace(graded("hand_in"), student=student),
        replace(graded("u1"), student=student),
        replace(without_score("x", State.NOT_SUBMITTED), handed_in=None, student=student),
    ]
    print_standings(out, rows, ASSIGNMENT, GRADEBOOK)
    names = [line.strip("│").split("│")[0].strip() for line in said(out).splitlines() if "u1" in line]
    assert names == ["hand_in (u1)", "u1", "Doe, Jane (u1)"]


def test_a_reason_that_many_have_in_common_is_said_once() -> None:
    out = console()
    withheld = [without_score(f"s{number}", State.WITHHELD, reason="it is empty.") for number in range(800)]
    print_standings_reasons(out, [*withheld, graded("jdoe"), replace(graded("nobodys"), left_out="it matches nobody on the roster.")])
    assert said(out).splitlines() == [
        "withheld: s0, s1, s2, s3, s4, s5, s6, s7 and 792 more: it is empty.",
        "in no platform's gradebook: nobodys: it matches nobody on the roster.",
    ]


def test_reasons_of_their_own_do_not_scroll_by() -> None:
    out = console()
    print_standings_reasons(out, [without_score(f"s{number}", State.WITHHELD, reason=f"{number} is empty.") for number in range(800)])
    assert len(said(out).splitlines()) == 21
    assert "780 more" in said(out).splitlines()[-1]


def test_the_end_says_how_many_and_where() -> None:
    out = console()
    standings = [graded("a"), without_score("b", State.WITHHELD), without_score("c", State.NOT_SUBMITTED)]
    print_standings_summary(out, standings, [("gradebook", GRADEBOOK), ("for staff", Path("out/staff"))])
    assert said(out).splitlines() == ["1 graded, 1 withheld, 1 not submitted.", "gradebook: out/gradebook.csv", "for staff: out/staff"]


def test_a_name_cannot_move_the_cursor() -> None:
    out = console(100)
    rows = [replace(graded(EVIL), student=Student(EVIL)), without_score(EVIL, State.WITHHELD, reason=EVIL)]
    print_standings(out, rows, ASSIGNMENT, Path(EVIL))
    print_standings_reasons(out, rows)
    print_standings_summary(out, rows, [("gradebook", Path(EVIL))])
    assert not any(c in said(out) for c in "\x1b\x07\r\u202e")
