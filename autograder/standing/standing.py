"""Where everybody stands: what grading said, what staff said, lateness, and one row for each person.

For each question the override counts, else the automatic points; their sum over the questions that are not optional is the subtotal, known
only where each of them is. Lateness is subtracted from it, by this person's own due date, and never below 0. An override of the total takes
the place of all that; who is excused has no score at all. Everything is exact; rounding is for whoever writes it down.

Events reach a student by the roster's id, or by the key of whatever they handed in, in whichever attempt: a submission that was overridden
before somebody found out whose it is keeps its override. Where both were used, the later event counts.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from autograder.model import Assignment, HandedIn, LateLine, Outcome, QuestionOutcome, QuestionStanding, Standing, State, Student
from autograder.printable import one_line
from autograder.standing.effective import Said, View
from autograder.standing.events import Act
from autograder.standing.lateness import late_line
from autograder.standing.outcomes import believed
from autograder.standing.works import Work, newest, works_of

__all__ = ["standings"]

A = TypeVar("A", bound=Act)
_K = TypeVar("_K")


def standings(
    assignment: Assignment,
    handed_in: Iterable[HandedIn],
    outcomes: Mapping[str, Outcome],
    students: Sequence[Student],
    owners: Mapping[str, tuple[str, ...]],
    conflicts: Mapping[str, str],
    view: View,
) -> tuple[Standing, ...]:
    """Return a row for each student in the roster's order, then one for each submission that counts for nobody, by name.

    Without a roster there is a row for each owner, by name.

    Args:
        assignment: Questions, and what is made of verdicts.
        handed_in: Every attempt of everybody; in any order.
        outcomes: `HandedIn.key` → what grading says; none for who was not graded yet.
        students: The roster; empty where there is none.
        owners: `HandedIn.owner_key` → ids of the students whose it is: several for a group, none or no entry where nobody matches.
            Where staff matched an owner to a student who is not among them (`view.matches`), that student alone counts instead.
        conflicts: Why claims do not count, as a sentence. By roster id: no submission of this student's counts. By owner key: it counts for
            nobody; the claimed student should be in `owners` all the same, for then that student's row is withheld too (not
            `not submitted`), unless staff matched something to them.
        view: What staff said.

    Raises:
        InputError: A time has no offset from UTC.
    """
    works = works_of(handed_in)
    roster = {student.id: student for student in students}
    matched = {owner: said.act.student for owner, said in view.matches.items() if owner in works and said.act.student in roster}
    by_staff = frozenset(matched.values())
    theirs: dict[str, list[Work]] = {}
    blocked = {id_: sentence for id_, sentence in conflicts.items() if id_ in roster}
    for owner, work in works.items():
        ids = tuple(dict.fromkeys(id_ for id_ in owners.get(owner, ()) if id_ in roster))
        if owner in matched and matched[owner] not in ids:
            ids = (matched[owner],)
        if owner in conflicts and owner not in matched:
            blocked |= {id_: conflicts[owner] for id_ in ids if id_ not in by_staff and id_ not in blocked}
        else:
            for id_ in ids:
                theirs.setdefault(id_, []).append(work)

    class_ = _Class(assignment, outcomes, view)
    rows: list[Standing] = []
    shown = set[str]()
    doubtful: dict[str, str] = {}
    for student in students:
        own = theirs.get(student.id, [])
        counts = blocked[student.id] if student.id in blocked else newest(own) if own else None
        rows.append(class_.of_student(student, own, counts))
        if isinstance(counts, str):
            doubtful |= {work.owner_key: counts for work in own}
        else:
            shown |= {work.owner_key for work in own}
    doubtful |= conflicts
    nobodys = sorted((work for owner, work in works.items() if owner not in shown), key=lambda work: (work.counts.name, work.owner_key))
    return (*rows, *(class_.of_nobody(work, doubtful, roster=bool(roster)) for work in nobodys))


@dataclass(frozen=True, slots=True)
class _Class:
    """What all rows have in common."""

    assignment: Assignment
    outcomes: Mapping[str, Outcome]
    view: View

    def of_student(self, student: Student, works: Sequence[Work], counts: Work | str | None) -> Standing:
        """Make a student's row: `counts` is the one of their works that does, or the sentence why none can."""
        who = (student.id, *sorted(name for work in works for name in work.names))
        match counts:
            case None:
                return self._row(student, None, who)
            case str():
                return self._row(student, None, who, blocked=counts)
            case Work():
                return self._row(student, counts.counts, who)

    def of_nobody(self, work: Work, conflicts: Mapping[str, str], *, roster: bool) -> Standing:
        nobodys = conflicts.get(work.owner_key, "")
        if roster and not nobodys:
            command = f"autograder match {shlex.quote(one_line(work.counts.name))} STUDENT"
            nobodys = f"It matches nobody on the roster. `{command}` records whose it is."
        return self._row(None, work.counts, tuple(sorted(work.names)), nobodys=nobodys)

    def _row(
        self,
        student: Student | None,
        handed_in: HandedIn | None,
        who: Sequence[str],
        *,
        blocked: str = "",
        nobodys: str = "",
    ) -> Standing:
        """Make one row: `blocked` says why no submission counts, `nobodys` why platforms get no row whatever the score."""
        outcome = None if handed_in is None else self.outcomes.get(handed_in.key)
        questions = self._questions(outcome, who)
        subtotal = _subtotal(self.assignment, questions, outcome)
        lateness = self._lateness(handed_in, who)
        total = _latest(self.view.overrides, [(one, None) for one in who])
        excuse = _latest(self.view.excuses, who)
        final: Fraction | None = None
        if excuse is None:
            final = total.act.points if total is not None else _after(subtotal, lateness)
        state, reason = _state(handed_in, outcome, final, excused=excuse is not None, blocked=blocked)
        return Standing(
            student=student,
            handed_in=handed_in,
            state=state,
            questions=questions,
            subtotal=subtotal,
            lateness=lateness,
            total_override=None if total is None else total.act.points,
            final=final,
            why=excuse.event.why if excuse is not None else total.event.why if total is not None else "",
            comments=_comments(self.view, who, None),
            reason=reason,
            left_out=nobodys or self._left_out(state, reason, questions),
        )

    def _lateness(self, handed_in: HandedIn | None, who: Sequence[str]) -> LateLine | None:
        if handed_in is None:
            return None
        extension = _latest(self.view.extensions, who)
        due = None if extension is None else extension.act.due
        return late_line(handed_in, self.assignment.reporting.lateness, due, self.assignment.points)

    def _questions(self, outcome: Outcome | None, who: Sequence[str]) -> tuple[QuestionStanding, ...]:
        judged = believed(outcome, self.assignment.questions)
        rows = []
        for question in self.assignment.questions:
            automatic = judged.get(question.name, QuestionOutcome(question.name, None, 0, 0))
            override = _latest(self.view.overrides, [(one, question.name) for one in who])
            rows.append(
                QuestionStanding(
                    name=question.name,
                    automatic=automatic.earned,
                    override=None if override is None else override.act.points,
                    why="" if override is None else override.event.why,
                    comments=_comments(self.view, who, question.name),
                    passed=automatic.passed,
                    cases=automatic.cases,
                    helped=automatic.helped,
                )
            )
        return tuple(rows)

    def _left_out(self, state: State, reason: str, questions: Sequence[QuestionStanding]) -> str:
        match state:
            case State.GRADED | State.EXCUSED:
                return ""
            case State.WITHHELD:
                return f"The score is withheld: {reason}"
            case State.PENDING:
                return "It is not graded yet."
            case State.NOT_SUBMITTED if any(one.override is not None for one in _counted(self.assignment, questions)):
                # A platform's number for who handed in nothing would take away what staff gave.
                return "Nothing was handed in, and only some questions have points by hand. Override the others too, or TOTAL."
            case State.NOT_SUBMITTED if self.assignment.reporting.not_submitted is None:
                return "Nothing was handed in."
            case State.NOT_SUBMITTED:
                return ""


