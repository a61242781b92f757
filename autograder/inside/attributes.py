"""What the notebook's functions have as attributes (`count.calls += 1`): told to the trusted side of functions that it knows."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from . import codec

__all__ = ["Attributes"]


class Attributes:
    """Of the functions that the trusted side knows.

    Args:
        find: The function of a target: of the name of a global, or of a number.
    """

    def __init__(self, find: Callable[[str | int], Any]) -> None:
        self._find = find
        self._told: dict[str | int, Any] = {}

    def know(self, target: str | int) -> None:
        """The trusted side knows one more."""
        self._told.setdefault(target, None)

    def news(self, encoder: codec.Encoder) -> list[list[Any]]:
        """Target and node of all attributes, of functions whose attributes are not what was told of them."""
        found: list[list[Any]] = []
        for target, told in list(self._told.items()):
            function = self._find(target)
            own = _own(function) if isinstance(function, types.FunctionType) else {}
            if not own and told is None:
                continue
            now = codec.described(own)
            if now != told:
                self._told[target] = now
                found.append([target, encoder.add(own)])
        return found

    def set(self, target: str | int, values: dict[str, Any]) -> None:
        """Give a function the attributes that the test has given it."""
        function = self._find(target)
        if isinstance(function, types.FunctionType):
            for name in _own(function):
                delattr(function, name)
            vars(function).update(values)
            self._told[target] = codec.described(_own(function))


def _own(function: types.FunctionType) -> dict[str, Any]:
    return {name: value for name, value in vars(function).items() if not name.startswith("__")}
