"""How a command ends: its exit code, and the sentence on stderr that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # so that --help is quick
    from rich.console import Console

__all__ = ["FAILED", "INCOMPLETE", "OK", "STOPPED", "UNDER", "WITHHELD", "complain", "terminal"]

OK, FAILED, WITHHELD, UNDER, INCOMPLETE, STOPPED = 0, 1, 3, 4, 5, 130
"""See `autograder.cli`; 2, for misuse, is click's."""


def complain(text: str) -> None:
    """Say something to whoever called the command."""
    from autograder.printable import printable

    click.echo(f"autograder: {printable(text)}", err=True)


def terminal(*, stderr: bool = False) -> Console:
    """Where a command prints tables and what goes with them."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)
