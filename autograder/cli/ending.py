"""How a command ends: its exit code, and the sentence on stderr that says why."""

from __future__ import annotations

import click

__all__ = ["FAILED", "INCOMPLETE", "OK", "STOPPED", "UNDER", "WITHHELD", "complain"]

OK, FAILED, WITHHELD, UNDER, INCOMPLETE, STOPPED = 0, 1, 3, 4, 5, 130
"""See `autograder.cli`; 2, for misuse, is click's."""


def complain(text: str) -> None:
    """Say something to whoever called the command."""
    from autograder.printable import printable

    click.echo(f"autograder: {printable(text)}", err=True)
