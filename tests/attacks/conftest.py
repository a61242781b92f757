"""Folders that everyone can reach: pytest's own are closed to all but its user."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def _open_folder() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="arena-")).resolve()
    home.chmod(0o755)
    yield home
    subprocess.run(["rm", "-rf", home], check=True)  # shutil's gives up on what a notebook may leave: folders a thousand deep


@pytest.fixture(scope="module")
def open_home() -> Iterator[Path]:
    yield from _open_folder()


@pytest.fixture(scope="module")
def another_home() -> Iterator[Path]:
    yield from _open_folder()
