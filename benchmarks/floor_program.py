"""The floor, as a program of its own: copied beside `foreign_cases.py` and run there, so that its process holds numpy and little else.

    python floor_program.py NOTEBOOK COUNT QUESTION…      prints {"cells": …, "all": …} in seconds for each notebook

For each of COUNT notebooks it forks, runs the notebook's cells with `exec`, and calls every case with the functions that they
defined. Nothing is confined, nothing crosses a process, nothing is judged but by an exception, no result is written.
"""

from __future__ import annotations

import gc
import inspect
import io
import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import foreign_cases  # type: ignore[import-not-found]  # copied beside this program
import numpy as np  # noqa: F401 - warm before the first fork


def _cells(notebook: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == "code"]


def _spent() -> tuple[float, float]:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime + time.process_time(), time.monotonic()


def _student(cells: list[str], cases: list[Any]) -> None:
    sys.stdout = io.StringIO()
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(cells):
        exec(compile(cell, f"cell {number}", "exec"), names)
    os.chdir(foreign_cases.TESTS.parent)
    for run in cases:
        run(**{name: names[name] for name in inspect.signature(run).parameters})


def _each(count: int, cells: list[str], cases: list[Any]) -> dict[str, float]:
    cpu_s, wall_s = _spent()
    for _ in range(count):
        pid = os.fork()
        if pid == 0:
            try:
                _student(cells, cases)
                os._exit(0)
            except BaseException:  # noqa: BLE001 - whatever it is, the parent says that the floor failed
                traceback.print_exc()
                os._exit(1)
        if os.waitpid(pid, 0)[1]:
            sys.exit("A cell or a case raised: the floor did not do the work.")
    cpu_after, wall_after = _spent()
    return {"cpu_s": (cpu_after - cpu_s) / count, "wall_s": (wall_after - wall_s) / count}


def main() -> None:
    """Measure and print."""
    notebook, count, *questions = sys.argv[1:]
    cells = _cells(Path(notebook))
    cases = [run for question in questions for run in foreign_cases.load(question).values()]
    gc.collect()
    gc.freeze()
    _each(2, cells, cases)
    print(json.dumps({"cells": _each(int(count), cells, []), "all": _each(int(count), cells, cases), "cases": len(cases)}))


if __name__ == "__main__":
    main()
