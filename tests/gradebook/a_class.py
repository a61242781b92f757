"""A small class, made by hand: names that are hard, scores that are hard to write."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from autograder.gradebook.export import Excused, Export
from autograder.model import Assignment, Question
from autograder.model.people import HandedIn, Person, Platform, QuestionStanding, Standing, State, Student

CELL = Question("rnn_cell", ("rnn_cell",), Fraction(10))
WHOLE = Question("rnn", ("rnn",), Fraction(20))
EXTRA = Question("backward", ("backward",), Fraction(0), optional=True)
ASSIGNMENT = Assignment("rnn", "Building your RNN", "rnn.ipynb", "rnn.py", (CELL, WHOLE, EXTRA))


def student(id_: str, name: str, *, canvas: str = "", moodle: str = "", login: str = "", group: str = "") -> Student:
    ids = [(Platform.CANVAS, canvas)] if canvas else []
    ids += [(Platform.MOODLE, moodle)] if moodle else []
    return Student(id_, login, f"{login}@uni.example" if login else "", name, "A", group, tuple(ids))


def handed_in(
    owner: str, platform: Platform = Platform.CANVAS, *, people: tuple[Person, ...] | None = None, claimed: bool = False
) -> HandedIn:
    who = (Person(id=owner),) if people is None else people
    return HandedIn(platform, "77", owner, "1", f"{platform}-{owner}", f"{owner}.ipynb", who, claimed=claimed)


def standing(who: Student | None, points: Fraction | float | None, work: HandedIn | None = None) -> Standing:
    """Somebody with these points in all: up to 10 of them in the first question."""
    if points is None:
        questions = tuple(QuestionStanding(q.name, None) for q in ASSIGNMENT.questions)
        return Standing(who, work, State.WITHHELD, questions, None, None, None, None, reason="The kernel died.", left_out="It is withheld.")
    exact = Fraction(points)
    first = min(exact, Fraction(10))
    given = {"rnn_cell": first, "rnn": exact - first, "backward": Fraction(0)}
    questions = tuple(QuestionStanding(name, value, passed=1, cases=2) for name, value in given.items())
    return Standing(who, work, State.GRADED, questions, exact, None, None, exact)


def excused(who: Student) -> Standing:
    return replace(standing(who, 12), state=State.EXCUSED, final=None, why="ill")


def not_submitted(who: Student) -> Standing:
    questions = tuple(QuestionStanding(q.name, None) for q in ASSIGNMENT.questions)
    return Standing(who, None, State.NOT_SUBMITTED, questions, None, None, None, None, left_out="They handed in nothing.")


def points_of(one: Standing) -> Fraction | Excused | None:
    """The score before lateness, as platforms get it."""
    if one.left_out:
        return None
    return Excused.EXCUSED if one.state is State.EXCUSED else one.subtotal


def reasons(export: Export) -> dict[str, str]:
    return {out.who: out.reason for out in export.left_out}
