"""Test files for students: without hidden cases, and without what only hidden cases use.

Cut by whole lines, so that comments, docstrings and layout of the rest stay as they are. A top-level statement stays
when a public case, or something that stays, needs a name that it binds or changes; the file's own settings and its
docstring stay. Comments above a statement go with it; where something was cut, a comment stays only when it touches the
line below it.
"""

from __future__ import annotations

import ast
import itertools
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.authoring.cases import CaseFile
from autograder.authoring.sources import SourceText

__all__ = ["public_part"]

_SETTINGS = {"OK_FORMAT", "name", "points", "all_or_nothing"}


@dataclass(frozen=True, slots=True)
class _Statement:
    node: ast.stmt
    first: int
    last: int
    binds: frozenset[str]
    uses: frozenset[str]


def public_part(file: CaseFile) -> str:
    """Return the text of a test file that students may have.

    Raises:
        AuthorError: M308 something public and something hidden share a line.
    """
    hidden = {id(case.node) for case in file.cases if case.hidden}
    public = {id(case.node) for case in file.cases if not case.hidden}
    statements = [_statement(node, file.source) for node in file.tree.body]
    kept = [_is_kept_anyway(s, index, public) for index, s in enumerate(statements)]
    needed = {name for s, keep in zip(statements, kept, strict=True) if keep for name in s.uses}
    while True:
        more = [i for i, s in enumerate(statements) if not kept[i] and id(s.node) not in hidden and not s.binds.isdisjoint(needed)]
        if not more:
            break
        for i in more:
            kept[i] = True
            needed |= statements[i].uses
    return "\n".join(_lines(file.source, statements, kept))


def _is_kept_anyway(statement: _Statement, index: int, public: set[int]) -> bool:
    node = statement.node
    if id(node) in public:
        return True
    is_docstring = index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    is_star = isinstance(node, ast.ImportFrom) and node.names[0].name == "*"  # nobody can say what it binds
    is_setting = isinstance(node, ast.Assign | ast.AnnAssign) and statement.binds <= _SETTINGS and bool(statement.binds)
    return is_docstring or is_future or is_star or is_setting


def _statement(node: ast.stmt, source: SourceText) -> _Statement:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    last = node.end_lineno or node.lineno
    text = "\n".join(source.lines[first - 1 : last])
    uses, binds = _names(text) if _alone(node, source, last) else _names(ast.unparse(node))
    return _Statement(node, first, last, frozenset(binds | _changed(node)), frozenset(uses))


def _alone(node: ast.stmt, source: SourceText, last: int) -> bool:
    """Whether the lines of a statement hold nothing else, so that they can be compiled by themselves."""
    after = source.lines[last - 1].encode()[node.end_col_offset or 0 :].decode().strip()
    return node.col_offset == 0 and (not after or after.startswith("#"))


def _names(text: str) -> tuple[set[str], set[str]]:
    """Return module-level names that a statement reads, and those that it binds; scopes are Python's own."""
    top = symtable.symtable(text, "<test file>", "exec")
    uses = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    binds = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    pending = list(top.get_children())
    while pending:
        scope = pending.pop()
        pending += scope.get_children()
        for symbol in scope.get_symbols():
            if symbol.is_global() or (scope.get_type() == "class" and symbol.is_referenced()):
                uses.add(symbol.get_name())
                if symbol.is_assigned():
                    binds.add(symbol.get_name())
    return uses, binds


def _changed(node: ast.stmt) -> set[str]:
    """Return names whose object a statement changes in place: `TABLE["x"] = 1`, `CASES.append(...)`."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    roots: set[str] = set()
    for part in ast.walk(node):
        targets: list[ast.expr] = []
        match part:
            case ast.Assign() | ast.Delete():
                targets = part.targets
            case ast.AugAssign() | ast.AnnAssign():
                targets = [part.target]
            case ast.Expr(value=ast.Call(func=ast.Attribute() as method)):
                targets = [method]
            case _:
                pass
        for target in targets:
            inner = target
            while isinstance(inner, ast.Attribute | ast.Subscript | ast.Starred):
                inner = inner.value
            if isinstance(inner, ast.Name):
                roots.add(inner.id)
    return roots


def _lines(source: SourceText, statements: list[_Statement], kept: list[bool]) -> Iterator[str]:
    """Yield the lines that stay."""
    lines = source.lines
    done = 0  # lines up to here are decided
    previous_kept = True
    for index, (statement, keep) in enumerate(zip(statements, kept, strict=True)):
        if statement.first <= done and keep != previous_kept:
            what = "Something for students and something hidden share this line."
            raise source.at(statement.first).error("M308", what, "Give each statement its own line.")
        gap = lines[done : statement.first - 1]
        if previous_kept and not keep and index:
            # Comments at the end of a function's body lie behind its last statement, but belong to it.
            yield from itertools.takewhile(lambda line: line[:1] in (" ", "\t") and line.strip(), gap)
        if keep:
            if previous_kept:
                yield from gap
            else:
                yield from _separated(gap, after_something=any(kept[:index]))
            yield from lines[max(done, statement.first - 1) : statement.last]
        done = max(done, statement.last)
        previous_kept = keep
    if previous_kept:
        yield from lines[done:]
    else:
        yield ""


def _separated(gap: list[str], *, after_something: bool) -> list[str]:
    """Keep of the gap below something cut the comments that touch the next line, and two blank lines above them."""
    touching: list[str] = []
    for line in reversed(gap):
        if not line.startswith("#"):
            break
        touching.insert(0, line)
    return [*(["", ""] if after_something else []), *touching]
