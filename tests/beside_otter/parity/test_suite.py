"""The suite itself: how large it is, and that its differences are those of the docs."""

from __future__ import annotations

import re
from pathlib import Path

from beside_otter.parity.both_ways import BUNDLES, bundles
from beside_otter.parity.comparing import DIFFERENCES

ALL = [(bundle, one) for group in sorted(BUNDLES.iterdir()) for bundle in bundles(group.name) for one in bundle.submissions()]


def test_there_are_at_least_a_hundred_pairs_in_25_bundles() -> None:
    assert len(ALL) >= 100
    assert len({bundle.folder for bundle, _one in ALL}) >= 25


def test_at_least_95_of_100_are_graded_isolated_and_the_others_say_why() -> None:
    shared = [bundle.shared for bundle, _one in ALL if bundle.shared]
    assert len(shared) <= 0.05 * len(ALL)
    assert {reason.split()[0] for reason in shared} == {"`account`"}


def test_the_docs_list_the_differences_and_no_others(repository: Path) -> None:
    text = (repository / "docs" / "coming-from-otter.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", text, re.MULTILINE))
    assert rows == DIFFERENCES
    assert {name for _bundle, one in ALL for name in one.differs} == set(DIFFERENCES)
