"""A solution given beside a bundle that has none: a Python file, or a notebook whose cells are one."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from autograder.errors import InputError

__all__ = ["functions_of", "read_solution"]

_MAGIC = re.compile(r"^\s*[%!]")


def read_solution(path: Path) -> str:
    """The solution as Python text. Of a notebook, its code cells in order, without magics and without cells that are not Python.

    Raises:
        InputError: it cannot be read as either; names the file and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a solution: {error}. Name a .py file or a notebook.") from error
    if path.suffix.lower() == ".ipynb":
        text = _cells(text, path)
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read as a solution: {error}. Mend it.") from error
    return text


def _cells(text: str, path: Path) -> str:
    try:
        cells = json.loads(text)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path} is no notebook, so it cannot be the solution. Name a .py file or a notebook.") from error
    kept = []
    for source in sources:
        plain = "\n".join("" if _MAGIC.match(line) else line for line in source.splitlines())
        if source.lstrip().startswith("%%") or _is_otters(plain):
            continue
        kept.append(plain)
    return "\n\n".join(kept) + "\n"


def _is_otters(source: str) -> bool:
    """Whether a cell only sets up or calls otter's checks."""
    return bool(re.search(r"\botter\.Notebook\(|^grader\.(check|export)", source, re.MULTILINE))


def functions_of(source: str) -> frozenset[str]:
    """Functions that it defines at its top level."""
    return frozenset(node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
