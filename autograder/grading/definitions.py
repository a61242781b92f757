"""What a notebook's text says about its functions: where each is defined, and how often. Text only; nothing is run."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping

__all__ = ["definitions", "notes_on_definitions"]

_LONGEST = 100_000
"""Characters of a cell that is parsed: no one writes a longer one by hand, and a tree takes up to 1,000 times as much memory."""
_MOST = 1_000_000
"""Characters that are parsed of one notebook."""


def definitions(sources: list[str]) -> dict[str, list[int]]:
    """Function → 1-based numbers of the code cells that define it at their top level, in order, one entry each time."""
    found: dict[str, list[int]] = defaultdict(list)
    left = _MOST
    for number, source in enumerate(sources, 1):
        if "def " not in source or len(source) > min(_LONGEST, left):
            continue
        left -= len(source)
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # magics, or a cell that would not run
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[node.name].append(number)
    return dict(found)


def notes_on_definitions(functions: tuple[str, ...], defined: Mapping[str, list[int]]) -> tuple[str, ...]:
    """A sentence for each function that is defined more than once (`defined`: from `definitions`): the last one counts."""
    notes = []
    for name in functions:
        cells = defined.get(name, [])
        if len(cells) > 1:
            where = ", ".join(str(cell) for cell in cells)
            notes.append(f"{name} is defined {len(cells)} times (code cells {where}); the last definition was graded.")
    return tuple(notes)
