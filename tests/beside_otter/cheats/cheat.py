"""What a cheat is. In its texts `@MARK@` is a file outside of where it may write, and `@PORT@` one of this machine's where somebody listens."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import nbformat

from beside_otter import written

__all__ = ["BUNDLES", "CHEATS", "WEAKNESSES", "Cheat", "Gain", "add", "work"]

BUNDLES = Path(__file__).parent / "bundles"

WEAKNESSES = {
    "interpreter": "tests and answers are in the student's interpreter",
    "namespace": "tests take functions, modules and builtins from the student's names",
    "checker": "the checker and its results are objects that the student can change",
    "early": "the first check of a question counts, whoever asks for it and for what",
    "results": "scores are a file that the student's process writes, and are believed as they are",
    "unpickled": "what the student's process wrote is unpickled by the grader",
    "socket": "the grader unpickles what comes to its log socket",
    "log": "the log that is handed in is unpickled by the grader",
    "metadata": "what a submission's metadata says is obeyed, and run",
    "injected": "otter's own cells run among the student's names, and can be read",
    "shadowed": "files that are handed in stand before packages and the course's folders",
    "survivors": "what the notebook has started goes on when its kernel has ended",
    "unconfined": "the notebook has all rights of the grader: files, environment, network",
    "messages": "what a failed case says is shown, with whatever the author or the student put into it",
    "order": "a hidden case of one question runs before the public cases of the next",
}
"""Of otter-grader 7.0.0: name → what is weak."""


class Gain(Enum):
    """What a cheat gets of stock otter."""

    POINTS = "points"
    """More for a question than the same work without it."""
    TEXT = "text"
    """Something hidden is in what the student may read, or hears who listens."""
    CODE = "code"
    """Its mark is made: from the grader's own process, after the end, or where only the grader may write."""


@dataclass(frozen=True)
class Cheat:
    """One, around the honest work of its bundle."""

    name: str
    """Its sentence in the docs begins with it."""
    weakness: str
    """A name of `WEAKNESSES`."""
    bundle: str
    """Folder of `bundles`."""
    gain: Gain
    """What it gets of stock otter."""
    in_otter: str
    """For the docs: what it does there."""
    here: str
    """For the docs: why not here."""
    before: str = ""
    """A cell before the work's; none when empty."""
    after: str = ""
    """A cell behind the work's; none when empty."""
    cell_metadata: Mapping[str, Any] = field(default_factory=dict)
    """Of the cell before, or where there is none, of a comment at the end; of no cell when empty."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Of the notebook, besides its kernel's."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Files in the zip that is handed in; a bare notebook when there are none."""
    says: str = ""
    """Of what is hidden, what the student reads; any of it when empty."""
    by_otter: bool = False
    """Whether its mark has to be made by otter's own process."""
    by_the_next: bool = False
    """Whether its mark is made when the next submission is graded."""
    cold_kernel: bool = False
    """Whether otter's kernel has to look for otter itself."""

    def hand_in(self, folder: Path, mark: Path, port: int) -> Path:
        """Write what is handed in, and return its file."""
        own = {"@MARK@": str(mark), "@PORT@": str(port)}
        metadata = _filled_in(self.cell_metadata, own)
        cells = [("code", _filled(self.before, own), metadata)] if self.before else []
        cells += work(self.bundle).cells
        if self.after:
            cells.append(("code", _filled(self.after, own), {}))
        if metadata and not self.before:
            cells.append(("code", "# Thank you for reading this.", metadata))
        made = written.notebook(tuple(cells))
        made.metadata.update(self.metadata)
        if not self.beside:
            path = folder / f"{self.name}.ipynb"
            path.write_text(nbformat.writes(made), encoding="utf-8")
            return path
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(f"{self.name}.ipynb", nbformat.writes(made))
            for name, text in self.beside.items():
                archive.writestr(name, _filled(text, own))
        path = folder / f"{self.name}.zip"
        path.write_bytes(buffer.getvalue())
        return path


CHEATS: dict[str, Cheat] = {}
"""Name → cheat, of all modules that are imported by `beside_otter.cheats.every`."""


def add(name: str, weakness: str, *rest: Any, **more: Any) -> None:
    """Register one; arguments are those of `Cheat`."""
    assert name not in CHEATS, name
    assert weakness in WEAKNESSES, weakness
    CHEATS[name] = Cheat(name, weakness, *rest, **more)


def work(bundle: str) -> written.Written:
    """What is handed in without a cheat."""
    return written.read(BUNDLES / bundle / "work.py")


def _filled(text: str, own: Mapping[str, str]) -> str:
    for mark, value in own.items():
        text = text.replace(mark, value)
    return text.strip("\n")


def _filled_in(value: Any, own: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _filled(value, own)
    if isinstance(value, Mapping):
        return {key: _filled_in(part, own) for key, part in value.items()}
    return [_filled_in(part, own) for part in value] if isinstance(value, list) else value
