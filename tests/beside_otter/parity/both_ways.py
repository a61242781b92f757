"""Grades the submissions of a bundle twice: by stock otter's own interface, and by the real command `autograder grade`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from end_to_end.command import run
from results_of import documents

from beside_otter import written
from beside_otter.warm_otter import OtterRun, Ran, WarmOtter
from beside_otter.written import Written

__all__ = ["BUNDLES", "Bundle", "Marks", "Scores", "bundles", "ours", "rounded", "stock"]

BUNDLES = Path(__file__).parent / "bundles"

Points = tuple[float | None, float]
"""Earned (None: withheld) and possible."""
Scores = dict[str, Points]
"""Question → points."""


Passed = tuple[bool, ...] | None
"""Which cases passed, in order; None: all."""


@dataclass(frozen=True)
class Marks:
    """What a submission got, from one of the two graders."""

    questions: Scores
    """Points of each."""
    cases: dict[str, Passed]
    """Question → its cases."""
    public: dict[str, Passed] | None
    """Question → its public cases; None where otter does not tell."""
    total: Points | None
    """As that grader adds them up; None where otter only says what it makes of that sum."""

    def differences(self, theirs: Marks) -> list[str]:
        """Sentences: where they are not those of stock otter."""
        compared: list[tuple[str, Any, Any]] = [("points", self.questions, theirs.questions), ("cases", self.cases, theirs.cases)]
        if theirs.public is not None:
            compared.append(("public cases", self.public, theirs.public))
        found = [
            f"{what} of {name}: otter gives {other.get(name)}, ours {mine.get(name)}"
            for what, mine, other in compared
            for name in sorted({*mine, *other})
            if mine.get(name) != other.get(name)
        ]
        if theirs.total not in (None, self.total):
            found.append(f"the total: otter gives {theirs.total}, ours {self.total}")
        return found


@dataclass(frozen=True)
class Bundle:
    """A folder as `otter generate` zips it, with `submissions` beside it."""

    folder: Path
    """Where it is."""

    @property
    def shared(self) -> str:
        """Why some of its questions cannot be graded isolated; empty where all are."""
        path = self.folder / "submissions" / "SHARED"
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""

    @property
    def in_metadata(self) -> bool:
        """Whether we are to get its tests in a notebook's metadata."""
        return (self.folder / "submissions" / "IN_METADATA").exists()

    def submissions(self) -> list[Written]:
        """What is handed in."""
        return [written.read(path) for path in sorted((self.folder / "submissions").glob("*.py"))]


def bundles(group: str) -> list[Bundle]:
    """All of a group."""
    return [Bundle(path) for path in sorted((BUNDLES / group).iterdir())]


_CASE = re.compile(r"^ {4}\S.* result:\n {8}(✅|❌)", re.MULTILINE)
_TOTAL = re.compile(r"^Total Score: (\S+) / (\S+) ", re.MULTILINE)


def stock(otter: WarmOtter, archive: Path, handed_in: Sequence[Path], home: Path) -> dict[str, Marks]:
    """What `otter run` gives each submission, in a process and a kernel of its own: name → marks."""
    runs = [OtterRun.of(archive, path, home / f"otter-{path.stem}") for path in handed_in]
    return {path.stem: _otters(ran) for path, ran in zip(handed_in, otter.run(runs), strict=True)}


def _otters(ran: Ran) -> Marks:
    assert ran.results is not None, ran.said
    entries = [entry for entry in ran.results["tests"] if "max_score" in entry]
    summary = next((entry["output"] for entry in ran.results["tests"] if entry["name"] == "Public Tests"), None)
    cases = {entry["name"]: _passed(entry["output"]) for entry in entries}
    public = None if summary is None else {name: _passed(re.split(rf"(?m)^(?={re.escape(name)} results:)", summary)[1]) for name in cases}
    total = None if "score" in ran.results else _TOTAL.search(ran.said)
    scores = {entry["name"]: rounded(entry["score"], entry["max_score"]) for entry in entries}
    return Marks(scores, cases, public, rounded(float(total[1]), float(total[2]), 3) if total else None)


def _passed(said: str) -> Passed:
    """Read what otter says of a question's cases."""
    first, _, rest = said.partition("\n")
    question = "" if first.endswith(" results: All test cases passed!") else re.split(r"\n\n(?=\S)", rest, maxsplit=1)[0]
    return tuple(mark == "✅" for mark in _CASE.findall(question)) or None


def ours(bundle: Bundle, archive: Path, handed_in: Path, home: Path) -> dict[str, Marks]:
    """What the command gives all submissions in a folder: name → marks."""
    if bundle.in_metadata:
        archive = written.bundle_notebook(bundle.folder, home / "tests.ipynb")
    options = ["--shared-where-needed"] if bundle.shared else []
    done = run("grade", "-b", archive, handed_in, "-o", "out", "-j", "1", *options, cwd=home)
    assert done.returncode in (0, 3), done.stdout + done.stderr
    return {name: _marks(document) for name, document in documents(home / "out").items()}


def _marks(document: dict[str, Any]) -> Marks:
    questions = {question["name"]: question for question in document["questions"]}
    scores = {name: rounded(question["earned"], question["possible"]) for name, question in questions.items()}
    cases = {name: _all_or_each(question["cases"]) for name, question in questions.items()}
    public = {
        name: _all_or_each([case for case in question["cases"] if case["visibility"] == "public"]) for name, question in questions.items()
    }
    return Marks(scores, cases, public, rounded(document["earned"], document["possible"], 3))


def _all_or_each(cases: list[dict[str, Any]]) -> Passed:
    passed = tuple(case["verdict"] == "passed" for case in cases)
    return None if all(passed) else passed


def rounded(earned: float | None, possible: float, digits: int = 4) -> Points:
    """Otter writes five digits of a question's points, and three of their sum."""
    return None if earned is None else round(earned, digits), round(possible, digits)
