"""What `import otter` gives a notebook while it is graded: the names of otter's, and nothing behind them.

Notebooks made by `otter assign` import otter and call its checks. To import the real one takes longer than all else here, and its
checks would need the tests, which are not in this process.
"""

from __future__ import annotations

import sys
import types
from typing import Any

__all__ = ["install"]


class _Nothing:
    """The result of a check: shows nothing, and is nothing in particular."""

    passed_all = True
    grade = score = possible = 0

    def __repr__(self) -> str:
        return ""

    def _repr_html_(self) -> str:
        return ""


class Notebook:
    """Takes any arguments; its methods check, export and send nothing."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        pass

    def check(self, *_args: Any, **_kwargs: Any) -> _Nothing:
        return _Nothing()

    check_all = check

    def _none(self, *_args: Any, **_kwargs: Any) -> None:
        return None

    export = to_pdf = add_plugin_files = run_plugin = init_grading_mode = _none


class test_case:  # noqa: N801 - otter's name
    """Decorates a test of otter's exception format."""

    def __init__(
        self,
        name: str | None = None,
        points: float | None = None,
        hidden: bool = False,
        success_message: str | None = None,
        failure_message: str | None = None,
    ) -> None:
        self.name, self.points, self.hidden = name, points, hidden
        self.success_message, self.failure_message = success_message, failure_message
        self.test_func: Any = None

    def __call__(self, function: Any) -> test_case:
        self.test_func = function
        return self


def install() -> None:
    """Put the module where imports find it."""
    otter, test_files = types.ModuleType("otter"), types.ModuleType("otter.test_files")
    for kind in (Notebook, test_case):
        kind.__module__ = "otter"
    vars(otter).update(Notebook=Notebook, test_files=test_files, __version__="7.0.0", __path__=[])
    vars(test_files).update(test_case=test_case)
    sys.modules.update({"otter": otter, "otter.test_files": test_files})
