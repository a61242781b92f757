"""Tries cases of one submission's questions in fresh forks of its kernel."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.bundle import Bundle, case_seed
from autograder.errors import AuthorError, SubmissionError
from autograder.grading.definitions import imports
from autograder.grading.judge import Bench, Trial, in_one_process, judge
from autograder.grading.namespace import NotebookText
from autograder.grading.notebook import code_cells, read_notebook
from autograder.grading.order import Plan, plan
from autograder.grading.reference import Reference
from autograder.grading.remote import Budget, Unsure
from autograder.grading.testfile import LoadedTest, broken_test, load_test
from autograder.grading.verdicts import CaseOutcome, StudentAct, of_lost_judge
from autograder.grading.whereabouts import Place, Stage
from autograder.kernel import frames
from autograder.kernel.zygote import Kernel, Unruly
from autograder.model import CaseVerdict, Isolation, Question, Verdict, Visibility, World

__all__ = ["Charge", "Court", "Material", "load_material", "release_cells", "trial_of_one_case"]

_REPLY_BYTES = 96 << 20
_FORK_S = 10.0
_PREPARED_S = 120.0
"""Seconds from one question's last case to the next one's first: files are put back and a process is forked, each in its own time."""


@dataclass(frozen=True)
class Material:
    """What a bundle holds for judging, loaded once for a class."""

    bundle: Bundle
    """The opened bundle."""
    tests: Mapping[str, LoadedTest]
    """Question name → its test file."""
    reference: Reference | None
    """The solution; None where an otter bundle has none."""
    plan: Plan
    """The order of the questions, and their helpers."""
    seeds: Mapping[str, tuple[int, ...]]
    """Question name → what the generators of its cases start from: HMAC-SHA256 of the case's name under the question's key."""
    functions: frozenset[str]
    """Functions of all questions."""
    files: Mapping[str, bytes]
    """What every submission finds in its folder."""
    imports: Mapping[str, str]
    """Name → statement: what the untouched notebook imports at the top level of its cells."""


def load_material(bundle: Bundle) -> Material:
    """Load tests and reference.

    Raises:
        AuthorError: one of them does not load.
    """
    assignment = bundle.assignment
    tests = {question.name: _loaded(bundle, question) for question in assignment.questions}
    reference = Reference(bundle.solution, bundle.root / "files") if bundle.solution is not None else None
    order = plan(assignment.questions, reference.source if reference else "", {name: test.mentions for name, test in tests.items()})
    keys = bundle.question_keys
    seeds = {name: tuple(case_seed(keys[name], case.name) for case in test.cases) for name, test in tests.items()}
    functions = frozenset(name for question in assignment.questions for name in question.functions)
    return Material(bundle, tests, reference, order, seeds, functions, bundle.files(), imports(release_cells(bundle)))


def _loaded(bundle: Bundle, question: Question) -> LoadedTest:
    """A question's test file; one that does not load costs the question in an otter bundle, and everything in one of ours.

    Raises:
        AuthorError: it does not load.
    """
    path = bundle.test_file(question.name)
    try:
        return load_test(path, bundle.root, bundle.workplace, theirs=bundle.assignment.otter is not None)
    except AuthorError as error:
        if bundle.assignment.otter is None:
            raise
        return broken_test(path, question.name, str(error))


def release_cells(bundle: Bundle) -> list[str]:
    """Sources of the code cells of the untouched notebook; none where there is no such notebook.

    Raises:
        AuthorError: it cannot be read.
    """
    if bundle.notebook is None:
        return []
    try:
        release = read_notebook(bundle.notebook)
    except SubmissionError as error:
        raise AuthorError(
            f"cannot be read: {error}", file=f"release/{bundle.assignment.notebook}", remedy="Build the bundle again."
        ) from error
    return [cell.source for cell in code_cells(release)]


@dataclass(frozen=True, slots=True)
class Charge:
    """A case in which a judge of this submission ended, with a value of the student's in play."""

    place: Place
    """Which case."""
    how: str
    """What became of the judge."""
    students: bool
    """False when the reference's own value ends a judge as well: then it is the author's mistake."""


