"""All combinations of what staff, graders and clocks can say of one person, against a table computed another way.

The oracle below knows nothing of events, outcomes or rows: it takes what is in force as plain values, and works in sevenths of a point.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

import pytest

from autograder.model import HandedIn, Lateness, Outcome, Reporting
from autograder.standing.effective import View, effective
from autograder.standing.events import Act, Event, Excuse, Extension, Override
from autograder.standing.export import Excused, exported_points
from autograder.standing.standing import standings
from standing.made import ADA, DUE, POLICY, assignment, event, handed_in, outcome, undo

# What grading says: a of 10, b of 5, an optional question. None: nobody can say.
GRADINGS: dict[str, Outcome | None] = {
    "graded": outcome(Fraction(23, 7), 2),
    "zero": outcome(0, 0),
    "a withheld": outcome(None, 2, reason="the machine failed"),
    "both withheld": outcome(None, None, reason="the machine failed"),
    "withheld as a whole": Outcome(outcome(4, 2).questions, None, "two results contradict each other"),
    "nothing judged": Outcome((), None, "it is no notebook"),
    "not graded yet": None,
    "not submitted": None,
}
SEVENTHS: dict[str, tuple[int | None, int | None]] = {"graded": (23, 14), "zero": (0, 0), "a withheld": (None, 14)}
TIMES: dict[str, tuple[Lateness | None, HandedIn]] = {
    "no policy": (None, handed_in(at=DUE + timedelta(days=9))),
    "on time": (POLICY, handed_in(at=DUE)),
    "2 days late": (POLICY, handed_in(at=DUE + timedelta(hours=36))),
    "2 days late for nothing": (replace(POLICY, per_day=Fraction(0)), handed_in(at=DUE + timedelta(hours=36))),
    "late, time unknown": (POLICY, handed_in(late=True)),
}
COSTS = {"2 days late": 21}  # sevenths: two tenths of 15 points
REPORTINGS = [Reporting(), Reporting(not_submitted=Fraction(0), export_late=True), Reporting(not_submitted=Fraction(1))]
FATES = ["given", "undone", "brought back", "given again after an undo"]


@dataclass(frozen=True)
class Said:
    """One thing that staff may say, and what became of it."""

    points: int | None
    fate: str

    @property
    def in_force(self) -> bool:
        return self.fate not in {"", "undone"}


NOTHING = Said(None, "")


def written(said: list[tuple[Said, Act, Act]]) -> list[Event]:
    """Write events for it: an earlier, other version of the act is always replaced by the one that counts."""
    events: list[Event] = []

    def add(act: Act) -> int:
        events.append(event(len(events) + 1, act))
        return len(events)

    for what, act, other in said:
        match what.fate:
            case "given":
                add(other)
                add(act)
            case "undone":
                add(undo(add(act)))
            case "brought back":
                add(undo(add(undo(add(act)))))
            case "given again after an undo":
                add(undo(add(other)))
                add(act)
            case _:
                pass
    return events


QUESTION = [NOTHING, *(Said(0, fate) for fate in FATES), Said(4, "given")]
TOTAL = [NOTHING, *(Said(0, fate) for fate in FATES), Said(9, "given")]
YES_OR_NO = [NOTHING, Said(1, "given"), Said(1, "undone")]


def oracle(a: int | None, total: int | None, excused: bool, extended: bool, grading: str, time: str) -> tuple[str, int | None, int | None]:
    """Return state, subtotal and final, in sevenths. Read from the rules, one after another."""
    cells = list(SEVENTHS.get(grading, (None, None)))
    if a is not None:
        cells[0] = 7 * a
    subtotal = cells[0] + cells[1] if cells[0] is not None and cells[1] is not None else None
    score = subtotal
    if score is not None and not extended:
        score -= COSTS.get(time, 0)
        score = max(score, 0)
    if total is not None:
        score = 7 * total
    if excused:
        return "excused", subtotal, None
    if score is not None:
        return "graded", subtotal, score
    return {"not graded yet": "not graded", "not submitted": "not submitted"}.get(grading, "withheld"), subtotal, None


def exported(
    state: str, subtotal: int | None, final: int | None, a: int | None, total: int | None, reporting: Reporting
) -> Fraction | Excused | None:
    """Return what a platform is told."""
    if state == "excused":
        return Excused.EXCUSED
    if state == "not submitted":
        return reporting.not_submitted if a is None else None
    if state != "graded":
        return None
    if total is not None:
        return Fraction(total)
    sevenths = final if reporting.export_late else subtotal
    assert sevenths is not None
    return Fraction(sevenths, 7)


def view_of(question: Said, total: Said, excuse: Said, extension: Said) -> View:
    def points(name: str | None, n: int) -> Override:
        return Override(who="1", question=name, points=Fraction(n))

    said: list[tuple[Said, Act, Act]] = [
        (question, points("a", question.points or 0), points("a", 8)),
        (total, points(None, total.points or 0), points(None, 8)),
        (excuse, Excuse(who="1"), Excuse(who="1")),
        (extension, Extension(who="1", due=DUE + timedelta(days=5)), Extension(who="1", due=DUE - timedelta(days=5))),
    ]
    return effective(reversed(written(said)))


@pytest.mark.parametrize("reporting", REPORTINGS)
def test_every_combination_gives_what_the_rules_say(reporting: Reporting) -> None:
    courses = {time: assignment(replace(reporting, lateness=policy)) for time, (policy, _) in TIMES.items()}
    seen = 0
    for question, total, excuse, extension in itertools.product(QUESTION, TOTAL, YES_OR_NO, YES_OR_NO):
        view = view_of(question, total, excuse, extension)
        a = question.points if question.in_force else None
        whole = total.points if total.in_force else None
        for grading, time in itertools.product(GRADINGS, TIMES):
            course, submission, given = courses[time], TIMES[time][1], GRADINGS[grading]
            submissions = [] if grading == "not submitted" else [submission]
            outcomes = {} if given is None else {submission.key: given}
            (row,) = standings(course, submissions, outcomes, [ADA], {submission.owner_key: ("1",)}, {}, view)
            state, subtotal, final = oracle(a, whole, excuse.in_force, extension.in_force, grading, time)
            expected = (state, None if subtotal is None else Fraction(subtotal, 7), None if final is None else Fraction(final, 7), whole)
            here = (question, total, excuse, extension, grading, time)
            assert (row.state, row.subtotal, row.final, row.total_override) == expected, here
            told = exported_points(row, course)
            assert told == exported(state, subtotal, final, a, whole, reporting), here
            assert (told is None) == bool(row.left_out), here
            seen += 1
    assert seen == 6 * 6 * 3 * 3 * len(GRADINGS) * len(TIMES)
