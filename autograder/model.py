"""The nouns of grading: frozen, without behaviour that could fail, at the bottom of every import."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

__all__ = [
    "Assignment",
    "CaseVerdict",
    "CellProblem",
    "Credit",
    "Execution",
    "Graded",
    "Isolation",
    "KernelKind",
    "Limits",
    "Measured",
    "OtterRules",
    "Profile",
    "Question",
    "QuestionScore",
    "Result",
    "Sandbox",
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


class Credit(enum.StrEnum):
    """How a question's two worlds become one score."""

    INDEPENDENT = "independent"
    """The better of the two worlds, by the question's total (default)."""
    OWN = "own"
    """Only the student's own world."""


class Isolation(enum.StrEnum):
    """Where a question's tests run."""

    ISOLATED = "isolated"
    """In the trusted process; only values cross to the student's (default)."""
    SHARED = "shared"
    """In the student's process, for what cannot cross. **Not tamper-proof**: whatever shows such a result says so."""


class Sandbox(enum.StrEnum):
    """What to do where the machine cannot enforce a layer of confinement."""

    REQUIRED = "required"
    """Refuse to run."""
    BEST = "best"
    """Run with what there is, and say so (default)."""
    OFF = "off"
    """Confine nothing, and say so."""


class KernelKind(enum.StrEnum):
    """What runs a notebook's cells."""

    WARM = "warm"
    """A kernel forked from a process that has imported everything; each question is a fork of it (default)."""
    STOCK = "stock"
    """The environment's ordinary Python kernel, started anew for the notebook and for each question: slower, same scores."""


class Profile(enum.StrEnum):
    """How student code is confined; each is tested as a whole."""

    NAMESPACES = "namespaces"
    """All layers: an empty root, a pid namespace, no network, besides all that `processes` has."""
    PROCESSES = "processes"
    """Where the machine refuses user namespaces: Landlock, seccomp, resource limits, a user of its own where root grades."""
    OFF = "off"
    """Resource limits only."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use. All of them are the author's to change in `grader_config.yaml`.

    CPU time decides; by the wall clock three times as much may pass, and a second, for what sleeps or waits (see `kernel/clock.py`).
    """

    notebook_s: float = 120.0
    """CPU seconds for all cells of one notebook together, restarts included."""
    cell_s: float = 20.0
    """CPU seconds for one cell; after it the cell is interrupted and the rest still runs."""
    call_s: float = 2.0
    """CPU seconds for one call of a graded function."""
    question_s: float = 10.0
    """CPU seconds for one question's calls in one world; later cases are then timed out."""
    memory_bytes: int = 1 << 30
    """Memory that the notebook and each question may add to the warm process they start from; twice that for all processes together."""
    output_bytes: int = 1 << 20
    """Bytes of printed or displayed output kept per notebook; the rest is dropped, never punished."""
    processes: int = 64
    """Processes and threads that the notebook may have at once."""
    disk_bytes: int = 256 << 20
    """Bytes of files that a submission may have at once (profile `namespaces`), and of each file."""


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the gradebook: a test file and the functions or classes it looks at."""

    name: str
    """Name in the gradebook, of the test file (`tests/NAME.py`) and in `grader.check("NAME")`."""
    functions: tuple[str, ...]
    """Functions (and classes, where it is shared) of the notebook that this question grades; the first names it to students. Empty where
    only otter's tests know."""
    points: Fraction
    """Points possible; 0 for an optional question."""
    optional: bool = False
    """Judged and explained, but never in the total."""
    isolation: Isolation = Isolation.ISOLATED
    """Where its tests run."""


@dataclass(frozen=True, slots=True)
class OtterRules:
    """What an otter bundle's `otter_config.json` says that grading or its reports obey (otter-grader 7.0.0)."""

    seed: int | None = None
    """`random` and `numpy.random` start from it before each code cell; None: they do not."""
    seed_variable: str | None = None
    """Where named, this variable is set to the seed instead."""
    points_possible: Fraction | None = None
    """The total is scaled to this in what a platform is told."""
    score_threshold: Fraction | None = None
    """Share of the points from which on a platform is told full marks, and below it none."""
    show_hidden: bool = False
    """Hidden cases may be seen once grades are published."""
    show_all_public: bool = False
    """Where all cases are public, each question's entry is visible."""
    force_public_test_summary: bool = True
    """Public cases are summed up for students even where `show_hidden` is set."""
    show_stdout: bool = False
    """What graders print may be seen once grades are published."""
    assignment_name: str = ""
    """Submissions that say that they are of another are refused; empty: any is taken."""
    exact: bool = False
    """Score as otter does also where it is plainly wrong."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The author's policy, resolved and checked: what a bundle's plan says."""

    name: str
    """Stable identifier, part of every seed; letters, digits, `-` and `_`."""
    title: str
    """For people."""
    notebook: str
    """File name of the release notebook, without folders; empty where an otter bundle has none."""
    solution: str
    """File name of the solution module inside the bundle's `solutions/`; empty where an otter bundle has none."""
    questions: tuple[Question, ...]
    """In the order of the config, graded first, then optional."""
    limits: Limits = field(default_factory=Limits)
    """What a submission may use."""
    credit: Credit = Credit.INDEPENDENT
    """How two worlds become one score."""
    sandbox: Sandbox = Sandbox.BEST
    """What to do where confinement is not to be had."""
    kernel: KernelKind = KernelKind.WARM
    """What runs the notebooks."""
    preload: tuple[str, ...] = ("numpy",)
    """Modules imported once, before the first submission; never one of the release's own files."""
    demo_secret: bool = False
    """True when the inputs of hidden cases come from the published demo secret."""
    otter: OtterRules | None = None
    """Of a bundle that otter made; None for one of ours."""

    @property
    def points(self) -> Fraction:
        """Points possible in the whole assignment; optional questions add nothing."""
        return sum((q.points for q in self.questions if not q.optional), Fraction(0))


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student (or group) handed in."""

    name: str
    """Unique in a batch, and the gradebook's `submission` column; never used as a path."""
    path: Path
    """The notebook's file."""


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
