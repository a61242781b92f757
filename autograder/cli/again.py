"""The command that was given, written out so that it can be given again with something added or left out."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import click
from click.core import ParameterSource

__all__ = ["command_again"]


def command_again(context: click.Context, *, without: Collection[str] = (), plus: Sequence[str] = ()) -> str:
    """Return a line for a shell.

    Args:
        context: Of the command that runs.
        without: Names of parameters to leave out, as the function has them.
        plus: Added at the end.
    """
    words = ["autograder", context.info_name or ""]
    for param in context.command.params:
        given = param.name is not None and context.get_parameter_source(param.name) is ParameterSource.COMMANDLINE
        if given and param.name not in (*without, *(option.lstrip("-").replace("-", "_") for option in plus)):
            words += _words(param, context.params[param.name or ""])
    return shlex.join([*words, *plus])


def _words(param: click.Parameter, value: Any) -> Iterator[str]:
    values = value if isinstance(value, (tuple, list)) else (value,)
    for one in values:
        if isinstance(param, click.Option):
            yield max(param.opts, key=len)
            if param.is_flag:
                continue
        yield str(one)
