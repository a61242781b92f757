"""What every test may count on, whichever folder it is in and however pytest was started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Before numpy is first imported: OpenBLAS would start a thread per core, and no threaded process may be forked.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest

import autograder.checks

# Under this name the comparer lies beside the student's notebook, and test files import it.
sys.modules.setdefault("autograder_checks", autograder.checks)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's root: itself a course folder."""
    return Path(__file__).resolve().parent.parent
