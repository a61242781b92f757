"""Loads otter's test files into cases that can be run one by one. The only door to otter on the grading side.

A file is ordinary Python: it runs as the grader, like the bundle it came in.
"""

from __future__ import annotations

import inspect
import os
import sys
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder import checks
from autograder.errors import AuthorError
from autograder.grading.doctests import examples_of, free_names, mentioned_names, run_examples, taken_names
from autograder.grading.loading import LOAD_ERRORS, in_time, line_of
from autograder.grading.otters_test_files import readers
from autograder.model import Visibility

__all__ = ["Case", "LoadedTest", "broken_test", "here", "load_test"]

_NO_CASE = ("Decorate at least one function with @test_case(...).", "Give it at least one case.")
"""What to do: for exceptions, for doctests."""
_FINEST = 1_000_000
"""Largest denominator of points: a third that otter made of floats is a third, and six decimals are kept as they are written."""


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
    """Names that the case takes from the namespace, as far as its text tells; a whole namespace, `env`, is one of them."""
    mentions: frozenset[str]
    """Every name its code uses: parameters, globals, attributes."""
    taken: frozenset[str]
    """Names that it takes from the notebook, as far as its text tells; of a case that takes `env`, every text in it might be one."""
    run: Callable[[Mapping[str, Any]], None]
    """Runs it over a namespace (anything with `.get`); whatever it raises comes through."""
    failure_message: str
    """The author's own words for students where it does not pass; may be empty."""
    success_message: str = ""
    """The author's own words where it passes; may be empty."""
    source: str = ""
    """What is sent to run it beside the student's code: a doctest's examples, or the whole file."""
    looks: bool = True
    """False for a doctest without an example, or in which nothing is expected of any, and for an `async` function or one with `yield`, of
    which nothing runs: it would pass for everybody."""
    opens: bool = False
    """True when it may read files, as far as its names tell: of whatever name the student's code gives, in the grader's own process."""


@dataclass(frozen=True, slots=True)
class LoadedTest:
    """One question's test file."""

    path: Path
    """Its file."""
    cases: tuple[Case, ...]
    """In the file's order; never empty."""
    all_or_nothing: bool
    """True when one failed case costs all of the question's points."""
    name: str = ""
    """The question that the file says it is for."""
    prints: bool = False
    """True when what the student's functions print is looked at as well."""
    broken: str = ""
    """Why it could not be loaded; then its only case stands for all that it holds."""

    @property
    def mentions(self) -> frozenset[str]:
        """Every name that any of its cases uses."""
        return frozenset().union(*(case.mentions for case in self.cases))


@contextmanager
def here(folder: Path) -> Iterator[None]:
    """Make `folder` the current directory, and the last place that is searched for modules, as it is for otter's tests, and go back."""
    before = Path.cwd()
    os.chdir(folder)
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        os.chdir(before)


def load_test(path: Path, root: Path, folder: Path | None = None, *, theirs: bool = False) -> LoadedTest:
    """Load a test file of either of otter's formats.

    Args:
        path: The file.
        root: Messages name the file from here.
        folder: The current directory meanwhile; `root` when None.
        theirs: Made for otter, which allows two cases of one name: the later ones get a number.

    Raises:
        AuthorError: it does not load, or declares no case, or, if it is ours, two of one name; names file, line and remedy.
    """
    # Students have a copy of `autograder/checks` under this name beside their notebook.
    sys.modules.setdefault("autograder_checks", checks)
    shown = str(path.relative_to(root))
    threads = threading.active_count()
    try:
        with here(folder or root), in_time(), redirect_stdout(sys.stderr):  # stdout is for tables and documents
            loaded = _loaded(path)
            source = getattr(loaded, "source", None)
            cases = tuple(_doctest_case(case) if source is None else _case(case, source) for case in loaded.test_cases)
    except LOAD_ERRORS as error:
        raise AuthorError(
            f"does not load: {type(error).__name__}: {error}".replace(str(path), path.name).rstrip(".") + ".",
            file=shown,
            line=line_of(error, path),
            remedy=_remedy(error),
        ) from error
    if threading.active_count() > threads:
        raise AuthorError("leaves threads running when it is loaded.", file=shown, remedy="Start nothing at the top of a test file.")
    names = [case.name for case in cases]
    if not cases:
        raise AuthorError("declares no test case.", file=shown, remedy=_NO_CASE[source is None])
    if theirs:
        cases = tuple(replace(case, name=_numbered(case.name, names[:number])) for number, case in enumerate(cases))
        names = [case.name for case in cases]
    for name in names:
        if names.count(name) > 1:
            raise AuthorError(f"declares two cases named “{name}”.", file=shown, remedy="Give each its own name.")
    return LoadedTest(path, cases, bool(loaded.all_or_nothing), str(loaded.name), prints=source is None)