def _counted(assignment: Assignment, questions: Sequence[QuestionStanding]) -> list[QuestionStanding]:
    return [standing for question, standing in zip(assignment.questions, questions, strict=True) if not question.optional]


def _subtotal(assignment: Assignment, questions: Sequence[QuestionStanding], outcome: Outcome | None) -> Fraction | None:
    counted = _counted(assignment, questions)
    if not counted and (outcome is None or outcome.total is None):
        return None  # the sum of no questions is 0, which nobody earned
    points = [standing.points for standing in counted]
    known = [each for each in points if each is not None]
    return sum(known, Fraction(0)) if len(known) == len(points) else None


def _after(subtotal: Fraction | None, lateness: LateLine | None) -> Fraction | None:
    if subtotal is None or lateness is None:
        return subtotal
    return max(subtotal - lateness.points, Fraction(0))


def _state(
    handed_in: HandedIn | None, outcome: Outcome | None, final: Fraction | None, *, excused: bool, blocked: str
) -> tuple[State, str]:
    """Return the state and, where it is withheld, why."""
    if excused:
        return State.EXCUSED, ""
    if final is not None:
        return State.GRADED, ""
    if blocked:
        return State.WITHHELD, blocked
    if handed_in is None:
        return State.NOT_SUBMITTED, ""
    if outcome is not None:
        return State.WITHHELD, outcome.reason or handed_in.refused or "A question has no result."
    return (State.WITHHELD, handed_in.refused) if handed_in.refused else (State.PENDING, "")


def _latest(said: Mapping[_K, Said[A]], keys: Iterable[_K]) -> Said[A] | None:
    found = [said[key] for key in keys if key in said]
    return max(found, key=lambda each: each.order) if found else None


def _comments(view: View, who: Sequence[str], question: str | None) -> tuple[str, ...]:
    """Return what students may read."""
    said = [each for one in who for each in view.comments.get(one, ()) if each.act.question == question and not each.act.staff_only]
    return tuple(each.act.text for each in sorted(said, key=lambda each: each.order))
