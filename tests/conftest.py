"""What every test may count on, whichever folder it is in and however pytest was started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Before numpy is first imported: OpenBLAS would start a thread per core, and no threaded process may be forked.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

import autograder.checks
from autograder.kernel.stock import find_bubblewrap

# Under this name the comparer lies beside the student's notebook, and test files import it.
sys.modules.setdefault("autograder_checks", autograder.checks)


# How long an example takes is the machine's business, not a property of ours.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_report_header() -> str:
    """Which way the stock kernel is tested in on this machine."""
    found = find_bubblewrap()
    return "bubblewrap: " + (found.why_not or "works here; the stock kernel is tested with it, and without it")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's root: itself a course folder."""
    return Path(__file__).resolve().parent.parent
