"""Reads notebooks that may be anything, and keeps of them only what grading obeys: the cells' sources.

A zip with one notebook in it is read as that notebook: the last cell of a release makes such a file. The only door to
nbformat on the grading side. A submission's kernelspec, tags, metadata and saved outputs decide nothing, so they are
dropped here, once.
"""

from __future__ import annotations

import codecs
import json
import logging
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.errors import SubmissionError
from autograder.grading.verdicts import short
from autograder.grading.zipped import read_zip
from autograder.model import OtterRules, Submission

__all__ = [
    "NotebookNode",
    "code_cells",
    "from_plain",
    "parse_notebook",
    "parse_submission",
    "read_bytes",
    "read_notebook",
    "read_submission",
    "seed_cells",
]

codecs.lookup("utf-8-sig")  # loads it now, and not in the judge of every submission
_MOST_BYTES = 32 << 20
"""Bytes of a notebook: parsing takes up to 25 times as much memory, and in the grader's own process."""
_MOST_OLD_BYTES = 4 << 20
"""Bytes of a notebook of an older format: converting takes ten times as much again."""
_MOST_CELLS = 5_000
_MOST_PARTS = 8_000_000
"""Brackets and commas of a notebook: each may become an object of some 60 bytes."""
_ZIP = b"PK\x03\x04"
_SHOWN = 80


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file, or a zip with one in it, into a fresh notebook of bare cells.

    Raises:
        SubmissionError: it cannot be read as one; names the file, what is wrong and what to do.
    """
    return parse_submission(read_bytes(path, str(path)), str(path), None)[0]


def read_submission(submission: Submission, otter: OtterRules | None) -> tuple[NotebookNode, dict[str, bytes]]:
    """Read what a student handed in, from its file; see `parse_submission`.

    Raises:
        SubmissionError: it cannot be read as a notebook; names the file, what is wrong and what to do.
    """
    name = submission.shown or str(submission.path)
    return parse_submission(read_bytes(submission.path, name), name, otter)


def parse_submission(data: bytes, name: str, otter: OtterRules | None) -> tuple[NotebookNode, dict[str, bytes]]:
    """Read what a student handed in: a notebook of bare cells, and files to lie beside it, by plain relative path.

    In a course made with otter a .py file may take the place of the notebook, its one cell being the whole text; what a zip holds
    beside the notebook lies beside it, as it does there; and a notebook that says which assignment it is of has to be of this one.

    Args:
        data: The file's bytes.
        name: What it was called when it was handed in, and what messages call it.
        otter: Of a course made with otter; None otherwise.

    Raises:
        SubmissionError: it cannot be read as one; names the file, what is wrong and what to do.
    """
    if len(data) > _MOST_BYTES:
        raise _too_large(name)
    beside: dict[str, bytes] = {}
    called = name
    if data.startswith(_ZIP):
        zipped = read_zip(data, name, (".ipynb",) if otter is None else (".ipynb", ".py"), _MOST_BYTES, beside=otter is not None)
        data, called, beside = zipped.content, zipped.name, zipped.beside
    if otter is not None and called.lower().endswith(".py"):
        return _script(data, name), beside
    return parse_notebook(data, name, "" if otter is None else otter.assignment_name), beside


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of a file that was handed in; `name` is what messages call it.

    Raises:
        SubmissionError: it cannot be read, or is larger than a notebook may be.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _MOST_BYTES else b""
    except OSError as error:
        raise SubmissionError(f"{name}: cannot be read ({error.strerror}). Check the file and its permissions.") from error
    if size > _MOST_BYTES:
        raise _too_large(name)
    return data


def _too_large(name: str) -> SubmissionError:
    return SubmissionError(f"{name}: is larger than {_MOST_BYTES >> 20} MiB. Ask for it again with its outputs cleared.")


def _script(data: bytes, name: str) -> NotebookNode:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{name}: is not UTF-8 text. Save it again as UTF-8 and hand that in.") from error
    cell = {"cell_type": "code", "source": text}
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=[_bare(0, cell)])


def seed_cells(notebook: NotebookNode, seed: int, variable: str | None) -> None:
    """Let every code cell begin as otter's `seed` has it: `random` and `numpy.random` started anew, or `variable` set.

    Cells that begin with a cell magic are left alone, as by otter.
    """
    begin = f"{variable} = {seed}" if variable else f'__import__("numpy").random.seed({seed}); __import__("random").seed({seed})'
    for cell in code_cells(notebook):
        if not cell.source.startswith("%%"):
            cell.source = f"{begin}\n{cell.source}"


def parse_notebook(data: bytes, name: str, assignment: str = "") -> NotebookNode:
    """Like `read_notebook`, from bytes; `name` is what messages call it, and `assignment` what it may not say that it is not."""
    document = _json_object(data, name)
    _refuse_other_assignment(document, name, assignment)
    try:
        if document.get("nbformat") != 4:
            if len(data) > _MOST_OLD_BYTES:
                raise SubmissionError(f"{name}: is large, and of an old format. Open it in Jupyter, save it again, and hand that in.")
            logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # nbformat logs what we report ourselves
            document = nbformat.convert(nbformat.from_dict(document), 4)
        cells = document["cells"]
        if not isinstance(cells, list) or len(cells) > _MOST_CELLS:
            raise SubmissionError(f"{name}: has no list of cells, or more than {_MOST_CELLS}. Ask for the notebook again.")
        return NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=[_bare(n, cell) for n, cell in enumerate(cells)])
    except SubmissionError:
        raise
    except Exception as error:
        raise SubmissionError(
            f"{name}: is JSON, but not a notebook of a known format. Open it in Jupyter, save it again, and hand that in."
        ) from error


def _json_object(data: bytes, name: str) -> dict[str, Any]:
    if not data.strip():
        raise SubmissionError(f"{name}: is empty. Ask for the notebook again; it was probably not saved before it was handed in.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:64]:
        raise SubmissionError(f"{name}: is not UTF-8 text (it looks like UTF-16). Save it as UTF-8 and hand that in.")
    if sum(data.count(mark) for mark in (b"[", b"{", b",")) > _MOST_PARTS:
        raise SubmissionError(f"{name}: is made of too many parts for a notebook. Ask for it again with its outputs cleared.")
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{name}: is not UTF-8 text. Save it again from Jupyter and hand that in.") from error
    except RecursionError as error:
        raise SubmissionError(f"{name}: is nested too deep to be a notebook.") from error
    except ValueError as error:
        end = "ends in the middle" if _truncated(error, data) else f"is not JSON ({error})"
        raise SubmissionError(f"{name}: {end}. Download it again from Jupyter with “Save” first, and hand that in.") from error
    if not isinstance(document, dict) or not ("cells" in document or "worksheets" in document):
        raise SubmissionError(f"{name}: is JSON, but not a notebook: it has no cells. Check that it is the right file.")
    return document


def _refuse_other_assignment(document: dict[str, Any], name: str, assignment: str) -> None:
    """Otter writes the assignment's name into a notebook's metadata. Many editors drop it, which is no reason to refuse anyone."""
    metadata = document.get("metadata")
    otter = metadata.get("otter") if isinstance(metadata, dict) else None
    said = otter.get("assignment_name") if isinstance(otter, dict) else None
    if assignment and isinstance(said, str) and said not in ("", assignment):
        raise SubmissionError(
            f"{name}: says that it is of the assignment {short(said, _SHOWN)}, and this bundle is for {assignment}. Grade it with its own "
            "bundle, or ask for the right notebook."
        )


def _truncated(error: ValueError, data: bytes) -> bool:
    at = getattr(error, "pos", 0)
    return data.lstrip()[:1] == b"{" and (at >= len(data.decode("utf-8-sig", "replace")) - 1 or "Unterminated" in str(error))


def _bare(number: int, cell: Any) -> NotebookNode:
    """A cell of which nothing but its source was taken. nbformat's own makers validate each, which takes longer than running it."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(source)
    if not isinstance(source, str):
        raise TypeError("source")
    made = NotebookNode(id=f"cell-{number}", cell_type="markdown", metadata=NotebookNode(), source=source)
    if cell.get("cell_type") == "code":
        made.update(cell_type="code", execution_count=None, outputs=[])
    return made


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells that have any source, in order; a cell's 1-based place in this list is its number in messages."""
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def from_plain(data: dict[str, Any]) -> NotebookNode:
    """A notebook that crossed between our own processes as JSON."""
    notebook: NotebookNode = nbformat.from_dict(data)
    return notebook
