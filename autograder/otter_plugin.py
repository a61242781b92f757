"""Otter calls us: it hands over a submission, we grade it in our sandbox, otter gets the verdicts and writes what it always writes.

    {"plugins": ["autograder.otter_plugin.IsolatedGrading"]}          otter_config.json, or `plugins:` of an assignment for `otter assign`
    {"autograder.otter_plugin.IsolatedGrading": {"shared": ["q3"]}}   for otter's own bundles, as the options of `autograder grade`

Theory of operation, with the hooks of otter-grader 7.0.0 (`otter/plugins`, `otter/execute`, `otter/run/run_autograder`):

    before_grading     opens the bundle in `source`, copies the submission to a folder of ours, and removes from `submission` everything
                       that otter could read, unpickle or import, its log first of all. Otter believes no byte of the student's after this.
    before_execution   grades, and gives otter an empty notebook to run in the place of the student's.
    after_grading      puts our verdicts into otter's results, as objects of otter's own classes: they are unpickled on machines
                       that do not have this package.

Otter would start a kernel for the empty notebook, which takes longer than all of the grading. So where otter is what 7.0.0 is, its
`grade_notebook` is replaced for one call by one that starts none.

Whatever goes wrong is raised, and never as otter's `OtterRuntimeError`, for which it writes a score of 0: so there is no results.json.
"""

from __future__ import annotations

import inspect
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import otter
from otter import execute
from otter.plugins import AbstractOtterPlugin
from otter.run.run_autograder.runners import python_runner
from otter.test_files import GradingResults, TestCase, TestFile
from otter.test_files.abstract_test import TestCaseResult
from otter.test_files.ottr_test import OttrTestFile

import autograder
from autograder.authoring.installing import PLUGIN
from autograder.authoring.wheel import package_wheel, wheel_name
from autograder.bundle import Bundle, is_ours
from autograder.errors import AuthorError, InputError, MachineFault
from autograder.grading.notebook import from_plain, read_notebook
from autograder.grading.testfile import load_test
from autograder.model import Graded, Isolation, QuestionScore, Submission, Verdict, Visibility, Withheld
from autograder.opening import cannot_pass, open_bundle, why_shared
from autograder.platform.confined import close_to_others, confined_grader
from autograder.platform.handed_in import copy_as_notebook
from autograder.printable import one_line, printable
from autograder.report.document import NOT_TAMPER_PROOF, document
from autograder.report.words import VERDICTS, checks_not_run, notebook_in_words, which_world

__all__ = ["IsolatedGrading"]

_KNOWN_OTTER = "7.0.0"
_HANDED = {"submission_path", "plugin_collection", "script"}
_OPTIONS = {"shared", "shared_where_needed", "otter_exact"}
_SAME_POINTS = 1e-9
"""Otter adds points as floats."""
_EMPTY: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


