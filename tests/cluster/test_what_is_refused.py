"""What a cluster refuses before and after a worker has graded: walls with a hole, a dashboard, a result that is none. Nothing is started here."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from distributed import Worker
from grading.course import DOUBLE, POWER, QUICK, write_small_bundle

from autograder import records
from autograder.bundle import Bundle, open_bundle
from autograder.cluster import engine
from autograder.cluster.answers import result_of
from autograder.cluster.connection import Task
from autograder.cluster.dask_worker import how_it_is
from autograder.cluster.process import MOST_HEADER
from autograder.errors import MachineFault
from autograder.grading.judges import MOST_RESULT
from autograder.grading.session import Order
from autograder.kernel.layers import layers_of
from autograder.kernel.sandbox import Confinement
from autograder.model import CaseVerdict, Execution, Graded, Profile, QuestionScore, Sandbox, Submission, Verdict, Visibility, World

STUDENT = Submission("a student", Path("theirs.ipynb"))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("bundle")
    write_small_bundle(folder / "bundle.zip", {"double": DOUBLE, "power": POWER}, limits=QUICK)
    return open_bundle(folder / "bundle.zip", folder)


def walls(profile: Profile, *, landlock: int = 7, seccomp: bool = True, user: int | None = 1) -> Confinement:
    """As a zygote finds them that says this of itself."""
    found = {
        "profile": profile,
        "landlock": landlock,
        "seccomp": seccomp,
        "user": user,
        "home": None,
        "why_not": "not here",
        "keep_reading": False,
    }
    return Confinement(found, layers_of(Sandbox.BEST, found))


@pytest.mark.parametrize(
    "hole",
    [
        walls(Profile.PROCESSES, seccomp=False),
        walls(Profile.PROCESSES, landlock=0, user=None),
        walls(Profile.OFF),
    ],
    ids=["a network", "files", "all"],
)
def test_a_machine_that_leaves_student_code_a_network_or_files_grades_for_no_cluster(hole: Confinement) -> None:
    with pytest.raises(MachineFault, match="whoever reaches a cluster can run code on all of its machines") as fault:
        engine._refuse_network(hole)
    assert hole.missing
    assert all(sentence in str(fault.value) for sentence in hole.missing)


@pytest.mark.parametrize("whole", [walls(Profile.NAMESPACES), walls(Profile.PROCESSES, user=None), walls(Profile.PROCESSES)])
def test_walls_without_such_a_hole_will_do(whole: Confinement) -> None:
    engine._refuse_network(whole)


@pytest.mark.parametrize("dashboard", [True, False])
def test_a_worker_with_a_dashboard_is_refused(dashboard: bool, caplog: pytest.LogCaptureFixture) -> None:
    async def asked() -> tuple[str, bytes, str]:
        worker = Worker("tcp://127.0.0.1:1", dashboard=dashboard, name="shows")
        try:
            return how_it_is("nobody's", worker)
        finally:
            await worker.close()

    caplog.set_level(logging.CRITICAL, "distributed")
    state, said, called = asyncio.run(asked())
    assert called.startswith("shows on ")
    assert state == ("refused" if dashboard else "starting")
    assert (b"--no-dashboard" in said) == dashboard


HEADER = {"say": "graded", "number": 0, "wall_s": 1, "cpu_s": 0.5}


def graded(bundle: Bundle) -> Graded:
    case = CaseVerdict("twice", Visibility.PUBLIC, Fraction(10), Verdict.PASSED)
    scores = tuple(QuestionScore(question, (case,), World.OWN, Fraction(10)) for question in bundle.assignment.questions)
    return Graded(STUDENT, scores, Execution(2))


def said(body: Any, header: Any = HEADER) -> bytes:
    return json.dumps(header).encode() + b"\n" + json.dumps(body).encode()


def other(change: Callable[[tuple[QuestionScore, ...]], tuple[QuestionScore, ...]]) -> Callable[[Graded], bytes]:
    return lambda result: said(records.plain(replace(result, questions=change(result.questions))))


def with_points(scores: tuple[QuestionScore, ...]) -> tuple[QuestionScore, ...]:
    return (replace(scores[0], question=replace(scores[0].question, points=Fraction(11))), *scores[1:])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _result: b"", "Expecting value"),
        (lambda _result: b"[]\n{}", "list indices"),
        (lambda result: said(records.plain(result), {"say": "graded"}), "wall_s"),
        (lambda result: said(records.plain(result), HEADER | {"cpu_s": "much"}), "Expected `float`"),
        (lambda result: said(records.plain(result))[:-9], "delimiter|Unterminated|Expecting"),
        (lambda _result: said([]), "Expected `object`"),
        (lambda result: said(records.plain(result) | {"execution": None}), "execution"),
        (lambda result: said(records.plain(result)).replace(b'"passed"', b'"splendid"'), "splendid"),
        (lambda result: said(records.plain(result)).replace(b'"earned": "10"', b'"earned": "1e9"'), "points are written"),
        (lambda _result: said({"reason": 7, "measured": {}}, HEADER | {"say": "withheld"}), "Expected `str`"),
        (other(lambda scores: scores[:1]), "other questions"),
        (other(lambda scores: scores[::-1]), "other questions"),
        (other(lambda scores: (*scores, scores[0])), "other questions"),
        (other(with_points), "other questions"),
        (lambda _result: bytes(MOST_RESULT + MOST_HEADER + 1), "larger than any result"),
    ],
)
def test_a_result_of_another_form_or_of_other_questions_or_too_large_is_none(
    opened: Bundle, answer: Callable[[Graded], bytes], why: str
) -> None:
    with pytest.raises((ValueError, TypeError, KeyError), match=why):
        result_of(answer(graded(opened)), STUDENT, opened)


def test_a_result_that_is_one_is_taken_as_it_is(opened: Bundle) -> None:
    result = result_of(said(records.plain(graded(opened))), STUDENT, opened)
    assert (result.measured.wall_s, result.measured.cpu_s) == (1, 0.5)
    assert replace(result, measured=graded(opened).measured) == graded(opened)


def test_an_answer_that_is_none_counts_as_a_lost_worker(opened: Bundle) -> None:
    class Come(Future[bytes]):
        def release(self) -> None:
            pass

    future = Come()
    future.set_result(other(with_points)(graded(opened)))
    grader = object.__new__(engine.ClusterGrader)
    grader.bundle, grader._debug, grader._at_work, grader._accepted = opened, False, set(), {}
    task = Task(future)  # type: ignore[arg-type]
    job = engine._Job(Order(STUDENT), b"{}", b"", b"", task=task, worker="tls://there:1")
    assert grader._taken(job, task) is None
    assert (job.lost, job.why, job.task) == (1, "ValueError: other questions than were asked for", None)
