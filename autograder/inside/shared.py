"""Runs a test beside the student's code, for what cannot leave this process. Whatever it says can be forged by that code.

As otter-grader 7 runs them: a doctest over a copy of the globals, a function of the exception format with the globals' values.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Any

from . import otter_standin

__all__ = ["Beside", "Differs"]

_SHOWN = 2_000


class Differs(AssertionError):
    """An example did not print what is written below it."""


class Beside:
    """The tests of one question's process.

    Args:
        names: The notebook's globals.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._loaded: dict[str, list[Any]] = {}

    def run(self, kind: str, source: str, case: int) -> None:
        """Run a case; returns when it passes.

        Args:
            kind: "doctest" or "exception".
            source: The case's examples, or the whole file.
            case: Of a file, which of its cases.

        Raises:
            BaseException: it does not pass.
        """
        if "" not in sys.path:
            sys.path.insert(0, os.getcwd())
        if kind == "doctest":
            self._doctest(source)
            return
        if source not in self._loaded:
            self._loaded[source] = self._load(source)
        function = self._loaded[source][case].test_func
        code = function.__code__
        taken = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        function(**{name: self._names if name == "env" else self._names.get(name) for name in taken})

    def _load(self, source: str) -> list[Any]:
        mine = sys.modules.get("otter"), sys.modules.get("otter.test_files")
        otter_standin.install()  # the notebook may have put something else there
        globals_of_file: dict[str, Any] = {}
        try:
            exec(compile(source, "<test>", "exec"), globals_of_file)  # noqa: S102 - the author's own text
        finally:
            for name, module in zip(("otter", "otter.test_files"), mine, strict=True):
                if module is not None:
                    sys.modules[name] = module
        return [value for value in globals_of_file.values() if type(value).__name__ == "test_case"]

    def _doctest(self, text: str) -> None:
        import doctest  # imported before the kernel has changed `pdb`, it would not work in notebooks either

        examples = doctest.DocTestParser().get_examples(text)
        test = doctest.DocTest(examples, self._names, "test", None, None, None)
        told: list[str] = []
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            result = doctest.DocTestRunner(verbose=False, optionflags=doctest.FAIL_FAST).run(test, out=told.append, clear_globs=False)
        if result.failed:
            # Below a line of asterisks and one that names a file that there is not.
            raise Differs("\n".join("".join(told).split("\n")[2:])[:_SHOWN].rstrip())
