"""Loads otter's test files into cases that can be run one by one. The only door to otter on the grading side.

A file is ordinary Python: it runs as the grader, like the bundle it came in.
"""

from __future__ import annotations

import inspect
import os
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder import checks
from autograder.errors import AuthorError
from autograder.grading.loading import LOAD_ERRORS, in_time, line_of
from autograder.model import Visibility

__all__ = ["Case", "LoadedTest", "here", "load_test"]


@dataclass(frozen=True, slots=True)
class Case:
    """One declared test case."""

    name: str
    """As students and staff read it; unique in its file."""
    visibility: Visibility
    """Public or hidden."""
    points: Fraction
    """Points possible, as otter resolves them."""
    parameters: tuple[str, ...]
    """Names that the case takes from the namespace."""
    mentions: frozenset[str]
    """Every name its code uses: parameters, globals, attributes."""
    run: Callable[[Mapping[str, Any]], None]
    """Runs it over a namespace (anything with `.get`); whatever it raises comes through."""
    failure_message: str
    """The author's own words for students; may be empty."""


@dataclass(frozen=True, slots=True)
class LoadedTest:
    """One question's test file."""

    path: Path
    """Its file."""
    cases: tuple[Case, ...]
    """In the file's order; never empty."""
    all_or_nothing: bool
    """True when one failed case costs all of the question's points."""

    @property
    def mentions(self) -> frozenset[str]:
        """Every name that any of its cases uses."""
        return frozenset().union(*(case.mentions for case in self.cases))


@contextmanager
def here(folder: Path) -> Iterator[None]:
    """Make `folder` the current directory, as it is for otter's tests, and go back."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def load_test(path: Path, root: Path) -> LoadedTest:
    """Load a test file with `root` as the current directory.

    Raises:
        AuthorError: it does not load, or declares no case, or two of one name; names file, line and remedy.
    """
    from otter.test_files.exception_test import ExceptionTestFile  # noqa: PLC0415 - 1.3 s: overlaps the zygote's start

    # Students have a copy of `autograder/checks.py` under this name beside their notebook.
    sys.modules.setdefault("autograder_checks", checks)
    shown = str(path.relative_to(root))
    try:
        with here(root), in_time():
            loaded = ExceptionTestFile.from_string(path.read_text(encoding="utf-8"), path=str(path))
    except LOAD_ERRORS as error:
        raise AuthorError(
            f"does not load: {type(error).__name__}: {error}.", file=shown, line=line_of(error, path), remedy="Mend it and build again."
        ) from error
    cases = tuple(_case(case) for case in loaded.test_cases)
    names = [case.name for case in cases]
    if not cases:
        raise AuthorError("declares no test case.", file=shown, remedy="Decorate at least one function with @test_case(...).")
    for name in names:
        if names.count(name) > 1:
            raise AuthorError(f"declares two cases named “{name}”.", file=shown, remedy="Give each its own name.")
    return LoadedTest(path, cases, bool(loaded.all_or_nothing))


def _case(case: Any) -> Case:
    function = case.body.test_func
    return Case(
        name=case.name,
        visibility=Visibility.HIDDEN if case.hidden else Visibility.PUBLIC,
        points=Fraction(str(case.points)) if isinstance(case.points, float) else Fraction(case.points),
        parameters=tuple(inspect.signature(function).parameters),
        mentions=frozenset(_names(function.__code__, function.__globals__)),
        run=case.body.call_func,
        failure_message=case.failure_message or "",
    )


def _names(code: types.CodeType, module: Mapping[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names in a function's code, in the code inside it, and in the file's own functions that it calls."""
    yield from code.co_names
    yield from code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant, module, seen)
    for name in code.co_names:
        function = module.get(name)
        if name not in seen and isinstance(function, types.FunctionType) and function.__globals__ is module:
            yield from _names(function.__code__, module, seen | {name})
