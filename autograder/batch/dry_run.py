"""`grade --dry-run`: who would be graded from which file, and why. Grades nothing, and writes nothing.

Everything is asked that a run asks before it grades: which bundle the class was graded with, whose each submission is beside those that the
store has already, which part is meant, and whose result stands. Only what grading itself finds out is left: that a file is no notebook, or
that it is to a kernel what somebody else's is.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.batch.judging import has_result
from autograder.batch.run import Asked, earlier_times, part_of, refuse_another_bundle, taken_in, timed
from autograder.batch.view import class_now, official_run
from autograder.bundle import Bundle
from autograder.errors import InputError
from autograder.intake import Arrival, TakenIn
from autograder.intake.describing import describe
from autograder.intake.finding import called_student
from autograder.intake.matching import Matching, match
from autograder.intake.times import Times
from autograder.model import Outcome, Student
from autograder.outputs import DATABASE
from autograder.printable import one_line, printable
from autograder.standing.effective import View, effective
from autograder.store import Kept, Store, keep
from autograder.store.files import Files
from autograder.temporary import temporary_folder

__all__ = ["print_dry_run"]

_MOST = 8
"""Names in a sentence, as many as `autograder status` shows."""

_GRADED, _STANDS, _REFUSED = "graded", "answered from the store", "withheld"


@dataclass(frozen=True, slots=True)
class _Before:
    """What the class's folder holds; nothing where it is not there."""

    students: tuple[Student, ...] = ()
    view: View = field(default_factory=View)
    times: Times | None = None
    kept: Mapping[str, Kept] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)


def print_dry_run(bundle: Bundle, paths: Sequence[Path], out: Path, asked: Asked, console: Console) -> None:
    """Print what is asked for of what came in as a table, with whose each submission is where there is a roster.

    Raises:
        AuthorError, InputError, MachineFault: as grading would.
    """
    taken = taken_in(bundle, paths, out, asked)
    before = _before(bundle, out)
    students = asked.roster.students if asked.roster is not None else before.students
    arrivals, sentences = timed(taken.arrivals, asked.times or before.times, students, before.view)
    matching = _matched(arrivals, students, before)
    mine = part_of(arrivals, asked.part, students, matching, before.outcomes)
    for recognised in taken.recognised:
        console.print(Text(printable(f"{recognised.sentence}.")), soft_wrap=True)
    if asked.roster is not None:
        console.print(Text(printable(asked.roster.kind)), soft_wrap=True)
    what = [_becomes(arrival, before, asked) for arrival in mine]
    table = _table(replace(taken, arrivals=tuple(mine)), what, matching if students else None)
    if not console.is_terminal:
        console.width = max(console.width, 100_000)
    console.print(table)
    given = [notice for read in (asked.roster, asked.times) if read is not None for notice in read.notices]
    doubts = [*matching.warnings, *before.view.odd] if students else before.view.odd
    nothing = _without_any(students, matching)
    for sentence in (*taken.warnings, *given, *sentences, *doubts, *taken.passed_over, *nothing):
        console.print(Text(printable(sentence), style="yellow"), soft_wrap=True)
    console.print(Text(_summary(what, len(taken.arrivals))), soft_wrap=True)


def _before(bundle: Bundle, out: Path) -> _Before:
    """Read what is there.

    Raises:
        InputError: the class was graded with another bundle.
        MachineFault: the store cannot be read.
    """
    if not (out / DATABASE).is_file():
        return _Before()
    with Store(out, writing=False) as store:
        official = official_run(store)
        if official is None:
            return _Before(store.classes.roster(), effective(store.history.all()), earlier_times(store))
        with temporary_folder("autograder-dry-run-") as folder:
            refuse_another_bundle(official, keep(bundle, Files(folder), {}), out)
        now = class_now(store)
        return _Before(now.students, now.view, earlier_times(store), now.kept, now.outcomes)


def _matched(arrivals: Sequence[Arrival], students: Sequence[Student], before: _Before) -> Matching:
    """Whose each is, of what came in and of what is there already."""
    handed_in = {key: kept.handed_in for key, kept in before.kept.items()}
    handed_in |= {arrival.handed_in.key: arrival.handed_in for arrival in arrivals}
    confirmed = {owner: said.act.student for owner, said in before.view.matches.items()}
    return match([handed_in[key] for key in sorted(handed_in)], students, confirmed)


def _without_any(students: Sequence[Student], matching: Matching) -> Iterator[str]:
    """Name who of the roster has no submission, in a sentence; none where everybody has one."""
    theirs = matching.by_student()
    nothing = [called_student(student) for student in students if student.id not in theirs]
    if nothing:
        more = f" and {len(nothing) - _MOST:,} more" if len(nothing) > _MOST else ""
        yield f"On the roster without a submission that counts ({len(nothing):,}): {', '.join(nothing[:_MOST])}{more}."


def _becomes(arrival: Arrival, before: _Before, asked: Asked) -> str:
    """What a run would do with it."""
    kept = before.kept.get(arrival.handed_in.key)
    unreadable = _STANDS if kept is not None and kept.content and kept.current else _REFUSED
    if arrival.handed_in.refused:
        return unreadable
    if kept is None or kept.outcome is None:
        return _GRADED
    try:
        content = hashlib.sha256(arrival.read()).hexdigest()
    except InputError:
        return unreadable
    means = asked.means
    stands = has_result(kept.outcome, kept.judged_content, content, fresh=means.fresh, again=asked.part.states)
    return _STANDS if stands else _GRADED


def _table(taken: TakenIn, what: Sequence[str], matching: Matching | None) -> Table:
    table = Table()
    for title in ("submission", "platform", "who", *(["student"] if matching else []), "file", "handed in", "would be", "why"):
        table.add_column(title, overflow="fold")
    for row, arrival, becomes in zip(describe(taken), taken.arrivals, what, strict=True):
        whose = []
        if matching is not None:
            owner = matching.owners[arrival.handed_in.owner_key]
            whose = [", ".join(one_line(link.student.id) for link in owner.links) or f"nobody: {one_line(owner.sentence)}"]
        cells = (row.name, row.platform, row.who, *whose, row.file, row.handed_in, becomes, row.why)
        table.add_row(*map(Text, cells))
    return table


def _summary(what: Sequence[str], came: int) -> str:
    counts = Counter(what)
    parts = [f"{counts[_GRADED]} would be graded", *(f"{counts[one]} {one}" for one in (_STANDS, _REFUSED) if counts[one])]
    others = f" {came - len(what)} more came in that are not asked for." if came > len(what) else ""
    return f"{', '.join(parts)}.{others} Nothing was graded or written."
