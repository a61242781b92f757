"""Runs cells in a real kernel."""

from __future__ import annotations

import nbformat

from autograder.grading.execute import run_cells
from autograder.grading.notebook import NotebookNode, parse_notebook
from autograder.grading.scratch import Scratch
from autograder.kernel.zygote import Kernel, Zygote
from autograder.model import Execution, Limits

QUICK = Limits(notebook_s=20, cell_s=1.5, memory_bytes=256 << 20, output_bytes=20_000)


def started(zygote: Zygote, scratch: Scratch, *sources: str, limits: Limits = QUICK) -> tuple[NotebookNode, Execution, Kernel]:
    """Run these cells; the caller closes the kernel."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = parse_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode(), "test")
    kernel, execution = run_cells(notebook, lambda: zygote.fork(scratch.path, limits), limits)
    return notebook, execution, kernel


def run(zygote: Zygote, scratch: Scratch, *sources: str, limits: Limits = QUICK) -> tuple[NotebookNode, Execution, Kernel]:
    """Run these cells and end all their processes."""
    notebook, execution, kernel = started(zygote, scratch, *sources, limits=limits)
    kernel.close()
    return notebook, execution, kernel


def printed(zygote: Zygote, scratch: Scratch, *sources: str) -> str:
    """What these cells print; none of them may fail."""
    notebook, execution, _kernel = run(zygote, scratch, *sources)
    assert not execution.problems, execution.problems
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.outputs)
