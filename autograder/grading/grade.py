"""Grades one submission, in a process of its own. Order is the wall: see `grade`."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from autograder.errors import AuthorError, SubmissionError
from autograder.grading import credit, execute, notebook
from autograder.grading.court import Charge, Court, Material
from autograder.grading.definitions import bound, definitions, imports, last_definitions, notes_on_definitions
from autograder.grading.judge import Bench
from autograder.grading.namespace import NotebookText
from autograder.grading.notebook import NotebookNode
from autograder.grading.so_far import SoFar
from autograder.grading.whereabouts import Stage, Whereabouts
from autograder.grading.zipped import with_course_files
from autograder.kernel.zygote import Kernel, Zygote
from autograder.model import CaseVerdict, Credit, Execution, Graded, Isolation, Question, QuestionScore, Submission, Verdict

__all__ = ["Grading", "graded"]

_RUN_S = 3600.0
"""Seconds until the first case begins: the notebook runs, and has limits of its own."""
_NO_MODULE = "ModuleNotFoundError"
_LACKING = (
    "A cell stopped at the import of a package that is not there while grading. For the questions, what the assignment itself "
    "imports was there all the same."
)


class Grading:
    """One submission's way through kernel and court.

    Args:
        material: What a bundle holds for judging.
        zygote: Forks the kernels.
        whereabouts: Shared with whoever watches this process.
        charges: Cases that ended a judge of this submission before.
        known: What was settled before that.
        tell: Called with what is settled, part by part.
        sure: False: what only waits until its limit raises `Unsure`, for everything to be tried once more.
    """

    def __init__(
        self,
        material: Material,
        zygote: Zygote,
        whereabouts: Whereabouts,
        charges: tuple[Charge, ...],
        known: SoFar,
        tell: Callable[[SoFar], None],
        *,
        sure: bool,
    ) -> None:
        self.student_cpu_s = 0.0
        """CPU seconds of the student's processes."""
        self.peak_memory_bytes = 0
        """Largest resident set of any of them."""
        self._material, self._zygote, self._charges, self._known, self._tell = material, zygote, charges, known, tell
        self._files: Mapping[str, bytes] = material.files
        self._bench = Bench(material.reference, material.bundle.assignment.limits, whereabouts, sure)

    def grade(self, submission: Submission) -> Graded:
        """Run the notebook once, judge every question, and say what each is worth.

        1. The public cases of every question in the student's own world: no reference has spoken yet, so these alone may
           be shown with the student's own values and words. Where no reference will ever speak, the hidden ones follow.
        2. Question by question, callees before callers: the hidden cases in the own world, then, unless all passed,
           every case in the reference world. The oracle for a function speaks only after its own question is closed.

        What an earlier judge of this submission has settled stays as it is.

        Raises:
            SubmissionError: the file is no notebook, or none of this assignment.
            AuthorError: a cell needs a package that the bundle asks for, and that is not installed.
            MachineFault, Unsure: to be tried once more, from a fresh kernel.
        """
        otter = self._material.bundle.assignment.otter
        cells, beside = notebook.read_submission(submission, otter)
        self._files = with_course_files(beside, self._material.files)
        sources = [cell.source for cell in notebook.code_cells(cells)]
        functions = self._material.functions
        if otter is None and not any(name in source for name in functions for source in sources):
            raise SubmissionError(
                f"{submission.shown or submission.path}: names none of the functions of this assignment ({', '.join(sorted(functions))}). "
                "Check that it is the right notebook, and the right bundle."
            )
        defined = definitions(sources)
        text = NotebookText() if otter is None else NotebookText(last_definitions(sources), imports(sources), bound(sources))
        if otter is not None and otter.seed is not None:
            notebook.seed_cells(cells, otter.seed, otter.seed_variable)
        with self._executed(cells, outputs=False) as (kernel, executed):
            self._refuse_to_blame(executed)
            court = self._court(kernel, executed, text)
            isolated = [question for question in self._material.plan.order if question.isolation is Isolation.ISOLATED]
            execution = self._known.execution or executed
            if self._known.execution is None:
                # One that was judged in an earlier run is not asked; in the order of the others it counts as closed.
                own = court.try_all([question for question in isolated if self._known.score(question.name) is None], Stage.PUBLIC)
                self._tell(SoFar.of_public(execution, own))
            else:
                own = {question.name: self._known.cases(question.name) for question in isolated}
            if not any(map(self._has_reference_world, isolated)):
                promising = [q for q in isolated if self._known.score(q.name) is None and _all_passed(own[q.name])]
                hidden = court.try_all(promising, Stage.HIDDEN)
                own = {name: cases | hidden.get(name, {}) for name, cases in own.items()}
            scores = {}
            closed: set[str] = set()
            for question in isolated:
                close = partial(self._close, question, court, own.get(question.name, {}), frozenset(closed), defined)
                scores[question.name] = self._once(question, close)
                closed.update(question.functions)
        for question in self._material.plan.order:
            if question.isolation is Isolation.SHARED:
                scores[question.name] = self._once(question, partial(self._beside, question, cells, text, defined))
        return graded(submission, [scores[q.name] for q in self._material.bundle.assignment.questions], execution)

    def _once(self, question: Question, close: Callable[[], QuestionScore]) -> QuestionScore:
        """The score of a question: from before, or by closing it, and then it is told."""
        score = self._known.score(question.name)
        if score is None:
            score = close()
            self._tell(SoFar(closed=(score,)))
        return score

    def _beside(self, question: Question, cells: NotebookNode, text: NotebookText, defined: dict[str, list[int]]) -> QuestionScore:
        """Judge a question whose tests run in the student's process: in a kernel of its own, that has heard of no other test.

        All other questions are closed by now, and nothing that is heard here can reach them.
        """
        self._bench.whereabouts.nowhere(time.monotonic() + _RUN_S)
        with self._executed(cells, outputs=False) as (kernel, execution):
            court = self._court(kernel, execution, text)
            judged = court.try_cases(question, Stage.PUBLIC) | court.try_cases(question, Stage.HIDDEN)
        return self._settled(question, judged, None, defined)

    def _court(self, kernel: Kernel, execution: Execution, text: NotebookText) -> Court:
        imports = self._material.imports if _lacks_a_package(execution) else {}
        return Court(self._material, kernel, imports, self._bench, self._charges, text)

    def run_notebook(self, path: Path) -> tuple[NotebookNode, Execution]:
        """Run a notebook's cells in the sandbox: its bare cells with their outputs, and what happened to each.

        Raises:
            SubmissionError, MachineFault
        """
        cells = notebook.read_notebook(path)
        with self._executed(cells, outputs=True) as (_kernel, execution):
            return cells, execution

    def _refuse_to_blame(self, execution: Execution) -> None:
        """A cell that imports what the bundle asks for, and what is not installed here, costs nobody points.

        Raises:
            AuthorError: there is such a cell. It is the grader's own lack, whatever the student's code raises: the package is not here.
        """
        for problem in execution.problems:
            named = re.match(r"No module named '([\w.]+)'", problem.text) if problem.name == _NO_MODULE else None
            lacking = self._material.bundle.not_installed
            for name in lacking if named else ():
                if named and f"{named[1]}.".startswith(f"{name}."):
                    raise AuthorError(
                        f"asks for {name}, which cell {problem.cell} imports, and which is not installed here.",
                        file=lacking[name],
                        remedy="Install it where you grade, and grade again.",
                    )

    @contextlib.contextmanager
    def _executed(self, cells: NotebookNode, *, outputs: bool) -> Iterator[tuple[Kernel, Execution]]:
        limits = self._material.bundle.assignment.limits
        kernel: Kernel | None = None
        try:
            kernel, execution = execute.run_cells(cells, lambda: self._zygote.fork(self._files, limits), limits, outputs=outputs)
            yield kernel, execution
        finally:
            if kernel is not None:
                kernel.close()
                self.student_cpu_s += kernel.cpu_s
                self.peak_memory_bytes = max(self.peak_memory_bytes, kernel.memory_bytes)

    def _close(
        self, question: Question, court: Court, own: dict[int, CaseVerdict], closed: frozenset[str], defined: dict[str, list[int]]
    ) -> QuestionScore:
        """Judge what is left of a question and settle it."""
        if len(own) < len(self._material.tests[question.name].cases):
            own |= court.try_cases(question, Stage.HIDDEN)
        reference = None
        if self._has_reference_world(question) and not _all_passed(own):
            reference = court.try_cases(question, Stage.REFERENCE, closed)
        return self._settled(question, own, reference, defined)

    def _has_reference_world(self, question: Question) -> bool:
        return self._material.bundle.assignment.credit is Credit.INDEPENDENT and self._material.plan.has_reference_world(question)

    def _settled(
        self,
        question: Question,
        own: dict[int, CaseVerdict],
        reference: dict[int, CaseVerdict] | None,
        defined: dict[str, list[int]],
    ) -> QuestionScore:
        """The score of a question from its verdicts, by case, in the student's own world and, where it was judged, the reference's."""
        test = self._material.tests[question.name]
        places = range(len(test.cases))
        in_own = tuple(own[place] for place in places)
        in_reference = None if reference is None else tuple(reference[place] for place in places)
        notes = notes_on_definitions(question.functions, defined)
        return credit.score(question, in_own, in_reference, all_or_nothing=test.all_or_nothing, notes=notes)


def graded(submission: Submission, scores: Sequence[QuestionScore], execution: Execution) -> Graded:
    """Put a result together from its parts, whenever they were judged; scores in the order of the assignment's questions."""
    return Graded(submission, tuple(scores), execution, (_LACKING,) if _lacks_a_package(execution) else ())


def _all_passed(cases: Mapping[int, CaseVerdict]) -> bool:
    return all(case.verdict is Verdict.PASSED for case in cases.values())


def _lacks_a_package(execution: Execution) -> bool:
    return any(problem.name == _NO_MODULE for problem in execution.problems)
