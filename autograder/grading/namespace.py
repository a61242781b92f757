"""What a test finds under each name: the student's functions and values, the reference, modules of our own."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from autograder.errors import AuthorError
from autograder.grading import own_names
from autograder.grading.definitions import Definition
from autograder.grading.lookalike import look_like
from autograder.grading.reference import Reference
from autograder.grading.remote import Remote
from autograder.grading.verdicts import StudentAct
from autograder.grading.wire import Opaque
from autograder.model import Verdict

__all__ = ["Namespace", "NotebookText"]


@dataclass(frozen=True, slots=True)
class NotebookText:
    """What is known of a notebook from its text alone."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    """Function → its last definition."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """Name → the statement that imports it."""
    bound: frozenset[str] = frozenset()
    """Names that it binds in other ways."""


class Namespace(Mapping[str, Any]):
    """What a test's names are looked up in.

    Args:
        remote: The question's process, or None to answer everything with the reference (to tell author from student).
        given: What is ours, whatever the notebook has: `reference` and `rng` in a bundle of ours.
        functions: Name → the reference's function, or None for the student's: functions of questions, which are functions
            whatever the notebook has.
        text: The notebook's.
        taken: Names that the case takes, as far as its text tells.
        value_came: Called when the test has got hold of something of the student's.
    """

    def __init__(
        self,
        remote: Remote | None,
        given: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any] | None],
        text: NotebookText,
        taken: frozenset[str],
        value_came: Callable[[], None],
    ) -> None:
        self.missing: list[str] = []
        """Names that were looked up, and that the notebook does not have."""
        self.found = False
        """True when one was looked up that it has."""
        self._remote, self._functions, self._text, self._taken, self._value_came = remote, functions, text, taken, value_came
        self._entries: dict[str, Any] = dict(given)

    @classmethod
    def of_question(
        cls,
        remote: Remote | None,
        reference: Reference | None,
        own: tuple[str, ...],
        others: frozenset[str],
        *,
        references: frozenset[str],
        rng: np.random.Generator | None,
        text: NotebookText,
        taken: frozenset[str],
        value_came: Callable[[], None],
    ) -> Namespace:
        """The namespace of one case.

        Args:
            remote: See the class.
            reference: The solution, where there is one.
            own: Functions of the question under test: always the student's.
            others: Functions of other questions that the case takes.
            references: Those of `others` that the reference answers for; empty in the student's own world.
            rng: The case's own random generator, in a bundle of ours.
            text, taken, value_came: See the class.
        """
        given: dict[str, Any] = {}
        if rng is not None and reference is not None:
            given = {"reference": reference.functions, "rng": rng}
        functions: dict[str, Callable[..., Any] | None] = dict.fromkeys((*own, *sorted(others)))
        if reference is not None:
            answered = functions.keys() if remote is None else references
            functions |= {name: _isolated(reference.function(name), name) for name in answered}
        return cls(remote, given, functions, text, taken, value_came)

    def __getitem__(self, name: str) -> Any:
        if name not in self._entries:
            self._entries[name] = self._find(name)
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def _find(self, name: str) -> Any:
        if (function := self._functions.get(name)) is not None:
            return function
        if name in own_names.ALWAYS:
            return own_names.always(name)
        if self._remote is None:
            raise KeyError(name)
        kind = self._remote.kind(name)
        if kind is None:
            self.missing.append(name)
        else:
            self.found = True
        if name in self._functions:
            return self._remote.function(name, partial(_made_to_look, self._text, name)) if kind in _CALLED else _absent(name, kind)
        if kind is None:
            raise KeyError(name)
        if kind in _CALLED:
            ours = own_names.imported(name, self._text.imports, self._text.bound, self._taken)
            if ours is not None:
                self._value_came()  # what the notebook says it is has decided what the case gets
                return ours
        if kind == "function":  # until it is called, nothing of theirs has run
            return self._remote.function(name, partial(_made_to_look, self._text, name))
        self._value_came()
        if kind == "module":  # which may be bound to the name of what the question asks for
            return self._module(name)
        value = self._remote.value(name)
        if isinstance(value, Opaque) and kind == "class":
            self._remote.opaque.append(value.type_name)
        return value

    def _module(self, name: str) -> Any:
        assert self._remote is not None
        ours = own_names.module(name, self._text.imports)
        if ours is None:
            self._remote.opaque.append(f"module {name}")
            ours = Opaque(f"module {name}")
        return ours


_CALLED = ("function", "class")


def _made_to_look(text: NotebookText, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    definition = text.definitions.get(name)
    return function if definition is None else look_like(function, definition)


def _isolated(function: Callable[..., Any] | None, name: str) -> Callable[..., Any]:
    """The reference's function on copies, as a remote one would be called."""
    if function is None:
        raise AuthorError(f"A test takes {name}, which the solution does not define.")
    return lambda *args, **kwargs: function(*copy.deepcopy(args), **copy.deepcopy(kwargs))


def _absent(name: str, kind: str | None) -> Callable[..., Any]:
    def call(*_args: Any, **_kwargs: Any) -> Any:
        if kind is None:
            words = f"The notebook defines no function {name}. (Did its cell run without an error?)"
            raise StudentAct(Verdict.MISSING, words, f"The notebook defines no function {name}.")
        words = f"{name} is not a function in the notebook: its last value is a {kind.removeprefix('data ')}."
        raise StudentAct(Verdict.MISSING, words, f"{name} is not a function in the notebook.")

    call.__name__ = call.__qualname__ = name
    return call
