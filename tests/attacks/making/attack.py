"""One folder of `notebooks/`: a notebook, and what it may earn and must not do.

note           what it tries, in a sentence
family         attacks are kept by what they go for; `honest` are the relatives that lose nothing
questions      question → points, exactly
at_most        question → points that it may not exceed, where chance or the machine decides how much it gets
verdicts       question → case → verdict, in the world that counted
problems       what became of the cells that did not run to their end: `KIND NAME` for each, in order; null: any
absent         texts that no student may read anywhere, besides those that no notebook of this suite may show
handed_in_as   name of the submission, where a folder of this repository cannot have it; `file`, that of its notebook
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["ATTACKS", "FUNCTIONS", "Attack", "family"]

FUNCTIONS = {
    "center": "def center(x):\n    return x - x.mean(axis=0)\n",
    "spread": "def spread(x):\n    moved = center(x)\n    return np.sqrt((moved * moved).mean())\n",
    "forward": 'def forward(x, w):\n    y = np.tanh(w * center(x))\n    return y, {"x": x, "w": w, "y": y}\n',
    "backward": (
        "def backward(dy, cache):\n"
        '    dz = dy * (1 - cache["y"] ** 2)\n'
        '    moved = cache["x"] - cache["x"].mean(axis=0)\n'
        '    return cache["w"] * (dz - dz.mean(axis=0)), (dz * moved).sum()\n'
    ),
}
"""Question → an honest answer."""
_ALONE = {
    "spread": "def spread(x):\n    return x.std(axis=0) if x.ndim == 1 else np.sqrt(np.square(x - x.mean(axis=0)).mean())\n",
    "forward": 'def forward(x, w):\n    y = np.tanh(w * (x - x.mean(axis=0)))\n    return y, {"x": x, "w": w, "y": y}\n',
}
"""The same for functions that leave `center` alone: where it is that one which wears the judge out, once is enough."""

_IMPORTS = "import numpy as np\n"
_FULL = 10


@dataclass(frozen=True)
class Attack:
    """A notebook and its `expected.json`."""

    cells: tuple[str, ...]
    """Sources of its code cells."""
    expected: Mapping[str, Any]
    """See above."""
    metadata: Mapping[str, Any]
    """The notebook's own."""

    def notebook(self) -> str:
        """The notebook's file."""
        cells: list[dict[str, Any]] = [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"c{number}",
                "metadata": {},
                "outputs": [],
                "source": source.splitlines(True),
            }
            for number, source in enumerate(self.cells, 1)
        ]
        document = {"cells": cells, "metadata": dict(self.metadata), "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


ATTACKS: dict[str, Attack] = {}
"""Name → what is in its folder."""


def family(name: str, *, alone: bool = False) -> Callable[..., None]:
    """Return a function that registers an attack of this family; `alone`: its honest functions do not call `center`."""
    honest = FUNCTIONS | (_ALONE if alone else {})

    def add(
        attack: str,
        note: str,
        *,
        first: str | Sequence[str] = (),
        last: str | Sequence[str] = (),
        earns: Mapping[str, float] | None = None,
        at_most: Mapping[str, float] | None = None,
        problems: Sequence[str] | None = (),
        metadata: Mapping[str, Any] | None = None,
        **rest: Any,
    ) -> None:
        """Register it.

        Args:
            attack: Name of its folder.
            note: What it tries.
            first, last: Cells before and after those of the functions.
            earns, at_most: Points of questions that are not full.
            problems: See the module's text.
            metadata: Of the notebook.
            rest: A function's name → the source that takes the place of the honest one; else a key of `expected.json`.
        """
        functions = {question: rest.pop(question, source) for question, source in honest.items()}
        before, after = ([cells] if isinstance(cells, str) else list(cells) for cells in (first, last))
        sources = [_IMPORTS, *before, *functions.values(), *after]
        full = dict.fromkeys(reversed(FUNCTIONS), _FULL)
        expected: dict[str, Any] = {"note": note, "family": name, "questions": {**full, **(earns or {})}}
        if at_most:
            expected["questions"] = {question: points for question, points in expected["questions"].items() if question not in at_most}
            expected["at_most"] = dict(at_most)
        expected["problems"] = None if problems is None else list(problems)
        assert attack not in ATTACKS, attack
        ATTACKS[attack] = Attack(tuple(cell.strip("\n") for cell in sources if cell.strip()), {**expected, **rest}, metadata or {})

    return add
