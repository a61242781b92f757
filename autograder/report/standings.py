"""The class at the terminal, from where everybody stands: a small class as a whole, of a large one what needs a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.model import Assignment, Isolation, Question, QuestionStanding, Standing, State
from autograder.printable import number, one_line, printable
from autograder.report.document import NOT_TAMPER_PROOF
from autograder.report.fitting import broken_name, width_of

__all__ = ["needs_a_look", "print_standings", "print_standings_reasons", "print_standings_summary", "shown_name"]

_MOST_ROWS = 100
"""A larger class would scroll by."""
_MOST_NAMES = 8  # of submissions in a sentence
_MOST_REASONS = 20  # of sentences
_NARROWEST = 9  # characters of a question's column
_NAME_WHERE_NARROW = 24  # columns of a terminal; what is longer is folded
_LONGEST_NAME = 80
_STYLE = {State.GRADED: "green", State.WITHHELD: "yellow", State.PENDING: "yellow", State.NOT_SUBMITTED: "dim", State.EXCUSED: "dim"}
_HELPED, _BY_STAFF, _IN_STUDENTS_PROCESS = "*", "‡", "†"


def needs_a_look(standing: Standing) -> bool:
    """Whether staff may have to do something: withheld, not graded yet, or handed in and in no platform's gradebook."""
    if standing.state in (State.WITHHELD, State.PENDING):
        return True
    return bool(standing.left_out) and standing.state is State.GRADED


def shown_name(standing: Standing) -> str:
    """What a row is called: the submission's name and, where it is known whose it is, the student's id."""
    name = standing.handed_in.name if standing.handed_in is not None else ""
    student = standing.student.id if standing.student is not None else ""
    if standing.student is not None and not name:
        name = standing.student.name
    both = f"{name} ({student})" if name and student and name != student else name or student
    shown = one_line(both[: _LONGEST_NAME + 1])
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1] + "…"


def print_standings(
    console: Console, standings: Sequence[Standing], assignment: Assignment, gradebook: Path, *, everybody: bool = False
) -> None:
    """Print one line for each person and one column for each question.

    Of more than 100, only those who need a look, and where the others are. On a narrow terminal the columns' names are broken first,
    then optional questions are left out; a file or a pipe has no width to fold at.

    Args:
        console: Where to.
        standings: The class, in the gradebook's order.
        assignment: Its questions.
        gradebook: Where all of them are.
        everybody: Print everybody, however many there are.
    """
    large = len(standings) > _MOST_ROWS and not everybody
    looked_at = [one for one in standings if needs_a_look(one)] if large else list(standings)
    rows = looked_at[:_MOST_ROWS] if large else looked_at
    if rows:
        _print_rows(console, rows, assignment)
    if large:
        some = f"Of {len(standings)}, {_many(len(looked_at))} a look"
        cut = f"; the first {len(rows)} are shown" if len(rows) < len(looked_at) else ""
        console.print(Text(f"{some}{cut}. Everybody is in {one_line(str(gradebook))}."), soft_wrap=True)


def _many(count: int) -> str:
    return "none needs" if count == 0 else "1 needs" if count == 1 else f"{count} need"


def _print_rows(console: Console, rows: Sequence[Standing], assignment: Assignment) -> None:
    table, optional_shown = _table(rows, assignment, narrow=False, optional=True), True
    if not console.is_terminal:
        console.width = max(console.width, width_of(table, console))
    elif width_of(table, console) > console.width:
        table = _table(rows, assignment, narrow=True, optional=True)
        optional_shown = width_of(table, console) <= console.width
        if not optional_shown:
            table = _table(rows, assignment, narrow=True, optional=False)
    console.print(table)
    marks = "".join(_marks(question) for row in rows for question in row.questions)
    marks += _BY_STAFF * any(row.total_override is not None for row in rows)
    for sentence in _footnotes(marks, assignment, optional_shown=optional_shown):
        console.print(Text(sentence), soft_wrap=True)


def _footnotes(marks: str, assignment: Assignment, *, optional_shown: bool) -> list[str]:
    sentences = []
    if _HELPED in marks:
        sentences.append(f"{_HELPED} with the reference's helpers: a mistake in one function costs no points in another.")
    if _BY_STAFF in marks:
        sentences.append(f"{_BY_STAFF} given by staff.")
    if any(question.isolation is Isolation.SHARED for question in assignment.questions):
        sentences.append(f"{_IN_STUDENTS_PROCESS} {NOT_TAMPER_PROOF}.")
    if any(question.optional for question in assignment.questions):
        shown = "show how many of their cases passed" if optional_shown else "are left out here, not in the gradebook"
        sentences.append(f"Optional questions {shown}; they are not in the total.")
    return sentences