class IsolatedGrading(AbstractOtterPlugin):  # type: ignore[misc]  # otter has no types
    """Grades isolated; see the module. The hooks' arguments are otter's.

    Raises:
        InputError: the plugin's configuration has a key that is none.
    """

    def __init__(self, submission_path: str | None, submission_metadata: dict[str, Any], plugin_config: dict[str, Any] | None) -> None:
        super().__init__(submission_path, submission_metadata, plugin_config or {})
        unknown = sorted(set(self.plugin_config) - _OPTIONS)
        if unknown:
            raise InputError(f"{PLUGIN} has no option {', '.join(unknown)}. Its options: {', '.join(sorted(_OPTIONS))}.")
        shared = self.plugin_config.get("shared", [])
        if not isinstance(shared, list) or not all(isinstance(name, str) for name in shared):
            raise InputError(f"`shared` of {PLUGIN} is {shared!r}, and must be a list of questions, such as [q3].")
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._bundle: Bundle | None = None
        self._handed_in: Path | None = None
        self._results: list[TestFile] | None = None
        self._output = ""
        self._staff: dict[str, Any] = {}

    def before_grading(self, config: Any) -> None:
        """Open the bundle, take the submission, and leave otter nothing of the student's but a file that it only reads.

        Raises:
            InputError, AuthorError: the bundle is not whole, or asks for what cannot be.
            MachineFault: files cannot be copied or removed.
        """
        submission = Path(self.submission_path)
        source = submission.parent.parent / "source"
        close_to_others(source, source.parent / "submission_metadata.json")
        self._folder = tempfile.TemporaryDirectory(prefix="autograder-otter-")
        folder = Path(self._folder.name)
        self._bundle = self._opened(source, folder)
        (folder / "handed_in").mkdir()
        self._handed_in = copy_as_notebook(submission, folder / "handed_in")
        config.grade_from_log, config.serialized_variables = False, None
        _scrub(submission, self._bundle.files())
        if _is_known_otter():
            python_runner.grade_notebook = _grade_without_kernel

    def before_execution(self, submission: Any) -> Any:
        """Grade; what is returned is run in the place of the submission, and does nothing.

        Raises:
            MachineFault: there is no score, or student code cannot be confined here.
        """
        if self._bundle is None or self._handed_in is None:
            raise MachineFault("Otter has not told the plugin that grading begins, so nothing was graded.")
        with confined_grader(self._bundle) as grader:
            result = grader.grade(Submission(self._handed_in.stem, self._handed_in))
            stand_ins = grader.stand_ins
            self._staff = document(result, self._bundle, grader.confinement.confined)
        if isinstance(result, Withheld) or result.total is None:
            raise MachineFault(f"There is no score for this submission. {_why_not(result)}")
        root = f"{self._bundle.root}/"
        self._results = [_test_file(score, stand_ins.get(score.question.name, ()), root) for score in result.questions]
        self._output = printable(notebook_in_words(result).replace(root, ""))
        return "" if isinstance(submission, str) else from_plain(_EMPTY)

    def after_grading(self, results: GradingResults) -> None:
        """Put the verdicts in.

        Raises:
            MachineFault: there are none, or otter could not run an empty notebook.
        """
        if self._results is None or results.has_catastrophic_failure():
            raise MachineFault("Otter could not run an empty notebook in the place of the submission, so there are no results.")
        if results.get_plugin_data(PLUGIN) is None:
            results.results = {file.name: file for file in self._results}
            if self._output:
                results.set_output(self._output)
            results.set_plugin_data(PLUGIN, self._staff)
        if self._folder is not None:
            self._folder.cleanup()

    def generate_report(self) -> str:
        """Say, in what students may come to see, how it was graded."""
        profile = (self._staff.get("confinement") or {}).get("profile", "")
        return f"Graded isolated by notebook-autograder {autograder.__version__} (confinement: {profile})."

    def during_assign(self, assignment: Any) -> None:
        """Let the zip of `otter assign` install this package: it lies among its files, and its requirements name it.

        Raises:
            InputError: the assignment is not in Python.
        """
        if not assignment.is_python:
            raise InputError(f"{PLUGIN} grades Python. Remove it from this assignment's plugins.")
        folder = Path(assignment.get_ag_path())
        name = wheel_name()
        (folder / name).write_bytes(package_wheel())
        assignment.files = [*assignment.files, name]
        requirements = folder / "requirements.txt"
        before = requirements.read_text(encoding="utf-8").rstrip("\n") + "\n" if requirements.exists() else ""
        place = getattr(assignment.generate, "autograder_dir", None) or "/autograder"
        requirements.write_text(f"{before}{place}/source/files/{name}\n", encoding="utf-8")
        assignment.requirements = "requirements.txt"
        for sentence in self._unfit(Path(assignment.generate_tests_dir), Path(assignment.master).parent):
            sys.stderr.write(f"{sentence}\n")

    def during_generate(self, otter_config: dict[str, Any], _assignment: Any) -> None:
        """Refuse what cannot work with this plugin before students meet it.

        Raises:
            InputError: names the key and what to do.
        """
        if otter_config.get("lang", "python") != "python":
            raise InputError(f"{PLUGIN} grades Python, and `lang` is {otter_config['lang']!r}. Remove the plugin.")
        if otter_config.get("grade_from_log"):
            raise InputError(f"With {PLUGIN}, no log of a student's is read: remove `grade_from_log` from the config.")

    def _unfit(self, tests: Path, workplace: Path) -> Iterator[str]:
        """What there is to say of an assignment's tests before its solution is graded: then otter says only that it fails."""
        for path in sorted(tests.glob("*.py")):
            try:
                test = load_test(path, tests, workplace, theirs=True)
            except AuthorError as error:
                yield str(error)
                continue
            if self.plugin_config.get("shared_where_needed") or test.name in self.plugin_config.get("shared", ()):
                continue
            if why := why_shared(test, "", workplace):
                yield cannot_pass(test, why, f"`plugins: [{{{PLUGIN}: {{shared: [{test.name}]}}}}]`")

    def _opened(self, source: Path, folder: Path) -> Bundle:
        if is_ours(source):
            if self.plugin_config:
                raise InputError(f"Options of {PLUGIN} are for otter's bundles; this one is ours, and its own config decides. Remove them.")
            return open_bundle(source, folder)
        return open_bundle(
            source,
            folder,
            shared=frozenset(self.plugin_config.get("shared", ())),
            shared_where_needed=bool(self.plugin_config.get("shared_where_needed", False)),
            exact=bool(self.plugin_config.get("otter_exact", False)),
        )


