"""Grades one submission after another against one bundle. Order is the wall: see `Grader.grade`."""

from __future__ import annotations

import contextlib
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from autograder.bundle import Bundle
from autograder.errors import AuthorError, MachineFault, SubmissionError
from autograder.grading import credit, execute, notebook
from autograder.grading.court import Court, load_material
from autograder.grading.definitions import definitions, notes_on_definitions
from autograder.grading.notebook import NotebookNode
from autograder.kernel.zygote import Kernel, Zygote
from autograder.model import (
    CaseVerdict,
    Credit,
    Execution,
    Graded,
    Measured,
    Question,
    QuestionScore,
    Result,
    Submission,
    Verdict,
    Visibility,
    Withheld,
    World,
)

__all__ = ["Grader"]


_LACKING = (
    "A cell stopped at the import of a package that is not there while grading. For the questions, what the assignment itself "
    "imports was there all the same."
)


class Grader(contextlib.AbstractContextManager["Grader"]):
    """Everything that is loaded once for a class: a warm zygote, the tests, the reference.

    Args:
        bundle: An opened bundle; its folder must stay until this is closed.

    Raises:
        AuthorError: a test file or the solution does not load.
        MachineFault: no warm process, or `sandbox: required` cannot be had.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._files = bundle.files()
        # Started first: it warms up while otter, which takes longer, is imported here.
        self._zygote = self._warm()
        try:
            self._material = load_material(bundle)
            confinement = self._zygote.confinement
        except BaseException:
            self._zygote.close()
            raise
        self.layers = confinement.holds
        """Sentences: what confines student code on this machine."""
        self.unprotected = confinement.missing
        """Sentences: what does not."""
        self.not_preloaded = self._zygote.not_preloaded
        """Sentences: modules of `preload` that cannot be imported here; submissions that need them will fail."""

    @property
    def stand_ins(self) -> dict[str, tuple[str, ...]]:
        """Question name → the functions that the reference answers for in that question's reference world; may be empty."""
        plan = self._material.plan
        return {q.name: tuple(sorted(plan.helpers[q.name] | plan.inputs[q.name])) for q in plan.order}

    def _warm(self) -> Zygote:
        return Zygote(self.bundle.assignment.preload, self.bundle.assignment.sandbox)

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the warm process. A second call does nothing."""
        self._zygote.close()

    def grade(self, submission: Submission) -> Result:
        """Run the notebook once, judge every question, and say what each is worth.

        1. The public cases of every question in the student's own world: no reference has spoken yet, so these alone may
           be shown with the student's own values and words.
        2. Question by question, callees before callers: the hidden cases in the own world, then, unless all passed,
           every case in the reference world. The oracle for a function speaks only after its own question is closed.

        Returns:
            A result; an author's mistake or a machine's fault is withheld, with its reason. Never raises for what a student did.
        """
        clock = _Clock()
        try:
            cells = notebook.read_notebook(submission.path)
            try:
                result = self._grade(submission, cells, clock)
            except MachineFault:  # once more: the machine may have recovered, and the student must not pay
                if not self._zygote.alive:
                    self._zygote.close()
                    self._zygote = self._warm()
                result = self._grade(submission, cells, clock)
        except (SubmissionError, AuthorError, MachineFault) as error:
            return Withheld(submission, str(error), clock.measured())
        except OSError as error:
            return Withheld(submission, f"The machine failed: {error}.", clock.measured())
        return replace(result, measured=clock.measured())

    def run_notebook(self, path: Path) -> tuple[NotebookNode, Execution]:
        """Run a notebook's cells in the sandbox.

        Returns:
            Its bare cells with their outputs, and what happened to each.

        Raises:
            SubmissionError, MachineFault
        """
        cells = notebook.read_notebook(path)
        with self._executed(cells, _Clock()) as (_kernel, execution):
            return cells, execution

    @contextlib.contextmanager
    def _executed(self, cells: NotebookNode, clock: _Clock) -> Iterator[tuple[Kernel, Execution]]:
        limits = self.bundle.assignment.limits
        kernel: Kernel | None = None
        try:
            kernel, execution = execute.run_cells(cells, lambda: self._zygote.fork(self._files, limits), limits)
            yield kernel, execution
        finally:
            if kernel is not None:
                kernel.close()
                clock.add(kernel)

    def _grade(self, submission: Submission, cells: NotebookNode, clock: _Clock) -> Graded:
        assignment = self.bundle.assignment
        sources = [cell.source for cell in notebook.code_cells(cells)]
        if not any(name in source for name in self._material.functions for source in sources):
            raise SubmissionError(
                f"{submission.path}: names none of the functions of this assignment ({', '.join(sorted(self._material.functions))}). "
                "Check that it is the right notebook, and the right bundle."
            )
        defined = definitions(sources)
        with self._executed(cells, clock) as (kernel, execution):
            lacking = any(problem.name == "ModuleNotFoundError" for problem in execution.problems)
            court = Court(self._material, kernel, self._material.imports if lacking else {})
            public = {q.name: court.try_cases(q, Visibility.PUBLIC, World.OWN) for q in self._material.plan.order}
            scores = {}
            closed: set[str] = set()
            for question in self._material.plan.order:
                scores[question.name] = self._close(question, court, public[question.name], frozenset(closed), defined)
                closed.update(question.functions)
        notes = (_LACKING,) if lacking else ()
        return Graded(submission, tuple(scores[q.name] for q in assignment.questions), execution, notes)

    def _close(
        self, question: Question, court: Court, public: dict[int, CaseVerdict], closed: frozenset[str], defined: dict[str, list[int]]
    ) -> QuestionScore:
        """Judge what is left of a question and settle it."""
        test = self._material.tests[question.name]
        own = public | court.try_cases(question, Visibility.HIDDEN, World.OWN)
        reference = None
        all_passed = all(case.verdict is Verdict.PASSED for case in own.values())
        independent = self.bundle.assignment.credit is Credit.INDEPENDENT and self._material.plan.has_reference_world(question)
        if not all_passed and independent:
            judged = court.try_cases(question, None, World.REFERENCE, closed)
            reference = tuple(judged[index] for index in range(len(test.cases)))
        notes = notes_on_definitions(question.functions, defined)
        in_own = tuple(own[index] for index in range(len(test.cases)))
        return credit.score(question, in_own, reference, all_or_nothing=test.all_or_nothing, notes=notes)


class _Clock:
    """What one submission cost: this process, its judges, and the student's processes."""

    def __init__(self) -> None:
        self._wall = time.monotonic()
        self._cpu = _trusted_cpu()
        self._student = 0.0
        self._memory = 0

    def add(self, kernel: Kernel) -> None:
        self._student += kernel.cpu_s
        self._memory = max(self._memory, kernel.memory_bytes)

    def measured(self) -> Measured:
        trusted = _trusted_cpu() - self._cpu
        return Measured(
            wall_s=round(time.monotonic() - self._wall, 4),
            cpu_s=round(trusted + self._student, 4),
            student_cpu_s=round(self._student, 4),
            peak_memory_bytes=self._memory,
        )


def _trusted_cpu() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)
