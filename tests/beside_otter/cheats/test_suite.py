"""The suite itself: that it covers what it says, and that the docs say what it has."""

from __future__ import annotations

import re
from pathlib import Path

from beside_otter.cheats.cheat import CHEATS, WEAKNESSES, Gain
from beside_otter.cheats.every import NAMES

GAINS = {Gain.POINTS: "points", Gain.TEXT: "shows what is hidden", Gain.CODE: "runs where it must not"}


def test_there_are_cheats_of_every_weakness_of_every_gain_and_on_both_formats() -> None:
    assert len(NAMES) >= 21
    assert {cheat.weakness for cheat in CHEATS.values()} == set(WEAKNESSES)
    assert {cheat.gain for cheat in CHEATS.values()} == set(Gain)
    assert {cheat.bundle for cheat in CHEATS.values()} == {"exceptions", "doctests"}


def test_the_docs_list_the_cheats_and_no_others(repository: Path) -> None:
    text = (repository / "docs" / "coming-from-otter.md").read_text(encoding="utf-8")
    section = text.partition("\n## Cheats\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| (.+?) \| `([a-z-]+)` \| (.+) \| (.+) \| (.+) \|$", section, re.MULTILINE)
    weak = ""
    rows = []
    for weakness, *row in listed:
        weak = weakness if weakness != "〃" else weak
        rows.append((weak, *row))
    assert rows == [
        (words, cheat.name, GAINS[cheat.gain], cheat.in_otter, cheat.here)
        for weakness, words in WEAKNESSES.items()
        for cheat in CHEATS.values()
        if cheat.weakness == weakness
    ]
