from __future__ import annotations

from pathlib import Path

import pytest

from .a_store import grade_by_hand


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of a class that was graded: see `a_store`."""
    grade_by_hand(tmp_path / "results")
    return tmp_path / "results"
