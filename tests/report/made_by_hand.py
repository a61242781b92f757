"""Results made by hand, with one of everything that a report has to show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder.bundle import Bundle
from autograder.model import (
    Assignment,
    CaseVerdict,
    CellProblem,
    Execution,
    Graded,
    HandedIn,
    LateLine,
    Measured,
    Person,
    Platform,
    Question,
    QuestionScore,
    QuestionStanding,
    Result,
    Standing,
    State,
    Student,
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


# A class. Nothing of one student is in what any other is given, so every text of theirs is a word of its own: a canary.

HIDDEN_INPUT = "canary-hidden-input-31337"
"""What only the test file knows; staff's messages hold it."""
REASON = "canary-reason-of-staff"
"""Why staff did what they did."""
FOR_STAFF = "canary-comment-for-staff"
"""A comment that the student never sees."""
HOST = "canary-host.example.edu"
"""The machine that graded."""


def words_of(who: str) -> tuple[str, ...]:
    """All that identifies a student of the class: in nothing that anybody else is given."""
    return (f"canary-name-{who}", f"canary-id-{who}", f"canary-login-{who}", f"canary-mail-{who}@example.edu", f"canary-comment-{who}")


def student(who: str, group: str = "") -> Student:
    name, number, login, mail, _comment = words_of(who)
    return Student(number, login, mail, name, f"canary-section-{who}", group, ((Platform.CANVAS, f"canary-platform-{who}"),))


def handed_in(*who: str, file: str = "hand_in.ipynb") -> HandedIn:
    """What they handed in together; its name in the gradebook names all of them."""
    people = tuple(Person(f"canary-platform-{one}", *(words_of(one)[i] for i in (1, 2, 3, 0))) for one in who)
    name = "+".join(words_of(one)[0] for one in who)
    at = datetime(2026, 5, 3, 23, 59, 58, tzinfo=UTC)
    return HandedIn(Platform.CANVAS, "12", f"canary-owner-{who[0]}", "1", name, file, people, submitted_at=at, notes=(FOR_STAFF,))


def standing(who: str, hand: HandedIn, result: Result, group: str = "", **changes: Any) -> Standing:
    """Where a student stands, with everything that staff can have said."""
    scores = result.questions if isinstance(result, Graded) else ()
    earned = {score.question.name: score.earned for score in scores}
    questions = tuple(QuestionStanding(q.name, earned.get(q.name), passed=1, cases=2) for q in ASSIGNMENT.questions)
    total = result.total if isinstance(result, Graded) else None
    found = Standing(
        student=student(who, group),
        handed_in=hand,
        state=State.WITHHELD if total is None else State.GRADED,
        questions=questions,
        subtotal=total,
        lateness=LateLine("on time", late=False),
        total_override=None,
        final=total,
        why=REASON,
        comments=(words_of(who)[4],),
        reason=f"{HIDDEN_INPUT} on {HOST}",
        left_out=REASON,
    )
    return replace(found, **changes)


def by_hand(one: Standing, question: str, points: int) -> Standing:
    """The same after staff gave points for a question."""
    questions = tuple(replace(q, override=Fraction(points), why=REASON) if q.name == question else q for q in one.questions)
    subtotal = sum((q.points for q in questions if q.points is not None and q.name != EXTRA.name), Fraction(0))
    return replace(one, questions=questions, subtotal=subtotal, final=subtotal)


@dataclass(frozen=True)
class Member:
    """A student of the class, what became of their submission, and where they stand."""

    who: str
    result: Result
    standing: Standing


def a_class() -> list[Member]:
    """Late, overridden, excused, in a group, withheld, with points of their own for everything: one of each."""

    def graded(hand: HandedIn) -> Graded:
        result = wrong_helper(hand.name)
        secret = replace(case("any size", 6, "failed", "a[0]: its values are different."), staff_message=f"{HIDDEN_INPUT} {ROOT} {HOST}")
        questions = (score(HELPER, case("values", 4, hidden=False), secret), *result.questions[1:])
        return replace(
            result, submission=Submission(hand.name, Path(f"/canary-folder/{hand.owner}/{hand.name}.ipynb")), questions=questions
        )

    found: list[Member] = []
    changes: dict[str, dict[str, Any]] = {
        "late": {"lateness": LateLine("2 days late", Fraction(20)), "final": Fraction(4)},
        "total": {"total_override": Fraction(29), "final": Fraction(29), "lateness": LateLine("late, time unknown")},
        "excused": {"state": State.EXCUSED, "final": None},
        "plain": {"lateness": None},
    }
    for who, change in changes.items():
        hand = handed_in(who)
        found.append(Member(who, graded(hand), standing(who, hand, graded(hand), **change)))
    hand = handed_in("override")
    found.append(Member("override", graded(hand), by_hand(standing("override", hand, graded(hand)), "helper", 9)))
    together = handed_in("first", "second", file="canary-name-first_and_canary-name-second.ipynb")
    found += [Member(who, graded(together), standing(who, together, graded(together), "canary-group")) for who in ("first", "second")]
    empty = handed_in("empty")
    path = Path(f"/canary-folder/{empty.name}.ipynb")
    unreadable = Withheld(Submission(empty.name, path), f"{path}: is empty. Ask for the notebook again.")
    found.append(Member("empty", unreadable, standing("empty", empty, unreadable)))
    broken = handed_in("broken")
    fault = Withheld(Submission(broken.name, path), f"tests/whole.py:3: {HIDDEN_INPUT} on {HOST}")
    found.append(Member("broken", fault, standing("broken", broken, fault)))
    return found
