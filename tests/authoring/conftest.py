"""The toy course as a fixture."""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring.toy_course import ToyCourse


@pytest.fixture
def toy(tmp_path: Path) -> ToyCourse:
    return ToyCourse(tmp_path / "toy")
