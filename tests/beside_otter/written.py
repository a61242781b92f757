"""Reads submissions that are written as cells of Python text, and hands them in as students do.

# Sentences for the reader.
# handed in: script | zip | export | nbformat 3 | without kernelspec     (default: a notebook)
# scores: QUESTION EARNED/POSSIBLE, …      what stock otter gives; none: no score of any question
# ours: QUESTION EARNED/POSSIBLE, …        what we give where that is something else
# differs: NAME …                          why, of the table in docs/coming-from-otter.md
# %% [markdown]                            a cell; JSON behind the marks is its metadata
"""

from __future__ import annotations

import ast
import io
import json
import pickle
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

__all__ = ["Written", "bundle_notebook", "bundle_zip", "notebook", "read"]

_HEADER = re.compile(r"# (handed in|scores|ours|differs): (.*)")
_CELL = re.compile(r"# %%(?: \[(markdown)\])?(?: (\{.*\}))?")
_SCORE = re.compile(r"(.+) ([0-9.]+)/([0-9.]+)")


@dataclass(frozen=True)
class Written:
    """A submission."""

    name: str
    """Of its file."""
    cells: tuple[tuple[str, str, dict[str, Any]], ...]
    """Kind, source and metadata."""
    way: str
    """How it is handed in."""
    scores: dict[str, tuple[float, float]]
    """Question → points that stock otter gives, and possible ones."""
    ours: dict[str, tuple[float, float]]
    """The same of us; those of otter, where nothing differs."""
    differs: tuple[str, ...]
    """Names of the differences that it shows."""

    def hand_in(self, folder: Path) -> Path:
        """Write what the student hands in, and return its file."""
        match self.way:
            case "script":
                path = folder / f"{self.name}.py"
                path.write_text("\n".join(source for kind, source, _metadata in self.cells if kind == "code"), encoding="utf-8")
            case "zip" | "export":
                path = folder / f"{self.name}.zip"
                with zipfile.ZipFile(path, "w") as archive:
                    archive.writestr(f"{self.name}.ipynb", nbformat.writes(notebook(self.cells)))
                    if self.way == "export":
                        archive.writestr(".OTTER_LOG", _log())
            case _:
                path = folder / f"{self.name}.ipynb"
                path.write_text(self._text(), encoding="utf-8")
        return path

    def _text(self) -> str:
        made = notebook(self.cells)
        if self.way == "nbformat 3":
            text: str = nbformat.writes(made, version=3)
            return text
        if self.way == "without kernelspec":
            made.metadata.clear()
        else:
            assert self.way == "notebook"
        return str(nbformat.writes(made))


def _log() -> bytes:
    """Two entries, as the checks of a student leave them."""
    from otter.check.logs import EventType, LogEntry

    entries = [LogEntry(EventType.CHECK, question=question) for question in ("q1", "q2")]
    buffer = io.BytesIO()
    for entry in entries:
        pickle.dump(entry, buffer)
    return buffer.getvalue()


def notebook(cells: tuple[tuple[str, str, dict[str, Any]], ...]) -> Any:
    """An ordinary notebook of them."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    for number, (kind, source, metadata) in enumerate(cells):
        new: Any = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        made.cells.append(new(source, id=f"cell-{number}", metadata=metadata))
    return made


def read(path: Path) -> Written:
    """Read one from its file."""
    cells: list[tuple[str, list[str], dict[str, Any]]] = []
    header: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if mark := _CELL.fullmatch(line):
            cells.append((mark[1] or "code", [], json.loads(mark[2] or "{}")))
        elif cells:
            cells[-1][1].append(line)
        elif said := _HEADER.fullmatch(line):
            header[said[1]] = said[2]
        else:
            assert line.startswith("# "), f"{path}: {line}"
    assert "scores" in header, f"{path}: what does otter give it?"
    assert ("ours" in header) == ("differs" in header), f"{path}: what differs, and to what?"
    scores = _scores(header["scores"])
    mine = _scores(header["ours"]) if "ours" in header else scores
    whole = tuple((kind, "\n".join(lines), metadata) for kind, lines, metadata in cells)
    return Written(path.stem, whole, header.get("handed in", "notebook"), scores, mine, tuple(header.get("differs", "").split()))


def _scores(text: str) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for part in text.split(", ") if text != "none" else []:
        score = _SCORE.fullmatch(part)
        assert score, part
        found[score[1]] = float(score[2]), float(score[3])
    return found


def bundle_zip(folder: Path, target: Path) -> Path:
    """Zip a bundle's folder as `otter generate` does."""
    with zipfile.ZipFile(target, "w") as archive:
        if not (folder / "otter_config.json").exists():
            archive.writestr("otter_config.json", "{}")
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if path.is_file() and name.parts[0] != "submissions" and "__pycache__" not in name.parts:
                archive.write(path, name.as_posix())
    return target


def bundle_notebook(folder: Path, target: Path) -> Path:
    """Write a notebook with a bundle's tests in its metadata, as `otter assign` leaves them for students."""
    tests: dict[str, Any] = {}
    ok_format = False
    for path in sorted((folder / "tests").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        ok_format = "OK_FORMAT = True" in source
        tests[path.stem] = ast.literal_eval(source.partition("test = ")[2]) if ok_format else source
    made = notebook(())
    made.metadata["otter"] = {"OK_FORMAT": ok_format, "tests": tests}
    target.write_text(nbformat.writes(made), encoding="utf-8")
    return target
