"""The solution, in the trusted process: what tests compare with, and the oracle that answers for helper functions.

The oracle speaks only while a student's function is being called, only for functions that the question's own reference
calls, only for arguments no larger than the reference itself passes in that very call or was given in it, and not much
more often.
"""

from __future__ import annotations

import copy
import inspect
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import AuthorError
from autograder.grading import wire
from autograder.grading.loading import LOAD_ERRORS, in_time, line_of

__all__ = ["Oracle", "Reference", "Refused"]

_MORE_CALLS = 64
"""A student may ask a helper this many times as often as the reference does: once for each example of a batch, or again to check."""

_SMALL_NUMBER = 16
"""A whole number up to this is no reason to refuse: one more or less than the reference passes is a matter of style."""


class Refused(Exception):
    """The oracle does not answer this; the student's code is told that and no more."""


class Reference:
    """The solution module, loaded once.

    Args:
        solution: The module's file.
        files: Folder with the helper modules that it imports.

    Raises:
        AuthorError: it does not load.
    """

    def __init__(self, solution: Path, files: Path) -> None:
        self.source = solution.read_text(encoding="utf-8")
        self._module = types.ModuleType(solution.stem)
        self._module.__file__ = str(solution)
        with _importable(files):
            try:
                with in_time():
                    exec(compile(self.source, str(solution), "exec"), vars(self._module))  # noqa: S102 - the author's own code
            except LOAD_ERRORS as error:
                raise AuthorError(
                    f"does not load: {type(error).__name__}: {error}.",
                    file=f"{solution.parent.name}/{solution.name}",
                    line=line_of(error, solution),
                    remedy="Mend it and build again.",
                ) from error

    @property
    def functions(self) -> types.SimpleNamespace:
        """The module's functions, as tests see them under the name `reference`."""
        return types.SimpleNamespace(**{name: value for name, value in vars(self._module).items() if isinstance(value, types.FunctionType)})

    def function(self, name: str) -> Callable[..., Any] | None:
        """One function of the module, or None."""
        value = vars(self._module).get(name)
        return value if isinstance(value, types.FunctionType) else None

    @contextmanager
    def watched(self, names: frozenset[str], seen: Callable[[str, tuple[Any, ...], dict[str, Any]], None]) -> Iterator[None]:
        """Within, each call that the module makes to one of `names` is reported with its arguments."""
        module = vars(self._module)
        originals = {name: module[name] for name in names if name in module}

        def watch(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                seen(name, args, kwargs)
                return original(*args, **kwargs)

            return call

        module.update({name: watch(name, original) for name, original in originals.items()})
        try:
            yield
        finally:
            module.update(originals)


class Oracle:
    """Answers for helper functions during the calls of one question.

    Args:
        reference: The solution.
        names: Functions it may answer for: helpers of the question, of closed questions.
    """

    def __init__(self, reference: Reference, names: frozenset[str]) -> None:
        self.names = names
        self._reference = reference
        self._signatures = {name: inspect.signature(function) for name in names if (function := reference.function(name)) is not None}
        self._largest: dict[str, _Size] = {}
        self._calls: dict[str, int] = {}

    def begin(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Measure what the reference itself gets and asks of its helpers when called like this; a call it fails on may ask nothing."""
        self._largest, self._calls = {}, {}
        function = self._reference.function(name)
        if function is None or not self.names:
            return
        # What the reference asks is a matter of its style: a helper may also be asked about all that the function itself was given.
        given = _size_of([*args, *kwargs.values()])
        self._largest = dict.fromkeys(self.names, given)
        self._calls = dict.fromkeys(self.names, _MORE_CALLS)

        def seen(helper: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            self._largest[helper] = self._size(helper, args, kwargs).or_larger(self._largest[helper])
            self._calls[helper] += _MORE_CALLS

        args, kwargs = copy.deepcopy((args, kwargs))
        try:
            with self._reference.watched(self.names, seen):
                function(*args, **kwargs)
        except Exception:  # noqa: BLE001 - the test's own business; the oracle then knows no bounds and is silent
            self._largest, self._calls = {}, {}

    def answer(self, name: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The reference's answer; like any function it may change its arguments in place.

        Args:
            name: Of the helper, as the student's process says it: anything.
            args, kwargs: Plain data.

        Raises:
            Refused: not its business, too large, too often, or the reference failed.
        """
        if not isinstance(name, str) or name not in self.names or self._calls.get(name, 0) <= 0:
            raise Refused
        self._calls[name] -= 1
        function = self._reference.function(name)
        try:
            if function is None or not self._size(name, args, kwargs).within(self._largest[name]):
                raise Refused
            return function(*args, **kwargs)
        except Exception:  # noqa: BLE001 - whatever it was, the student's code is told nothing of it
            raise Refused from None

    def _size(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Size:
        """How large the arguments are, however they are passed."""
        return _size_of(list(self._signatures[name].bind(*args, **kwargs).arguments.values()))


@dataclass(frozen=True, slots=True)
class _Size:
    """What decides how much work and memory a call may take.

    Without a single element, an array of shape (0, 4500) makes one of (4500, 4500), and a whole number may be a count.
    """

    elements: int = 0
    """Scalars and array elements."""
    axis: int = 0
    """Length of the longest axis of an array."""
    number: int = 0
    """Largest magnitude of a whole number."""

    def or_larger(self, other: _Size) -> _Size:
        return _Size(max(self.elements, other.elements), max(self.axis, other.axis), max(self.number, other.number))

    def within(self, other: _Size) -> bool:
        return self.elements <= other.elements and self.axis <= other.axis and self.number <= 2 * other.number + _SMALL_NUMBER


def _size_of(values: list[Any]) -> _Size:
    encoded = wire.Encoded(values)
    return _Size(encoded.elements, encoded.longest_axis, encoded.largest_number)


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let modules of `folder` be imported, and forget them again: two bundles in one process may differ in them."""
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(folder):
                del sys.modules[name]
