"""A grader for places where student code must not run unconfined, whatever a bundle's config says: on platforms, and under otter."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from autograder.bundle import Bundle
from autograder.errors import InputError, MachineFault
from autograder.grading.session import Grader
from autograder.model import Profile, Sandbox

__all__ = ["close_to_others", "confined_grader"]


def confined_grader(bundle: Bundle) -> Grader:
    """Start a grader for one submission at a time; `processes` is the least profile that it works in.

    Raises:
        InputError: the bundle's config says `sandbox: off`.
        MachineFault: this machine cannot keep files and network from student code.
        AuthorError: a test file or the solution does not load.
    """
    if bundle.assignment.sandbox is Sandbox.OFF:
        raise InputError(
            "The bundle's config says `sandbox: off`, and on a platform or under otter student code is never run unconfined. "
            "Remove that line from grader_config.yaml, and build the bundle again."
        )
    grader = Grader(bundle, workers=1)
    confinement = grader.confinement
    network = any(layer.holds for layer in confinement.layers if layer.name == "network")
    if confinement.profile is Profile.OFF or not confinement.closes_files or not network:
        grader.close()
        raise MachineFault(
            f"Student code cannot be confined here, so nothing was graded. Not protected: {'; '.join(confinement.missing)}. "
            "`autograder doctor` says what can be done."
        )
    return grader


def close_to_others(*paths: Path) -> None:
    """Let nobody else read these, as far as they are ours to close: where there is no Landlock, student code is another user."""
    for path in paths:
        with contextlib.suppress(OSError):
            os.chmod(path, stat.S_IMODE(path.stat().st_mode) & 0o700)
