"""An event as a sentence for staff."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.printable import in_points, one_line
from autograder.standing.events import Comment, Event, Excuse, Extension, Match, Official, Override, Undo

__all__ = ["describe"]


def describe(event: Event, known: Mapping[str, Event] | None = None) -> str:
    """Say what was done: one line, without id, time, author and reason, which have columns of their own.

    Args:
        event: The event.
        known: Id → event, to say what an undo undoes; without it an undo names the id only.
    """
    return one_line(_sentence(event, known or {}))


def _sentence(event: Event, known: Mapping[str, Event]) -> str:
    match event.act:
        case Override(who=who, question=None, points=points):
            return f"The total of {who} is {in_points(points)}, whatever its questions and lateness would make of it."
        case Override(who=who, question=question, points=points):
            return f"{who} has {in_points(points)} for {question}, in place of the automatic ones."
        case Comment(who=who, question=question, text=text, staff_only=staff_only):
            readers = "For staff alone, about" if staff_only else "To"
            return f"{readers} {who}{f', on {question}' if question is not None else ''}: {text}"
        case Excuse(who=who):
            return f"{who} is excused: no score counts."
        case Extension(who=who, due=due):
            return f"{who} may hand in until {due.isoformat(sep=' ', timespec='minutes')}."
        case Match(submission=submission, student=student):
            return f"Whatever {submission} handed in is {student}'s."
        case Official(run=run, keep_best=()):
            return f"The results of run {run} count."
        case Official(run=run, keep_best=kept):
            return f"The results of run {run} count, but in {', '.join(kept)} the earlier ones where they are better."
        case Undo(event=target) if target in known and not isinstance(known[target].act, Undo):
            return f"Event {target} counts no more: {_sentence(known[target], known)}"
        case Undo(event=target) if target in known:
            return f"Event {target}, an undo, counts no more."
        case Undo(event=target):
            return f"Event {target} counts no more."
