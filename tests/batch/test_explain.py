"""Everything about one submission, from a store that was made by hand."""

from __future__ import annotations

import io
import shlex
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from report.made_by_hand import ASSIGNMENT, wrong_helper
from rich.console import Console

from autograder.batch.explain import explain, replay
from autograder.errors import InputError
from autograder.model import Person
from autograder.report.explained import Explained, print_explained
from autograder.standing.events import Comment, Excuse, Extension, Official, Override
from autograder.store import Store, lock

from .a_store import ADA, BEN, DUE, MEMBERS, Member, add_events, all_right, canvas, grade_by_hand


@pytest.fixture
def out(tmp_path: Path) -> Path:
    grade_by_hand(tmp_path / "out", files=False)
    return tmp_path / "out"


def said(out: Path, student: str, question: str | None = None) -> str:
    return shown(explain(out, student, question))


def shown(explained: Explained) -> str:
    console = Console(file=io.StringIO(), color_system=None, highlight=False, emoji=False)
    print_explained(console, explained)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_file_bundle_cases_worlds_and_words_for_staff_are_there(out: Path) -> None:
    shown = said(out, "ada")
    with Store(out, writing=False) as store:
        (kept,) = [one for one in store.classes.submissions("") if one.handed_in.owner == "9ada"]
    for fact in (
        "ada (1001)",
        f"ada.ipynb (kept/{kept.content[:2]}/{kept.content})",
        "sha256 " + "ab" * 32,
        "7 code cells\n            Code cell 3 stopped with NameError: name 'x' is not defined.",
        "1.50 s (the notebook and the questions judged with it; no case is timed by itself), 0.50 s of a processor, 0.25 s of that the student's code, at most 1 MiB",
        "26 of 30 points",
        "helper: 6 of 10 points, with the student's own functions",
        "wrong answer  values (0/4)",
        "student reads: a[0]: its values are different.",
        "staff: only staff may read this",
        "whole: 20 of 20 points, with the reference's helper; with the student's own: 15",
        "In the student's own world (15):\n  wrong answer  steps (0/5, hidden)",
        f"autograder explain ada whole -o {out} --replay",
    ):
        assert fact in shown


def test_each_failed_case_has_the_command_that_repeats_it_once_for_both_worlds(out: Path) -> None:
    lines = said(out, "ada").splitlines()
    at = [place for place, line in enumerate(lines) if line.startswith("      again: ")]
    commands = [shlex.split(lines[place].partition(": ")[2]) for place in at]
    whole = ["autograder", "explain", "ada", "helper", "-o", str(out), "--replay", "--case"]
    assert commands == [[*whole, "values"], [*whole[:3], "whole", *whole[4:], "steps"], [*whole[:3], "extra", *whole[4:], "two"]]
    found = explain(out, "ada", "helper")
    (question,) = found.questions
    assert question.score is not None
    twice = replace(question, score=replace(question.score, own_cases=question.score.cases))
    assert shown(replace(found, questions=(twice,))).count("--case values") == 1
    odd = "n = 0; it's `$HOME`"
    assert shlex.split(question.again_for(odd)) == [*whole, odd]
    assert not [line for line in said(out, "ben").splitlines() if "again: " in line and "--case" in line], "all passed"


def test_one_question_can_be_named_by_its_function_too(out: Path) -> None:
    shown = said(out, "Ada Adler", "whole")
    assert "whole: 20 of 20" in shown
    assert "helper: 6" not in shown
    with pytest.raises(InputError, match="is no question of this assignment"):
        explain(out, "ada", "wole")


def test_what_staff_did_stands_beside_the_automatic_score(out: Path) -> None:
    add_events(
        out,
        Override(who=ADA.id, question="helper", points=Fraction(9)),
        Comment(who=MEMBERS[0].handed_in.key, question="helper", text="for staff", staff_only=True),
        Extension(who=ADA.id, due=DUE + timedelta(days=1)),
        Override(who=BEN.id, question="helper", points=Fraction(1)),
        Excuse(who=BEN.id),
    )
    shown = said(out, "ada")
    assert "helper: 9 of 10 points" in shown
    assert "Given by staff; the automatic points are 6." in shown
    assert 'has 9 points for helper, in place of the automatic ones. (ta, 2026-05-03 23:00 UTC, event 000000000001: "because")' in shown
    assert "For staff alone, about" in shown
    assert "may hand in until 2026-05-04 22:00+00:00" in shown
    assert "excused" not in shown
    assert "has 1 point" not in shown
    assert "status      excused" in said(out, "ben")


def test_who_handed_in_nothing_or_no_notebook_or_is_on_no_roster_is_explained_too(out: Path) -> None:
    assert "status  not submitted\n" in said(out, "cleo")
    assert "dora.ipynb is empty. Ask for the notebook again." in said(out, "dora")
    assert "took" not in said(out, "dora")
    assert "It matches nobody on the roster." in said(out, "mystery")
    assert "helper: none of 10 points\n  Nothing is judged." in said(out, "cleo")
    assert "Name a question" not in said(out, "cleo")
    with pytest.raises(InputError, match="nobody"):
        explain(out, "adda")
    with pytest.raises(InputError, match="no file of cleo to run"):
        replay(out, "cleo")


def test_an_earlier_attempt_is_explained_by_its_key(tmp_path: Path) -> None:
    earlier = replace(canvas("ada"), attempt="0")
    grade_by_hand(tmp_path / "out", (*MEMBERS, Member(earlier, all_right("ada"))), files=False)
    assert "1, the one that counts; others: canvas/12/9ada/0" in said(tmp_path / "out", "ada")
    shown = said(tmp_path / "out", earlier.key)
    assert "counts for nobody" in shown
    assert "helper: 10 of 10" in shown


def test_a_score_that_an_earlier_bundle_gave_says_so(out: Path) -> None:
    title = replace(ASSIGNMENT, title="Corrected")
    worse = wrong_helper("ben")
    run = grade_by_hand(out, [Member(MEMBERS[1].handed_in, worse)], assignment=title, files=False)
    add_events(out, Official(run=run.id, keep_best=("helper",)))
    shown = said(out, "ben", "helper")
    assert "helper: 10 of 10" in shown
    assert "Judged by an earlier bundle, which gave more: sha256 " in shown
    assert "Judged by an earlier bundle" not in said(out, "ben", "whole")
    assert f"(run {run.id})" in shown
    assert "event 000000000001" in shown


def test_it_works_while_another_command_writes(out: Path) -> None:
    with lock(out), Store(out, writing=True) as store, store.transaction():
        store.set_fact("somebody", "writes")
        assert "helper: 6 of 10 points" in said(out, "ada")


def test_a_groups_submission_is_explained_by_its_own_name_too(tmp_path: Path) -> None:
    both = replace(canvas("ada", "team seven"), people=(Person(login="ada"), Person(login="ben")))
    grade_by_hand(tmp_path / "out", [Member(both, all_right("team seven"))], files=False)
    assert "also of     team seven (1002)" in said(tmp_path / "out", "team seven")
    assert "also of     team seven (1001)" in said(tmp_path / "out", "ben")
