"""Which questions' tests look at what cannot leave the student's process.

It is read from tests and solution, never from a submission: students who could choose would choose to be tested where the tests
are not safe from them.
"""

from __future__ import annotations

import ast
import builtins
import doctest
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.grading.testfile import LoadedTest

__all__ = ["cannot_pass", "why_shared"]

_FIGURES = {"plt", "gca", "gcf", "get_fignums", "axes", "sns"}
_DRAWN = {"ax", "axes", "axs", "fig"}
"""What notebooks call figures and what is in them."""
_READING = re.compile(r"open|exists|isfile|read_[a-z]+|loadtxt|genfromtxt")


def why_shared(test: LoadedTest, solution: str, workplace: Path) -> str:
    """What in a question's tests cannot cross, as the beginning of a sentence; empty when nothing is seen.

    Args:
        test: The question's.
        solution: The text of what is right; may be empty.
        workplace: The folder that tests run in, with the course's files.
    """
    source = test.path.read_text(encoding="utf-8-sig", errors="replace")
    classes = {node.name for node in ast.parse(solution).body if isinstance(node, ast.ClassDef)} if solution else set()
    mentioned = test.mentions
    if used := sorted(classes & mentioned):
        return f"its tests look at {used[0]}, which is a class"
    code = "\n".join(_code(test, source))
    if _FIGURES & mentioned and re.search(r"\b(plt|sns)\.|\b(gca|gcf|get_fignums)\b", code):
        return "its tests look at figures"
    if drawn := sorted(_DRAWN & frozenset().union(*(case.taken for case in test.cases))):
        return f"its tests look at {drawn[0]}, by its name a figure"
    trees = list(_trees(test, source))
    own = {name for tree in [*trees, *_whole(source)] for name in _bound(tree)}
    return next((why for tree in trees if (why := _look(tree, own))), "") or _unwritten(trees, workplace)


def cannot_pass(test: LoadedTest, why: str, option: str) -> str:
    """Two sentences on a question that `why_shared` speaks of; `option` is what allows its tests to run where they need to."""
    return (
        f"{test.path.name}: {why}, which cannot leave the student's process, so {test.name} can hardly be passed as it is. "
        f"Allow its tests to run there ({option}); they are then not safe from the student's code."
    )


def _unwritten(trees: list[ast.AST], workplace: Path) -> str:
    """A file that the tests only read, and that is none of the course's: the notebook writes it, where it runs."""
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    read: dict[str, bool] = {}
    for call in calls:
        match call.args:
            case [ast.Constant(value=str(name)), *others] if _READING.fullmatch(_called(call)):
                modes = [*others[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
                writes = any(isinstance(mode, ast.Constant) and re.search("[wax+]", str(mode.value)) for mode in modes)
                read[name] = read.get(name, True) and not (writes and _called(call) == "open")
    for name, only in read.items():
        if only and "://" not in name and "\0" not in name and not (workplace / name).exists():
            return f"its tests read {name}, a file that is not in the bundle and may be the notebook's"
    return ""


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _whole(source: str) -> list[ast.AST]:
    try:
        return [ast.parse(source)]
    except (SyntaxError, ValueError, RecursionError):
        return []


def _bound(tree: ast.AST) -> Iterator[str]:
    """Names that the tests make or import themselves."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _code(test: LoadedTest, source: str) -> Iterator[str]:
    """The examples of doctests, or the file itself."""
    if not test.prints:
        yield source
        return
    for case in test.cases:
        yield from (example.source for example in doctest.DocTestParser().get_examples(case.source))


def _trees(test: LoadedTest, source: str) -> Iterator[ast.AST]:
    for text in _code(test, source):
        try:
            yield ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            continue


def _look(tree: ast.AST, own: set[str]) -> str:
    for node in ast.walk(tree):
        # `Account("x")`: a name that begins as classes do, called, and not one that Python or numpy has.
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name[:1].isupper() and not name.isupper() and not hasattr(builtins, name) and name not in _KNOWN | own:
                return f"its tests make objects of {name}"
    return ""


_KNOWN = {"Counter", "OrderedDict", "Decimal", "Fraction", "Path", "DataFrame", "Series", "Timestamp", "Timedelta"}
