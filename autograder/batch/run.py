"""Grades a class, one submission after another, and writes each result as soon as it is there.

    OUT/results/ID.json      see `autograder.report.document`; for staff
    OUT/students/ID.html     see `autograder.report.page`
    OUT/gradebook.csv        this run's submissions, at the end and when the run is stopped

Every file is replaced as a whole or not at all. What else lies in OUT stays: results of earlier runs are counted and named,
never removed, and are not in the gradebook.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from autograder.archive import replace_file
from autograder.batch.intake import Refused
from autograder.batch.names import GRADEBOOK, RESULTS, STUDENTS, file_id
from autograder.bundle import Bundle
from autograder.errors import InputError, MachineFault
from autograder.grading.session import Grader
from autograder.model import Result, Submission, Withheld
from autograder.report.document import document_bytes
from autograder.report.gradebook import Row, gradebook_bytes, status_of
from autograder.report.page import page_bytes

__all__ = ["Progress", "Summary", "run_batch"]


class Progress(Protocol):
    """Who wants to hear how far a run is."""

    def confined(self, layers: Sequence[str], unprotected: Sequence[str]) -> None:
        """Called once, before the first submission: sentences on what confines student code, and what does not."""

    def began(self, number: int, count: int, name: str) -> None:
        """Called before each submission; `number` is 1-based."""

    def ended(self, result: Result) -> None:
        """Called when a submission's files are written."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did."""

    rows: tuple[Row, ...]
    """Every submission and refusal, in the order they were given."""
    out: Path
    """The folder with the results."""
    gradebook: Path
    """The class as CSV."""
    interrupted: bool
    """True when it was stopped by Ctrl-C: later rows have no result."""
    earlier: tuple[str, ...]
    """Names of result files in `out` that are not of this run; they were left as they are."""

    def count(self, status: str) -> int:
        """How many rows have this status (`graded`, `withheld`, `not graded`)."""
        return sum(status_of(result) == status for _name, result in self.rows)


@dataclass(slots=True)
class _Run:
    """One run's results so far, and where they go."""

    bundle: Bundle
    out: Path
    stand_ins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)

    def write(self, result: Result) -> None:
        """Write a submission's two files; writing the same again changes nothing."""
        self.results[result.submission.name] = result
        name = file_id(result.submission.name)
        replace_file(self.out / RESULTS / f"{name}.json", document_bytes(result, self.bundle))
        replace_file(self.out / STUDENTS / f"{name}.html", page_bytes(result, self.bundle, self.stand_ins))

    def rows(self, found: Sequence[Submission | Refused]) -> tuple[Row, ...]:
        return tuple((item.name, self.results.get(item.name)) for item in found)


def run_batch(bundle: Bundle, found: Sequence[Submission | Refused], out: Path, progress: Progress, *, debug: bool = False) -> Summary:
    """Grade every submission and write its results below `out`.

    Args:
        bundle: An opened bundle; its folder must stay until this returns.
        found: What intake found; names are unique. What was refused gets a withheld result with its reason.
        out: Made when it is not there.
        progress: Hears of every step.
        debug: Let an unexpected exception through instead of withholding that submission's result.

    Returns:
        A summary, also after Ctrl-C: then with what was graded until then.

    Raises:
        InputError: There is no submission among `found`, or `out` cannot be used.
        AuthorError: The bundle's tests or solution do not load.
        MachineFault: No warm kernel, or a file cannot be written. Results written before are whole.
    """
    if not any(isinstance(item, Submission) for item in found):
        raise InputError("\n".join(["There is nothing to grade.", *(item.reason for item in found if isinstance(item, Refused))]))
    _prepare(out)
    run = _Run(bundle, out)
    interrupted = False
    current: Result | None = None
    try:
        with Grader(bundle) as grader:
            run.stand_ins = grader.stand_ins
            progress.confined(grader.layers, grader.unprotected)
            for number, item in enumerate(found, 1):
                progress.began(number, len(found), item.name)
                current = None
                current = _result(grader, item, debug=debug)
                run.write(current)
                progress.ended(current)
    except KeyboardInterrupt:
        interrupted = True
        if current is not None:
            run.write(current)  # it may have come between the two files
    except MachineFault as fault:
        raise _with_what_is_there(fault, run, found) from fault
    gradebook = out / GRADEBOOK
    replace_file(gradebook, gradebook_bytes(run.rows(found), bundle.assignment))
    return Summary(run.rows(found), out, gradebook, interrupted, _earlier(out, found))


def _prepare(out: Path) -> None:
    """Find out now, not after the first submission, that results cannot be written."""
    try:
        (out / RESULTS).mkdir(parents=True, exist_ok=True)
        (out / STUDENTS).mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"{out} cannot be used for results: {error.strerror}. Choose another folder with `-o`.") from error


def _result(grader: Grader, item: Submission | Refused, *, debug: bool) -> Result:
    match item:
        case Refused():
            return Withheld(Submission(item.name, item.path), item.reason)
        case Submission():
            try:
                return grader.grade(item)
            except Exception as error:
                if debug:
                    raise
                place = traceback.extract_tb(error.__traceback__)[-1]
                return Withheld(
                    item,
                    f"The grader itself failed on {item.path} ({type(error).__name__}: {error}; {Path(place.filename).name}, "
                    f"line {place.lineno}). This is a mistake in the grader: run again with `--debug`, and report what it shows.",
                )


def _with_what_is_there(fault: MachineFault, run: _Run, found: Sequence[Submission | Refused]) -> MachineFault:
    """Keep a gradebook of what was graded, where that can still be written, and say how far the run came."""
    if not run.results:
        return fault
    try:
        replace_file(run.out / GRADEBOOK, gradebook_bytes(run.rows(found), run.bundle.assignment))
    except MachineFault:
        where = "no gradebook could be written"
    else:
        where = f"{run.out / GRADEBOOK} has them"
    return MachineFault(f"{fault} The run stopped after {len(run.results)} of {len(found)} submissions; {where}.")


def _earlier(out: Path, found: Sequence[Submission | Refused]) -> tuple[str, ...]:
    ours = {f"{file_id(item.name)}.json" for item in found}
    return tuple(sorted(path.name for path in (out / RESULTS).glob("[!.]*.json") if path.name not in ours))
