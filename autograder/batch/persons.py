"""Whom staff means, and what a person is called: a student of the roster, or, where there is none, whoever handed something in."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from autograder.batch.view import ClassNow
from autograder.errors import InputError
from autograder.intake.csv_files import shown
from autograder.intake.finding import called_student, find_owner, find_student_or_owner
from autograder.model import Assignment, Standing, Student
from autograder.printable import number
from autograder.standing.events import Act, Comment, Event, Excuse, Extension, Match, Official, Override, Undo

__all__ = ["TOTAL", "Persons", "find_question", "score_of"]

TOTAL = "TOTAL"
"""What stands for the whole instead of a question."""
_MOST = 8


class Persons:
    """Those of a class, as events name them.

    Args:
        now: The class.
    """

    def __init__(self, now: ClassNow) -> None:
        self._now = now
        self._students = {student.id: student for student in now.students}
        self._submissions = {one.owner_key: one.name for one in now.handed_in} | {one.key: one.name for one in now.handed_in}

    def find(self, text: str) -> str:
        """Return what events call the person that a text names: the roster's id, else the owner's key.

        Raises:
            InputError: nobody, more than one, or a group is meant.
        """
        students, handed_in = self._now.students, self._now.handed_in
        if not students:
            return find_owner(text, handed_in)
        owner = find_student_or_owner(text, students, handed_in)
        if isinstance(owner, Student):
            return owner.id
        whose = self._now.matching.students(owner)
        if len(whose) > 1:
            names = " or ".join(called_student(student) for student in whose[:_MOST])
            raise InputError(f"`{shown(text)}` is the submission of {len(whose)} students. Name one: {names}.")
        return whose[0].id if whose else owner

    def called(self, who: str) -> str:
        """Return whom an event names, for people."""
        if who in self._students:
            return called_student(self._students[who])
        return shown(self._submissions.get(who, who))

    def by_person(self) -> dict[str, Standing]:
        """Return where everybody stands, by what events call them."""
        return {
            standing.student.id if standing.student else standing.handed_in.owner_key if standing.handed_in else "": standing
            for standing in self._now.standings()
        }

    def whose(self, who: str) -> tuple[str, ...]:
        """Return the rows (see `by_person`) of whom an event names: several for a group's submission, else one."""
        if who in self._students:
            return (who,)
        owner = next((one.owner_key for one in self._now.handed_in if who in (one.owner_key, one.key)), who)
        return tuple(student.id for student in self._now.matching.students(owner)) or (owner,)

    def names_of(self, who: str) -> frozenset[str]:
        """Return all that events may call this person: the id, and the keys of what they handed in."""
        mine = {key for key, owner in self._now.matching.owners.items() if who in (key, *(link.student.id for link in owner.links))}
        return frozenset({who, *mine, *(one.key for one in self._now.handed_in if one.owner_key in mine)})

    def named(self, event: Event) -> Event:
        """Return the event with everybody's name in place of what events call them, to be described."""
        act: Act = event.act
        match act:
            case Override() | Comment() | Excuse() | Extension():
                act = replace(act, who=self.called(act.who))
            case Match():
                act = replace(act, submission=self.called(act.submission), student=self.called(act.student))
            case Official() | Undo():
                pass
        return replace(event, act=act)

    def all_named(self, events: Iterable[Event]) -> Mapping[str, Event]:
        """Return id → event, each with names."""
        return {event.id: self.named(event) for event in events}


def find_question(text: str, assignment: Assignment) -> str | None:
    """Return the name of a question as it is written; None for the total.

    Raises:
        InputError: there is none; says which are nearest.
    """
    names = [question.name for question in assignment.questions]
    if text in names:
        return text
    if text == TOTAL:
        return None
    known = {name.lower(): name for name in (*names, TOTAL)}
    nearest = [known[near] for near in difflib.get_close_matches(text.lower()[:200], known, n=3)]
    hint = f"Nearest: {', '.join(map(shown, nearest))}." if nearest else f"There are {', '.join(map(shown, names[:_MOST]))} and {TOTAL}."
    raise InputError(f"`{shown(text)}` is no question of {shown(assignment.title)}. {hint}")


def score_of(standing: Standing | None, assignment: Assignment) -> str:
    """Return where somebody stands in a few words: `26 of 30`, `withheld`."""
    if standing is None:
        return "no row"
    if standing.final is None:
        return str(standing.state)
    return f"{number(standing.final)} of {number(assignment.points)}"
