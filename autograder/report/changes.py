"""What a regrade changes, at the terminal and for programs: who, by how much, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.printable import counted, number, one_line
from autograder.report.fitting import width_of

__all__ = ["Changed", "QuestionChanged", "change_document", "print_changes", "summary"]

_MOST_ROWS = 100
"""A larger class would scroll by."""
_MOST_NAMES = 8  # of submissions beside a reason
_MOST_REASONS = 12  # of one question


@dataclass(frozen=True, slots=True)
class QuestionChanged:
    """One question of one row whose automatic points change."""

    name: str
    """Of the question."""
    before: Fraction | None
    """None when withheld or not there."""
    after: Fraction | None
    """None when withheld or not there."""
    why: str
    """Which cases newly fail or pass; for staff, one line."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of the class that changes."""

    name: str
    """What the row is called (`autograder.report.standings.shown_name`)."""
    submission: str
    """The submission's own name."""
    student: str
    """Roster id; empty where it is nobody's, or there is no roster."""
    before: Fraction | None
    """The score, after staff had their say and lateness; None when withheld or excused."""
    after: Fraction | None
    """The same, as it would be."""
    questions: tuple[QuestionChanged, ...] = ()
    """Those whose automatic points change; empty where only lateness does."""
    note: str = ""
    """What keeps or changes the score besides: staff's own points, lateness. May be empty."""

    @property
    def difference(self) -> Fraction | None:
        """What is gained, less than 0 for a loss; None where one of both is not known."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def order(self) -> tuple[int, Fraction]:
        """Place in a list: whose score is withheld now, then from the largest loss to the largest gain, then whose was withheld."""
        if self.before is not None and self.after is None:
            return 0, Fraction(0)
        if self.before is None and self.after is not None:
            return 2, Fraction(0)
        return 1, self.difference or Fraction(0)


def summary(changed: Sequence[Changed], rows: int) -> str:
    """Say in one sentence how many change, and how.

    Args:
        changed: Those who do.
        rows: How many were compared.
    """
    if not changed:
        return f"Nobody's points change ({counted(rows, 'submission')} compared)."
    differences = [one.difference for one in changed]
    losses = [difference for difference in differences if difference is not None and difference < 0]
    gains = [difference for difference in differences if difference is not None and difference > 0]
    parts = [
        f"{_verb(len(losses), 'loses', 'lose')} points (at most {number(-min(losses))})" if losses else "",
        f"{_verb(len(gains), 'gains', 'gain')} points (at most {number(max(gains))})" if gains else "",
        _counted(sum(one.order[0] == 0 for one in changed), "would have no score", "would have no score"),
        _counted(sum(one.order[0] == 2 for one in changed), "has a score and had none", "have a score and had none"),
        _counted(sum(one.order[0] == 1 and not one.difference for one in changed), "keeps the score", "keep the score"),
    ]
    return f"{_verb(len(changed), 'changes', 'change')}, of {rows}: {', '.join(filter(None, parts))}."


def _counted(count: int, one: str, several: str) -> str:
    return _verb(count, one, several) if count else ""


def _verb(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def print_changes(console: Console, changed: Sequence[Changed], *, everybody: bool = False) -> None:
    """Print who changes, a line for each, and why, a line for all who change for the same reason.

    Args:
        console: Where to.
        changed: In order. Of more than 100 the first are shown, unless `everybody`.
        everybody: All rows, and all names and reasons.
    """
    if not changed:
        return
    rows = changed if everybody else changed[:_MOST_ROWS]
    table = _table(rows)
    if not console.is_terminal:
        console.width = max(console.width, width_of(table, console))
    console.print(table)
    if len(rows) < len(changed):
        console.print(Text(f"And {len(changed) - len(rows)} more; `--all` prints everybody."), soft_wrap=True)
    for line in _reasons(changed, everybody=everybody):
        console.print(Text(line), soft_wrap=True)


def _table(rows: Sequence[Changed]) -> Table:
    questions = _questions(rows)
    table = Table()
    table.add_column("submission", overflow="fold")
    for question in questions:
        table.add_column(one_line(question), justify="right", overflow="fold")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("change", justify="right", no_wrap=True)
    noted = any(row.note for row in rows)
    if noted:
        table.add_column("note", overflow="fold")
    for row in rows:
        by_name = {question.name: question for question in row.questions}
        cells = [_cell(by_name.get(question)) for question in questions]
        score = Text(_from_to(row.before, row.after), style="bold")
        table.add_row(Text(row.name), *cells, score, _difference(row), *([Text(one_line(row.note))] if noted else []))
    return table


def _questions(changed: Iterable[Changed]) -> list[str]:
    """Names of the questions that change for anybody; each row has them in the order of the assignment."""
    places: dict[str, None] = {}
    for row in sorted(changed, key=lambda row: -len(row.questions)):
        places |= dict.fromkeys(question.name for question in row.questions)
    return list(places)


def _cell(question: QuestionChanged | None) -> Text:
    return Text("") if question is None else Text(_from_to(question.before, question.after))


def _from_to(before: Fraction | None, after: Fraction | None) -> str:
    return _points(after) if before == after else f"{_points(before)} → {_points(after)}"


def _points(points: Fraction | None) -> str:
    return "none" if points is None else str(number(points))


def _difference(row: Changed) -> Text:
    if row.difference is None:
        return Text("")
    return Text(signed(row.difference), style="red" if row.difference < 0 else "green" if row.difference > 0 else "")


def signed(points: Fraction) -> str:
    """Points gained or lost, with their sign; 0 has none."""
    return f"+{number(points)}" if points > 0 else str(number(points))


def _reasons(changed: Sequence[Changed], *, everybody: bool) -> Iterable[str]:
    """Lines: each question, then each reason with what it costs or gives, and whose it is."""
    groups: dict[str, dict[tuple[str, str], list[str]]] = {question: {} for question in _questions(changed)}
    for row in changed:
        for question in row.questions:
            known = question.before is not None and question.after is not None
            by = signed(question.after - question.before) if known else _from_to(question.before, question.after)  # type: ignore[operator]
            groups[question.name].setdefault((by, question.why), []).append(row.name)
    for name, reasons in groups.items():
        yield f"{one_line(name)}:"
        ordered = sorted(reasons.items(), key=lambda item: -len(item[1]))
        shown = ordered if everybody else ordered[:_MOST_REASONS]
        for (by, why), names in shown:
            named = names if everybody else names[:_MOST_NAMES]
            more = f" and {len(names) - len(named)} more" if len(named) < len(names) else ""
            yield f"  {by}  {why}. {len(names)}: {', '.join(named)}{more}"
        if len(shown) < len(ordered):
            yield f"  and {len(ordered) - len(shown)} reasons more; `--all` prints every one."


def change_document(changed: Changed) -> dict[str, Any]:
    """A row as plain data, for programs."""
    return {
        "submission": changed.submission,
        "student": changed.student,
        "before": _number(changed.before),
        "after": _number(changed.after),
        "questions": [
            {"name": one.name, "before": _number(one.before), "after": _number(one.after), "why": one.why} for one in changed.questions
        ],
        "note": changed.note,
    }


def _number(points: Fraction | None) -> int | float | None:
    return None if points is None else number(points)
