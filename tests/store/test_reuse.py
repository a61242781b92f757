"""Nothing is judged twice, and nothing is used again that might come out otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.grading.contexts import Contexts
from autograder.model import CellProblem, Execution, Verdict, Withheld
from autograder.store import Store

from .made import CONTEXTS, QUESTIONS, RUN, CountingEngine, graded, handed_in, judge, score

A, B = QUESTIONS
OTHER_RUN = replace(RUN, parts="22" * 32)
CLASS = {"ann": b"{1} # of Ann", "ben": b"{2}", "cyd": b"{1} # of Cyd", "dan": b"{1}"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, writing=True) as store:
        yield store


def rows(store: Store, table: str) -> int:
    return int(store._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_notebooks_that_are_equal_to_a_kernel_are_judged_once(store: Store) -> None:
    engine = CountingEngine()
    reused = judge(store, engine, CLASS)
    assert engine.judged == ["ann: a b", "ben: a b"]
    assert reused == {"ann": False, "ben": False, "cyd": True, "dan": True}
    assert (rows(store, "results"), rows(store, "executed"), rows(store, "judged")) == (4, 2, 4)
    found = store.classes.result(RUN.id, handed_in("cyd"))
    assert found is not None
    assert found[0].submission.shown == "cyd.ipynb"
    assert found[0].measured.wall_s == 0, "it was not judged"


def test_the_same_again_judges_nothing(store: Store) -> None:
    judge(store, CountingEngine(), CLASS)
    again = CountingEngine()
    assert set(judge(store, again, CLASS).values()) == {True}
    assert again.orders == []


def test_fresh_judges_every_one_also_equal_ones_of_this_run(store: Store) -> None:
    judge(store, CountingEngine(), CLASS)
    again = CountingEngine()
    assert set(judge(store, again, CLASS, fresh=True).values()) == {False}
    assert again.judged == ["ann: a b", "ben: a b", "cyd: a b", "dan: a b"]


def test_in_another_run_only_the_question_whose_tests_changed_is_judged(store: Store) -> None:
    judge(store, CountingEngine(), CLASS)
    changed = CountingEngine(contexts=Contexts(CONTEXTS.notebook, {**CONTEXTS.questions, "b": "b's new tests"}))
    judge(store, changed, CLASS, run=OTHER_RUN)
    assert changed.judged == ["ann: b", "ben: b"]


def test_where_the_notebook_would_run_otherwise_everything_is_judged(store: Store) -> None:
    judge(store, CountingEngine(), CLASS)
    changed = CountingEngine(contexts=Contexts("another Python", {name: f"{name}, too" for name in CONTEXTS.questions}))
    judge(store, changed, CLASS, run=OTHER_RUN)
    assert changed.judged == ["ann: a b", "ben: a b"]


@pytest.mark.parametrize(
    ("result", "judged_again"),
    [
        (graded(score(A), score(B, Verdict.WITHHELD)), "ann: b"),
        (graded(score(A), score(B, Verdict.TIMED_OUT)), ""),
        (graded(score(A), score(B, Verdict.TIMED_OUT, repeatable=False)), "ann: b"),
        (graded(score(A), score(B, Verdict.OUT_OF_MEMORY, repeatable=False)), "ann: b"),
        (graded(execution=Execution(2, (CellProblem(1, "raised", "NameError", ""),))), ""),
        (graded(execution=Execution(2, (CellProblem(1, "timed_out", "", ""),))), "ann: a b"),
        (Withheld(graded().submission, "The machine failed."), "ann: a b"),
    ],
    ids=["withheld", "own limit", "the machine's limit", "the machine's memory", "raised", "cell timed out", "all withheld"],
)
def test_only_what_would_certainly_come_out_so_again_is_kept_for_other_runs(store: Store, result: Withheld, judged_again: str) -> None:
    judge(store, CountingEngine(result), {"ann": b"{1}"})
    again = CountingEngine(result)
    judge(store, again, {"ann": b"{1}"}, run=OTHER_RUN)
    assert again.judged == ([judged_again] if judged_again else [])


def test_nobodys_name_is_in_what_is_kept_by_content(store: Store) -> None:
    judge(store, CountingEngine(graded(name="ann")), {"ann": b"{1}"})
    from autograder.store.judged import unpacked

    for table, column in (("judged", "score"), ("executed", "execution")):
        for (blob,) in store._connection.execute(f"SELECT {column} FROM {table}"):
            assert "ann" not in str(unpacked(blob))


def test_who_waits_for_an_equal_one_that_was_withheld_is_judged_itself(store: Store) -> None:
    engine = CountingEngine(Withheld(graded().submission, "The machine failed."))
    judge(store, engine, {"ann": b"{1}", "cyd": b"{1}"})
    assert engine.judged == ["ann: a b", "cyd: a b"]


def test_what_cannot_be_read_names_the_file_of_each(store: Store) -> None:
    engine = CountingEngine()
    judge(store, engine, {"ann": b"no notebook", "ben": b"no notebook"})
    assert engine.orders == []
    outcomes = [kept.outcome for kept in store.classes.submissions(RUN.id)]
    assert [outcome.reason for outcome in outcomes if outcome] == ["ann.ipynb: is not JSON.", "ben.ipynb: is not JSON."]


def test_a_run_that_goes_on_with_another_engine_judges_nothing_again_and_can_say_so(store: Store) -> None:
    judge(store, CountingEngine(), CLASS)
    other = CountingEngine(contexts=Contexts("another Python", {name: f"{name}, too" for name in CONTEXTS.questions}))
    judge(store, other, CLASS | {"eve": b"{5}"})
    assert other.judged == ["eve: a b"]
    assert store.classes.judged_elsewise(RUN.id, other.contexts.digest) == 4
    assert store.classes.judged_elsewise(RUN.id, CONTEXTS.digest) == 1


def test_a_result_of_a_file_that_another_one_replaced_is_no_result(store: Store) -> None:
    judge(store, CountingEngine(), CLASS)
    with store.transaction():
        store.classes.set_submission(handed_in("ann"), "99" * 32)
    assert store.classes.result(RUN.id, handed_in("ann")) is None
    assert store.classes.result(RUN.id, handed_in("ben")) is not None
