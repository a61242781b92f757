"""Runs the examples of otter's OK format in the trusted process, over a namespace whose entries may be remote.

As otter does: a case's examples share their variables, other cases do not see them, and all that counts is whether every example
prints exactly what is written below it.
"""

from __future__ import annotations

import ast
import builtins
import doctest
import io
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from textwrap import indent
from typing import Any

from autograder.grading.verdicts import StudentAct

__all__ = ["DoctestDiffers", "examples_of", "free_names", "mentioned_names", "run_examples", "taken_names"]

_SHOWN = 2_000
"""Characters of what an example printed that are quoted."""


class DoctestDiffers(AssertionError):
    """An example did not print what is written below it."""


def examples_of(text: str, name: str) -> tuple[doctest.Example, ...]:
    """The examples of a case.

    Raises:
        ValueError: they are not written as doctest wants them.
        SyntaxError: one is not Python.
    """
    examples = tuple(doctest.DocTestParser().get_examples(text, name))
    for example in examples:
        compile(example.source, f"<{name}>", "single")
    return examples


def mentioned_names(examples: Sequence[doctest.Example]) -> frozenset[str]:
    """Names that the examples look up, builtins too; attributes are among them, for they look the same in compiled code."""
    found: set[str] = set()
    for example in examples:
        waiting = [compile(example.source, "<example>", "single")]
        while waiting:
            code = waiting.pop()
            found.update(code.co_names)
            waiting.extend(constant for constant in code.co_consts if hasattr(constant, "co_names"))
    return frozenset(found)


def free_names(examples: Sequence[doctest.Example]) -> frozenset[str]:
    """Those of them that are no builtins."""
    return frozenset(name for name in mentioned_names(examples) if not hasattr(builtins, name))


def taken_names(examples: Sequence[doctest.Example]) -> frozenset[str]:
    """Names that the examples take from elsewhere: no attributes, and nothing that they bind themselves."""
    found: set[str] = set()
    own: set[str] = set()
    for example in examples:
        for node in ast.walk(ast.parse(example.source)):
            if isinstance(node, ast.Name):
                (found if isinstance(node.ctx, ast.Load) else own).add(node.id)
            elif isinstance(node, ast.arg):
                own.add(node.arg)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                own.add(node.name)
            elif isinstance(node, ast.alias):
                own.add(node.asname or node.name.partition(".")[0])
    return frozenset(name for name in found - own if not hasattr(builtins, name))


class _Globals(dict[str, Any]):
    """The examples' global variables; what they have not set themselves is looked up. Builtins are Python's own."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        super().__init__(__name__="__main__")
        self._namespace = namespace

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name) or name.startswith("__"):
            raise KeyError(name)
        return self._namespace[name]

    def __contains__(self, name: object) -> bool:
        """Tests ask `"name" in globals()`."""
        if super().__contains__(name):
            return True
        try:
            self[str(name)]
        except KeyError:
            return False
        return True

    def copy(self) -> _Globals:
        return _Globals(self._namespace)


def run_examples(examples: Sequence[doctest.Example], name: str, namespace: Mapping[str, Any]) -> None:
    """Run a case's examples until one does not print what it should.

    Raises:
        DoctestDiffers: one does not.
        BaseException: what an example raised, when nothing of the kind is written below it.
    """
    test = doctest.DocTest(list(examples), _Globals(namespace), name, None, None, None)
    runner = _Runner(verbose=False, optionflags=doctest.FAIL_FAST)
    printed = io.StringIO()
    # doctest turns the output aside itself, but not what is printed in between by what it calls.
    with redirect_stdout(printed), redirect_stderr(printed):
        runner.run(test, out=lambda _text: None, clear_globs=False)
    if runner.raised is not None:
        raise runner.raised
    if runner.differs:
        raise DoctestDiffers(runner.differs)


class _NoDebugger:
    """In the place of doctest's, which for every case loads readline and looks for a `.pdbrc`: nobody sits at a terminal here."""

    def __init__(self, _out: Any) -> None: ...

    def reset(self) -> None:
        """It is always new."""

    def set_continue(self) -> None:
        """It never stops."""

    def set_trace(self, *_frame: Any) -> None:
        """Go on: what a test's `pdb.set_trace()` does while tests run."""


doctest._OutputRedirectingPdb = _NoDebugger  # type: ignore[attr-defined]  # noqa: SLF001 - `DocTestRunner.run` makes one by that name


class _Runner(doctest.DocTestRunner):
    """Remembers what went wrong first, instead of printing it."""

    raised: BaseException | None = None
    differs = ""

    def report_failure(self, out: Any, test: Any, example: doctest.Example, got: str) -> None:  # noqa: ARG002
        want = indent(example.want, "    ") or "    nothing\n"
        self.differs = f"{_prompted(example)}should print\n{want}and prints\n{indent(got[:_SHOWN], '    ') or '    nothing'}".rstrip()

    def report_unexpected_exception(self, out: Any, test: Any, example: doctest.Example, exc_info: Any) -> None:  # noqa: ARG002
        _kind, error, _traceback = exc_info
        self.raised = error
        if not isinstance(error, StudentAct) and sys.version_info >= (3, 11):
            error.add_note(f"in the example\n{_prompted(example)}")


def _prompted(example: doctest.Example) -> str:
    first, *rest = example.source.rstrip("\n").split("\n")
    return "".join(f"    {prompt} {line}\n" for prompt, line in [(">>>", first), *(("...", line) for line in rest)])
