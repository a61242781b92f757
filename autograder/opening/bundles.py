"""Opens any grading bundle: ours, or one that otter-grader made."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from autograder import bundle as ours
from autograder.bundle import Bundle, question_key
from autograder.errors import AuthorError, InputError
from autograder.grading.testfile import LoadedTest, broken_test, load_test
from autograder.model import Assignment, Credit, Isolation, Question
from autograder.opening import needs
from autograder.opening.environment import not_installed
from autograder.opening.otter_config import CONFIG_NAME, read_config
from autograder.opening.solutions import functions_of, read_solution
from autograder.opening.sources import read_parts

__all__ = ["open_bundle"]

_SOLUTION = "given_solution.py"
_NO_LOOK = ("is `async` or has a `yield`, and never runs", "expects nothing")
"""Why a case cannot fail: of functions, of doctests."""
_FILES, _TESTS, _WORK = "files/", "tests/", "work/"
_WARM = ("numpy", "pandas", "matplotlib.pyplot", "scipy", "scipy.stats", "sklearn", "seaborn", "datascience", "sympy")
"""Packages that are imported once for all, when the bundle speaks of them."""


def open_bundle(
    path: Path,
    into: Path,
    *,
    solution: Path | None = None,
    shared: frozenset[str] = frozenset(),
    shared_where_needed: bool = False,
    exact: bool = False,
) -> Bundle:
    """Check a bundle and unpack it.

    Args:
        path: A zip of ours or of otter's, a folder with otter's `tests`, a folder of test files, or a notebook with tests in its metadata.
        into: Existing folder; a new folder of our own is made in it, and nothing is written beside that.
        solution: For an otter bundle: what is right, a Python file or a notebook. Questions then earn the better of two worlds.
        shared: For an otter bundle: questions whose tests run in the student's process.
        shared_where_needed: For an otter bundle: the same for every question whose tests show that they need it.
        exact: For an otter bundle: score as otter does also where it is plainly wrong.

    Raises:
        InputError: it is no bundle that can be used; nothing is left behind.
        MachineFault: it cannot be unpacked for want of space or rights; nothing is left behind either.
    """
    if not path.exists():
        raise InputError(f"There is no bundle {path}. Build it with `autograder bundle`, or correct the path.")
    if path.suffix.lower() != ".ipynb" and ours.is_ours(path):
        if solution or shared or shared_where_needed or exact:
            raise InputError(f"{path} is a bundle of ours: its own solution and config decide. Leave out the options for otter's bundles.")
        return ours.open_bundle(path, into)
    return _Opening(path, into, solution, shared, shared_where_needed, exact).bundle()


@dataclass
class _Opening:
    """An otter bundle on its way to a bundle."""

    path: Path
    into: Path
    solution: Path | None
    shared: frozenset[str]
    shared_where_needed: bool
    exact: bool

    def bundle(self) -> Bundle:
        parts = read_parts(self.path)
        config = read_config(parts.get(CONFIG_NAME, b"{}"), self.path, exact=self.exact)
        source = read_solution(self.solution) if self.solution is not None else ""
        digest = hashlib.sha256()
        for name in sorted(parts):
            digest.update(f"{len(name)} {len(parts[name])} {name}".encode() + parts[name])
        root = ours.unpack(self._laid_out(parts, source), self.into, self.path)
        tests, notices = self._tests(root, parts)
        notices = [*config.notices, *notices]
        questions = self._questions(tests, source, root / "work", notices)
        assignment = Assignment(
            name=config.rules.assignment_name or self._name(),
            title=config.rules.assignment_name or self._name(),
            notebook="",
            solution=_SOLUTION if source else "",
            questions=questions,
            credit=Credit.INDEPENDENT if source else Credit.OWN,
            preload=_preload(parts),
            otter=config.rules,
        )
        lacking = not_installed(parts)
        if lacking:
            notices.append(
                f"{', '.join(sorted(set(lacking.values())))} asks for what is not installed here: {', '.join(lacking)}. "
                "A submission that imports it is withheld. Install what this assignment uses."
            )
        if not source:
            notices.append(
                "This bundle has no solution, so each question is judged with the student's own functions alone. With --solution FILE, "
                "a mistake in one function costs no points in another."
            )
        keys = {question.name: question_key(digest.digest(), "", question.name) for question in questions}
        names = {name: test.path.name for name, test in tests.items()}
        return Bundle(root, digest.hexdigest(), assignment, keys, tuple(notices), lacking, names)

    def _name(self) -> str:
        name = self.path.resolve().stem
        return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:64] or "otter-bundle"

    def _laid_out(self, parts: Mapping[str, bytes], source: str) -> dict[str, bytes]:
        """Where grading looks for them; what tests name by a relative path lies in `work`, as otter copies it beside the notebook."""
        kept = {name: content for name, content in parts.items() if name.startswith((_FILES, _TESTS)) or "/" not in name}
        work = {f"{_WORK}{name.removeprefix(_FILES)}": content for name, content in kept.items() if name.startswith((_FILES, _TESTS))}
        solution = {f"solutions/{_SOLUTION}": source.encode()} if source else {}
        return kept | work | solution | {f"{_WORK}.here": b""}

    def _tests(self, root: Path, parts: Mapping[str, bytes]) -> tuple[dict[str, LoadedTest], list[str]]:
        """Question → its test file, and what there is to say of them. As with otter, the last file of a name counts."""
        tests: dict[str, LoadedTest] = {}
        notices: list[str] = []
        for name in sorted(part for part in parts if part.startswith(_TESTS) and part.count("/") == 1 and part.endswith(".py")):
            path = root / name
            try:
                test = load_test(path, root, root / "work", theirs=True)
            except AuthorError as error:
                test = broken_test(path, path.stem, str(error))
                notices.append(f"{error} Its question is withheld for everybody; the others are graded.")
            if test.name in tests:
                notices.append(f"{tests[test.name].path.name} and {path.name} are both for the question {test.name}: the last one counts.")
                del tests[test.name]
            tests[test.name] = test
        for name, test in tests.items():
            notices += [
                f"{test.path.name}: the case “{case.name}” of {name} {_NO_LOOK[test.prints]}, so it would pass for everybody."
                for case in test.cases
                if not case.looks and not test.broken
            ]
        return {name: tests[name] for name in sorted(tests, key=_naturally)}, notices

    def _questions(self, tests: Mapping[str, LoadedTest], source: str, workplace: Path, notices: list[str]) -> tuple[Question, ...]:
        unknown = self.shared - tests.keys()
        if unknown:
            raise InputError(f"{self.path} has no question {', '.join(sorted(unknown))}. Its questions: {', '.join(tests)}.")
        owners = _owners(tests, functions_of(source)) if source else {}
        questions = []
        for name, test in tests.items():
            isolation = Isolation.SHARED if name in self.shared else Isolation.ISOLATED
            why = needs.why_shared(test, source, workplace) if not test.broken else ""
            if why and name not in self.shared:
                if self.shared_where_needed:
                    isolation = Isolation.SHARED
                else:
                    notices.append(needs.cannot_pass(test, why, f"--shared {name}, or --shared-where-needed"))
            points = sum((case.points for case in test.cases), Fraction(0))
            functions = tuple(function for function, owner in owners.items() if owner == name)
            questions.append(Question(name, functions, points, isolation=isolation))
        return tuple(questions)


def _owners(tests: Mapping[str, LoadedTest], functions: frozenset[str]) -> dict[str, str]:
    """Function of the solution → the question that grades it: the one of its name, or the first whose tests mention it."""
    owners: dict[str, str] = {}
    for function in sorted(functions):
        if function in tests:
            owners[function] = function
            continue
        for name in sorted(tests, key=_naturally):
            if function in tests[name].mentions:
                owners[function] = name
                break
    return owners


def _naturally(name: str) -> list[tuple[int, str]]:
    """So that q10 comes after q2."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _preload(parts: Mapping[str, bytes]) -> tuple[str, ...]:
    """Of the packages in `_WARM`, those that tests, files or the environment speak of; numpy in any case."""
    speaking = [content for name, content in parts.items() if name.endswith((".py", ".yml", ".yaml", ".txt")) and len(content) < 1 << 20]
    text = b"\n".join(speaking)
    short = {"pandas": rb"\bpd\b|\bpandas\b", "matplotlib.pyplot": rb"\bplt\b|\bmatplotlib\b", "sklearn": rb"\bsklearn\b|\bscikit-learn\b"}
    found = [name for name in _WARM if re.search(short.get(name, rb"\b" + re.escape(name.encode()) + rb"\b"), text)]
    return tuple(dict.fromkeys(["numpy", *found]))
