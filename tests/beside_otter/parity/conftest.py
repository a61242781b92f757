"""Otter, imported once for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from beside_otter.warm_otter import WarmOtter


@pytest.fixture(scope="session")
def warm_otter() -> Iterator[WarmOtter]:
    with WarmOtter() as otter:
        yield otter
