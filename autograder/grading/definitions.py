"""What a notebook's text defines and imports at the top level of its cells. Text only; nothing is run."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Definition", "bound", "definitions", "imports", "last_definitions", "last_statements", "modules", "notes_on_definitions"]

_LONGEST = 100_000
"""Characters of a cell that is parsed: no one writes a longer one by hand, and a tree takes up to 1,000 times as much memory."""
_MOST = 1_000_000
"""Characters that are parsed of one notebook."""


def definitions(sources: list[str]) -> dict[str, list[int]]:
    """Function or class → 1-based numbers of the code cells that define it at their top level, in order, one entry each time."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, node in _statements(sources, "def ", "class "):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found[node.name].append(number)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Definition:
    """A function's definition at the top level of a cell, by a `def` or as `NAME = lambda …`."""

    node: ast.FunctionDef | ast.Lambda
    """Its syntax."""
    cell: int
    """1-based number of the code cell."""
    source: str
    """The whole cell."""


def last_definitions(sources: list[str]) -> dict[str, Definition]:
    """Function → its last definition."""
    found: dict[str, Definition] = {}
    for number, node in _statements(sources, "def ", "lambda"):
        if isinstance(node, ast.FunctionDef):
            found[node.name] = Definition(node, number, sources[number - 1])
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            found |= dict.fromkeys(names, Definition(node.value, number, sources[number - 1]))
    return found


def last_statements(sources: list[str]) -> dict[str, ast.stmt]:
    """Function or class → the statement at the top level of a cell that defines it last."""
    found: dict[str, ast.stmt] = {}
    for _number, node in _statements(sources, ""):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            found |= dict.fromkeys((target.id for target in node.targets if isinstance(target, ast.Name)), node)
    return found


def imports(sources: list[str]) -> dict[str, str]:
    """Name → an import statement that binds it, for every name that is imported at the top level of a cell."""
    found: dict[str, str] = {}
    for _number, node in _statements(sources, "import "):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                one = ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], node.level)
                found[alias.asname or alias.name.partition(".")[0]] = ast.unparse(one)
    return found


def bound(sources: list[str]) -> frozenset[str]:
    """Names that the notebook binds outside of its functions and classes in another way than by an import."""
    found: set[str] = set()
    for _number, statement in _statements(sources, ""):
        waiting: list[ast.AST] = [statement]
        while waiting:
            node = waiting.pop()
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
                continue
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
            waiting.extend(ast.iter_child_nodes(node))
    return frozenset(found)


def modules(sources: list[str]) -> tuple[str, ...]:
    """Dotted names of the modules that are imported at the top level of the cells, each once, in order."""
    found: dict[str, None] = {}
    for _number, node in _statements(sources, "import "):
        if isinstance(node, ast.Import):
            found.update(dict.fromkeys(alias.name for alias in node.names))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found[node.module] = None
    return tuple(found)


def _statements(sources: list[str], *texts: str) -> Iterator[tuple[int, ast.stmt]]:
    """1-based number of the cell and statement, for every top-level statement of cells in which one of `texts` occurs."""
    left = _MOST
    for number, source in enumerate(sources, 1):
        if not any(text in source for text in texts) or len(source) > min(_LONGEST, left):
            continue
        left -= len(source)
        for attempt in (source, _MAGIC.sub(r"\1pass", source)):
            try:
                tree = ast.parse(attempt)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue  # magics, or a cell that would not run
            for node in tree.body:
                yield number, node
            break


_MAGIC = re.compile(r"^([ \t]*)[%!].*|^.*\?$", re.MULTILINE)
"""A line that IPython, but not Python, understands."""


def notes_on_definitions(functions: tuple[str, ...], defined: Mapping[str, list[int]]) -> tuple[str, ...]:
    """A sentence for each function or class that is defined more than once (`defined`: from `definitions`): the last one counts."""
    notes = []
    for name in functions:
        cells = defined.get(name, [])
        if len(cells) > 1:
            where = ", ".join(str(cell) for cell in cells)
            notes.append(f"{name} is defined {len(cells)} times (code cells {where}); the last definition was graded.")
    return tuple(notes)
