"""What grading says of a submission: verdicts, scores, results."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path, PurePosixPath

from autograder.model.policy import Profile, Question

__all__ = [
    "CaseVerdict",
    "CellProblem",
    "Confined",
    "Execution",
    "Graded",
    "Measured",
    "QuestionScore",
    "Result",
    "Submission",
    "Verdict",
    "Visibility",
    "Withheld",
    "World",
]


class Verdict(enum.StrEnum):
    """What became of one test case; exactly one per declared case."""

    PASSED = "passed"
    """The test ran to its end without an exception: the only verdict that earns points."""
    FAILED = "failed"
    """The student's function answered, and the answer is wrong."""
    ERROR = "error"
    """The student's function raised, ended its process, or answered with something that is not data."""
    TIMED_OUT = "timed_out"
    """The call's or the question's own time limit was used up."""
    OUT_OF_MEMORY = "out_of_memory"
    """The question's own memory limit was used up."""
    MISSING = "missing"
    """The notebook defines no function of that name."""
    WITHHELD = "withheld"
    """We cannot say (machine's or author's fault): never counted as zero."""


class World(enum.StrEnum):
    """Whose helpers a question's function was run with."""

    OWN = "own"
    """Everything is the student's."""
    REFERENCE = "reference"
    """The other graded functions are answered by the reference solution."""


class Visibility(enum.StrEnum):
    """Who may see a test case."""

    PUBLIC = "public"
    """Students have it in the release."""
    HIDDEN = "hidden"
    """Only the grading bundle has it; students read closed words about it."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student (or group) handed in."""

    name: str
    """Unique in a batch, and the gradebook's `submission` column; never used as a path."""
    path: Path
    """The notebook's file; its name need not be the one that it was handed in by."""
    shown: str = ""
    """What messages call the file: what it was handed in as; empty: its path."""

    @property
    def file(self) -> str:
        """What it was handed in as, without folders."""
        return PurePosixPath(self.shown).name if self.shown else self.path.name


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What became of one declared test case in one world."""

    name: str
    """As the test file names it."""
    visibility: Visibility
    """Public cases may show the student's own values; hidden ones speak closed words."""
    possible: Fraction
    """Points of this case."""
    verdict: Verdict
    """The only thing that decides the points."""
    message: str = ""
    """What the student may read; empty when passed. Closed words for anything hidden."""
    staff_message: str = ""
    """What only staff may read: may hold hidden values and the student's own text; may be empty."""
    held_back: tuple[str, ...] = ()
    """Types of what it met that cannot leave the student's process; empty when passed."""
    repeatable: bool = True
    """False where it may have been the machine's doing: then it is not kept for other runs."""

    @property
    def earned(self) -> Fraction:
        """All of the case's points when it passed, else none."""
        return self.possible if self.verdict is Verdict.PASSED else Fraction(0)


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """One question of one submission."""

    question: Question
    """Which."""
    cases: tuple[CaseVerdict, ...]
    """Of the counted world, in the test file's order; one per declared case."""
    world: World
    """The world that counts."""
    earned: Fraction | None
    """Points earned in the counted world; None when withheld."""
    earned_own: Fraction | None = None
    """Points in the student's own world; None when withheld."""
    earned_reference: Fraction | None = None
    """Points with the reference's helpers; None when that world was not needed."""
    own_cases: tuple[CaseVerdict, ...] = ()
    """The own world's verdicts when the reference world counts; else empty."""
    reference_cases: tuple[CaseVerdict, ...] = ()
    """The reference world's verdicts when it was judged and does not count; else empty. For staff."""
    notes: tuple[str, ...] = ()
    """Sentences for the student and staff alike, e.g. which definition was used."""
    all_or_nothing: bool = False
    """True when one failed case costs all of the question's points."""

    @property
    def repeatable(self) -> bool:
        """Whether the same code would certainly be scored so again: nothing is withheld, and no limit but the question's own was hit."""
        judged = (*self.cases, *self.own_cases, *self.reference_cases)
        return self.earned is not None and all(case.repeatable and case.verdict is not Verdict.WITHHELD for case in judged)


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that raised, timed out, hung or ended its kernel. Never costs a point by itself."""

    cell: int
    """1-based position among the notebook's code cells."""
    kind: str
    """`raised`, `timed_out` (interrupted), `hung` (could not be interrupted; left out), `killed_kernel` (left out) or `not_run`."""
    name: str
    """Exception's class name as the student's process told it; may be empty."""
    text: str
    """First line of its message, cut to a fixed length; the student's own text."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How the notebook itself ran."""

    cells: int
    """Code cells with any source."""
    problems: tuple[CellProblem, ...] = ()
    """In order of the cells."""
    fresh_kernels: int = 0
    """How many times it was started again without a cell that killed or hung its kernel."""
    output_dropped: bool = False
    """True when the notebook said more than `Limits.output_bytes`."""

    @property
    def repeatable(self) -> bool:
        """Whether the same cells would certainly run so again: none was stopped."""
        return all(problem.kind == "raised" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Confined:
    """What confined student code on the machine that graded."""

    profile: Profile
    """The profile in use."""
    holds: tuple[str, ...]
    """Sentences: what is enforced."""
    missing: tuple[str, ...]
    """Sentences: what is not, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures that differ from run to run; kept under one key of the result document."""

    wall_s: float = 0.0
    """Seconds from first to last act on this submission."""
    cpu_s: float = 0.0
    """CPU seconds of the trusted side and of the student's processes together."""
    student_cpu_s: float = 0.0
    """CPU seconds of the student's processes."""
    peak_memory_bytes: int = 0
    """Largest resident set of any of the student's processes; 0 where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission with a score."""

    submission: Submission
    """Whose."""
    questions: tuple[QuestionScore, ...]
    """One per question of the assignment, in its order."""
    execution: Execution
    """How the notebook ran."""
    notes: tuple[str, ...] = ()
    """Sentences about the submission as a whole."""
    measured: Measured = field(default_factory=Measured)
    """Not part of the verdict."""

    @property
    def total(self) -> Fraction | None:
        """Points earned, optional questions left out; None when any counted question is withheld."""
        total = Fraction(0)
        for score in self.questions:
            if score.question.optional:
                continue
            if score.earned is None:
                return None
            total += score.earned
        return total


@dataclass(frozen=True, slots=True)
class Withheld:
    """A submission without a score, and why. Never a zero."""

    submission: Submission
    """Whose."""
    reason: str
    """A sentence that names the file and what to do."""
    measured: Measured = field(default_factory=Measured)
    """What was spent on it."""


Result = Graded | Withheld
"""Exactly one per submission."""
