"""What an act of staff's changes, in sentences: scores before and after, and what it does not do though one may think so."""

from __future__ import annotations

from autograder.batch.persons import TOTAL, Persons, score_of
from autograder.batch.view import ClassNow
from autograder.intake.csv_files import shown
from autograder.intake.finding import called_student
from autograder.model import HandedIn, Standing, State
from autograder.printable import in_points, number
from autograder.standing.events import Act, Comment, Excuse, Extension, Match, Official, Override, Undo
from autograder.standing.lateness import instant

__all__ = ["Consequences"]

_MOST = 8
"""Rows that are named when an act changes many."""


class Consequences:
    """Of one act.

    Args:
        act: What was done.
        before: The class before it.
        now: The class after it.
    """

    def __init__(self, act: Act, before: ClassNow, now: ClassNow) -> None:
        self._act = act
        self._now = now
        self._whose_before = before.matching.students
        self._before = Persons(before).by_person()
        self._persons = Persons(now)
        self._after = self._persons.by_person()

    def scores(self) -> list[str]:
        """What scores were and are: of whom it is about, and of everybody else whose score changed."""
        about = self._about()
        changed = [who for who in {**self._before, **self._after} if who not in about and self._was(who) != self._is(who)]
        sentences = []
        for who in (*about, *changed)[:_MOST]:
            called, was, is_ = self._persons.called(who), self._was(who), self._is(who)
            sentences.append(f"{called}: still {is_}." if was == is_ else f"{called}: {was} before, {is_} now.")
        more = len(about) + len(changed) - _MOST
        return [*sentences, f"{more} more scores change."] if more > 0 else sentences

    def warnings(self) -> list[str]:
        """What staff should know."""
        match self._act:
            case Override() as act:
                return self._of_override(act)
            case Comment(staff_only=False) if any(row.handed_in is None for row in self._rows()):
                return ["Who handed in nothing has no page: the comment is in the gradebook alone."]
            case Extension() as act:
                return self._of_extension(act)
            case Match() as act:
                return self._of_match(act)
            case Comment() | Excuse() | Official() | Undo():
                return []

    def _was(self, who: str) -> str:
        return score_of(self._before[who], self._now.assignment) if who in self._before else "no row of its own"

    def _is(self, who: str) -> str:
        return score_of(self._after[who], self._now.assignment) if who in self._after else "no row of its own"

    def _rows(self) -> list[Standing]:
        """Where those stand whom it is about."""
        return [self._after[who] for who in self._about() if who in self._after]

    def _about(self) -> tuple[str, ...]:
        """Whose rows it is about; empty where it is about the whole class."""
        known = {event.id: event.act for event in self._now.events}
        act = self._act
        for _each in known:  # undos in a circle would never end
            if not isinstance(act, Undo) or act.event not in known:
                break
            act = known[act.event]
        match act:
            case Override() | Comment() | Excuse() | Extension():
                return self._persons.whose(act.who)
            case Match():
                return (act.student,)
            case Official() | Undo():
                return ()

    def _of_override(self, act: Override) -> list[str]:
        question = next((question for question in self._now.assignment.questions if question.name == act.question), None)
        possible = self._now.assignment.points if question is None else question.points
        found = []
        if question is not None and question.optional:
            found.append(f"{shown(question.name)} is optional: it is not in the total.")
        elif act.points > possible:
            what = TOTAL if question is None else shown(question.name)
            found.append(f"{number(act.points)} is more than the {in_points(possible)} that {what} has.")
        for row in self._rows():
            if row.state is State.EXCUSED:
                found.append("They are excused, so no score counts.")
            elif question is not None and row.total_override is not None:
                found.append(f"Their total was given by hand, and stays {number(row.total_override)}.")
            elif row.final is None and (row.left_out or row.reason):
                found.append(row.left_out or row.reason)
        return found

    def _of_extension(self, act: Extension) -> list[str]:
        lateness = self._now.assignment.reporting.lateness
        if lateness is None:
            return ["The config has no `lateness`, so nothing was or is subtracted."]
        found = []
        if instant(act.due) < instant(lateness.due):
            found.append(f"This is earlier than everybody's due date ({lateness.due.isoformat(sep=' ', timespec='minutes')}).")
        if any(row.handed_in is not None and row.handed_in.submitted_at is None for row in self._rows()):
            found.append("It is not known when they handed in, so nothing was or is subtracted. `autograder grade --times` says when.")
        return found

    def _of_match(self, act: Match) -> list[str]:
        before, after = self._before.get(act.student), self._after.get(act.student)
        was = None if before is None else before.handed_in
        is_ = None if after is None else after.handed_in
        still = {student.id for student in self._now.matching.students(act.submission)}
        taken = [called_student(student) for student in self._whose_before(act.submission) if student.id not in still | {act.student}]
        found = [f"It was {' and '.join(taken)}'s before: look at that again."] if taken else []
        return [*found, *self._of_matched(act, was, is_)]

    def _of_matched(self, act: Match, was: HandedIn | None, is_: HandedIn | None) -> list[str]:
        if is_ is None:
            return [conflict.sentence for conflict in self._now.matching.conflicts if conflict.student.id == act.student]
        if is_.owner_key != act.submission:
            return [f"Of what is theirs, {shown(is_.name)} counts."]
        if was is not None and was.owner_key != is_.owner_key:
            return [f"What was theirs before, {shown(was.name)}, counts for nobody now."]
        return []
