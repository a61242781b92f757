"""Makes a function of ours look like the student's that it calls, for tests that look at it: signature, docstring, source.

All of it is read from the notebook's text, nothing from the student's process; so what a test sees is the last definition at the
top level of a cell, whatever the name was bound to later.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import types
from collections.abc import Callable, Iterator
from typing import Any

from autograder.grading.definitions import Definition

__all__ = ["look_like"]

_KINDS = inspect._ParameterKind  # noqa: SLF001 - its members have no other name


def look_like(function: Callable[..., Any], definition: Definition) -> Callable[..., Any]:
    """Give `function`, a plain one, what `inspect` would find of the definition."""
    assert isinstance(function, types.FunctionType)
    node, name = definition.node, definition.node.name
    file = f"<code cell {definition.cell}>"
    linecache.cache[file] = (len(definition.source), None, definition.source.splitlines(keepends=True), file)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    function.__code__ = function.__code__.replace(co_filename=file, co_firstlineno=first, co_name=name, co_qualname=name)
    function.__doc__ = ast.get_docstring(node, clean=False)
    function.__module__ = "__main__"
    function.__signature__ = inspect.Signature(list(_parameters(node.args)))  # type: ignore[attr-defined]
    return function


class _Unread:
    """A default that is not written as a plain value; shown as it is written."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _parameters(args: ast.arguments) -> Iterator[inspect.Parameter]:
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    for number, (arg, default) in enumerate(zip(positional, defaults, strict=True)):
        kind = _KINDS.POSITIONAL_ONLY if number < len(args.posonlyargs) else _KINDS.POSITIONAL_OR_KEYWORD
        yield inspect.Parameter(arg.arg, kind, default=_value(default))
    if args.vararg:
        yield inspect.Parameter(args.vararg.arg, _KINDS.VAR_POSITIONAL)
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield inspect.Parameter(arg.arg, _KINDS.KEYWORD_ONLY, default=_value(default))
    if args.kwarg:
        yield inspect.Parameter(args.kwarg.arg, _KINDS.VAR_KEYWORD)


def _value(default: ast.expr | None) -> Any:
    if default is None:
        return inspect.Parameter.empty
    try:
        return ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _Unread(ast.unparse(default))
