"""Options that several commands have, and what they take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

__all__ = ["CONFIG_HELP", "OUT_HELP", "SomePath", "option_for_out"]

CONFIG_HELP = "The course: its grader_config.yaml, or the folder with it."
OUT_HELP = "The class's folder, as `autograder grade -o` has it."


class SomePath(click.Path):
    """A path that says something: an empty one would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or say that there is none."""
        if value == "":
            self.fail("it is empty. Name a notebook or a folder; the current folder is `.`.", param, ctx)
        return super().convert(value, param, ctx)


def option_for_out(command: Callable[..., None]) -> Callable[..., None]:
    """Add the class's folder, of a command about a class that was graded."""
    option = click.option("-o", "--out", default="results", show_default=True, type=click.Path(path_type=Path), help=OUT_HELP)
    return option(command)
