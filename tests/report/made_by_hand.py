"""Results made by hand, with one of everything that a report has to show."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from autograder.bundle import Bundle
from autograder.model import (
    Assignment,
    CaseVerdict,
    CellProblem,
    Execution,
    Graded,
    Measured,
    Question,
    QuestionScore,
    Submission,
    Verdict,
    Visibility,
    Withheld,
    World,
)

ROOT = Path("/nowhere/bundle-x1y2")
HELPER = Question("helper", ("helper",), Fraction(10))
WHOLE = Question("whole", ("whole",), Fraction(20))
EXTRA = Question("extra", ("extra",), Fraction(0), optional=True)
ASSIGNMENT = Assignment("toy", "A toy & more", "toy.ipynb", "toy.py", (HELPER, WHOLE, EXTRA), demo_secret=True)
BUNDLE = Bundle(ROOT, "ab" * 32, ASSIGNMENT, {})
STAND_INS = {"helper": (), "whole": ("helper",), "extra": ()}
STAFF = "only staff may read this"


def case(name: str, points: int, verdict: str = "passed", message: str = "", *, hidden: bool = True) -> CaseVerdict:
    visibility = Visibility.HIDDEN if hidden else Visibility.PUBLIC
    return CaseVerdict(name, visibility, Fraction(points), Verdict(verdict), message, "" if verdict == "passed" else STAFF)


def submission(name: str = "jdoe", path: str = "/class/secret-folder/hand_in.ipynb") -> Submission:
    return Submission(name, Path(path))


def score(question: Question, *cases: CaseVerdict, earned: int | Fraction | None = None) -> QuestionScore:
    """A question judged in the student's own world alone; `earned` from the cases when not given."""
    points = sum((c.earned for c in cases), Fraction(0)) if earned is None else Fraction(earned)
    return QuestionScore(question, cases, World.OWN, points, points)


def wrong_helper(name: str = "jdoe", message: str = "a[0]: its values are different.") -> Graded:
    """A wrong helper, and a right function that calls it."""
    helper = score(HELPER, case("values", 4, "failed", message, hidden=False), case("any size", 6))
    own = (case("steps", 5, "failed", "b: its shape is different."), case("any length", 15))
    counted = (case("steps", 5), case("any length", 15))
    whole = QuestionScore(WHOLE, counted, World.REFERENCE, Fraction(20), Fraction(15), Fraction(20), own)
    extra = score(EXTRA, case("one", 0), case("two", 0, "timed_out", "extra took longer than 2 s."))
    run = Execution(7, (CellProblem(3, "raised", "NameError", "name 'x' is not defined"),))
    return Graded(submission(name), (helper, whole, extra), run, (), Measured(1.5, 0.5, 0.25, 1 << 20))


def half_judged(name: str = "half") -> Graded:
    """One question could not be judged, so there is no total."""
    withheld = QuestionScore(WHOLE, (case("steps", 5, "withheld", "This check could not be run."), case("any length", 15)), World.OWN, None)
    return Graded(submission(name), (score(HELPER, case("values", 10)), withheld, score(EXTRA, case("one", 0))), Execution(7))


def withheld(name: str = "empty") -> Withheld:
    """A file that is no notebook."""
    item = submission(name)
    return Withheld(item, f"{item.path}: is empty. Ask for the notebook again.")
