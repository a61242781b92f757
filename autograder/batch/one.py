"""Grades a single notebook, for tools: an editor, a script, a step of continuous integration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from autograder.bundle import Bundle
from autograder.errors import InputError
from autograder.grading.session import Grader
from autograder.model import Confined, Graded, Result, Submission
from autograder.report.document import document_bytes, text_of
from autograder.report.gradescope import gradescope_results
from autograder.report.hearing import Progress
from autograder.report.junit import junit_bytes
from autograder.report.student_document import student_document

__all__ = ["Form", "Scored", "grade_one", "written"]


class Form(StrEnum):
    """How a result is written."""

    JSON = "json"
    JUNIT = "junit"
    GRADESCOPE = "gradescope"


@dataclass(frozen=True, slots=True)
class Scored:
    """One notebook's result, and what a report says besides."""

    result: Result
    """What became of it; may be withheld."""
    confinement: Confined
    """What confined it on this machine."""
    stand_ins: Mapping[str, tuple[str, ...]]
    """Question name → the functions that the reference answered for; may be empty."""

    @property
    def total(self) -> Fraction | None:
        """Points earned; None where something is withheld."""
        return self.result.total if isinstance(self.result, Graded) else None


def grade_one(bundle: Bundle, notebook: Path, progress: Progress, *, debug: bool = False) -> Scored:
    """Grade a notebook.

    Args:
        bundle: An opened bundle.
        notebook: The file; for an otter bundle a .py file or a zip will do as well.
        progress: Hears what confines it, and what is missing.
        debug: Let an unexpected exception through instead of withholding the result.

    Raises:
        InputError: there is no such file.
        AuthorError: the bundle's tests or solution do not load.
        MachineFault: there is no warm process, or confinement that the config requires cannot be had.
    """
    if not notebook.is_file():
        raise InputError(f"{notebook}: there is no such file. Name one notebook.")
    with Grader(bundle, workers=1, debug=debug) as grader:
        progress.confined(grader.confinement.holds, grader.confinement.missing)
        for sentence in grader.not_preloaded:
            progress.warn(f"A module that submissions should find cannot be imported here: {sentence}.")
        return Scored(grader.grade(Submission(notebook.stem, notebook)), grader.confinement.confined, grader.stand_ins)


def written(scored: Scored, bundle: Bundle, form: Form, *, for_staff: bool, show_hidden: bool | None = None) -> bytes:
    """Return the document.

    Args:
        scored: What `grade_one` returned.
        bundle: What graded it.
        form: Gradescope's own is the same for everybody: each of its entries says who may see it.
        for_staff: Whether those who read it may know what hidden cases hold, and how long things took.
        show_hidden: For Gradescope: see `gradescope_results`.

    Raises:
        MachineFault: Gradescope's results cannot say that a result is withheld for what is not the student's fault.
    """
    match form:
        case Form.JSON if for_staff:
            return document_bytes(scored.result, bundle, scored.confinement)
        case Form.JSON:
            return text_of(student_document(scored.result, bundle))
        case Form.JUNIT:
            return junit_bytes(scored.result, bundle, for_staff=for_staff)
        case Form.GRADESCOPE:
            return text_of(gradescope_results(scored.result, bundle, show_hidden=show_hidden, stand_ins=scored.stand_ins))
