"""What staff said that reaches nobody: after a question got another name, or a student left the roster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.model import Assignment, HandedIn, Student
from autograder.printable import one_line
from autograder.standing.describe import describe
from autograder.standing.effective import Said, View
from autograder.standing.events import Comment, Excuse, Extension, Override

__all__ = ["unused"]


def unused(view: View, assignment: Assignment, students: Sequence[Student], handed_in: Iterable[HandedIn]) -> tuple[str, ...]:
    """Return a sentence for each event in force that no row shows, in order of the events.

    Args:
        view: What staff said.
        assignment: As it is now.
        students: The roster; empty where there is none.
        handed_in: Every attempt of everybody.
    """
    handed_in = tuple(handed_in)
    roster = {student.id for student in students}
    owners = {one.owner_key for one in handed_in}
    people = roster | owners | {one.key for one in handed_in}
    questions = {question.name for question in assignment.questions}
    everything: list[Said[Override] | Said[Comment] | Said[Excuse] | Said[Extension]] = [
        *view.overrides.values(),
        *(each for several in view.comments.values() for each in several),
        *view.excuses.values(),
        *view.extensions.values(),
    ]
    found = []
    for said in everything:
        question = said.act.question if isinstance(said.act, (Override, Comment)) else None
        if said.act.who not in people:
            found.append((said.order, f"Event {said.event.id} is about nobody in this class. {describe(said.event)}"))
        elif question is not None and question not in questions:
            what = f"Event {said.event.id} is about a question that this assignment does not have. {describe(said.event)}"
            found.append((said.order, what))
    for match in view.matches.values():
        if match.act.submission not in owners:
            found.append((match.order, f"Event {match.event.id} is about a submission that is not here. {describe(match.event)}"))
        elif match.act.student not in roster:
            what = f"Event {match.event.id}: {one_line(match.act.student)} is not on the roster. {describe(match.event)}"
            found.append((match.order, what))
    return tuple(sentence for _, sentence in sorted(found))
