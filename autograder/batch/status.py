"""Where a class stands, at a glance: what is graded, what counts, and what waits for somebody to look at it. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder.batch.up_to_date import are_behind
from autograder.batch.view import ClassNow, class_now
from autograder.intake.csv_files import shown
from autograder.intake.finding import called_student
from autograder.model import Standing, State
from autograder.printable import counted, in_points, number, one_line, printable
from autograder.report.standings import shown_name
from autograder.standing.effective import in_force
from autograder.standing.unused import unused
from autograder.store import Store, holder

__all__ = ["Reason", "Status", "Unmatched", "as_data", "as_lines", "read_status"]

_MOST = 8
"""Names in a line, and lines of a kind; `--json` has all."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What several rows have in common."""

    why: str
    """A sentence."""
    names: tuple[str, ...]
    """Rows, in the gradebook's order."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A submission that is nobody's on the roster."""

    submission: str
    """Its name."""
    why: str
    """Why nobody was found."""
    suggestions: tuple[str, ...]
    """Whose it may be: name and id; empty where the sentence names them already."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a class stands."""

    title: str
    """Of the assignment."""
    possible: Fraction
    """Points, optional questions left out."""
    counts: tuple[tuple[State, int], ...]
    """How many rows of the gradebook have each state, those without any left out."""
    students: int
    """On the roster; 0: there is none."""
    submissions: int
    """How many persons or groups handed in."""
    attempts: int
    """How many files of theirs are known; several where somebody handed in again."""
    run: str
    """Id of the run whose results count."""
    bundle: str
    """Sha256 of the bundle that judged it, in hexadecimal."""
    official_by: str
    """Id of the event that made it count; empty where it is the first run."""
    keep_best: tuple[str, ...]
    """Questions in which an earlier run counts where it is better."""
    other_runs: tuple[str, ...]
    """Ids of runs that do not count."""
    unmatched: tuple[Unmatched, ...]
    """Submissions that are nobody's."""
    conflicts: tuple[str, ...]
    """Students with more than one submission, as sentences."""
    withheld: tuple[Reason, ...]
    """Who has no score, by reason; the most frequent first."""
    not_submitted: tuple[str, ...]
    """Who of the roster handed in nothing, in the gradebook's order."""
    late_time_unknown: tuple[str, ...]
    """Who is late, nobody knows by how much: nothing was subtracted."""
    events: int
    """What staff did."""
    events_in_force: int
    """Of these, what counts."""
    odd: tuple[str, ...]
    """Sentences on events that make no sense or reach nobody."""
    writing: str | None
    """Who writes at this moment: process, host and start; None: nobody."""
    files_behind: bool
    """Whether staff did something that the files do not show yet."""


def read_status(out: Path) -> Status:
    """Read where a class stands, also while a command writes to it.

    Raises:
        InputError: there is no such class.
        MachineFault: the store or the lock cannot be read.
    """
    with Store(out, writing=False) as store:
        writing = holder(out)
        now = class_now(store)
        runs = tuple(sorted(store.classes.runs()))
        behind = are_behind(store)
    standings = now.standings()
    counts = Counter(standing.state for standing in standings)
    official = now.view.officials[-1] if now.view.officials and now.view.officials[-1].act.run == now.run.id else None
    deciding = {run.id for run, _keep in now.chain}
    return Status(
        title=now.assignment.title,
        possible=now.assignment.points,
        counts=tuple((state, counts[state]) for state in State if counts[state]),
        students=len(now.students),
        submissions=len(now.matching.owners),
        attempts=len(now.kept),
        run=now.run.id,
        bundle=now.run.sha256,
        official_by="" if official is None else official.event.id,
        keep_best=tuple(sorted(now.chain[-1][1])),
        other_runs=tuple(run for run in runs if run not in deciding),
        unmatched=_unmatched(now),
        conflicts=tuple(conflict.sentence for conflict in now.matching.conflicts),
        withheld=_withheld(standings),
        not_submitted=tuple(shown_name(one) for one in standings if one.state is State.NOT_SUBMITTED),
        late_time_unknown=tuple(shown_name(one) for one in standings if _is_late_unknown(one)),
        events=len(now.events),
        events_in_force=len(in_force(now.events)),
        odd=(*now.view.odd, *unused(now.view, now.assignment, now.students, now.handed_in)),
        writing=writing,
        files_behind=behind,
    )


