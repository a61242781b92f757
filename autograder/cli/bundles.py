"""The bundle that a command grades with: the course's own, built when none is named, and what is to be said of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what commands import when they run, so that --help is quick
    from autograder.bundle import Bundle
    from autograder.report.hearing import Progress

__all__ = ["build_course", "say_of_bundle"]


def build_course(config: Path) -> Path:
    """Build the course's own bundle, as `autograder bundle` does."""
    from autograder.authoring.bundling import build_bundle
    from autograder.config import load_config

    sources = load_config(config)
    target = sources.root / "dist" / "autograder.zip"
    build_bundle(sources, target)
    return target


def say_of_bundle(opened: Bundle, progress: Progress) -> None:
    """See `autograder.batch.about_bundle`."""
    from autograder.batch import about_bundle

    about_bundle.say_of_bundle(opened, progress)