def broken_test(path: Path, name: str, why: str) -> LoadedTest:
    """What stands for a test file that does not load: one case that nobody can be judged by."""

    def run(_namespace: Mapping[str, Any]) -> None:
        raise AuthorError(why)

    case = Case("the whole test file", Visibility.HIDDEN, Fraction(0), (), frozenset(), frozenset(), run, "")
    return LoadedTest(path, (case,), all_or_nothing=False, name=name, broken=why)


def _numbered(name: str, before: list[str]) -> str:
    return f"{name} ({before.count(name) + 1})" if name in before else name


def _remedy(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"Install {error.name.partition('.')[0]} where you grade (pip install), or leave it out."
    return "Mend it and build again."


def _loaded(path: Path) -> Any:
    """The file as otter reads it, but for what otter only complains about: several suites of one file are one."""
    exception_test, ok_test = readers()  # before a test imports otter itself
    source = path.read_text(encoding="utf-8-sig")  # editors on Windows leave a mark at the beginning
    first: dict[str, Any] = {}
    exec(compile(source, str(path), "exec"), first)  # noqa: S102 - the author's own code
    if "OK_FORMAT" not in first:
        raise ValueError("it does not say `OK_FORMAT = True` (doctests, as files made for older versions of otter) or `OK_FORMAT = False`")
    if not first["OK_FORMAT"]:
        return exception_test.from_string(source, path=str(path))
    spec = first.get("test")
    if not isinstance(spec, dict) or "name" not in spec or not spec.get("suites"):
        raise ValueError("its `test` is no dictionary with a name and suites")
    suites = spec["suites"]
    if not isinstance(suites, list) or not all(isinstance(suite, dict) and isinstance(suite.get("cases"), list) for suite in suites):
        raise ValueError("its `suites` is no list of dictionaries that have a list of `cases`")
    for suite in suites:
        if suite.get("setup") or suite.get("teardown") or suite.get("type", "doctest") != "doctest":
            raise ValueError("a suite has a setup, a teardown, or a type that is not doctest; otter has these no more")
    return ok_test.from_spec({**spec, "suites": [{**suites[0], "cases": [case for suite in suites for case in suite["cases"]]}]}, str(path))


_READERS = frozenset(
    (
        *("open", "read", "read_text", "read_bytes", "load", "loadtxt", "genfromtxt", "fromfile", "imread", "memmap", "Image"),
        *("getline", "getlines", "run_path", "listdir", "iterdir", "glob", "rglob", "walk", "scandir", "environ", "getenv"),
    )
)


def _opens(names: frozenset[str]) -> bool:
    return any(name in _READERS or name.startswith("read_") for name in names)


def _case(case: Any, source: str) -> Case:
    function = case.body.test_func
    mentions = frozenset(_names(function.__code__, function.__globals__))
    return Case(
        **_declared(case),
        parameters=tuple(inspect.signature(function).parameters),
        mentions=mentions,
        taken=_taken(function),
        run=case.body.call_func,
        source=source,
        opens=_opens(mentions),
        looks=not (inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function)),  # called, neither runs
    )


def _taken(function: types.FunctionType) -> frozenset[str]:
    parameters = frozenset(inspect.signature(function).parameters)
    if "env" not in parameters:
        return parameters
    return parameters - {"env"} | {text for text in function.__code__.co_consts if isinstance(text, str) and text.isidentifier()}


def _doctest_case(case: Any) -> Case:
    examples = examples_of(case.body, case.name)
    names = free_names(examples)
    return Case(
        **_declared(case),
        parameters=tuple(sorted(names)),
        mentions=names,
        taken=taken_names(examples),
        run=lambda namespace: run_examples(examples, case.name, namespace),
        source=case.body,
        opens=_opens(mentioned_names(examples)),
        looks=any(example.want or "assert" in example.source for example in examples),
    )


def _declared(case: Any) -> dict[str, Any]:
    return {
        "name": str(case.name),
        "visibility": Visibility.HIDDEN if case.hidden else Visibility.PUBLIC,
        "points": Fraction(case.points).limit_denominator(_FINEST),
        "failure_message": str(case.failure_message or ""),
        "success_message": str(case.success_message or ""),
    }


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
