"""Otter's readers of test files, imported without the rest of otter.

`import otter` also imports its exporters, its command and pandas: 0.7 s of a processor at every start, and memory that every fork of
this process would carry. The two readers need none of it. A test that asks otter for anything else gets the whole of it then.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any

__all__ = ["readers"]

_OTTER = "otter"
_LATER = "__getattr__"


def readers() -> tuple[Any, Any]:
    """`ExceptionTestFile`, for tests that are functions, and `OKTestFile`, for doctests."""
    _without_the_rest()
    from otter.test_files.exception_test import ExceptionTestFile  # noqa: PLC0415 - when a grader starts, not when a command says --help
    from otter.test_files.ok_test import OKTestFile  # noqa: PLC0415

    return ExceptionTestFile, OKTestFile


def _without_the_rest() -> None:
    """Put a package into the place of otter's where submodules are found, and whose own names come when one is asked for."""
    if _OTTER in sys.modules:
        return
    spec = importlib.util.find_spec(_OTTER)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {_OTTER!r}", name=_OTTER)
    loader = spec.loader
    package: ModuleType = importlib.util.module_from_spec(spec)

    def later(name: str) -> Any:
        if name.startswith("__") and name not in {"__all__", "__version__"}:  # whoever looks through all modules wants nothing of this one
            raise AttributeError(f"module {_OTTER!r} has no attribute {name!r}")
        vars(package).pop(_LATER, None)
        loader.exec_module(package)
        return getattr(package, name)

    vars(package)[_LATER] = later
    sys.modules[_OTTER] = package
