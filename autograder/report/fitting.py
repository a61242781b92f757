"""Tables that fit a terminal."""

from __future__ import annotations

import re

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

__all__ = ["broken_name", "width_of"]

_UNLIMITED = 100_000  # columns: more than any class needs


def width_of(table: Table, console: Console) -> int:
    """Columns that a table needs when nothing is folded."""
    return Measurement.get(console, console.options.update(width=_UNLIMITED), table).maximum


def broken_name(name: str, narrowest: int) -> str:
    """A name on several lines of about `narrowest` characters, broken after underscores."""
    lines = [""]
    for part in re.findall(r"[^_]*_*", name):
        if lines[-1] and len(lines[-1] + part) > narrowest:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)
