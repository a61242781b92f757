"""Judges a class's submissions in one run: what is known already is taken from the store, the rest is graded, each in its own transaction.

An interrupted run loses nothing: what was judged is kept as soon as it is there, and the same command goes on with the rest. Where two
notebooks are the same to a kernel, one is judged and the other waits for its verdicts.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from autograder.batch.resting import called_for_all, note_contexts, reader_of
from autograder.errors import InputError
from autograder.grading.contexts import Contexts
from autograder.grading.grade import graded
from autograder.grading.session import Order
from autograder.model import Confined, Execution, Graded, HandedIn, Outcome, Platform, Question, QuestionScore, Result, Submission, Withheld
from autograder.store import Run, Store
from autograder.store.classes import outcome_of
from autograder.store.judged import Source

__all__ = ["Engine", "Heard", "Item", "Judging", "Reads", "has_result"]


class Engine(Protocol):
    """What grades: here, or on other machines."""

    contexts: Contexts
    """Under what its verdicts may be used again."""

    def grade_all(self, orders: Iterable[Order | None]) -> Iterator[tuple[Order, Result]]:
        """See `autograder.grading.session.Grader.grade_all`."""


class Reads(Protocol):
    """Who says what a file is, without a risk for this process."""

    def source(self, data: bytes, name: str) -> Source:
        """What a kernel would get of it, or why it cannot be read, naming it `name`."""


class Heard(Protocol):
    """Who wants to hear of each submission."""

    def started(self, name: str) -> None:
        """One is about to be judged."""

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
        """One is judged and kept."""


@dataclass(frozen=True, slots=True)
class Item:
    """A submission, and how its file is read."""

    handed_in: HandedIn
    """Who, what, when."""
    read: Callable[[], bytes]
    """Reads the file that was chosen; raises `InputError` where that cannot be done."""


@dataclass(slots=True)
class Judging:
    """One run over a class."""

    store: Store
    """Where results go."""
    run: Run
    """Which run they are of."""
    engine: Engine
    """What grades."""
    confined: Confined
    """What confines student code there."""
    reads: Reads
    """What reads notebooks."""
    heard: Heard
    """Hears of each submission."""
    kept: Callable[[HandedIn, Result], None] = lambda _handed_in, _result: None
    """Called when a result is kept: files are made of it."""
    fresh: bool = False
    """Use nothing that was judged before, not even in this run."""
    again: frozenset[str] = frozenset()
    """Status of submissions that are judged again: `withheld`."""
    until: float | None = None
    """`time.monotonic()` from which on nothing is started."""
    stopped_early: bool = False
    """Whether `until` came before the end."""
    unread: list[str] = field(default_factory=list)
    """A sentence for each whose file cannot be read now and was read before: what was graded then stays."""
    replaced: list[str] = field(default_factory=list)
    """Names of those that are only claimed, and have another file than before."""
    _run_id: str = field(init=False)
    _digest: str = field(init=False)
    _flying: dict[str, Item] = field(default_factory=dict)
    _by_order: dict[str, tuple[Item, str, Source]] = field(default_factory=dict)
    _held: deque[tuple[Item, str, Source]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._run_id, self._digest = self.run.id, self.engine.contexts.digest

    def judge(self, items: Iterable[Item]) -> None:
        """Judge every item that has no result of its content yet.

        Raises:
            MachineFault: the store cannot be written, or what grades is gone; what was kept stays.
        """
        with self.store.transaction():
            note_contexts(self.store, self._run_id, self.engine.contexts)
        for order, result in self.engine.grade_all(self._orders(items)):
            item, content, source = self._by_order.pop(order.submission.name)
            self._flying.pop(source.sha256, None)
            self._keep(item, content, result, source, reused=False)

    def _orders(self, items: Iterable[Item]) -> Iterator[Order | None]:
        for item in items:
            if self._late():
                return
            order = self._prepared(item)
            if order is not None:
                yield order
        while self._held:
            if self._late():
                return
            item, content, source = self._held.popleft()
            if source.sha256 in self._flying:
                self._held.appendleft((item, content, source))
                yield None
                continue
            order = self._looked_up(item, content, source)
            if order is not None:
                yield order

    def _late(self) -> bool:
        self.stopped_early = self.stopped_early or (self.until is not None and time.monotonic() >= self.until)
        return self.stopped_early

    def _prepared(self, item: Item) -> Order | None:
        """What to order for an item; None where nothing is, or not yet."""
        handed_in = item.handed_in
        try:
            if handed_in.refused:
                raise InputError(handed_in.refused)
            data = item.read()
        except InputError as error:
            if not self._stays(handed_in, str(error)):
                self._keep(item, "", Withheld(_submission(self.store, handed_in, ""), str(error)), None, reused=False)
            return None
        content = self.store.files.put(data)
        noted = self.store.classes.submission(handed_in.key) if handed_in.platform is Platform.FOLDER else None  # only a claim
        if noted is not None and noted.content not in {"", content}:
            self.replaced.append(handed_in.name)
        if self._has_result(handed_in, content):
            return None
        source = None if self.fresh else self.store.judged.source(content, reader_of(self.engine.contexts, handed_in))
        called = called_for_all(handed_in)
        if source is None:
            source = self.reads.source(data, called)
        if source.unreadable:
            reason = f"{handed_in.file or handed_in.name}{source.unreadable.removeprefix(called)}"
            self._keep(item, content, Withheld(_submission(self.store, handed_in, content), reason), source, reused=False)
            return None
        if source.sha256 in self._flying and not self.fresh:
            self._held.append((item, content, source))
            return None
        return self._looked_up(item, content, source)

    def _stays(self, handed_in: HandedIn, reason: str) -> bool:
        """Whether a file that cannot be read now was read and judged before. Then nothing is lost by a download that broke off."""
        noted, found = self.store.classes.submission(handed_in.key), self.store.classes.outcome(self._run_id, handed_in.key)
        if noted is None or not noted.content or found is None or found[1] != noted.content:
            return False
        self.unread.append(reason)
        self.heard.ended(handed_in.name, found[0], reused=True)
        return True

    def _has_result(self, handed_in: HandedIn, content: str) -> bool:
        """Whether this run has judged what is there; then only who and when is noted anew."""
        found = self.store.classes.outcome(self._run_id, handed_in.key)
        if found is None or not has_result(*found, content, fresh=self.fresh, again=self.again):
            return False
        outcome = found[0]
        noted = self.store.classes.submission(handed_in.key)
        if noted is None or (noted.handed_in, noted.content) != (handed_in, content):
            with self.store.transaction():
                self.store.classes.set_submission(handed_in, content)
        self.heard.ended(handed_in.name, outcome, reused=True)
        return True

    def _looked_up(self, item: Item, content: str, source: Source) -> Order | None:
        handed_in = item.handed_in
        submission = _submission(self.store, handed_in, content)
        known: list[QuestionScore] = []
        execution: Execution | None = None
        if not self.fresh:
            contexts, judged = self.engine.contexts, self.store.judged
            execution = judged.execution(contexts.execution_key(source.sha256))
            scores = (judged.score(contexts.question_key(question.name, source.sha256)) for question in self._questions)
            known = [score for score in scores if score is not None] if execution is not None else []
        if execution is not None and len(known) == len(self._questions):
            self._keep(item, content, graded(submission, known, execution), source, reused=True)
            return None
        self._flying.setdefault(source.sha256, item)
        # Named by its key: two attempts of one owner may have the same name.
        self._by_order[handed_in.key] = (item, content, source)
        self.heard.started(handed_in.name)
        return Order(Submission(handed_in.key, submission.path, submission.shown), tuple(known))

    @property
    def _questions(self) -> tuple[Question, ...]:
        return self.run.assignment.questions

    def _contexts(self, result: Graded) -> str:
        """Under what all of it may be used again; empty where part of it may not."""
        certain = result.execution.repeatable and all(score.repeatable for score in result.questions)
        return self._digest if certain else ""

    def _keep(self, item: Item, content: str, result: Result, source: Source | None, *, reused: bool) -> None:
        handed_in = item.handed_in
        result = replace(result, submission=_submission(self.store, handed_in, content))
        with self.store.transaction():
            classes, judged, contexts = self.store.classes, self.store.judged, self.engine.contexts
            classes.set_submission(handed_in, content)
            if source is not None:
                judged.keep_source(content, reader_of(contexts, handed_in), source)
            if source is not None and isinstance(result, Graded) and result.execution.repeatable:
                judged.keep_execution(contexts.execution_key(source.sha256), result.execution)
                for score in result.questions:
                    judged.keep_score(contexts.question_key(score.question.name, source.sha256), score)
            confined, certain = (None, "") if isinstance(result, Withheld) else (self.confined, self._contexts(result))
            classes.set_result(self._run_id, handed_in.key, content, result, confined, certain)
        self.kept(handed_in, result)
        self.heard.ended(handed_in.name, outcome_of(result), reused=reused)


def has_result(outcome: Outcome, judged_content: str, content: str, *, fresh: bool, again: Collection[str]) -> bool:
    """Whether what a run says of a submission stands: its file has what was judged, and nobody wants it judged again."""
    status = "withheld" if outcome.total is None else "graded"
    return judged_content == content and not fresh and status not in again


def _submission(store: Store, handed_in: HandedIn, content: str) -> Submission:
    return Submission(handed_in.name, store.files.path(content) if content else store.out, handed_in.file or handed_in.name)
