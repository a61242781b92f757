"""`autograder.open_class`, as somebody who imports it meets it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from api.conftest import Called

import autograder
from autograder import Graded, InputError, State, Verdict

pytestmark = pytest.mark.slow  # they share a class, which is graded first


def test_a_person_is_found_as_people_call_them(called: Called) -> None:
    with autograder.open_class(str(called.home / "results")) as now:
        assert [now.standing(who).final for who in ("2", "bob", "Bob Baker")] == [6, 6, 6]
        assert now.standing("cyd").state is State.NOT_SUBMITTED
        with pytest.raises(InputError, match="bobb"):
            now.standing("bobb")


def test_every_case_of_a_submission_can_be_read(called: Called) -> None:
    with autograder.open_class(called.home / "results") as now:
        result = now.result(now.standing("bob"))
        assert isinstance(result, Graded)
        center = next(score for score in result.questions if score.question.name == "center")
        assert {case.verdict for case in center.cases} == {Verdict.MISSING}
        assert now.result(now.standing("cyd")) is None
        assert now.assignment.points == 10
        assert (len(now.students), now.events) == (3, ())


def test_a_submission_is_explained_in_full(called: Called) -> None:
    with autograder.open_class(called.home / "results") as now:
        explained = now.explain("bob", "center")
        assert dict(explained.facts)["file"].startswith("bob.ipynb (kept/")
        (center,) = explained.questions
        assert center.score is not None
        assert (center.name, {case.verdict for case in center.score.cases}) == ("center", {Verdict.MISSING})
        assert [one.name for one in now.explain("bob").questions] == ["center", "standardize"]
        with pytest.raises(InputError, match="Did you mean center"):
            now.explain("bob", "centre")


def test_a_question_is_judged_once_more_and_nothing_is_written(called: Called) -> None:
    before = {path: path.read_bytes() for path in (called.home / "results").rglob("*") if path.is_file()}
    steps: list[autograder.Step] = []
    replayed = autograder.replay(called.home / "results", "bob", "center", on_step=steps.append)
    ((kept, came),) = replayed.pairs
    assert kept is not None
    assert (replayed.differences, came.earned, came.question.name) == ((), kept.earned, "center")
    assert [type(step) for step in steps] == [autograder.Confinement]
    assert {path: path.read_bytes() for path in (called.home / "results").rglob("*") if path.is_file()} == before
    with pytest.raises(InputError, match="bobb"):
        autograder.replay(called.home / "results", "bobb")


def test_what_is_made_of_the_store_is_made_again(called: Called, tmp_path: Path) -> None:
    out = Path(shutil.copytree(called.home / "results", tmp_path / "results"))
    gradebook = (out / "gradebook.csv").read_bytes()
    (out / "gradebook.csv").write_text("spoilt")
    with autograder.open_class(out) as now:
        made = now.report()
    assert ((out / "gradebook.csv").read_bytes(), len(made.standings), made.unwritten) == (gradebook, 3, ())


def test_an_export_is_returned_and_not_written(called: Called) -> None:
    with autograder.open_class(called.home / "results") as now:
        made = now.export("gradescope")
        assert (made.written, b"Ann Archer" in made.data) == (2, True)
        assert [one.who for one in made.left_out] == ["Cyd Cook (3)"]
        with pytest.raises(InputError, match="Name that file"):
            now.export("canvas")
        with pytest.raises(InputError, match="no export 'excel'"):
            now.export("excel")  # type: ignore[arg-type]
    assert not (called.home / "results" / "exports").exists()


def test_what_was_read_stays_when_the_class_is_closed_and_the_rest_is_refused(called: Called) -> None:
    with autograder.open_class(called.home / "results") as now:
        now.refresh()
    assert now.standing("ann").final == 10
    for ask in (now.refresh, lambda: now.result(now.standings[0]), lambda: now.export("xlsx")):
        with pytest.raises(InputError, match="closed"):
            ask()


def test_another_thread_is_refused_in_words(called: Called) -> None:
    refused: list[InputError] = []

    def read(now: autograder.Class) -> None:
        try:
            now.result(now.standings[0])
        except InputError as error:
            refused.append(error)

    with autograder.open_class(called.home / "results") as now:
        reader = threading.Thread(target=read, args=(now,))
        reader.start()
        reader.join()
    assert "another thread" in str(refused[0])


def test_a_folder_without_a_class_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no results"):
        autograder.open_class(tmp_path)