def _table(rows: Sequence[Standing], assignment: Assignment, *, narrow: bool, optional: bool) -> Table:
    """The rows as a table.

    Args:
        rows: Those to show.
        assignment: Its questions.
        narrow: Break the columns' names, and save space between columns.
        optional: With optional questions.
    """
    questions = [question for question in assignment.questions if optional or not question.optional]
    table = Table(title=Text(printable(assignment.title)), title_justify="left", box=box.SIMPLE_HEAD if narrow else box.HEAVY_HEAD)
    if narrow:
        table.show_edge, table.padding = False, (0, 1, 0, 0)
    table.add_column("submission", overflow="fold", max_width=_NAME_WHERE_NARROW if narrow else None)
    for question in questions:
        name = one_line(question.name) + (_IN_STUDENTS_PROCESS if question.isolation is Isolation.SHARED else "")
        header = Text(broken_name(name, _NARROWEST) if narrow else name, style="dim" if question.optional else "")
        table.add_column(header, justify="right", overflow="fold", min_width=min(len(name), _NARROWEST))
    late = any(row.lateness is not None and row.lateness.points for row in rows)
    if late:
        table.add_column("late", justify="right", no_wrap=True)
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    for row in rows:
        by_name = {question.name: question for question in row.questions}
        cells = [_cell(question, by_name.get(question.name)) for question in questions]
        subtracted = [_subtracted(row)] if late else []
        table.add_row(Text(shown_name(row)), *cells, *subtracted, _total(row), Text(row.state.value, style=_STYLE[row.state]))
    return table


def _cell(question: Question, standing: QuestionStanding | None) -> Text:
    if standing is None or standing.points is None:
        return Text("")
    marks = _marks(standing)
    if question.points == 0 and standing.override is None:
        return Text(f"{standing.passed}/{standing.cases}{marks}", style="dim")
    style = "" if standing.points >= question.points else "red"
    return Text(f"{number(standing.points)}{marks}", style=style)


def _marks(standing: QuestionStanding) -> str:
    if standing.points is None:
        return ""
    if standing.override is not None:
        return _BY_STAFF
    return _HELPED if standing.helped and (standing.points > 0 or standing.passed > 0) else ""


def _subtracted(row: Standing) -> Text:
    subtracted = row.lateness.points if row.lateness is not None and row.total_override is None else Fraction(0)
    return Text(f"-{number(subtracted)}" if subtracted else "")


def _total(row: Standing) -> Text:
    mark = _BY_STAFF if row.total_override is not None and row.final is not None else ""
    return Text("" if row.final is None else f"{number(row.final)}{mark}", style="bold")


def print_standings_reasons(console: Console, standings: Sequence[Standing]) -> None:
    """Print why results are withheld, and why platforms' gradebooks have no row of others: once for all that have a reason in common."""
    withheld = _by_reason(standings, lambda one: one.reason or "see its result." if one.state is State.WITHHELD else "")
    left_out = _by_reason(standings, lambda one: one.left_out if one.state is State.GRADED else "")
    for what, reasons in (("withheld", withheld), ("in no platform's gradebook", left_out)):
        for reason, names in list(reasons.items())[:_MOST_REASONS]:
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            console.print(Text(f"{what}: {', '.join(names[:_MOST_NAMES])}{more}: {printable(reason)}", style="yellow"), soft_wrap=True)
        others = sum(len(names) for names in list(reasons.values())[_MOST_REASONS:])
        if others:
            console.print(Text(f"{what}: {others} more, each for a reason of its own; see their results.", style="yellow"), soft_wrap=True)


def _by_reason(standings: Sequence[Standing], reason_of: Callable[[Standing], str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for one in standings:
        reason = reason_of(one)
        if reason:
            names.setdefault(reason, []).append(shown_name(one))
    return names


def print_standings_summary(console: Console, standings: Sequence[Standing], places: Sequence[tuple[str, Path]]) -> None:
    """Print how many there are of each state, and where things lie.

    Args:
        console: Where to.
        standings: The class.
        places: What lies where, such as `gradebook` and its path.
    """
    counts = Counter(one.state for one in standings)
    console.print(Text((", ".join(f"{counts[state]} {state.value}" for state in State if counts[state]) or "Nobody") + "."))
    width = max((len(what) for what, _where in places), default=0) + 1
    for what, where in places:
        console.print(Text(f"{what + ':':<{width}} {one_line(str(where))}"), soft_wrap=True)
