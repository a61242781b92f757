"""Functions that cross: the student's, which tests can call, and the tests', which the student's code can call.

A function of the student's is a number or a name there, and here a function that calls it. One of the test's own stays here and is
called back. One that anybody can import (`str.upper`, `numpy.sin`) is sent by its name, and is the student's process's own.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import operator
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.grading import wire
from autograder.grading.asked import Asked
from autograder.grading.compared import refuse_comparers
from autograder.grading.importable import importable
from autograder.grading.lookalike import hide
from autograder.grading.verdicts import StudentAct

__all__ = ["Given"]

_MOST_CALLS = 200_000
"""Calls back of the tests' functions, of one question's process: an integrator may make thousands."""
_MOST_FUNCTIONS = 10_000
_TEXT = 500
_CAME = "A function or generator of yours"
"""What messages call a function that came as a value: they may be shown of hidden cases."""


class Given:
    """The functions of one question's process.

    Args:
        call: Calls one of the student's: its name or number there, how messages call it, arguments.
    """

    def __init__(self, call: Callable[[str | int, str, tuple[Any, ...], dict[str, Any]], Any]) -> None:
        self._call = call
        self._theirs: dict[str | int, Callable[..., Any]] = {}
        self._nodes: dict[int, list[Any]] = {}
        self._attributes: dict[str | int, dict[str, Any]] = {}
        self._ours: list[Callable[..., Any]] = []
        self._calls = 0
        self._reading = False

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Within, a value is made of what came, and no function of the student's is called: what it gives may have no end."""
        self._reading = True
        try:
            yield
        finally:
            self._reading = False

    def theirs(
        self,
        target: str | int,
        name: str,
        look: Callable[[Callable[..., Any]], Callable[..., Any]] = lambda function: function,
        text: str | None = None,
    ) -> Callable[..., Any]:
        """The function that calls the student's; the same one each time.

        Args:
            target: A global's name, or the number under which it came.
            name: Its own.
            look: Makes it look like the student's.
            text: Its docstring.
        """
        if target not in self._theirs:
            # One that came has the name that the student's code gave it, perhaps that of a hidden case's inputs.
            called = name if isinstance(target, str) else _CAME

            def call(*args: Any, **kwargs: Any) -> Any:
                if self._reading:
                    raise ValueError("a value that is made by calls")
                return self._call(target, called, args, kwargs)

            hide(call, name, text)
            function = look(call)
            self._theirs[target] = function
            self._nodes[id(function)] = ["q" if isinstance(target, str) else "v", target]
            vars(function).update(self._attributes.get(target, {}))
        return self._theirs[target]

    def have(self, target: Any, values: Any) -> None:
        """Give a function the attributes that the student's is said to have now.

        Raises:
            wire.Unreadable: they are none, or there are too many functions.
        """
        if type(target) not in (str, int) or type(values) is not dict or len(self._attributes) >= _MOST_FUNCTIONS:
            raise wire.Unreadable("attributes of nothing")
        if any(type(name) is not str or name.startswith("__") for name in values):
            raise wire.Unreadable("attributes that nobody has")
        try:
            refuse_comparers(values)
        except ValueError as error:
            raise wire.Unreadable(str(error)) from error
        if target in self._theirs:
            function = self._theirs[target]
            for name in _own(function):
                delattr(function, name)
            vars(function).update(values)
        self._attributes[target] = dict(values)

    def given_attributes(self) -> list[list[Any]]:
        """Target and attributes of the functions whose attributes tests have changed since they came, or since this was last asked."""
        found: list[list[Any]] = []
        for target, function in self._theirs.items():
            now, known = _own(function), self._attributes.get(target, {})
            if now.keys() != known.keys() or any(value is not known[name] for name, value in now.items()):
                self._attributes[target] = now
                found.append([target, now])
        return found

    def came(self, number: int, name: str, kind: str, text: str) -> Any:
        """What a function (or a class) of the student's is here, that came as a value.

        Args:
            number: Of it, there.
            name: Its name.
            kind: "function" or "class".
            text: Its docstring; empty for none.

        Raises:
            wire.Unreadable: there are too many.
        """
        if kind == "class":
            return wire.Opaque(f"class {name}")
        if len(self._theirs) >= _MOST_FUNCTIONS or number < 0:
            raise wire.Unreadable("more functions than anybody needs")
        return self.theirs(number, name, text=text or None)

    def node(self, value: Any) -> list[Any] | None:
        """How a function is described to the student's process; None when it cannot be."""
        if (node := self._nodes.get(id(value))) is not None:
            return node
        if (path := importable(value)) is not None:
            return ["m", *path]
        if not _is_function(value):
            return None
        for number, function in enumerate(self._ours):
            if function is value:
                return self._ours_as(number)
        self._ours.append(value)
        return self._ours_as(len(self._ours) - 1)

    def _ours_as(self, number: int) -> list[Any]:
        function = self._ours[number]
        name = getattr(function, "__name__", None)
        return ["p", number, name if isinstance(name, str) else type(function).__name__, getattr(function, "__doc__", None) or ""]

    def answer(self, number: Any, asked: Asked) -> tuple[dict[str, Any], bytes]:
        """Call one of the test's functions; the frame that answers.

        Raises:
            wire.Unreadable: there is no such function, or it was called too often.
            wire.Unsendable: it returned what is not data.
        """
        self._calls += 1
        if type(number) is not int or not 0 <= number < len(self._ours) or self._calls > _MOST_CALLS:
            raise wire.Unreadable("a call of a function that was not given")
        try:
            result = self._ours[number](*asked.args, **asked.kwargs)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the student's function gets what it raised
            known = (kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind)
            name = "Exception" if isinstance(error, StudentAct) else next(known)
            return {"do": "raise", "name": name, "text": str(error)[:_TEXT]}, b""
        return asked.answer(result, self.node)


def _own(function: Callable[..., Any]) -> dict[str, Any]:
    return {name: value for name, value in vars(function).items() if not name.startswith("__")}


_FUNCTIONS = (
    *(types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.MethodWrapperType, np.ufunc, np.vectorize),
    *(functools.partial, type(functools.cache(len)), operator.itemgetter, operator.attrgetter, operator.methodcaller),
)
"""Kinds of callables that are only called: nobody looks at their attributes."""


def _is_function(value: Any) -> bool:
    """Whether calling it is all that can be done with it, so that a function that calls it back can stand for it."""
    if isinstance(value, _FUNCTIONS):
        return True
    return callable(value) and not isinstance(value, type) and all(name.startswith("_") for name in dir(value))
