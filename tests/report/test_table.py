"""The class at the terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from autograder.model import Execution, Graded, World
from autograder.report.gradebook import Row
from autograder.report.table import print_class, print_held_back, print_reasons, print_summary

from .made_by_hand import ASSIGNMENT, HELPER, case, half_judged, score, submission, withheld, wrong_helper

ROWS: list[Row] = [("jdoe", wrong_helper()), ("half", half_judged()), ("empty", withheld()), ("later", None)]


def console(width: int | None = None) -> Console:
    """A terminal of that many columns; without a width, a pipe."""
    terminal = width is not None
    return Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None, highlight=False, emoji=False)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_pipe_gets_every_row_on_one_line() -> None:
    out = console()
    print_class(out, [("a-very-long-name-" * 8, wrong_helper())], ASSIGNMENT)
    (row,) = [line for line in said(out).splitlines() if "a-very-long-name" in line]
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["a-very-long-name-" * 8, "6", "20*", "1/2", "26", "graded"]


def test_a_star_says_that_the_references_helpers_counted() -> None:
    assert wrong_helper().questions[1].world is World.REFERENCE
    out = console(120)
    print_class(out, ROWS, ASSIGNMENT)
    assert "* with the reference's helpers" in said(out)


@pytest.mark.parametrize("width", [200, 80, 60, 45])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    out = console(width)
    print_class(out, ROWS, ASSIGNMENT)
    table = said(out).partition("*")[0] if width > 80 else said(out).rpartition("not graded")[0]
    assert max(len(line) for line in table.splitlines()) <= width


def test_a_narrow_terminal_leaves_optional_questions_out_and_says_so() -> None:
    out = console(45)
    print_class(out, ROWS, ASSIGNMENT)
    assert "extra" not in said(out)
    assert "Optional questions are left out here" in said(out)


def test_why_something_was_withheld_is_said_for_each() -> None:
    out = console()
    print_reasons(out, ROWS)
    assert said(out).count("withheld: ") == 2
    assert "is empty. Ask for the notebook again." in said(out)


def test_what_many_have_in_common_is_said_once() -> None:
    out = console()
    print_reasons(out, [(f"s{number}", half_judged(f"s{number}")) for number in range(800)])
    assert said(out) == (
        "withheld: s0, s1, s2, s3, s4, s5, s6, s7 and 792 more: a check of whole could not be run. only staff may read this\n"
    )


def test_a_check_that_nobody_passed_names_what_cannot_leave_a_students_process() -> None:
    held_back = replace(case("plot", 10, "failed"), held_back=("Axes",))
    rows = [(name, Graded(submission(name), (score(HELPER, held_back),), Execution(1))) for name in ("one", "two")]
    out = console()
    print_held_back(out, rows)
    assert said(out).startswith("helper: nobody passed a check that looks at what cannot leave the student's process (Axes). ")
    out = console()
    print_held_back(out, [*rows, ("three", Graded(submission("three"), (score(HELPER, case("plot", 10)),), Execution(1)))])
    assert said(out) == ""


def test_the_end_says_how_many_and_where_and_what_was_left() -> None:
    out = console()
    print_summary(out, ROWS, Path("out"), Path("out/gradebook.csv"), ["old.json"])
    assert "1 graded, 2 withheld, 1 not graded." in said(out)
    assert "out/gradebook.csv" in said(out)
    assert "1 " in said(out).splitlines()[-1]
    assert "earlier" in said(out).splitlines()[-1]


def test_a_name_cannot_move_the_cursor() -> None:
    out = console(100)
    evil = "\x1b[2J\x1b]0;title\x07\r\nfake: 100"
    print_class(out, [(evil, wrong_helper(evil))], ASSIGNMENT)
    print_reasons(out, [(evil, withheld(evil))])
    assert "\x1b" not in said(out)
    assert "\x07" not in said(out)
    assert not any(line.lstrip("│ ").startswith("fake") for line in said(out).splitlines())
