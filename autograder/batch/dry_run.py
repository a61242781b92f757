"""`grade --dry-run`: who would be graded from which file, and why. Grades nothing, and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.batch.run import Asked, taken_in
from autograder.bundle import Bundle
from autograder.intake import Arrival
from autograder.intake.describing import describe
from autograder.intake.matching import Matching, match
from autograder.outputs import DATABASE
from autograder.printable import one_line, printable
from autograder.standing.effective import effective
from autograder.store import Store

__all__ = ["print_dry_run"]


def print_dry_run(bundle: Bundle, paths: Sequence[Path], out: Path, asked: Asked, console: Console) -> None:
    """Print what came in as a table, with whose each submission is where there is a roster.

    Raises:
        AuthorError, InputError, MachineFault
    """
    taken = taken_in(bundle, paths, out, asked)
    for recognised in taken.recognised:
        console.print(Text(printable(f"{recognised.sentence}.")), soft_wrap=True)
    matching = _matched(out, asked, taken.arrivals)
    table = Table()
    heading = ["submission", "platform", "who", *(["student"] if matching else []), "file", "handed in", "why"]
    for title in heading:
        table.add_column(title, overflow="fold")
    for row, arrival in zip(describe(taken), taken.arrivals, strict=True):
        whose = []
        if matching is not None:
            owner = matching.owners[arrival.handed_in.owner_key]
            whose = [", ".join(one_line(link.student.id) for link in owner.links) or f"nobody: {one_line(owner.sentence)}"]
        table.add_row(*(Text(cell) for cell in (row.name, row.platform, row.who, *whose, row.file, row.handed_in, row.why)))
    if not console.is_terminal:
        console.width = max(console.width, 100_000)
    console.print(table)
    conflicts = [conflict.sentence for conflict in matching.conflicts] if matching is not None else []
    for sentence in (*taken.warnings, *(matching.warnings if matching is not None else ()), *conflicts, *taken.passed_over):
        console.print(Text(printable(sentence), style="yellow"), soft_wrap=True)
    refused = sum(bool(arrival.handed_in.refused) for arrival in taken.arrivals)
    console.print(Text(f"{len(taken.arrivals) - refused} would be graded, {refused} refused. Nothing was graded or written."))


def _matched(out: Path, asked: Asked, arrivals: Sequence[Arrival]) -> Matching | None:
    students = asked.roster.students if asked.roster is not None else ()
    confirmed: dict[str, str] = {}
    if (out / DATABASE).is_file():
        with Store(out, writing=False) as store:
            students = students or store.classes.roster()
            confirmed = {owner: said.act.student for owner, said in effective(store.history.all()).matches.items()}
    if not students:
        return None
    return match([arrival.handed_in for arrival in arrivals], students, confirmed)
