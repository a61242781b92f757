"""What was judged before need not be judged again: one question alone gets the verdict that it has in a full session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.authoring.bundling import build_bundle
from autograder.config import load_config
from autograder.grading.session import Grader, Order
from autograder.model import Graded, QuestionScore, Submission
from autograder.opening import open_bundle

from .course import DOUBLE, POWER, RIGHT_DOUBLE, RIGHT_POWER, SOLUTION, Course

PARTS = {"double": DOUBLE, "power": POWER}
SOLUTION_WITH_A_COMMENT = SOLUTION + "# changed\n"
COURSES = {"flagship": (".", "examples/submissions"), "pandas": ("examples/pandas_course", "examples/pandas_course/submissions")}


@pytest.mark.slow
@pytest.mark.parametrize("course", COURSES)
def test_a_question_judged_alone_gets_the_verdict_of_the_full_session_on_every_example(
    course: str, repository: Path, tmp_path: Path
) -> None:
    sources, examples = (repository / part for part in COURSES[course])
    build_bundle(load_config(sources), tmp_path / "bundle.zip", prove=False)
    submissions = [Submission(path.parent.name, path) for path in sorted(examples.glob("*/*.ipynb"))]
    assert len(submissions) > 10
    with Grader(open_bundle(tmp_path / "bundle.zip", tmp_path)) as grader:
        full = {order.submission.name: result for order, result in grader.grade_all(map(Order, submissions)) if isinstance(result, Graded)}
        assert len(full) == len(submissions)
        alone = list(grader.grade_all(all_but_one(submissions, full)))
    assert len(alone) >= 2 * len(full)
    assert [order.submission.name for order, result in alone if bare(result) != bare(full[order.submission.name])] == []


def all_but_one(submissions: list[Submission], full: dict[str, Graded]) -> Iterator[Order]:
    """Of each example two questions, other ones of the next: each alone. With AUTOGRADER_LONG=1 every question of every example."""
    for number, submission in enumerate(submissions):
        scores = full[submission.name].questions
        turn = {number % len(scores), (number + len(scores) // 2) % len(scores)}
        for place, score in enumerate(scores):
            if place in turn or os.environ.get("AUTOGRADER_LONG"):
                yield Order(submission, tuple(other for other in scores if other is not score))


def bare(result: object) -> tuple[object, ...]:
    assert isinstance(result, Graded)
    return result.questions, result.execution, result.notes


def test_a_question_that_is_known_is_not_asked_and_comes_back_as_it_was(course: Course, tmp_path: Path) -> None:
    right = course.grade(RIGHT_DOUBLE, RIGHT_POWER)
    wrong = tmp_path / "wrong.ipynb"
    wrong.write_bytes((course.folder / "student.ipynb").read_bytes().replace(b"x + x", b"x * 7"))
    kept = replace(right.questions[0], notes=("judged last week",))
    results = [result for _order, result in course.grader.grade_all([Order(Submission("wrong", wrong), (kept,))])]
    assert isinstance(results[0], Graded)
    known, judged = results[0].questions
    assert known == kept, "it was told, not judged: this notebook's own would have failed"
    assert judged.earned_own == 0
    assert judged.earned == 10, "the helper's question counts as closed, so the reference stood in for it"


def test_orders_are_taken_while_there_is_room_and_wait_where_there_is_nothing_to_order(course: Course) -> None:
    course.grade(RIGHT_DOUBLE, RIGHT_POWER)
    submission = Submission("student", course.folder / "student.ipynb")
    seen: list[str] = []

    def orders() -> Iterator[Order | None]:
        yield Order(replace(submission, name="first"))
        while not seen:
            yield None  # until the first is there
        yield Order(replace(submission, name="second"))

    for order, _result in course.grader.grade_all(orders()):
        seen.append(order.submission.name)
    assert seen == ["first", "second"]


def test_contexts_change_with_what_decides_a_verdict_and_with_nothing_else(course: Course, tmp_path: Path) -> None:
    def contexts(**parts: str) -> tuple[str, dict[str, str]]:
        folder = tmp_path / str(sum(1 for _ in tmp_path.iterdir()))
        folder.mkdir()
        made = Course(folder, limits=course.grader.bundle.assignment.limits, **(PARTS | parts))  # type: ignore[arg-type]
        made.grader.close()
        return made.grader.contexts.notebook, dict(made.grader.contexts.questions)

    notebook, questions = contexts()
    assert (notebook, questions) == contexts()
    other_notebook, other = contexts(double=PARTS["double"].replace("np.arange(3.0)", "np.arange(4.0)[:3]"))
    assert (other_notebook, other["power"]) == (notebook, questions["power"])
    assert other["double"] != questions["double"]
    _same, changed = contexts(solution=SOLUTION_WITH_A_COMMENT)
    assert changed["double"] != questions["double"]
    assert changed["power"] != questions["power"]


def test_what_the_machine_may_have_done_is_not_kept(course: Course) -> None:
    slow = course.question("double", "def double(x):\n    while True: pass\n")
    assert slow.repeatable, "its own limit was hit"
    stopped = course.grade("while True: pass", RIGHT_DOUBLE)
    assert not stopped.execution.repeatable
    assert not replace_first(course.question("double", RIGHT_DOUBLE)).repeatable


def replace_first(score: QuestionScore) -> QuestionScore:
    return replace(score, cases=(replace(score.cases[0], repeatable=False), *score.cases[1:]))
