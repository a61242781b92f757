"""A notebook in the kernel that students have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def run(text: str, folder: Path, *more: str, environment: Mapping[str, str] | None = None) -> nbformat.NotebookNode:
    """Run a notebook, and `more` cells, beside a folder's files, each cell whatever the others did.

    Args:
        text: The notebook.
        folder: Where it runs.
        more: Further code cells, to be run after its own.
        environment: Of the kernel; None: ours.
    """
    notebook: nbformat.NotebookNode = nbformat.reads(text, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in more]
    where = {"metadata": {"path": str(folder)}}
    options = {} if environment is None else {"env": dict(environment)}
    NotebookClient(notebook, resources=where, timeout=120, kernel_name="python3", allow_errors=True).execute(**options)
    return notebook


def said(cell: nbformat.NotebookNode) -> str:
    """Return all that a cell printed or showed."""
    texts = [output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "".join(texts)


def errors(*cells: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Return what these cells raised."""
    return [output for cell in cells for output in cell.get("outputs", ()) if output.output_type == "error"]
