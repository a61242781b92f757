"""Ways in which a notebook is written and handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from beside_otter.parity.comparing import Pairs, cases
from beside_otter.warm_otter import WarmOtter

GROUP = "notebooks"


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory, warm_otter: WarmOtter) -> Pairs:
    home: Path = tmp_path_factory.mktemp(GROUP)
    return Pairs(GROUP, home, warm_otter)


@pytest.mark.slow
@pytest.mark.parametrize(("bundle", "submission"), cases(GROUP))
def test_a_pair_scores_as_stock_otter_does(pairs: Pairs, bundle: str, submission: str) -> None:
    assert pairs.wrong(bundle, submission) == []
