"""Which cases of an otter bundle pass for functions that do nothing: told to staff, since nobody sees it in a score.

Every case is run with functions in the place of the student's that return nothing, zeros, NaN or an empty array, whatever they are
given. (`np.allclose` of shapes (0, 1, 1) and (5, 10) is true.) Beside a solution, what they return has the structure of what is right.
That happens in a process of its own, which is ended when it takes too long: what a test does there is done to nobody else.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import re
import select
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from autograder.bundle import Bundle
from autograder.errors import AuthorError
from autograder.grading import own_names
from autograder.grading.court import Material, load_material
from autograder.grading.judge import limit_memory
from autograder.grading.testfile import Case, here
from autograder.model import Question

__all__ = ["free_passes"]

_ALL_S = 10.0
"""Seconds for a bundle; cases that are not tried by then are not spoken of."""
_CASE_S = 1.0
_UNPACKED = re.compile(r"not enough values to unpack \(expected (?:at least )?(\d+), got 0\)")
"""What Python says of an empty array in the place of a tuple; it knows how many there should be."""
_EMPTY = np.empty((0, 1, 1))
_RETURNED: Mapping[str, tuple[Any, ...]] = {
    "nothing": (None,),
    "zeros": (0, 0.0, np.zeros(())),
    "NaN": (float("nan"),),
    "an empty array": (_EMPTY, []),
}
"""What functions return that do nothing → values."""
_LIKE: Mapping[str, Callable[[np.ndarray[Any, Any]], Any]] = {
    "zeros": np.zeros_like,
    "NaN": lambda array: np.full(array.shape, np.nan),
    "an empty array": lambda _array: _EMPTY,
}
"""The same, in the place of an array."""


def free_passes(bundle: Bundle) -> list[str]:
    """Sentences that name an otter bundle's cases that pass for functions that do nothing, one for each question that has some.

    A bundle of ours is held to that when it is built. Never raises for what the tests do.
    """
    if bundle.assignment.otter is None:
        return []
    tried = _in_a_process_of_its_own(bundle)
    return [
        sentence
        for question in bundle.assignment.questions
        for sentence in _sentences(
            bundle.test_file(question.name).name, question, [told for told in tried if told.question == question.name]
        )
    ]


def _sentences(file: str, question: Question, told: list[_Told]) -> Iterator[str]:
    """One for each set of cases; kinds of functions that pass the same cases share it."""
    kinds: dict[tuple[_Told, ...], list[str]] = {}
    for kind in _RETURNED:
        if passed := tuple(each for each in told if kind in each.kinds):
            kinds.setdefault(passed, []).append(kind)
    for passed, named in kinds.items():
        points = f"{sum(each.points for each in passed):g} of {float(question.points):g} points"
        cases = ", ".join(f"“{each.case}”" for each in passed)
        yield f"{file}: a function that always returns {' or '.join(named)} passes {cases} of {question.name} ({points})."


@dataclass(frozen=True, slots=True)
class _Told:
    """A case that passes, as the process says it."""

    question: str
    case: str
    points: float
    kinds: tuple[str, ...]


def _in_a_process_of_its_own(bundle: Bundle) -> list[_Told]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            _try_all(bundle, writing)
        finally:
            os._exit(0)
    os.close(writing)
    deadline = time.monotonic() + _ALL_S
    told = b""
    try:
        while (left := deadline - time.monotonic()) > 0 and select.select([reading], [], [], left)[0]:
            piece = os.read(reading, 1 << 16)
            if not piece:
                break
            told += piece
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return [_Told(*map(_frozen, json.loads(line))) for line in told.split(b"\n")[:-1]]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _try_all(bundle: Bundle, told: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    limit_memory()
    try:
        material = load_material(bundle)
    except AuthorError:
        return  # whoever grades with it hears that
    with here(bundle.workplace):
        for name, test in material.tests.items():
            for case in () if test.broken else test.cases:
                kinds: list[str] = []
                with contextlib.suppress(_TooLate):
                    kinds = _passes_for(case, material) if case.looks else []
                if kinds:
                    os.write(told, json.dumps([name, case.name, float(case.points), kinds]).encode() + b"\n")


def _passes_for(case: Case, material: Material) -> list[str]:
    """Kinds of functions that do nothing and pass the case."""
    _passed, error = _run(case, "an empty array", _EMPTY, material)
    unpacked = _UNPACKED.search(error)
    width = min(int(unpacked[1]), 20) if unpacked else None
    return [
        kind
        for kind, values in _RETURNED.items()
        if any(_run(case, kind, each if width is None else (each,) * width, material)[0] for each in values)
    ]


def _run(case: Case, kind: str, value: Any, material: Material) -> tuple[bool, str]:
    """Whether the case passes for functions that return `value`, and calls one; and what it raised."""
    names = _Names(lambda function, args, kwargs: _blank(material, kind, value, function, args, kwargs))
    try:
        with _in_time():
            case.run(names)
    except _TooLate:
        raise
    except BaseException as error:  # noqa: BLE001 - tests raise what they like, also when they are stopped
        return False, str(error)
    return names.called, ""


def _blank(material: Material, kind: str, value: Any, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a function returns that does nothing: beside a solution, something like what is right."""
    reference = material.reference.function(function) if material.reference is not None else None
    if reference is None or kind not in _LIKE:
        return copy.copy(value)
    try:
        right = reference(*copy.deepcopy(args), **copy.deepcopy(kwargs))
    except Exception:  # noqa: BLE001 - it raises what is right to raise
        return copy.copy(value)
    return _like(right, kind, value)


def _like(right: Any, kind: str, value: Any) -> Any:
    if isinstance(right, np.ndarray) and right.dtype.kind in "biufc":
        return _LIKE[kind](right)
    if isinstance(right, (tuple, list)):
        parts = [_like(part, kind, value) for part in right]
        return tuple(parts) if isinstance(right, tuple) else parts
    if isinstance(right, dict):
        return {key: _like(part, kind, value) for key, part in right.items()}
    return copy.copy(value)


class _Names(Mapping[str, Any]):
    """Every name that a test looks up: a module of ours, or a function that does nothing."""

    def __init__(self, answer: Callable[[str, tuple[Any, ...], dict[str, Any]], Any]) -> None:
        self.called = False
        """True when a test has called one of the functions: without that its passing says nothing about them."""
        self._answer = answer

    def __getitem__(self, name: str) -> Any:
        ours = own_names.by_name(name)
        return self._function(name) if ours is None else ours

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def _function(self, name: str) -> Callable[..., Any]:
        def does_nothing(*args: Any, **kwargs: Any) -> Any:
            self.called = True
            return self._answer(name, args, kwargs)

        return does_nothing


class _TooLate(BaseException):
    """A case takes longer than it should; no handler of the test's own is meant."""


@contextlib.contextmanager
def _in_time() -> Iterator[None]:
    def too_late(_number: int, _frame: FrameType | None) -> None:
        raise _TooLate

    signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, _CASE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