def _scrub(submission: Path, course_files: dict[str, bytes]) -> None:
    """Leave beside the submission only the course's own files; and of a script, which could be imported, only the name."""
    try:
        for entry in list(os.scandir(submission.parent)):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            elif entry.path != str(submission):
                os.unlink(entry.path)
        if submission.suffix != ".ipynb":
            submission.write_bytes(b"")
        for name, content in course_files.items():
            place = submission.parent / name
            if place != submission:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
    except OSError as error:
        raise MachineFault(f"What was handed in cannot be taken from otter's reach ({error}), so nothing was graded.") from error


def _is_known_otter() -> bool:
    """Whether the private function that is replaced is the one that we know."""
    here = getattr(python_runner, "grade_notebook", None)
    return (
        otter.__version__ == _KNOWN_OTTER
        and here in (execute.grade_notebook, _grade_without_kernel)
        and set(inspect.signature(execute.grade_notebook).parameters) >= _HANDED
    )


def _grade_without_kernel(submission_path: str, *, plugin_collection: Any = None, **others: Any) -> GradingResults:
    """Do what `otter.execute.grade_notebook` does (7.0.0), but for running the notebook; for one call."""
    python_runner.grade_notebook = execute.grade_notebook
    ours = next((p for p in getattr(plugin_collection, "_plugins", ()) if isinstance(p, IsolatedGrading)), None)
    if ours is None:
        return execute.grade_notebook(submission_path, plugin_collection=plugin_collection, **others)
    notebook = read_notebook(ours._handed_in) if ours._handed_in else from_plain(_EMPTY)  # noqa: SLF001 - its own module
    plugin_collection.before_execution(notebook)
    results = GradingResults([], notebook=notebook)
    ours.after_grading(results)  # first, so that other plugins find the verdicts
    plugin_collection.run("after_grading", results)
    return results


def _test_file(score: QuestionScore, stand_ins: tuple[str, ...], root: str) -> TestFile:
    """One question as otter keeps it. Texts are what students may read; otter shows hidden cases only to whom its config allows it."""
    free = score.question.optional
    words = which_world(score, stand_ins)
    remarks = list(score.notes) + [f"This result is {NOT_TAMPER_PROOF}."] * (score.question.isolation is Isolation.SHARED)
    hidden = [case for case in score.cases if case.visibility is Visibility.HIDDEN]
    last = (hidden or list(score.cases))[-1]
    cases, verdicts = [], []
    for case in score.cases:
        said = ([words] if words and case is last else []) + (remarks if case is score.cases[0] else [])
        told = printable("\n".join(said).replace(root, "")) or None
        made = TestCase(one_line(case.name), "", case in hidden, 0 if free else _points(case.possible), told, told)
        passed = case.verdict is Verdict.PASSED
        what = "✅ Test case passed" if passed else f"❌ {VERDICTS[case.verdict].capitalize()}\n{case.message}".rstrip()
        cases.append(made)
        verdicts.append(TestCaseResult(made, printable(what.replace(root, "")), passed))
    file = OttrTestFile(score.question.name, f"tests/{score.question.name}.py", cases, score.all_or_nothing)
    file.test_case_results = verdicts
    earned = 0.0 if free or score.earned is None else float(score.earned)
    if abs(file.score - earned) > _SAME_POINTS:
        file.update_score(earned)
    return file


def _points(points: Fraction) -> int | float:
    return points.numerator if points.denominator == 1 else float(points)


def _why_not(result: Graded | Withheld) -> str:
    if isinstance(result, Withheld):
        return result.reason
    names, why = checks_not_run(result)
    return f"The checks of {names} could not be run. {why}".rstrip()
