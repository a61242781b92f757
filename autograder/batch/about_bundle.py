"""What is to be said of a bundle to whoever grades with it."""

from __future__ import annotations

from autograder.bundle import Bundle
from autograder.opening import free_passes
from autograder.report.hearing import Progress

__all__ = ["say_of_bundle"]


def say_of_bundle(opened: Bundle, progress: Progress, *, grades_a_class: bool) -> None:
    """What whoever grades with a bundle should know of it; for a class also which cases pass for a function that does nothing."""
    if opened.assignment.otter is not None:
        progress.warn("The tests of this bundle are code that runs as yourself. Grade only with bundles of people you trust.")
    for sentence in opened.notices:
        progress.warn(sentence)
    if opened.assignment.demo_secret:
        progress.warn(
            "This bundle was built with the published demo secret, so hidden inputs can be foreseen. "
            "Before real students, put 32 random bytes into .autograder-secret beside the config, and build again."
        )
    for sentence in free_passes(opened) if grades_a_class else ():
        progress.warn(sentence)
