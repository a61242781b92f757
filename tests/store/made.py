"""A class made by hand, and what grades it: an engine that counts what it is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from autograder.batch.judging import Item, Judging
from autograder.grading.contexts import Contexts
from autograder.grading.session import Order
from autograder.model import (
    Assignment,
    CaseVerdict,
    Confined,
    Execution,
    Graded,
    HandedIn,
    Measured,
    Outcome,
    Platform,
    Profile,
    Question,
    QuestionScore,
    Result,
    Submission,
    Verdict,
    Visibility,
    Withheld,
    World,
)
from autograder.store import Run, Store
from autograder.store.judged import Source

QUESTIONS = (Question("a", ("a",), Fraction(10)), Question("b", ("b",), Fraction(5)))
ASSIGNMENT = Assignment("toy", "A toy", "toy.ipynb", "toy.py", QUESTIONS)
RUN = Run("11" * 32, "ab" * 32, ASSIGNMENT, (("a", "00"), ("b", "01")))
CONFINED = Confined(Profile.NAMESPACES, ("It has no network.",), ())
CONTEXTS = Contexts("this notebook's", {"a": "a's", "b": "b's"})


def handed_in(owner: str = "ann", attempt: str = "", *, refused: str = "") -> HandedIn:
    return HandedIn(Platform.FOLDER, "toy", owner, attempt, f"{owner}{attempt}", f"{owner}.ipynb", refused=refused)


def score(question: Question, verdict: Verdict = Verdict.PASSED, *, repeatable: bool = True) -> QuestionScore:
    case = CaseVerdict("one", Visibility.PUBLIC, question.points, verdict, repeatable=repeatable)
    earned = None if verdict is Verdict.WITHHELD else case.earned
    return QuestionScore(question, (case,), World.OWN, earned, earned)


def graded(*scores: QuestionScore, execution: Execution | None = None, name: str = "ann") -> Graded:
    scores = scores or tuple(map(score, QUESTIONS))
    return Graded(Submission(name, Path(f"{name}.ipynb")), scores, execution or Execution(2), (), Measured(1.5, 0.5))


class CountingEngine:
    """Answers every order with what it was made with, and keeps the orders; a question that is known comes back as it was.

    Args:
        result: For every order.
        contexts: As a grader has them.
    """

    def __init__(self, result: Result | None = None, contexts: Contexts = CONTEXTS) -> None:
        self.contexts = contexts
        self.orders: list[Order] = []
        self._result = result or graded()

    def grade_all(self, orders: Iterable[Order | None]) -> Iterator[tuple[Order, Result]]:
        """Two at a time, as a grader does: an order is taken before the one before is answered."""
        waiting: list[Order] = []
        for order in orders:
            if order is not None:
                self.orders.append(order)
                waiting.append(order)
            if len(waiting) == 2 or (order is None and waiting):
                yield self._answered(waiting.pop(0))
        while waiting:
            yield self._answered(waiting.pop(0))

    def _answered(self, order: Order) -> tuple[Order, Result]:
        if isinstance(self._result, Withheld):
            return order, self._result
        known = {one.question.name: one for one in order.known}
        return order, replace(self._result, questions=tuple(known.get(one.question.name, one) for one in self._result.questions))

    @property
    def judged(self) -> list[str]:
        """`owner: question question` for each order, with what was to be judged."""
        known = [{one.question.name for one in order.known} for order in self.orders]
        return [
            f"{order.submission.shown.removesuffix('.ipynb')}: {' '.join(q.name for q in QUESTIONS if q.name not in had)}"
            for order, had in zip(self.orders, known, strict=True)
        ]


class Reads:
    """All but what stands behind a `#` reaches the kernel, unless there is no `{` in it."""

    def source(self, data: bytes, name: str) -> Source:
        """All but what stands behind a `#` reaches the kernel."""
        if b"{" not in data:
            return Source("", f"{name}: is not JSON.")
        return Source(hashlib.sha256(data.partition(b"#")[0].strip()).hexdigest())


class Ear:
    """Remembers what it hears."""

    def __init__(self) -> None:
        self.reused: dict[str, bool] = {}

    def started(self, name: str) -> None:
        pass

    def ended(self, name: str, _outcome: Outcome, *, reused: bool) -> None:
        self.reused[name] = reused


def judge(store: Store, engine: CountingEngine, files: dict[str, bytes], *, run: Run = RUN, fresh: bool = False) -> dict[str, bool]:
    """Judge owners' files; returns for each whether it was reused."""
    with store.transaction():
        store.classes.add_run(run)
    ear = Ear()
    judging = Judging(store, run, engine, CONFINED, Reads(), ear, fresh=fresh)
    judging.judge([Item(handed_in(owner), lambda data=data: data) for owner, data in files.items()])  # type: ignore[misc]
    return ear.reused
