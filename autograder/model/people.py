"""A class: who is on the roster, who handed in what and when, and where each of them stands."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

__all__ = ["HandedIn", "LateLine", "Outcome", "Person", "Platform", "QuestionOutcome", "QuestionStanding", "Standing", "State", "Student"]


class Platform(enum.StrEnum):
    """Where submissions came from, by the shape of what came."""

    GRADESCOPE = "gradescope"
    """A Gradescope export: `submission_metadata.yml` and a folder for each submission."""
    CANVAS = "canvas"
    """Canvas's download: one folder of files named `name_LATE_user_attachment_file`."""
    MOODLE = "moodle"
    """Moodle's download: `Full Name_4454589_assignsubmission_file`, as folders or flat."""
    NBGRADER = "nbgrader"
    """nbgrader's `submitted/` tree or exchange inbound."""
    GITHUB = "github"
    """Clones of GitHub Classroom repositories, a folder for each."""
    FOLDER = "folder"
    """Anything else: files and folders, whose names are only claims."""


@dataclass(frozen=True, slots=True)
class Person:
    """What a platform wrote of one of those who handed something in. Any field may be empty."""

    id: str = ""
    """The platform's own id: Canvas's user id, Moodle's participant number, an account on GitHub."""
    sid: str = ""
    """The number by which the school knows them."""
    login: str = ""
    """Account name."""
    email: str = ""
    """As written; compared without case."""
    name: str = ""
    """For people; any order of its parts, and perhaps run together (Canvas: `doejane`)."""


@dataclass(frozen=True, slots=True)
class Student:
    """A row of the roster."""

    id: str
    """Unique in the roster, never empty."""
    login: str = ""
    """Account name; unique where it is not empty."""
    email: str = ""
    """Unique, without case, where it is not empty."""
    name: str = ""
    """For people; need not be unique."""
    section: str = ""
    """May be empty."""
    group: str = ""
    """Who share a group share its submission; may be empty."""
    platform_ids: tuple[tuple[Platform, str], ...] = ()
    """What platforms call them, where the roster is a platform's own file: Canvas's user id, Moodle's participant number."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One submission, as whoever collected it wrote it down. Nothing here is taken from what a student could write."""

    platform: Platform
    """Where from."""
    assignment: str
    """The platform's id of the assignment; empty where what came does not say."""
    owner: str
    """The platform's id of the person or group; where `claimed`, the name of a file or folder."""
    attempt: str
    """The platform's mark of the attempt; empty where it has none. Among one owner's, the greatest counts, numbers by value."""
    name: str
    """Unique in a class, for people: the gradebook's `submission` column. Never a path."""
    file: str = ""
    """What the file was called when it was handed in; the student's own words. Empty where there is none."""
    people: tuple[Person, ...] = ()
    """Who; several for a group, none where the platform does not say."""
    claimed: bool = False
    """True where `owner` is only what somebody called a file, which is no proof."""
    anonymous: bool = False
    """True where the platform hid who it is."""
    submitted_at: datetime | None = None
    """With a UTC offset; None where what came does not say."""
    late: bool | None = None
    """The platform's own flag; None where it has none."""
    refused: str = ""
    """Why there is nothing to grade: a sentence that names the file and what to do. Empty for most."""
    notes: tuple[str, ...] = ()
    """Sentences for staff: why this file of several, which attempt."""

    @property
    def owner_key(self) -> str:
        """Whose it is, whichever attempt; what a match is recorded for."""
        return "/".join(map(_escaped, (self.platform, self.assignment, self.owner)))

    @property
    def key(self) -> str:
        """Identity: the same submission has it again whenever it comes in, and no other has."""
        return f"{self.owner_key}/{_escaped(self.attempt)}"


def _escaped(part: str) -> str:
    return part.replace("%", "%25").replace("/", "%2F")


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """A question of one submission, without its cases."""

    name: str
    """Of the question."""
    earned: Fraction | None
    """None when withheld."""
    passed: int
    """Cases passed in the counted world."""
    cases: int
    """Cases in all."""
    helped: bool = False
    """True where the reference's helpers counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What grading says of one submission, without its cases."""

    questions: tuple[QuestionOutcome, ...]
    """One for each question of the assignment; empty when nothing could be judged."""
    total: Fraction | None
    """None when withheld."""
    reason: str = ""
    """Why it is withheld; empty otherwise. For staff."""


class State(enum.StrEnum):
    """The gradebook's `status` column."""

    GRADED = "graded"
    """There is a score."""
    WITHHELD = "withheld"
    """No score, for no fault that could be charged to anyone's points."""
    PENDING = "not graded"
    """Handed in, and not graded yet."""
    NOT_SUBMITTED = "not submitted"
    """On the roster, and handed in nothing."""
    EXCUSED = "excused"
    """Staff excused them: no score counts."""


@dataclass(frozen=True, slots=True)
class QuestionStanding:
    """One question of one person's, after staff had their say."""

    name: str
    """Of the question."""
    automatic: Fraction | None
    """What grading gave; None when withheld or not graded."""
    override: Fraction | None = None
    """What staff gave instead; None: nothing."""
    why: str = ""
    """Staff's reason for it; for staff."""
    comments: tuple[str, ...] = ()
    """What staff wrote for the student."""
    passed: int = 0
    """Cases passed."""
    cases: int = 0
    """Cases in all."""
    helped: bool = False
    """True where the reference's helpers counted."""

    @property
    def points(self) -> Fraction | None:
        """Override, else automatic."""
        return self.automatic if self.override is None else self.override


@dataclass(frozen=True, slots=True)
class LateLine:
    """What lateness does to one person's score: a line of its own."""

    words: str
    """For student and staff: `on time`, `2 days late`, `late, time unknown`."""
    points: Fraction = Fraction(0)
    """What is subtracted, never less than 0."""
    late: bool = True
    """Whether it is late at all, as far as is known."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands (or one submission that is nobody's): a row of every gradebook."""

    student: Student | None
    """None where there is no roster, or where the submission matches nobody on it."""
    handed_in: HandedIn | None
    """The submission that counts; None where there is none."""
    state: State
    """What became of it."""
    questions: tuple[QuestionStanding, ...]
    """One for each question of the assignment, in its order, optional ones too."""
    subtotal: Fraction | None
    """Sum of the counted questions after overrides, before lateness; None while one is not known."""
    lateness: LateLine | None
    """None where nothing is known of times, and nothing asked of them."""
    total_override: Fraction | None
    """Staff's own total, which takes the place of subtotal and lateness."""
    final: Fraction | None
    """The score: exact; None while it is not known, or excused."""
    why: str = ""
    """Staff's reason for an override of the total, or an excuse; for staff."""
    comments: tuple[str, ...] = ()
    """What staff wrote for the student about all of it."""
    reason: str = ""
    """Why it is withheld; for staff."""
    left_out: str = ""
    """Why platforms' gradebooks have no row of it, as a sentence; empty where they have one."""
