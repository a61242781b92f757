"""What one student is given: a page and a document, with nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.bundle import Bundle
from autograder.model import Result, Standing
from autograder.report.document import text_of
from autograder.report.page import page_bytes
from autograder.report.student_document import student_document

__all__ = ["DOCUMENT", "PAGE", "student_files"]

PAGE = "feedback.html"
"""File name of the page."""
DOCUMENT = "result.json"
"""File name of the document."""


def student_files(result: Result, bundle: Bundle, stand_ins: Mapping[str, tuple[str, ...]], standing: Standing) -> dict[str, bytes]:
    """Return file name → content.

    Args:
        result: What became of the submission that counts for the student.
        bundle: What graded it.
        stand_ins: Question name → the functions that the reference answers for in that question's reference world.
        standing: Of this student. Each member of a group has one, and so files of their own.
    """
    return {
        PAGE: page_bytes(result, bundle, stand_ins, standing=standing),
        DOCUMENT: text_of(student_document(result, bundle, standing=standing)),
    }
