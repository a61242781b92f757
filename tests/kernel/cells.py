"""Runs cells in a real kernel."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat

from autograder.grading.execute import run_cells
from autograder.grading.notebook import NotebookNode, parse_notebook
from autograder.kernel.zygote import Kernel, Zygote
from autograder.model import Execution, Limits

Files = Mapping[str, bytes]
"""What lies beside the notebook: relative path → contents."""
QUICK = Limits(notebook_s=20, cell_s=1.5, memory_bytes=256 << 20, output_bytes=20_000)


def started(zygote: Zygote, files: Files, *sources: str, limits: Limits = QUICK) -> tuple[NotebookNode, Execution, Kernel]:
    """Run these cells; the caller closes the kernel."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = parse_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode(), "test")
    kernel, execution = run_cells(notebook, lambda: zygote.fork(files, limits), limits)
    return notebook, execution, kernel


def run(zygote: Zygote, files: Files, *sources: str, limits: Limits = QUICK) -> tuple[NotebookNode, Execution, Kernel]:
    """Run these cells and end all their processes."""
    notebook, execution, kernel = started(zygote, files, *sources, limits=limits)
    kernel.close()
    return notebook, execution, kernel


def printed(zygote: Zygote, files: Files, *sources: str) -> str:
    """What these cells print; none of them may fail."""
    notebook, execution, _kernel = run(zygote, files, *sources)
    assert not execution.problems, execution.problems
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.outputs)


def descendants(pid: int) -> set[int]:
    """Every process below this one, zombies left out, as the machine sees them."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    found: set[int] = set()
    while True:
        more = {child for child, parent in parents.items() if parent in {pid, *found}} - found
        if not more:
            return found
        found |= more


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that comes soon; fails the test when it does not."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)
