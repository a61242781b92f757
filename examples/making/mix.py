"""Which example each of a class hands in.

70 % are near-perfect: right in one of several styles, or right but for one small mistake. 30 % are spread evenly over every other
example there is. Two of those 30 never end, one in a cell and one in a function: 2 % of a class run into a time limit.
"""

from __future__ import annotations

import random

from making import hostile, right, wrong  # noqa: F401 - each registers its examples
from making.example import EXAMPLES

NEAR_PERFECT_SHARE = 0.7
NEAR_PERFECT = {
    "perfect": 20,
    "perfect_in_other_styles": 10,
    "optional_untouched": 8,
    "optional_missing": 6,
    "renamed_file": 4,
    "moved_and_reordered": 3,
    "foreign_metadata": 3,
    "handed_in_as_zip": 2,
    "duplicate_definition": 2,
    "optional_wrong": 2,
    # one small mistake
    "nan_for_large_inputs": 2,
    "cache_wrong_only": 2,
    "initial_state_is_a_view": 2,
    "arguments_modified": 2,
    "answers_overwritten": 1,
    "appended_itself": 1,
}
"""Example → how many of 70."""
OTHERS = tuple(sorted(EXAMPLES.keys() - NEAR_PERFECT.keys()))
TIME_OUTS = ("endless_loop_in_a_cell", "endless_loop_in_a_function")
"""What runs into a time limit: a grader waits for it, and what it waits is the course's choice."""


def mix(count: int, seed: int) -> list[str]:
    """The examples of `count` hand-ins, in no order; shares are kept as well as whole numbers can."""
    rng = random.Random(f"mix {seed}")
    near = round(NEAR_PERFECT_SHARE * count)
    names = _by_weight(NEAR_PERFECT, near)
    while len(names) < count:
        names += rng.sample(OTHERS, min(len(OTHERS), count - len(names)))
    rng.shuffle(names)
    return names


def _by_weight(weights: dict[str, int], count: int) -> list[str]:
    """Largest remainders: what is left over goes to those who lost most by rounding down."""
    whole = sum(weights.values())
    parts = {name: count * weight // whole for name, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda name: (-(count * weights[name] % whole), name))
    for name in by_remainder[: count - sum(parts.values())]:
        parts[name] += 1
    return [name for name, number in parts.items() for _ in range(number)]
