"""Grades a single notebook, for tools: an editor, a script, a step of continuous integration."""

from __future__ import annotations

from pathlib import Path

from autograder.bundle import Bundle
from autograder.errors import InputError
from autograder.grading.session import Grader
from autograder.kernel.sandbox import Confinement
from autograder.model import Result, Submission

__all__ = ["grade_one"]


def grade_one(bundle: Bundle, notebook: Path, *, debug: bool = False) -> tuple[Result, Confinement]:
    """Grade a notebook and say what confined it.

    Args:
        bundle: An opened bundle.
        notebook: The file; for an otter bundle a .py file or a zip will do as well.
        debug: Let an unexpected exception through instead of withholding the result.

    Raises:
        InputError: there is no such file.
        AuthorError: the bundle's tests or solution do not load.
        MachineFault: there is no warm process, or confinement that the config requires cannot be had.
    """
    if not notebook.is_file():
        raise InputError(f"{notebook}: there is no such file. Name one notebook.")
    with Grader(bundle, workers=1, debug=debug) as grader:
        return grader.grade(Submission(notebook.stem, notebook)), grader.confinement
