"""Each cheat gets something of stock otter, and nothing of us."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.model import Profile
from beside_otter.cheats import both_ways
from beside_otter.cheats.both_ways import Ear, Outcome
from beside_otter.cheats.cheat import CHEATS, Gain, work
from beside_otter.cheats.every import NAMES, of_bundle
from beside_otter.warm_otter import WarmOtter

pytestmark = pytest.mark.slow

_FOUND: dict[Gain, tuple[str, ...]] = {
    Gain.POINTS: ("it earned",),
    Gain.TEXT: ("what is written says", "somebody told"),
    Gain.CODE: ("it made its mark",),
}
"""How the sentences of `_gains` begin."""


@pytest.fixture(scope="module")
def otter() -> Iterator[WarmOtter]:
    with WarmOtter(both_ways.TOKEN) as warm:
        yield warm


@pytest.fixture(scope="module")
def ear_of_stock() -> Iterator[Ear]:
    with Ear() as ear:
        yield ear


@pytest.fixture(scope="module")
def ear() -> Iterator[Ear]:
    with Ear() as ear:
        yield ear


@pytest.fixture(scope="module")
def stock(otter: WarmOtter, open_home: Path, ear_of_stock: Ear) -> dict[str, Outcome]:
    return both_ways.under_otter(otter, open_home / "stock", of_bundle(NAMES), ear_of_stock.port, ours=False)


@pytest.fixture(scope="module")
def plugin(otter: WarmOtter, open_home: Path, ear: Ear) -> dict[str, Outcome]:
    return both_ways.under_otter(otter, open_home / "plugin", of_bundle(NAMES), ear.port, ours=True)


@pytest.fixture(scope="module")
def command(open_home: Path, ear: Ear) -> dict[str, Outcome]:
    return both_ways.graded(open_home / "command", of_bundle(NAMES), ear.port)


@pytest.fixture(scope="module")
def in_processes(open_home: Path, ear: Ear) -> dict[str, Outcome]:
    return both_ways.graded(open_home / "processes", of_bundle(NAMES), ear.port, profile=Profile.PROCESSES)


@pytest.mark.parametrize("name", NAMES)
def test_stock_otter_gives_it_something(stock: dict[str, Outcome], ear_of_stock: Ear, name: str) -> None:
    cheat, got = CHEATS[name], stock[name]
    match cheat.gain:
        case Gain.POINTS:
            without = stock[f"honest-{cheat.bundle}"].scores
            assert [question for question, points in without.items() if got.scores[question] > points]
        case Gain.TEXT:
            assert cheat.says in got.read + ear_of_stock.heard()
        case Gain.CODE:
            written = got.made_its_mark()
            assert written is not None
            assert not cheat.by_otter or written == "otter run"
    # Where there is something to find, the other tests of this file would find it.
    assert any(sentence.startswith(_FOUND[cheat.gain]) for sentence in _gains(name, stock, ear_of_stock))


@pytest.mark.parametrize("name", NAMES)
def test_otter_run_with_our_plugin_gives_it_nothing(plugin: dict[str, Outcome], ear: Ear, name: str) -> None:
    assert _gains(name, plugin, ear) == []


@pytest.mark.parametrize("name", NAMES)
def test_autograder_grade_gives_it_nothing(command: dict[str, Outcome], ear: Ear, name: str) -> None:
    assert _gains(name, command, ear) == []


@pytest.mark.parametrize("name", NAMES)
def test_autograder_grade_gives_it_nothing_in_the_processes_profile(in_processes: dict[str, Outcome], ear: Ear, name: str) -> None:
    assert _gains(name, in_processes, ear) == []


def _gains(name: str, outcomes: dict[str, Outcome], ear: Ear) -> list[str]:
    """Sentences: what a cheat got, or lost."""
    got, bundle = outcomes[name], CHEATS[name].bundle
    without = outcomes[f"honest-{bundle}"]
    honest = {question: earned for question, (earned, _possible) in work(bundle).scores.items()}
    found = [] if without.scores == honest else [f"the honest work earned {without.scores}, not {honest}"]
    if got.scores != honest:
        found.append(f"it earned {got.scores}, and without the cheat {honest}: {got.written}")
    found += [f"what is written says {secret}" for secret in (*got.leaked(), *without.leaked())]
    if got.mark.exists():
        found.append("it made its mark")
    if said := ear.heard():
        found.append(f"somebody told the listener: {said}")
    return found
