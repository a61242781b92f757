"""Proofs by running, in the sandbox and judge of any submission: the reference earns everything, the stubs nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from autograder.authoring.course import Course
from autograder.authoring.printed import difference_from_printed
from autograder.authoring.sources import Place
from autograder.bundle import open_bundle, write_bundle
from autograder.errors import AuthorError
from autograder.grading.session import Grader
from autograder.model import CaseVerdict, Graded, Submission, Verdict, Withheld
from autograder.printable import in_points

__all__ = ["prove"]

_LONGEST_QUOTE = 600  # characters of what a judge says, in a message of one sentence


def prove(course: Course, parts: Mapping[str, bytes]) -> None:
    """Run the notebook with the reference in its stubs, then grade it, then grade the untouched release.

    Args:
        course: The sources.
        parts: The bundle made of them.

    Raises:
        AuthorError: M701 a cell fails, M702 other outputs than expected, M703 the reference does not pass every case,
            M704 the untouched release earns points, M705 one of them cannot be graded, M706 a module of `preload` is not there.
        MachineFault: The machine failed.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-proof-") as name:
        folder = Path(name)
        write_bundle(parts, folder / "bundle.zip")
        bundle = open_bundle(folder / "bundle.zip", folder)
        solved = folder / "reference.ipynb"
        solved.write_bytes(course.notebook.clean(course.filled_cells()))
        with Grader(bundle) as grader:
            for sentence in grader.not_preloaded:
                raise AuthorError(
                    f"[M706] `preload` names what cannot be imported here: {sentence}.",
                    file=course.sources.config_shown,
                    remedy="Install it in the grader's environment, or correct the name.",
                )
            _refuse_wrong_outputs(course, grader, solved)
            _refuse_lost_points(course, _graded(course, grader, solved, "The reference"))
            assert bundle.notebook is not None
            _refuse_free_points(course, _graded(course, grader, bundle.notebook, "The untouched release"))


def _refuse_wrong_outputs(course: Course, grader: Grader, solved: Path) -> None:
    notebook, execution = grader.run_notebook(solved)
    code = [cell for cell in course.notebook.cells if cell.kind == "code" and cell.source.text.strip()]
    for problem in execution.problems:
        cell = code[problem.cell - 1]
        how = {"raised": f"raises {problem.name}: {problem.text}", "timed_out": "takes longer than `cell_s` allows"}
        what = f"With the reference in the stubs, this cell {how.get(problem.kind, 'ends its kernel or cannot run')}."
        raise cell.source.at(1).error("M701", what, "Correct the cell, the solution or the limits.")
    starts = [stub.cell.number for stub in course.stubs.values()]
    for name, rows in course.printed.items():
        first = course.stubs[name].cell.number
        # The driver cells of a function are those before the next stub.
        last = min((n for n in starts if n > first), default=len(course.notebook.cells) + 1)
        stdout = "".join(
            str(output["text"])
            for cell in notebook.cells[first - 1 : last - 1]
            for output in cell.get("outputs", ())
            if output["output_type"] == "stream" and output["name"] == "stdout"
        )
        difference = difference_from_printed(rows, stdout)
        if difference:
            assert course.sources.printed is not None
            raise AuthorError(
                f"[M702] `{name}`: {difference} Cells {first} to {last - 1} were run with the reference in the stubs.",
                file=course.sources.shown(course.sources.printed),
                remedy="Correct the expected output, the driver cell or the solution.",
            )


def _graded(course: Course, grader: Grader, path: Path, what: str) -> Graded:
    result = grader.grade(Submission(name=what.lower().replace(" ", "-"), path=path))
    match result:
        case Graded():
            return result
        case Withheld(reason=reason):
            raise AuthorError(f"[M705] {what} cannot be graded: {reason}", file=course.sources.config_shown)


def _refuse_lost_points(course: Course, result: Graded) -> None:
    for score in result.questions:
        cases = score.own_cases or score.cases  # everything in this notebook is the reference's own
        for case in cases:
            if case.verdict is not Verdict.PASSED:
                told = case.staff_message or case.message or case.verdict.value
                what = f"The reference does not pass the case “{case.name}” ({case.verdict.value}): {_sentence(told)}"
                place = _at_case(course, score.question.name, case)
                raise place.error("M703", what, "Correct the case or the solution.")
        if score.earned != score.question.points:
            raise AuthorError(
                f"[M703] The reference does not earn all points of `{score.question.name}`.",
                file=course.sources.config_shown,
                line=course.sources.question_line(score.question.name),
            )


def _refuse_free_points(course: Course, result: Graded) -> None:
    for score in result.questions:
        for case in score.cases if score.earned else ():
            if case.earned:
                what = f"The untouched release earns {in_points(case.earned)} for the case “{case.name}”."
                remedy = "Ask for something that the stub does not do, or give the case no points."
                raise _at_case(course, score.question.name, case).error("M704", what, remedy)
        if score.earned:
            raise AuthorError(
                f"[M704] The untouched release earns {in_points(score.earned)} for `{score.question.name}`.",
                file=course.sources.config_shown,
                line=course.sources.question_line(score.question.name),
            )


def _at_case(course: Course, question: str, case: CaseVerdict) -> Place:
    file = course.cases[question]
    declared = next(c for c in file.cases if c.name == case.name)
    return file.source.at(declared.node.decorator_list[0].lineno)


def _sentence(text: str) -> str:
    """Return what a judge says of a case in one sentence; of a traceback, only the exception itself."""
    lines = text.strip().split("\n")
    if lines[0].startswith("Traceback"):
        frames = [n for n, line in enumerate(lines) if line.startswith("  ")]
        lines = lines[frames[-1] + 1 :] if frames and frames[-1] + 1 < len(lines) else lines[-1:]
    told = " ".join(" ".join(lines).split())
    told = told if len(told) <= _LONGEST_QUOTE else told[:_LONGEST_QUOTE] + "…"
    return told if told.endswith((".", "!", "?", "…")) else told + "."
