"""Grades a class, several submissions at a time, and writes each result as soon as it is there.

    OUT/results/ID.json      see `autograder.report.document`; for staff
    OUT/students/ID.html     see `autograder.report.page`
    OUT/gradebook.csv        this run's submissions, at the end and when the run is stopped; where results of other submissions
                             lie in OUT, the gradebook that was there before is kept as gradebook-1.csv, gradebook-2.csv, …

Every file is replaced as a whole or not at all. What else lies in OUT stays: results of earlier runs are counted and named,
never removed, and are not in the gradebook.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.archive import replace_file
from autograder.bundle import Bundle
from autograder.errors import InputError, MachineFault
from autograder.grading.session import Grader, Order
from autograder.intake.folders import Refused
from autograder.kernel.sandbox import Confinement
from autograder.model import Result, Submission, Withheld
from autograder.outputs import GRADEBOOK, RESULTS, STUDENTS, file_id
from autograder.report.document import document_bytes
from autograder.report.gradebook import Row, gradebook_bytes, status_of
from autograder.report.hearing import Progress
from autograder.report.outcome import outcome_of
from autograder.report.page import page_bytes

__all__ = ["Summary", "run_batch"]


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
    unwritten: tuple[str, ...]
    """A sentence for each file that could not be written, also at a second try; what was there before is still there."""

    def count(self, status: str) -> int:
        """How many rows have this status (`graded`, `withheld`, `not graded`)."""
        return sum(status_of(result) == status for _name, result in self.rows)


@dataclass(slots=True)
class _Run:
    """One run's results so far, and where they go."""

    bundle: Bundle
    out: Path
    confinement: Confinement | None = None
    stand_ins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    unwritten: list[tuple[Path, Callable[[], bytes]]] = field(default_factory=list)

    def write(self, result: Result) -> MachineFault | None:
        """Write a submission's two files; writing the same again changes nothing."""
        self.results[result.submission.name] = result
        name = file_id(result.submission.name)
        document = self.put(
            self.out / RESULTS / f"{name}.json", lambda: document_bytes(result, self.bundle, self.confinement and self.confinement.confined)
        )
        page = self.put(self.out / STUDENTS / f"{name}.html", lambda: page_bytes(result, self.bundle, self.stand_ins))
        return document or page

    def put(self, target: Path, content: Callable[[], bytes]) -> MachineFault | None:
        """Write a file, or remember that it has to be tried again."""
        try:
            replace_file(target, content())
        except MachineFault as fault:
            self.unwritten.append((target, content))
            return fault
        return None

    def put_again(self) -> list[str]:
        """Try once more what could not be written, and say what still cannot."""
        waiting, self.unwritten = self.unwritten, []
        faults = [self.put(target, content) for target, content in waiting]
        return [str(fault) for fault in faults if fault is not None]

    def rows(self, found: Sequence[Submission | Refused]) -> tuple[Row, ...]:
        return tuple((item.name, self.results.get(item.name)) for item in found)


def run_batch(
    bundle: Bundle,
    found: Sequence[Submission | Refused],
    out: Path,
    progress: Progress,
    *,
    workers: int | None = None,
    debug: bool = False,
) -> Summary:
    """Grade every submission and write its results below `out`.

    Args:
        bundle: An opened bundle; its folder must stay until this returns.
        found: What intake found; names are unique. What was refused gets a withheld result with its reason.
        out: Made when it is not there.
        progress: Hears of every step.
        workers: How many are graded at a time; as many as there are processors when None. Changes no result.
        debug: Let an unexpected exception through instead of withholding that submission's result.

    Returns:
        A summary, also after Ctrl-C: then with what was graded until then.

    Raises:
        InputError: There is no submission among `found`, or `out` cannot be used.
        AuthorError: The bundle's tests or solution do not load.
        MachineFault: There is no warm process, or confinement that the config requires cannot be had.
    """
    if not any(isinstance(item, Submission) for item in found):
        raise InputError("\n".join(["There is nothing to grade.", *(item.reason for item in found if isinstance(item, Refused))]))
    _prepare(out)
    run = _Run(bundle, out)
    interrupted = False
    current: Result | None = None
    try:
        with Grader(bundle, workers=workers, debug=debug) as grader:
            run.stand_ins, run.confinement = grader.stand_ins, grader.confinement
            progress.confined(grader.confinement.holds, grader.confinement.missing)
            for sentence in grader.not_preloaded:
                progress.warn(f"A module that submissions should find cannot be imported here: {sentence}.")
            progress.began(len(found), 0, possible=bundle.assignment.points, at_a_time=grader.workers)
            for current in _results(grader, found):
                first = not run.unwritten
                fault = run.write(current)
                progress.ended(current.submission.name, outcome_of(current), reused=False)
                if fault is not None and first:
                    progress.warn(f"{fault} Grading goes on, and it is tried again at the end.")
    except KeyboardInterrupt:
        interrupted = True
        if current is not None:
            run.write(current)  # it may have come between the two files
    rows = run.rows(found)
    earlier = _earlier(out, found)
    if earlier:
        _keep_earlier(out / GRADEBOOK, progress)
    run.put(out / GRADEBOOK, lambda: gradebook_bytes(rows, bundle.assignment))
    return Summary(rows, out, out / GRADEBOOK, interrupted, earlier, tuple(run.put_again()))


def _prepare(out: Path) -> None:
    """Find out now, not after the first submission, that results cannot be written."""
    try:
        (out / RESULTS).mkdir(parents=True, exist_ok=True)
        (out / STUDENTS).mkdir(exist_ok=True)
        for folder in (out, out / RESULTS, out / STUDENTS):
            tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise InputError(f"{out} cannot be used for results: {error.strerror}. Choose another folder with `-o`.") from error


def _results(grader: Grader, found: Sequence[Submission | Refused]) -> Iterator[Result]:
    """What was refused, at once; then every submission's result as it comes."""
    for item in found:
        if isinstance(item, Refused):
            yield Withheld(Submission(item.name, item.path), item.reason)
    for _order, result in grader.grade_all(Order(item) for item in found if isinstance(item, Submission)):
        yield result


def _keep_earlier(gradebook: Path, progress: Progress) -> None:
    """Give the gradebook of other submissions another name, instead of writing over it."""
    number = 1
    while (kept := gradebook.with_stem(f"{gradebook.stem}-{number}")).exists():
        number += 1
    try:
        gradebook.rename(kept)
    except FileNotFoundError:
        return
    except OSError as error:
        progress.warn(f"{gradebook} could not be kept as {kept.name}: {error.strerror}.")
        return
    progress.warn(f"{gradebook} had other submissions in it: it is kept as {kept.name}.")


def _earlier(out: Path, found: Sequence[Submission | Refused]) -> tuple[str, ...]:
    ours = {f"{file_id(item.name)}.json" for item in found}
    return tuple(sorted(path.name for path in (out / RESULTS).glob("[!.]*.json") if path.name not in ours))
