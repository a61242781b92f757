"""Who would change if another run's results counted, by how much, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from autograder.batch.view import ClassNow, supposing
from autograder.model import HandedIn, LateLine, Outcome, Result, Standing, State
from autograder.report.case_changes import why_points_change
from autograder.report.changes import Changed, QuestionChanged
from autograder.report.standings import shown_name
from autograder.standing.regrade import Change, changes
from autograder.store import Kept, Run

__all__ = ["Comparison", "compare", "is_read"]

_AFRESH = "judged afresh"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A class as it stands, beside how it would."""

    rows: int
    """How many rows of the class have a submission that the run has judged."""
    changed: tuple[Changed, ...]
    """Those whose points change, in order."""
    withheld: int
    """How many of the rows would be withheld."""
    missing: tuple[str, ...]
    """Names of submissions that the run has not judged."""
    unread: int
    """How many submissions were announced and never read, so that no run can judge them."""


def is_read(one: Kept, now: ClassNow) -> bool:
    """Whether a submission's file was ever looked at: it is kept, or there is a result that says why it is not."""
    return bool(one.content or one.handed_in.refused) or one.handed_in.key in now.outcomes


def compare(now: ClassNow, run: Run, keep: frozenset[str], before: Mapping[str, Outcome] | None = None) -> Comparison:
    """Say what the class would be like if a run's results counted.

    Args:
        now: The class as it stands.
        run: The run.
        keep: Questions in which nobody may lose points by it.
        before: What counted before, where the run is the one that counts already and was judged again; None: what `now` has.
    """
    after = supposing(now, run, keep)
    old = now if before is None else replace(now, outcomes=dict(before))
    judged = {key for key, one in after.kept.items() if one.current}
    rows = [
        (one, other)
        for one, other in zip(old.standings(), after.standings(), strict=True)
        if other.handed_in is not None and other.handed_in.key in judged
    ]
    lacking = [one for one in after.kept.values() if not one.current]
    missing = tuple(one.handed_in.name for one in lacking if is_read(one, now))
    changed = sorted(_changed(old, after, rows, afresh=before is not None), key=lambda row: row.order)
    withheld = after.withheld(other for _one, other in rows)
    return Comparison(len(rows), tuple(changed), withheld, missing, len(lacking) - len(missing))


def _changed(now: ClassNow, after: ClassNow, rows: Sequence[tuple[Standing, Standing]], *, afresh: bool) -> Iterator[Changed]:
    keys = {other.handed_in.key for _one, other in rows if other.handed_in is not None}
    before, then = ({key: outcome for key, outcome in one.outcomes.items() if key in keys} for one in (now, after))
    by_key = {change.key: change for change in changes(before, then, after.assignment.questions)}
    explained: dict[str, tuple[QuestionChanged, ...]] = {}  # members of a group share one
    for old, new in rows:
        assert new.handed_in is not None
        key = new.handed_in.key
        change = by_key.get(key)
        if change is None and old.final == new.final and old.state is new.state:
            continue
        if change is not None and key not in explained:
            explained[key] = _questions(change, new.handed_in, now, after, afresh=afresh)
        student = new.student.id if new.student is not None else ""
        yield Changed(
            shown_name(new), new.handed_in.name, student, old.final, new.final, explained.get(key, ()), _note(old, new, change, now, after)
        )


def _questions(change: Change, handed_in: HandedIn, now: ClassNow, after: ClassNow, *, afresh: bool) -> tuple[QuestionChanged, ...]:
    if afresh:  # what counted before is no longer there with its cases
        return tuple(QuestionChanged(one.name, one.before, one.after, _AFRESH) for one in change.questions)
    old, new = _result(now, handed_in), _result(after, handed_in)
    return tuple(QuestionChanged(one.name, one.before, one.after, why_points_change(one.name, old, new)) for one in change.questions)


def _result(now: ClassNow, handed_in: HandedIn) -> Result | None:
    found = now.result(handed_in)
    return None if found is None else found[0]


def _note(old: Standing, new: Standing, change: Change | None, now: ClassNow, after: ClassNow) -> str:
    """What keeps the score as it is, or changes it besides the questions' points."""
    notes = []
    moved = {question.name for question in change.questions} if change is not None else set()
    kept = [question.name for question in new.questions if question.override is not None and question.name in moved]
    if new.state is State.EXCUSED:
        notes.append("excused")
    elif new.total_override is not None:
        notes.append("staff's own total stays")
    elif kept:
        notes.append(f"staff's own points for {', '.join(kept)} stay")
    gone = [question.name for question in now.assignment.questions if question.name not in {q.name for q in after.assignment.questions}]
    if gone:
        notes.append(f"no longer asked: {', '.join(gone)}")
    if _costs(old.lateness) != _costs(new.lateness):
        notes.append(f"lateness: {_words(new.lateness)}, was {_words(old.lateness)}")
    return "; ".join(notes)


def _costs(line: LateLine | None) -> Fraction:
    return Fraction(0) if line is None else line.points


def _words(line: LateLine | None) -> str:
    return "none" if line is None else line.words
