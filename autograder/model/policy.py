"""The author's policy: what is graded, for how many points, within which limits, and what is made of it afterwards."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

__all__ = [
    "Assignment",
    "Credit",
    "Isolation",
    "KernelKind",
    "Lateness",
    "Limits",
    "OtterRules",
    "Profile",
    "Question",
    "Reporting",
    "Sandbox",
]


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
class Lateness:
    """What a late submission costs. Never part of a question's points: a line of its own."""

    due: datetime
    """With a UTC offset; an extension takes its place for one person."""
    grace_s: int = 0
    """Seconds after it within which nothing is subtracted. Later, days are counted from the due date itself."""
    per_day: Fraction = Fraction(0)
    """Share of the points possible that each started day costs."""
    cap: Fraction = Fraction(1)
    """Largest share of the points possible that lateness can cost."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """What is made of verdicts when they are read. No verdict depends on it, so changing it regrades nobody."""

    lateness: Lateness | None = None
    """None: times are carried, and nothing is subtracted."""
    not_submitted: Fraction | None = None
    """Points in platforms' gradebooks for who handed in nothing; None: they are left out there."""
    export_late: bool = False
    """Whether platforms' gradebooks get the score after lateness; most platforms subtract their own."""


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
    reporting: Reporting = field(default_factory=Reporting)
    """What is made of the verdicts afterwards."""

    @property
    def points(self) -> Fraction:
        """Points possible in the whole assignment; optional questions add nothing."""
        return sum((q.points for q in self.questions if not q.optional), Fraction(0))
