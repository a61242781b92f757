"""Otter's readers come without the rest of otter, and the rest comes when it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import json, sys
from autograder.grading.otters_test_files import readers
names = [reader.__name__ for reader in readers()]
import otter
before = "pandas" in sys.modules, hasattr(otter, "__wrapped__"), "pandas" in sys.modules
from otter.test_files import test_case
from otter import Notebook
print(json.dumps([names, before, Notebook.__module__, otter.api.__name__, "pandas" in sys.modules, hasattr(otter, "nothing")]))
"""


def test_no_more_of_otter_is_loaded_than_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names, before, *after = json.loads(done.stdout)
    assert names == ["ExceptionTestFile", "OKTestFile"]
    assert before == [False, False, False]
    assert after == ["otter.check.notebook", "otter.api", True, False]