class Court:
    """Tries cases of one submission's questions, each question in fresh forks of its kernel.

    Args:
        material: Of the class.
        kernel: The submission's, its notebook run.
        imports: Name → import statement, for names that the notebook does not have.
        bench: Where cases are judged.
        charges: Cases that ended a judge of this submission before: they and what follows them in their question are not tried again.
        text: What the notebook's text says of it.
    """

    def __init__(
        self,
        material: Material,
        kernel: Kernel,
        imports: Mapping[str, str],
        bench: Bench,
        charges: tuple[Charge, ...],
        text: NotebookText,
    ) -> None:
        self._material, self._kernel, self._imports, self._text = material, kernel, imports, text
        self._bench = bench
        self._charges = {charge.place.question: charge for charge in charges}
        self._budgets = {(q.name, world): Budget.of(bench.limits) for q in material.plan.order for world in World}
        self._unruly = self._silent = False
        self._at_rest(kernel.remember)

    def try_all(self, questions: Sequence[Question], stage: Stage) -> dict[str, dict[int, CaseVerdict]]:
        """Judge one stage of several questions in the student's own world; question name → index → verdict.

        Most functions being right, one process is asked about all questions first, and those that pass there have passed. Each other
        one gets a process of its own, and is judged by what it does there. Only for stages in which nothing that one question's
        functions are told is of use to another's: no oracle has spoken yet, or none ever will.
        """
        passed = self._passed_together(questions, stage) if not self._charges and not self._bench.sure else {}
        return {question.name: passed.get(question.name) or self.try_cases(question, stage) for question in questions}

    def _passed_together(self, questions: Sequence[Question], stage: Stage) -> dict[str, dict[int, CaseVerdict]]:
        passed: dict[str, dict[int, CaseVerdict]] = {}
        outcome = CaseOutcome(Verdict.PASSED)
        with contextlib.suppress(StudentAct, Unsure), self._question() as link:
            for question in questions:
                trial = _trial(self._material, question, stage, frozenset(), self._imports, self._text)
                for outcome in in_one_process(trial, self._bench, Budget.of(self._bench.limits), link) if trial.indices else ():
                    if outcome.verdict is not Verdict.PASSED:
                        break
                else:
                    passed[question.name] = {index: _settled(trial, index, outcome) for index in trial.indices}
                if outcome.process_ended:
                    break
        return passed

    def try_cases(self, question: Question, stage: Stage, closed: frozenset[str] = frozenset()) -> dict[int, CaseVerdict]:
        """Judge the cases of one stage; index → verdict. `closed`: functions whose questions are closed, for the reference world."""
        trial = _trial(self._material, question, stage, closed, self._imports, self._text)
        budget = self._budgets[question.name, _world(stage)]
        spared = self._charged(trial)
        kept = tuple(index for index in trial.indices if index not in spared)
        outcomes = (
            dict(zip(kept, judge(replace(trial, indices=kept), self._bench, budget, self._question, self._overrun), strict=True)) | spared
        )
        if stage is Stage.HIDDEN and self._material.bundle.assignment.otter is not None and not spared:
            outcomes = _better(outcomes, self._after_public_ones(trial, outcomes, budget))
        return {index: _settled(trial, index, outcomes[index]) for index in trial.indices}

    def _after_public_ones(self, trial: Trial, outcomes: Mapping[int, CaseOutcome], budget: Budget) -> dict[int, CaseOutcome]:
        """Hidden cases once more, where one did not pass, behind the public ones that stand before them, as otter runs them.

        What a public case's call leaves in the notebook, such as money in an account, may be what a hidden one looks for.
        """
        lost = [index for index, outcome in outcomes.items() if outcome.verdict in (Verdict.FAILED, Verdict.ERROR)]
        upto = tuple(range(max(lost) + 1)) if lost else ()
        if not set(upto) - set(trial.indices):
            return {}
        again = dict(zip(upto, judge(replace(trial, indices=upto), self._bench, budget, self._question, self._overrun), strict=True))
        return {index: again[index] for index in upto if index in trial.indices}

    def _charged(self, trial: Trial) -> dict[int, CaseOutcome]:
        charge = self._charges.get(trial.question)
        if charge is None or trial.stage < charge.place.stage:
            return {}
        later = trial.stage > charge.place.stage
        outcome = of_lost_judge(charge.how, value_seen=charge.students)
        return {index: outcome for index in trial.indices if later or index >= charge.place.case}

    @contextlib.contextmanager
    def _question(self) -> Iterator[frames.Link]:
        """A fresh process of a question; at the end it is ended, and the submission's folder put back."""
        link = self._fork()
        try:
            yield link
        finally:
            link.close()
            self._at_rest(self._kernel.end_question)

    def _overrun(self) -> str | None:
        return self._kernel.overrun

    def _fork(self) -> frames.Link:
        if self._unruly:
            words = "The notebook starts processes faster than they can be ended."
            raise StudentAct(Verdict.ERROR, words, words)
        if self._silent:
            words = "The notebook's process ended, or stopped answering, after its last cell."
            raise StudentAct(Verdict.ERROR, words, words)
        self._bench.whereabouts.nowhere(time.monotonic() + _PREPARED_S)
        try:
            return self._kernel.fork_question(most_bytes=_REPLY_BYTES, deadline=time.monotonic() + _FORK_S)
        except (frames.Closed, frames.FrameTimeout, frames.BadFrame) as error:
            if isinstance(error, frames.FrameTimeout) and not self._bench.sure:
                raise Unsure from error
            self._silent = True  # it will not be asked again: each time would take as long
            return self._fork()
        except Unruly:
            self._unruly = True
            return self._fork()

    def _at_rest(self, do: Callable[[], None]) -> None:
        """Do something for which every process of the submission but the kernel has to be ended."""
        try:
            do()
        except Unruly:
            self._unruly = True


