"""All cheats: importing their modules registers them."""

from __future__ import annotations

from beside_otter.cheats import answers_in_reach, around_the_notebook, results_in_reach
from beside_otter.cheats.cheat import CHEATS, Cheat, Gain, work

__all__ = ["MODULES", "NAMES", "honest", "of_bundle"]

MODULES = (answers_in_reach, around_the_notebook, results_in_reach)
NAMES = tuple(CHEATS)
_BUNDLES = tuple(dict.fromkeys(cheat.bundle for cheat in CHEATS.values()))


def honest(bundle: str) -> Cheat:
    """The work of a bundle without a cheat."""
    return Cheat(f"honest-{bundle}", "", bundle, Gain.POINTS, "", "")


def of_bundle(names: tuple[str, ...]) -> dict[str, list[Cheat]]:
    """Bundle → the cheats of these names, and the honest work."""
    found = {bundle: [CHEATS[name] for name in names if CHEATS[name].bundle == bundle] for bundle in _BUNDLES}
    return {bundle: [*cheats, honest(bundle)] for bundle, cheats in found.items() if cheats}


assert all(work(bundle).scores for bundle in _BUNDLES)