def as_data(status: Status) -> dict[str, Any]:
    """Return it as plain data, for scripts; keys may be added."""
    return {
        "assignment": status.title,
        "possible": number(status.possible),
        "counts": {str(state): count for state, count in status.counts},
        "students": status.students,
        "submissions": status.submissions,
        "attempts": status.attempts,
        "run": {
            "id": status.run,
            "bundle_sha256": status.bundle,
            "official_by_event": status.official_by or None,
            "keep_best": list(status.keep_best),
        },
        "other_runs": list(status.other_runs),
        "unmatched": [{"submission": one.submission, "why": one.why, "suggestions": list(one.suggestions)} for one in status.unmatched],
        "conflicts": list(status.conflicts),
        "withheld": [{"reason": one.why, "names": list(one.names)} for one in status.withheld],
        "not_submitted": list(status.not_submitted),
        "late_time_unknown": list(status.late_time_unknown),
        "events": {"all": status.events, "in_force": status.events_in_force, "odd": list(status.odd)},
        "writing": status.writing,
        "files_behind": status.files_behind,
    }


def as_lines(status: Status) -> list[str]:
    """Return it as lines for a terminal; what there is nothing of has no line."""
    counts = ", ".join(f"{count} {state}" for state, count in status.counts) or "nobody"
    roster = f"{counted(status.students, 'student')} on the roster" if status.students else "no roster"
    attempts = f" in {counted(status.attempts, 'attempt')}" if status.attempts != status.submissions else ""
    lines = [
        f"{one_line(status.title)}, {in_points(status.possible)}: {counts}.",
        f"{counted(status.submissions, 'submission')}{attempts}, {roster}.",
        f"run {status.run} counts ({_made_official(status)}; bundle sha256 {status.bundle[:12]}…).",
    ]
    if status.other_runs:
        lines.append(f"runs that do not count: {_listed(status.other_runs)}.")
    if status.events:
        lines.append(f"{counted(status.events, 'event')} of staff's, {status.events_in_force} in force: `autograder log` shows them.")
    lines.append(f"writing now: {status.writing}." if status.writing is not None else "nobody is writing.")
    if status.files_behind and status.writing is None:
        lines.append("The files do not show everything that staff did: `autograder report` makes them anew.")
    lines += _some("withheld", [f"{_listed(one.names)}: {one.why}" for one in status.withheld if one.why not in status.conflicts])
    lines += _some("nobody's", [_of_unmatched(one) for one in status.unmatched if one.why not in status.conflicts])
    lines += _some("conflict", status.conflicts)
    if status.not_submitted:
        lines.append(f"not submitted: {_listed(status.not_submitted)}.")
    if status.late_time_unknown:
        names = _listed(status.late_time_unknown)
        lines.append(f"late, time unknown: {names}: nothing is subtracted. Say when with `autograder grade --times`.")
    lines += _some("odd", status.odd)
    return [printable(line) for line in lines]


def _unmatched(now: ClassNow) -> tuple[Unmatched, ...]:
    if not now.students:
        return ()
    return tuple(
        Unmatched(
            shown(owner.submissions[-1]),
            owner.sentence,
            () if owner.displaced else tuple(called_student(suggestion.student) for suggestion in owner.suggestions),
        )
        for owner in now.matching.owners.values()
        if not owner.links
    )


def _is_late_unknown(standing: Standing) -> bool:
    handed_in = standing.handed_in
    return handed_in is not None and handed_in.submitted_at is None and bool(handed_in.late)


def _withheld(standings: Sequence[Standing]) -> tuple[Reason, ...]:
    found: dict[str, list[str]] = {}
    for one in standings:
        if one.state is State.WITHHELD:
            found.setdefault(one.reason or "See its result.", []).append(shown_name(one))
    return tuple(Reason(reason, tuple(names)) for reason, names in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def _made_official(status: Status) -> str:
    if not status.official_by:
        return "the first one"
    kept = f", but in {', '.join(status.keep_best)} the earlier one where it is better" if status.keep_best else ""
    return f"made official by event {status.official_by}{kept}"


def _of_unmatched(one: Unmatched) -> str:
    maybe = f" Perhaps {' or '.join(one.suggestions)}." if one.suggestions else ""
    return f"{one.submission}: {one.why}{maybe}"


def _some(what: str, sentences: Sequence[str]) -> list[str]:
    more = [f"{what}: {len(sentences) - _MOST} more."] if len(sentences) > _MOST else []
    return [*(f"{what}: {sentence}" for sentence in sentences[:_MOST]), *more]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if len(names) > _MOST else "")
