"""The course's cases in a form that other graders can run: everything in the student's own process.

Test files take the student's functions, the `reference` and a generator `rng` as arguments. Stock otter knows only the notebook's
globals. So it gets the same files with one line changed, and this module beside the notebook: its `test_case` fills in the
reference (whose source lies there as well) and the generator, seeded as ours is. nbgrader, which has no test files, calls `run_cases`.

This file is copied into other environments: it needs numpy alone, and otter only where otter is.
"""

from __future__ import annotations

import hmac
import inspect
import json
import os
import random
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Case", "adapted", "load", "run_cases", "test_case"]

HERE = Path(__file__).resolve().parent
KEYS, REFERENCE = "case_keys.json", "reference_solution.py"
"""Beside this file: question → key in hexadecimal; the solution's source."""
TESTS = HERE / "grading" / "tests"
"""Test files, where there is no otter that keeps them; not beside the notebook, whose first cell would then look for otter."""


class Case:
    """Like otter's own decorator, where otter is not."""

    def __init__(self, *, name: str, hidden: bool = False, **_points_and_words: Any) -> None:
        self.name = name
        self.hidden = hidden
        self.function: Callable[..., None] | None = None

    def __call__(self, function: Callable[..., None]) -> Case:
        self.function = function
        return self


def _reference() -> types.SimpleNamespace:
    global _solution  # noqa: PLW0603 - loaded once
    if _solution is None:
        module: dict[str, Any] = {"__name__": "reference_solution"}
        exec(compile((HERE / REFERENCE).read_text(), REFERENCE, "exec"), module)
        _solution = types.SimpleNamespace(**{name: value for name, value in module.items() if isinstance(value, types.FunctionType)})
    return _solution


_solution: types.SimpleNamespace | None = None


def adapted(function: Callable[..., None], key: bytes, case: str) -> Callable[..., None]:
    """The case as a function of the student's functions alone, seeded as our judge seeds it (`autograder.bundle.case_seed`)."""
    taken = tuple(name for name in inspect.signature(function).parameters if name not in ("reference", "rng"))
    asks = inspect.signature(function).parameters

    def run(**given: Any) -> None:
        seed = int.from_bytes(hmac.digest(key, case.encode(), "sha256"), "big")
        random.seed(seed)
        np.random.seed(seed % (1 << 32))  # noqa: NPY002 - as our judge does
        ours = {"reference": _reference(), "rng": np.random.default_rng(seed)}
        function(**given, **{name: value for name, value in ours.items() if name in asks})

    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in taken]
    )
    return run


def test_case(*, name: str, **options: Any) -> Any:
    """Otter's decorator, for a case of the file that calls it."""
    from otter.test_files import test_case as stock  # noqa: PLC0415 - only where otter is

    key = bytes.fromhex(json.loads((HERE / KEYS).read_text())[sys._getframe(1).f_globals["name"]])  # noqa: SLF001
    return lambda function: stock(name=name, **options)(adapted(function, key, name))


def load(question: str, *, hidden: bool = True) -> dict[str, Callable[..., None]]:
    """Case → function of the student's functions, of a test file written for otter, without otter; `hidden`: the hidden ones, too."""
    stub = types.ModuleType("otter.test_files")
    stub.test_case = Case  # type: ignore[attr-defined]
    before = {name: sys.modules.get(name) for name in ("otter", "otter.test_files")}
    sys.modules.update({"otter": types.ModuleType("otter"), "otter.test_files": stub})
    module: dict[str, Any] = {}
    path = TESTS / f"{question}.py"
    try:
        exec(compile(path.read_text(), str(path), "exec"), module)
    finally:
        for name, value in before.items():
            sys.modules.pop(name) if value is None else sys.modules.update({name: value})
    key = bytes.fromhex(json.loads((HERE / KEYS).read_text())[question])
    cases = [value for value in module.values() if isinstance(value, Case)]
    return {case.name: adapted(case.function, key, case.name) for case in cases if case.function and hidden >= case.hidden}


def run_cases(question: str, functions: Mapping[str, Any], *, hidden: bool) -> int:
    """Run a question's cases with the student's functions; how many there were. The first that fails raises."""
    cases, before = load(question, hidden=hidden), Path.cwd()
    os.chdir(TESTS.parent)  # as otter runs tests
    try:
        for run in cases.values():
            run(**{name: functions[name] for name in inspect.signature(run).parameters})
    finally:
        os.chdir(before)
    return len(cases)
