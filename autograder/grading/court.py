"""Tries cases of one submission's questions, each time in a fresh fork of its kernel."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from autograder.bundle import Bundle
from autograder.errors import AuthorError, SubmissionError
from autograder.grading.definitions import imports
from autograder.grading.judge import Bench, Trial, judge
from autograder.grading.notebook import code_cells, read_notebook
from autograder.grading.order import Plan, plan
from autograder.grading.reference import Reference
from autograder.grading.testfile import LoadedTest, load_test
from autograder.grading.verdicts import CaseOutcome, StudentAct
from autograder.kernel import frames
from autograder.kernel.zygote import Kernel, Unruly
from autograder.model import CaseVerdict, Question, Verdict, Visibility, World

__all__ = ["Court", "Material", "load_material"]

_REPLY_BYTES = 96 << 20
_FORK_S = 10.0


@dataclass(frozen=True)
class Material:
    """What a bundle holds for judging, loaded once for a class."""

    bundle: Bundle
    """The opened bundle."""
    tests: Mapping[str, LoadedTest]
    """Question name → its test file."""
    reference: Reference
    """The solution."""
    plan: Plan
    """The order of the questions, and their helpers."""
    functions: frozenset[str]
    """Functions of all questions."""
    imports: Mapping[str, str]
    """Name → statement: what the untouched notebook imports at the top level of its cells."""


def load_material(bundle: Bundle) -> Material:
    """Load tests and reference.

    Raises:
        AuthorError: one of them does not load.
    """
    assignment = bundle.assignment
    tests = {question.name: load_test(bundle.test_file(question.name), bundle.root) for question in assignment.questions}
    reference = Reference(bundle.solution, bundle.root / "files")
    order = plan(assignment.questions, reference.source, {name: test.mentions for name, test in tests.items()})
    functions = frozenset(name for question in assignment.questions for name in question.functions)
    try:
        release = read_notebook(bundle.notebook)
    except SubmissionError as error:
        raise AuthorError(f"cannot be read: {error}", file=f"release/{assignment.notebook}", remedy="Build the bundle again.") from error
    return Material(bundle, tests, reference, order, functions, imports([cell.source for cell in code_cells(release)]))


class Court:
    """Tries cases of one submission's questions, each time in a fresh fork of its kernel."""

    def __init__(self, material: Material, kernel: Kernel, imports: Mapping[str, str]) -> None:
        self._material, self._kernel, self._imports = material, kernel, imports
        self._unruly = False
        self._at_rest(kernel.remember)

    def try_cases(
        self, question: Question, which: Visibility | None, world: World, closed: frozenset[str] = frozenset()
    ) -> dict[int, CaseVerdict]:
        """Judge the cases of one visibility (None: all) in one world; index → verdict."""
        material = self._material
        test = material.tests[question.name]
        indices = tuple(i for i, case in enumerate(test.cases) if which is None or case.visibility is which)
        trial = Trial(
            test=test,
            indices=indices,
            own=question.functions,
            others=material.functions - set(question.functions),
            stand_ins=None if world is World.OWN else material.plan.helpers[question.name] & closed,
            references=frozenset() if world is World.OWN else closed - set(question.functions),
            imports=self._imports,
            key=material.bundle.question_keys[question.name],
        )
        bench = Bench(material.bundle.root, material.reference, material.bundle.assignment.limits, self._kernel.forget)
        outcomes = judge(trial, bench, self._fork, self._end)
        return {index: _settled(test, index, outcome, world) for index, outcome in zip(indices, outcomes, strict=True)}

    def _fork(self) -> frames.Link:
        if self._unruly:
            words = "The notebook starts processes faster than they can be ended."
            raise StudentAct(Verdict.ERROR, words, words)
        try:
            return self._kernel.fork_question(most_bytes=_REPLY_BYTES, deadline=time.monotonic() + _FORK_S)
        except (frames.Closed, frames.FrameTimeout, frames.BadFrame) as error:
            words = "The notebook's process ended, or stopped answering, after its last cell."
            raise StudentAct(Verdict.ERROR, words, words) from error
        except Unruly:
            self._unruly = True
            return self._fork()

    def _end(self) -> None:
        self._at_rest(self._kernel.end_question)

    def _at_rest(self, do: Callable[[], None]) -> None:
        """Do something for which every process of the submission but the kernel has to be ended."""
        try:
            do()
        except Unruly:
            self._unruly = True


def _settled(test: LoadedTest, index: int, outcome: CaseOutcome, world: World) -> CaseVerdict:
    """Decide who may read what: a student's own values are shown for public cases of their own world, and nowhere else."""
    case = test.cases[index]
    open_to_student = case.visibility is Visibility.PUBLIC and world is World.OWN
    message = outcome.open if open_to_student else outcome.closed
    if message and case.failure_message:
        message = f"{case.failure_message}\n{message}"
    return CaseVerdict(case.name, case.visibility, case.points, outcome.verdict, message, outcome.staff)
