"""Puts a callback in the place of a helper function, however the student's code holds that helper.

A dependent function may reach its helper by the global name, by an alias, through a default argument, a closure, a
partial or a container. So the helper's own function object gets a new body: whoever holds it, holds the stand-in. For a
helper that is not a plain function, the places that hold it are changed instead; one that is missing gets its name.
"""

from __future__ import annotations

import functools
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["put"]


def put(names: dict[str, Any], name: str, ask: Callable[..., Any]) -> None:
    """Make every function called `name` that the notebook's globals lead to call `ask` with the same arguments."""
    held = names.get(name)
    for function in list(_functions(names)):
        if function is held or function.__code__.co_name == name:
            _new_body(function, name, ask)
    if isinstance(held, types.FunctionType) and held.__globals__ is names:
        return
    stand_in = _stand_in(name, ask)
    if callable(held):
        _replace_everywhere(names, held, stand_in)
    names[name] = stand_in


def _stand_in(name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
    def stand_in(*args: Any, **kwargs: Any) -> Any:
        return ask(*args, **kwargs)

    stand_in.__name__ = stand_in.__qualname__ = name
    return stand_in


def _new_body(function: types.FunctionType, name: str, ask: Callable[..., Any]) -> None:
    """Swap the code of a function in place; its identity, and with it every reference to it, stays.

    The new code must have as many free variables as the old one, and its globals are the student's, so the callback
    travels as a constant of the code object.
    """
    free = function.__code__.co_freevars
    # No name of ours may be one of the student's free variables, which have to stay free.
    args, kwargs, made = (f"{_MARK}_{what}" for what in ("args", "kwargs", "made"))
    body = f"    def {made}(*{args}, **{kwargs}):\n        ({''.join(n + ', ' for n in free)})\n"
    source = f"def {_MARK}({', '.join(free)}):\n{body}        return {_MARK!r}(*{args}, **{kwargs})\n    return {made}\n"
    scope: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a text is called here, until the callback takes its place
        exec(source, scope)  # noqa: S102 - our own text, but for the student's variable names
    code: types.CodeType = scope[_MARK](*([None] * len(free))).__code__
    constants = tuple(ask if constant == _MARK else constant for constant in code.co_consts)
    function.__code__ = code.replace(co_consts=constants, co_name=name)
    function.__defaults__ = None
    function.__kwdefaults__ = None


_MARK = "_autograder_stand_in"


def _functions(names: dict[str, Any]) -> Iterator[types.FunctionType]:
    """Every plain function that the globals lead to, through functions, containers, partials and wrappers."""
    seen: set[int] = set()
    waiting: list[Any] = list(names.values())
    while waiting and len(seen) < _MOST:
        value = waiting.pop()
        if id(value) in seen:
            continue
        if isinstance(value, types.FunctionType):
            seen.add(id(value))
            if value.__globals__ is names:
                yield value
            # Others are only passed through: a decorator's wrapper may be of another module, and hold a function of this one.
            waiting.extend(_held_by(value))
        elif isinstance(value, (list, tuple, set, dict, functools.partial)):
            seen.add(id(value))
            waiting.extend(_parts(value))
        else:
            wrapped = getattr(value, "__wrapped__", None) if callable(value) else None
            if isinstance(wrapped, types.FunctionType):
                waiting.append(wrapped)


_MOST = 20_000
"""Objects looked at; a notebook's own functions are reached long before."""


def _held_by(function: types.FunctionType) -> Iterator[Any]:
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not yet filled
            continue
    yield from vars(function).values()


def _parts(value: Any) -> list[Any]:
    if isinstance(value, functools.partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, dict):
        return list(value.values())[:_MOST]
    if isinstance(value, (list, tuple, set)):
        return list(value)[:_MOST]
    return []


def _replace_everywhere(names: dict[str, Any], held: Any, stand_in: Any) -> None:
    """Exchange `held` for `stand_in` in the globals and in what functions hold: defaults, closures, attributes."""
    for key, value in list(names.items()):
        if value is held:
            names[key] = stand_in
    for function in _functions(names):
        if function.__defaults__ and any(value is held for value in function.__defaults__):
            function.__defaults__ = tuple(stand_in if value is held else value for value in function.__defaults__)
        for holder in (function.__kwdefaults__ or {}, vars(function)):
            for key, value in list(holder.items()):
                if value is held:
                    holder[key] = stand_in
        for cell in function.__closure__ or ():
            try:
                if cell.cell_contents is held:
                    cell.cell_contents = stand_in
            except ValueError:
                continue
