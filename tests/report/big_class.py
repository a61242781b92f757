"""A class of any size, the same every time: what it takes to try the class page."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from autograder.model import Graded, LateLine, Measured, QuestionStanding, Standing, State, Student
from autograder.report.class_figures import CaseFigures, TimingFigures
from autograder.report.class_page import Links, class_page_bytes

from .made_by_hand import ASSIGNMENT, EXTRA, HELPER, WHOLE, case, handed_in, score, submission, wrong_helper

__all__ = ["big_class", "class_page"]

_FIRST = ("Žofie", "Ana", "Björn", "Chloé", "İlker", "Mbali", "Nguyễn", "Zoe", "adam")
_LAST = ("van der Berg", "O'Neil", "García Márquez", "Ødegård", "Ito", "Smith-Jones", "Šimůnek")


def big_class(size: int) -> tuple[list[Standing], CaseFigures, TimingFigures]:
    """One of every state, most of them graded."""
    chance = random.Random(6)
    standings, cases, timing = [], CaseFigures(), TimingFigures()
    for number in range(size):
        result = _graded(chance, f"hand-{number}")
        student = Student(
            id=f"{1000 + number}",
            login=f"u{number}",
            email=f"u{number}@example.edu",
            name=f"{chance.choice(_FIRST)} {chance.choice(_LAST)}",
            section=str(number % 4),
        )
        standing = Standing(
            student=student,
            handed_in=replace(handed_in("x"), name=f"hand-{number}"),
            state=State.GRADED,
            questions=tuple(
                QuestionStanding(one.question.name, one.earned, passed=sum(c.verdict == "passed" for c in one.cases), cases=len(one.cases))
                for one in result.questions
            ),
            subtotal=result.total,
            lateness=LateLine("2 days late", Fraction(3)) if number % 9 == 0 else LateLine("on time", late=False),
            total_override=None,
            final=result.total,
        )
        match number % 25:
            case 3:
                nothing = tuple(QuestionStanding(q.name, None) for q in ASSIGNMENT.questions)
                standing = replace(standing, state=State.NOT_SUBMITTED, handed_in=None, lateness=None, left_out="Handed in nothing.")
                standing = replace(standing, questions=nothing, subtotal=None, final=None)
            case 7:
                standing = replace(standing, state=State.WITHHELD, subtotal=None, final=None, reason="tests/whole.py:3: it failed.")
            case 11:
                standing = replace(standing, total_override=Fraction(17), final=Fraction(17), why="an appeal")
            case 13:
                standing = replace(standing, state=State.EXCUSED, final=None, why="ill")
            case 17:
                standing = replace(standing, student=None, left_out="It matches nobody on the roster.")
        if standing.handed_in is not None:
            cases.add(result)
            timing.add(standing.handed_in.name, result)
        standings.append(standing)
    return standings, cases, timing


def class_page(size: int) -> bytes:
    """The page of such a class."""
    standings, cases, timing = big_class(size)
    return class_page_bytes(ASSIGNMENT, standings, cases, timing, links=_links)


def _links(standing: Standing) -> Links:
    name = standing.handed_in.name if standing.handed_in else ""
    return Links(f"students/{name}/feedback.html", f"results/{name}.json") if name else Links()


def _graded(chance: random.Random, name: str) -> Graded:
    def verdict(share: float) -> str:
        return "passed" if chance.random() < share else chance.choice(["failed", "failed", "error", "timed_out"])

    helper = score(HELPER, case("values", 4, verdict(0.9), hidden=False), case("any size", 6, verdict(0.7)))
    whole = score(WHOLE, case("steps", 5, "passed"), case("any length", 15, verdict(0.5)))
    extra = score(EXTRA, case("one", 0, verdict(0.5)), case("two", 0, "failed"))
    measured = Measured(round(0.2 + chance.random(), 3), 0.2, 0.1, 60 << 20)
    return replace(wrong_helper(), submission=submission(name), questions=(helper, whole, extra), measured=measured)
