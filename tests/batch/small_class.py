"""A class that is graded for real, in a small course of two questions, one calling the other: `double` and `power`, of 10 points each.

ada    all right
ben    `double` is wrong; `power` has its points with the reference's helper
cleo   `power` is right for an exponent of 2 only: 2 of 10
dan    no notebook: withheld
eve    ada's code
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import nbformat
from grading.course import DOUBLE, POWER, QUICK, RIGHT_DOUBLE, RIGHT_POWER, write_small_bundle

from autograder.batch.means import Means
from autograder.batch.run import Asked, grade_class
from autograder.batch.view import class_now
from autograder.grading.session import Grader, Order
from autograder.model import Outcome, Reporting, Result
from autograder.opening import open_bundle
from autograder.store import Store

__all__ = ["CELLS", "KINDER", "STRICTER", "Counting", "Quiet", "bundle", "files_of", "grade", "points", "write_class"]

WRONG_DOUBLE = RIGHT_DOUBLE.replace("x + x", "x * 3")
SQUARE_ONLY = "def power(x, n):\n    return x * 4\n"
CELLS = {
    "ada": (RIGHT_DOUBLE, RIGHT_POWER),
    "ben": (WRONG_DOUBLE, RIGHT_POWER),
    "cleo": (RIGHT_DOUBLE, SQUARE_ONLY),
    "eve": (RIGHT_DOUBLE, RIGHT_POWER),
}
KINDER = POWER.replace("n=3", "n=2").replace("reference.power(x, 3)", "reference.power(x, 2)")
"""Its hidden case asks for what cleo has."""
STRICTER = POWER.replace("reference.power(x, 3))", "reference.power(x, 3) + 1)")
"""A wrong key: nobody passes its hidden case."""


class Quiet:
    """Hears everything, and remembers who ended."""

    def __init__(self, stop_after: int = 1_000) -> None:
        self.ends: list[str] = []
        self._stop_after = stop_after

    def confined(self, layers: Sequence[str], unprotected: Sequence[str]) -> None:
        pass

    def warn(self, sentence: str) -> None:
        pass

    def said(self, sentence: str) -> None:
        pass

    def began(self, count: int, reused: int, *, possible: Fraction, at_a_time: int) -> None:
        pass

    def started(self, name: str) -> None:
        pass

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:  # noqa: ARG002 - see Progress
        self.ends.append(name)
        if len(self.ends) >= self._stop_after:
            raise KeyboardInterrupt

    def finished(self) -> None:
        pass


class Counting(Grader):
    """A grader that remembers what was ordered of it."""

    asked: list[tuple[str, tuple[str, ...]]] = []  # noqa: RUF012 - of all of them
    """Submission's key, and the questions that it need not judge."""

    def grade_all(self, orders: Iterable[Order | None]) -> Iterator[tuple[Order, Result]]:
        def noted() -> Iterator[Order | None]:
            for order in orders:
                if order is not None:
                    self.asked.append((order.submission.name, tuple(score.question.name for score in order.known)))
                yield order

        return super().grade_all(noted())


def bundle(target: Path, *, power: str = POWER, assignment_name: str = "small", reporting: Reporting | None = None) -> Path:
    """Write the course's bundle, perhaps with other tests."""
    tests = {"double": DOUBLE, "power": power}
    write_small_bundle(target, tests, limits=QUICK, assignment_name=assignment_name, reporting=reporting)
    return target


def write_class(folder: Path) -> Path:
    """Write what was handed in."""
    folder.mkdir()
    for name, cells in CELLS.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "dan.ipynb").write_text("no notebook")
    return folder


def grade(archive: Path, submissions: Path, out: Path, folder: Path) -> None:
    """Grade the class with a bundle that is opened below `folder`."""
    folder.mkdir(exist_ok=True)
    grade_class(open_bundle(archive, folder), [submissions], out, Asked(means=Means(workers=2)), Quiet())


def points(out: Path) -> dict[str, Fraction | None]:
    """Submission → what counts now."""
    with Store(out, writing=False) as store:
        return {one.handed_in.name: one.final for one in class_now(store).standings() if one.handed_in is not None}


def files_of(out: Path) -> dict[str, bytes]:
    """Every derived file: path from OUT → its bytes."""
    places = [out / "gradebook.csv", *(out / "students").rglob("*"), *(out / "staff").rglob("*")]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in places if path.is_file()}
