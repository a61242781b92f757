"""The author's notebook as plain data: cells in, a clean notebook of the release out.

Read as JSON, strictly nbformat 4, since the author can save it again; a student's notebook, which may be anything, is
read elsewhere (`autograder.grading.notebook`).
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.sources import SourceText
from autograder.errors import AuthorError

__all__ = ["Cell", "CourseNotebook", "check_calls", "python_of", "read_course_notebook"]

# Kept: what changes how a cell looks or may be edited. Dropped: run times, widget states, ids of other services.
_CELL_METADATA = ("tags", "editable", "deletable", "slideshow", "jupyter")
# Of the notebook's own: what says which kernel to start, not which version of it the author had.
_NOTEBOOK_METADATA = {"kernelspec": ("display_name", "language", "name"), "language_info": ("name",)}
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # nbformat 4.5's schema, `cell_id`
_MAGIC = re.compile(r"(?P<indent>[ \t]*)(%|!|\?|[\w.]+\?\??[ \t]*$).*")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell."""

    kind: str
    """`code`, `markdown` or `raw`."""
    source: SourceText
    """Its text and what messages call it."""
    raw: dict[str, Any]
    """The cell's JSON object as read; never changed."""

    @property
    def number(self) -> int:
        """1-based position among all cells."""
        assert self.source.cell is not None
        return self.source.cell


@dataclass(frozen=True, slots=True)
class CourseNotebook:
    """A notebook of nbformat 4."""

    cells: tuple[Cell, ...]
    """In order."""
    metadata: dict[str, Any]
    """The notebook's own metadata as read."""
    minor: int
    """`nbformat_minor`."""

    def clean(self, replaced: dict[int, str]) -> bytes:
        """Return the notebook file without outputs, counts and stray metadata; the same bytes for the same cells.

        Args:
            replaced: Cell number → text that takes the place of the cell's own.
        """
        document = {
            "cells": [self._clean_cell(cell, replaced.get(cell.number, cell.source.text)) for cell in self.cells],
            "metadata": _clean_metadata(self.metadata),
            "nbformat": 4,
            "nbformat_minor": max(self.minor, 5),
        }
        # As nbformat writes it (nbformat 5.10, v4/nbjson.py), so that saving it in Jupyter changes little.
        text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)
        return text.encode("utf-8", "backslashreplace") + b"\n"  # a lone surrogate goes back to its JSON escape

    def _clean_cell(self, cell: Cell, text: str) -> dict[str, Any]:
        metadata = cell.raw.get("metadata", {})
        clean: dict[str, Any] = {
            "cell_type": cell.kind,
            "id": _cell_id(cell, text),
            "metadata": {key: metadata[key] for key in _CELL_METADATA if key in metadata},
            "source": text.splitlines(keepends=True),
        }
        if cell.kind == "code":
            clean |= {"outputs": [], "execution_count": None}
        elif "attachments" in cell.raw:
            clean["attachments"] = cell.raw["attachments"]
        return clean


def read_course_notebook(path: Path, shown: str) -> CourseNotebook:
    """Read the author's notebook.

    Raises:
        AuthorError: It cannot be read, is not JSON, or is not a notebook of format 4.
    """
    remedy = "Open it in Jupyter and save it again."
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise AuthorError(f"The notebook cannot be read: {error.strerror}.", file=shown) from error
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise AuthorError(f"[M401] This is not JSON ({error}).", file=shown, line=line, remedy=remedy) from error
    if not isinstance(document, dict) or document.get("nbformat") != 4 or not isinstance(document.get("cells"), list):
        raise AuthorError("[M401] This is not a notebook of format 4.", file=shown, remedy=remedy)
    cells = []
    ids: set[str] = set()
    for number, raw in enumerate(document["cells"], 1):
        if not isinstance(raw, dict) or raw.get("cell_type") not in ("code", "markdown", "raw"):
            raise AuthorError(f"[M401] Cell {number} is of no known kind.", file=shown, remedy=remedy)
        source = raw.get("source", "")
        text = "".join(source) if isinstance(source, list) and all(isinstance(s, str) for s in source) else source
        if not isinstance(text, str) or not isinstance(raw.get("metadata", {}), dict):
            raise AuthorError(f"[M401] Cell {number} has no text.", file=shown, remedy=remedy)
        if raw.get("id") in ids:
            message = f"[M402] The id of cell {number} (`{raw['id']}`) is another cell's already."
            raise AuthorError(message, file=shown, remedy="Give it another id; copying a cell by hand does this.")
        ids |= {raw["id"]} if isinstance(raw.get("id"), str) else set()
        cells.append(Cell(raw["cell_type"], SourceText(re.sub(r"\r\n?", "\n", text), shown, number), raw))
    metadata = document.get("metadata", {})
    minor = document.get("nbformat_minor", 0)
    if not isinstance(metadata, dict) or not isinstance(minor, int):
        raise AuthorError("[M401] The notebook's metadata are damaged.", file=shown, remedy=remedy)
    return CourseNotebook(tuple(cells), metadata, minor)


def _clean_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    sections = {name: metadata[name] for name in _NOTEBOOK_METADATA if isinstance(metadata.get(name), dict)}
    return {name: {key: section[key] for key in _NOTEBOOK_METADATA[name] if key in section} for name, section in sections.items()}


def _cell_id(cell: Cell, text: str) -> str:
    """Return the cell's own id, or one made of its place and text: a random one would change every build."""
    own = cell.raw.get("id")
    if isinstance(own, str) and _ID.fullmatch(own):
        return own
    return hashlib.sha256(f"{cell.number}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:8]


def python_of(source: SourceText) -> SourceText:
    """Return a cell's text with IPython's own lines (`%magic`, `!command`, `name?`) made `pass`, line by line.

    A whole-cell magic (`%%bash`) leaves nothing.
    """
    lines = source.lines
    first = next((line for line in lines if line.strip()), "")
    if first.lstrip().startswith("%%"):
        return SourceText("\n" * (len(lines) - 1), source.file, source.cell)
    changed = [f"{m['indent']}pass" if (m := _MAGIC.fullmatch(line)) else line for line in lines]
    return SourceText("\n".join(changed), source.file, source.cell)


def check_calls(cells: Sequence[Cell]) -> Iterator[tuple[str, Cell, int]]:
    """Yield question, cell and line of every `grader.check("question")` in code cells that are valid Python."""
    for cell in cells:
        if cell.kind != "code" or "grader.check" not in cell.source.text:
            continue
        try:
            tree = ast.parse(python_of(cell.source).text)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="grader"), attr="check"),
                    args=[ast.Constant(value=str(question))],
                ):
                    yield question, cell, node.lineno
                case _:
                    pass
