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
from autograder.grading.rich import TYPES

__all__ = ["hide", "look_like"]

_KINDS = inspect._ParameterKind  # noqa: SLF001 - its members have no other name


def hide(function: Callable[..., Any], name: str, text: str | None = None) -> None:
    """Let nothing of ours be found of `function`, a plain one: it is called as the student's is, and has its docstring, but no source.

    For Python, too, has none of what `exec` has made.
    """
    assert isinstance(function, types.FunctionType)
    function.__code__ = function.__code__.replace(co_filename="<string>", co_firstlineno=1, co_name=name, co_qualname=name)
    function.__name__ = function.__qualname__ = name
    function.__doc__ = text
    function.__module__ = "__main__"


def look_like(function: Callable[..., Any], definition: Definition) -> Callable[..., Any]:
    """Give `function`, a plain one, what `inspect` would find of the definition."""
    assert isinstance(function, types.FunctionType)
    node = definition.node
    name = node.name if isinstance(node, ast.FunctionDef) else "<lambda>"
    file = f"<code cell {definition.cell}>"
    linecache.cache[file] = (len(definition.source), None, definition.source.splitlines(keepends=True), file)
    hide(function, name, ast.get_docstring(node, clean=False) if isinstance(node, ast.FunctionDef) else None)
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    function.__code__ = function.__code__.replace(co_filename=file, co_firstlineno=first)
    returned = _annotation(node.returns) if isinstance(node, ast.FunctionDef) else _EMPTY
    signature = inspect.Signature(list(_parameters(node.args)), return_annotation=returned)
    function.__signature__ = signature  # type: ignore[attr-defined]
    parameters = signature.parameters.values()
    function.__defaults__ = tuple(p.default for p in parameters if p.default is not _EMPTY and p.kind is not _KINDS.KEYWORD_ONLY) or None
    function.__kwdefaults__ = {p.name: p.default for p in parameters if p.default is not _EMPTY and p.kind is _KINDS.KEYWORD_ONLY} or None
    notes = {parameter.name: parameter.annotation for parameter in signature.parameters.values()} | {"return": returned}
    function.__annotations__ = {name: note for name, note in notes.items() if note is not _EMPTY}
    return function


_EMPTY = inspect.Parameter.empty


class _Unread:
    """A default that is not written as a plain value; shown as it is written."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _parameters(args: ast.arguments) -> Iterator[inspect.Parameter]:
    def parameter(arg: ast.arg, kind: Any, default: ast.expr | None = None) -> inspect.Parameter:
        return inspect.Parameter(arg.arg, kind, default=_value(default), annotation=_annotation(arg.annotation))

    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    for number, (arg, default) in enumerate(zip(positional, defaults, strict=True)):
        yield parameter(arg, _KINDS.POSITIONAL_ONLY if number < len(args.posonlyargs) else _KINDS.POSITIONAL_OR_KEYWORD, default)
    if args.vararg:
        yield parameter(args.vararg, _KINDS.VAR_POSITIONAL)
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield parameter(arg, _KINDS.KEYWORD_ONLY, default)
    if args.kwarg:
        yield parameter(args.kwarg, _KINDS.VAR_KEYWORD)


def _value(default: ast.expr | None) -> Any:
    if default is None:
        return _EMPTY
    try:
        return ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _Unread(ast.unparse(default))


def _annotation(note: ast.expr | None) -> Any:
    """The type that an annotation names, where it is a builtin one; else its text."""
    if note is None:
        return _EMPTY
    if isinstance(note, ast.Constant) and (note.value is None or isinstance(note.value, str)):
        return note.value
    return TYPES.get(note.id, note.id) if isinstance(note, ast.Name) else ast.unparse(note)