def _trial(
    material: Material, question: Question, stage: Stage, closed: frozenset[str], imports: Mapping[str, str], text: NotebookText
) -> Trial:
    otter = material.bundle.assignment.otter
    own_world = _world(stage) is World.OWN
    return Trial(
        question=material.bundle.assignment.questions.index(question),
        stage=stage,
        test=material.tests[question.name],
        indices=tuple(i for i, case in enumerate(material.tests[question.name].cases) if _belongs(case.visibility, stage)),
        own=question.functions,
        others=material.functions - set(question.functions),
        stand_ins=None if own_world else material.plan.helpers[question.name] & closed,
        references=frozenset() if own_world else closed - set(question.functions),
        imports=imports,
        seeds=material.seeds[question.name],
        text=text,
        ours=otter is None,
        beside=question.isolation is Isolation.SHARED,
        exact=otter is not None and otter.exact,
    )


def trial_of_one_case(material: Material, place: Place) -> Trial:
    """The trial of a single case, for a rehearsal with the reference alone."""
    trial = _trial(material, material.bundle.assignment.questions[place.question], place.stage, frozenset(), {}, NotebookText())
    return replace(trial, indices=(place.case,))


def _better(outcomes: dict[int, CaseOutcome], again: Mapping[int, CaseOutcome]) -> dict[int, CaseOutcome]:
    """Of two ways to run the same cases, the one in which more passed."""

    def passed(way: Mapping[int, CaseOutcome]) -> int:
        return sum(way[index].verdict is Verdict.PASSED for index in again)

    return {**outcomes, **again} if passed(again) > passed(outcomes) else outcomes


def _world(stage: Stage) -> World:
    return World.REFERENCE if stage is Stage.REFERENCE else World.OWN


def _belongs(visibility: Visibility, stage: Stage) -> bool:
    return stage is Stage.REFERENCE or (visibility is Visibility.PUBLIC) == (stage is Stage.PUBLIC)


def _settled(trial: Trial, index: int, outcome: CaseOutcome) -> CaseVerdict:
    """Decide who may read what: a student's own values are shown for public cases of their own world, and nowhere else."""
    case = trial.test.cases[index]
    # A whole file beside the student's code brings its hidden cases with it, and an open word could carry them out.
    carries = trial.beside and not trial.test.prints and any(each.visibility is Visibility.HIDDEN for each in trial.test.cases)
    carries = carries or (case.opens and not trial.beside)  # a file of the grader's, by the name that the student's code gave it
    message = outcome.open if trial.stage is Stage.PUBLIC and not carries else outcome.closed
    if outcome.verdict is Verdict.PASSED:
        message = case.success_message
    elif message and case.failure_message:
        message = f"{case.failure_message}\n{message}"
    staff, held_back = outcome.staff, outcome.held_back
    return CaseVerdict(case.name, case.visibility, case.points, outcome.verdict, message, staff, held_back, outcome.repeatable)
