"""Grades the submissions of a bundle twice: by stock otter's own interface, and by the real command `autograder grade`."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from end_to_end.command import documents, run

from beside_otter import written
from beside_otter.written import Written

__all__ = ["BUNDLES", "Bundle", "Scores", "bundles", "ours", "stock"]

BUNDLES = Path(__file__).parent / "bundles"

Scores = dict[str, tuple[float | None, float]]
"""Question → points earned (None: withheld) and possible."""


@dataclass(frozen=True)
class Bundle:
    """A folder as `otter generate` zips it, with `submissions` beside it."""

    folder: Path
    """Where it is."""

    @property
    def shared(self) -> bool:
        """Whether its tests look at what cannot leave the student's process."""
        return (self.folder / "tests" / "account.py").exists()

    def submissions(self) -> list[Written]:
        """What is handed in."""
        return [written.read(path) for path in sorted((self.folder / "submissions").glob("*.py"))]


def bundles(group: str) -> list[Bundle]:
    """All of a group."""
    return [Bundle(path) for path in sorted((BUNDLES / group).iterdir())]


def stock(archive: Path, handed_in: Path) -> Scores:
    """What otter gives a submission, in a kernel of its own."""
    from otter.api import grade_submission

    with warnings.catch_warnings(action="ignore"):  # otter's own, of pandas
        results = grade_submission(str(handed_in), str(archive), quiet=True)
    return {file.name: (_rounded(file.score), _rounded(file.possible)) for file in results.results.values()}


def ours(bundle: Bundle, archive: Path, handed_in: Path, home: Path) -> dict[str, Scores]:
    """What the command gives all submissions in a folder: name → scores."""
    options = ["--shared-where-needed"] if bundle.shared else []
    done = run("grade", "-b", archive, handed_in, "-o", "out", "-j", "1", *options, cwd=home)
    assert done.returncode in (0, 3), done.stdout + done.stderr
    return {
        name: {
            question["name"]: (None if question["earned"] is None else _rounded(question["earned"]), _rounded(question["possible"]))
            for question in document["questions"]
        }
        for name, document in documents(home / "out").items()
    }


def _rounded(points: float) -> float:
    return float(f"{points:g}")  # to six digits, as in the headers of submissions
