"""What a notebook's text says about its functions: where each is defined, and how often. Text only; nothing is run."""

from __future__ import annotations

import ast

__all__ = ["definitions", "notes_on_definitions"]

_MOST = 1 << 20
"""Characters of a cell that is parsed; no one writes a longer one by hand."""


def definitions(name: str, sources: list[str]) -> list[int]:
    """1-based numbers of the code cells that define a function `name` at their top level, in order, one entry each time."""
    found = []
    for number, source in enumerate(sources, 1):
        if name not in source or len(source) > _MOST:
            continue
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # magics, or a cell that would not run
        found += [number for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name]
    return found


def notes_on_definitions(functions: tuple[str, ...], sources: list[str]) -> tuple[str, ...]:
    """A sentence for each function that is defined more than once: the last one counts."""
    notes = []
    for name in functions:
        cells = definitions(name, sources)
        if len(cells) > 1:
            where = ", ".join(str(cell) for cell in cells)
            notes.append(f"{name} is defined {len(cells)} times (code cells {where}); the last definition was graded.")
    return tuple(notes)
