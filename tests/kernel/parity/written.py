"""Reads the notebooks of the parity suite: Markdown files whose fenced blocks are cells.

    # What is looked at
    Prose.
    ```python
    first cell
    ```
    Differs: cell 1, `name of an entry of docs/parity.md`

A folder of notebooks runs in one kernel, in the order of their names: a stock kernel costs a second of CPU to start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Written", "allowed_by_docs", "read_all"]

_CELL = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DIFFERS = re.compile(r"^Differs: cell (\d+), `([a-z-]+)`$", re.MULTILINE)
_ENTRY = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)


@dataclass(frozen=True)
class Written:
    """One notebook of the suite."""

    group: str
    """The folder: all notebooks of a group share a kernel."""
    name: str
    """File name without its suffix."""
    cells: tuple[str, ...]
    """Sources, in order; never empty."""
    differs: dict[int, str]
    """1-based cell → the entry of docs/parity.md that says why its outputs are not the stock kernel's."""


def read_all() -> tuple[Written, ...]:
    """Every notebook, sorted by group and name."""
    return tuple(_read(path) for path in sorted((Path(__file__).parent / "notebooks").glob("*/*.md")))


def _read(path: Path) -> Written:
    text = path.read_text()
    cells = tuple(source.removesuffix("\n") for source in _CELL.findall(text))
    differs = {int(cell): entry for cell, entry in _DIFFERS.findall(text)}
    assert cells, f"{path} has no cell"
    assert text.count("Differs:") == len(differs), (
        f"{path}: a line that begins with `Differs:` is not of the form `Differs: cell 1, `entry``"
    )
    assert all(1 <= cell <= len(cells) for cell in differs), f"{path} speaks of a cell that it does not have"
    return Written(path.parent.name, path.stem, cells, differs)


def allowed_by_docs(repository: Path) -> set[str]:
    """The names of the differences that docs/parity.md lists with their reasons."""
    return set(_ENTRY.findall((repository / "docs" / "parity.md").read_text()))
