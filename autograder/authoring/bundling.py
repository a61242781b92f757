"""Builds the grading bundle."""

from __future__ import annotations

from pathlib import Path

from autograder.authoring.course import read_course
from autograder.authoring.installing import installation_parts
from autograder.authoring.parts import bundle_parts, release_parts
from autograder.authoring.proof import prove as prove_by_running
from autograder.bundle import write_bundle
from autograder.config import CourseSources

__all__ = ["build_bundle"]


def build_bundle(sources: CourseSources, target: Path, *, prove: bool = True) -> str:
    """Write the grading bundle; the same sources give the same bytes.

    Args:
        sources: The course.
        target: The zip to write; what was there before stays when anything is wrong.
        prove: Also run it: see `autograder.authoring.proof`. Without it, only what needs no running is checked.

    Returns:
        The sha256 of the archive's bytes, in hexadecimal.

    Raises:
        AuthorError: The sources disagree, the release would give something away, or a proof fails.
        MachineFault: The machine failed, e.g. a full disk.
    """
    course = read_course(sources)
    parts = bundle_parts(course, release_parts(course))
    if prove:
        prove_by_running(course, parts)
    return write_bundle(parts, target, installation_parts(sources.root))
