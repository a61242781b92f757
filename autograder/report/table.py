"""The class at the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.model import Assignment, Graded, Isolation, QuestionScore, Result, Verdict, Withheld, World
from autograder.printable import number, one_line, printable
from autograder.report.document import NOT_TAMPER_PROOF
from autograder.report.fitting import broken_name, width_of
from autograder.report.gradebook import Row, status_of
from autograder.report.words import checks_lost

__all__ = ["print_class", "print_held_back", "print_reasons", "print_summary"]

_NARROWEST = 9  # characters of a question's column: `rnn_cell_`
_OTHER_COLUMNS = 3  # submission, total, status
_MOST_NAMES = 8  # of submissions in a sentence
_STATUS_STYLE = {"graded": "green", "withheld": "yellow", "not graded": "yellow"}


def print_class(console: Console, rows: Sequence[Row], assignment: Assignment) -> None:
    """Print one line for each submission and one column for each question.

    On a narrow terminal the columns' names are broken first, then optional questions are left out; a file or a pipe has no
    width to fold at. A star marks points that were earned with the reference's helpers.
    """
    table, starred = _table(rows, assignment, broken=False, optional=True)
    if console.is_terminal:
        for optional in (True, False):
            if width_of(table, console) > console.width:
                table, starred = _table(rows, assignment, broken=True, optional=optional)
    else:
        console.width = max(console.width, width_of(table, console))
    console.print(table)
    if starred:
        console.print(Text("* with the reference's helpers: a mistake in one function costs no points in another."), soft_wrap=True)
    if any(question.isolation is Isolation.SHARED for question in assignment.questions):
        console.print(Text(f"† {NOT_TAMPER_PROOF}."), soft_wrap=True)
    if any(question.optional for question in assignment.questions):
        left_out = len(table.columns) < len(assignment.questions) + _OTHER_COLUMNS
        shown = "are left out here, not in the gradebook" if left_out else "show how many of their cases passed"
        console.print(Text(f"Optional questions {shown}; they are not in the total."), soft_wrap=True)


def _table(rows: Sequence[Row], assignment: Assignment, *, broken: bool, optional: bool) -> tuple[Table, bool]:
    """The class, and whether there is a star in it.

    Args:
        rows: The class.
        assignment: Its questions.
        broken: Break the columns' names, and save space between columns.
        optional: With optional questions.
    """
    questions = [question for question in assignment.questions if optional or not question.optional]
    table = Table(title=Text(printable(assignment.title)), title_justify="left", box=box.SIMPLE_HEAD if broken else box.HEAVY_HEAD)
    if broken:
        table.show_edge, table.padding = False, (0, 1, 0, 0)
    table.add_column("submission", overflow="fold")
    for question in questions:
        name = one_line(question.name) + ("†" if question.isolation is Isolation.SHARED else "")
        header = Text(broken_name(name, _NARROWEST) if broken else name, style="dim" if question.optional else "")
        table.add_column(header, justify="right", overflow="fold", min_width=min(len(name), _NARROWEST))
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    starred = False
    for name, result in rows:
        scores: dict[str, QuestionScore] = {}
        total = None
        if isinstance(result, Graded):
            scores = {score.question.name: score for score in result.questions}
            total = result.total
        cells = [_cell(scores.get(question.name)) for question in questions]
        starred = starred or any(cell.plain.endswith("*") for cell in cells)
        status = status_of(result)
        table.add_row(Text(one_line(name)), *cells, _points(total), Text(status, style=_STATUS_STYLE[status]))
    return table, starred


def print_reasons(console: Console, rows: Sequence[Row]) -> None:
    """Print why results were withheld: once for all that have a reason in common."""
    names: dict[str, list[str]] = {}
    for name, result in rows:
        if status_of(result) == "withheld":
            assert result is not None
            for reason in _reasons(result):
                names.setdefault(reason, []).append(one_line(name))
    for reason, them in names.items():
        more = f" and {len(them) - _MOST_NAMES} more" if len(them) > _MOST_NAMES else ""
        console.print(Text(f"withheld: {', '.join(them[:_MOST_NAMES])}{more}: {printable(reason)}", style="yellow"), soft_wrap=True)


def _reasons(result: Result) -> list[str]:
    if isinstance(result, Withheld):
        return [result.reason]
    lost = [(name, why.partition("\n")[0]) for name, why in checks_lost(result)]
    return [f"a check of {name} could not be run. {why or 'See its result.'}" for name, why in lost] or ["see its result."]


def print_held_back(console: Console, rows: Sequence[Row]) -> None:
    """Name the questions of an otter bundle with a check that nobody passed, and that met what cannot leave a student's process.

    One student's odd answer is theirs; what nobody's answer passes may be what the question asks for.
    """
    graded = [result for _name, result in rows if isinstance(result, Graded)]
    cases = [(score.question.name, case) for result in graded for score in result.questions for case in score.cases]
    passed = {(question, case.name) for question, case in cases if case.verdict is Verdict.PASSED}
    met: dict[str, set[str]] = {}
    for question, case in cases:
        if case.held_back and (question, case.name) not in passed:
            met.setdefault(question, set()).update(case.held_back)
    for question, types in met.items():
        text = (
            f"{question}: nobody passed a check that looks at what cannot leave the student's process ({', '.join(sorted(types)[:8])}). If "
            f"that is what the question asks for, grade again with --shared {question}: its tests then run there, and are not safe from "
            "the student's code."
        )
        console.print(Text(printable(text), style="yellow"), soft_wrap=True)


def print_summary(console: Console, rows: Sequence[Row], out: Path, gradebook: Path, earlier: Sequence[str]) -> None:
    """Print how many there are of each status, and where the results lie."""
    counts = Counter(status_of(result) for _name, result in rows)
    console.print(Text(", ".join(f"{counts[status]} {status}" for status in _STATUS_STYLE if counts[status]) + "."))
    lines = {"gradebook": gradebook, "for each student": out / "students", "for staff": out / "results"}
    for what, where in lines.items():
        console.print(Text(f"{what + ':':<17} {one_line(str(where))}"), soft_wrap=True)
    if earlier:
        text = f"Left as they are: {len(earlier)} results of earlier runs in {one_line(str(out))}; they are not in the gradebook."
        console.print(Text(text, style="dim"), soft_wrap=True)


def _cell(score: QuestionScore | None) -> Text:
    if score is None or score.earned is None:
        return Text("")
    helped = score.world is World.REFERENCE and (score.earned > 0 or score.question.points == 0)
    star = "*" if helped else ""
    if score.question.points == 0:
        passed = sum(case.verdict == "passed" for case in score.cases)
        return Text(f"{passed}/{len(score.cases)}{star}", style="dim")
    style = "" if score.earned == score.question.points else "red"
    return Text(f"{number(score.earned)}{star}", style=style)


def _points(points: Fraction | None) -> Text:
    return Text("" if points is None else str(number(points)), style="bold")
