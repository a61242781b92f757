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

from autograder.grading.testfile import LoadedTest

__all__ = ["why_shared"]

_FIGURES = {"plt", "gca", "gcf", "get_fignums", "axes", "sns"}


def why_shared(test: LoadedTest, solution: str) -> str:
    """What in a question's tests cannot cross, as the beginning of a sentence; empty when nothing is seen."""
    source = test.path.read_text(encoding="utf-8", errors="replace")
    classes = {node.name for node in ast.parse(solution).body if isinstance(node, ast.ClassDef)} if solution else set()
    mentioned = test.mentions
    if used := sorted(classes & mentioned):
        return f"its tests look at {used[0]}, which is a class"
    code = "\n".join(_code(test, source))
    if _FIGURES & mentioned and re.search(r"\b(plt|sns)\.|\b(gca|gcf|get_fignums)\b", code):
        return "its tests look at figures"
    trees = list(_trees(test, source))
    own = {name for tree in [*trees, *_whole(source)] for name in _bound(tree)}
    return next((why for tree in trees if (why := _look(tree, own))), "")


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
