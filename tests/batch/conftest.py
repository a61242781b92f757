from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .a_store import grade_by_hand


@pytest.fixture(scope="session")
def graded_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a class that was graded: see `a_store`. To be copied, not changed."""
    folder = tmp_path_factory.mktemp("class") / "results"
    grade_by_hand(folder)
    return folder


@pytest.fixture
def out(graded_class: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to do with as one likes."""
    return Path(shutil.copytree(graded_class, tmp_path / "results"))
