"""A hand-in while it is being made, and the assignment that it starts from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = {"rnn_cell_forward": 20, "rnn_forward": 25, "lstm_cell_forward": 25, "lstm_forward": 30}
OPTIONAL = ("rnn_cell_backward", "rnn_backward", "lstm_cell_backward", "lstm_backward")
BETWEEN = re.compile(r"(    ### START CODE HERE ###[^\n]*\n).*?(    ### END CODE HERE ###)", re.DOTALL)



@dataclass
class Notebook:
    """A hand-in while it is being made: code and text cells in order, and what is written beside it."""

    document: dict
    beside: dict[str, str] = field(default_factory=dict)
    name: str = "building_a_recurrent_neural_network.ipynb"
    zipped: str = ""
    """Name of the zip that it is handed in as; empty for the notebook itself."""

    @property
    def cells(self) -> list[dict]:
        return self.document["cells"]

    def cell(self, identifier: str) -> dict:
        """The cell with this id, as the assignment gives it."""
        return next(cell for cell in self.cells if cell["id"] == identifier)

    def function(self, name: str) -> dict:
        """The cell that defines a graded or optional function."""
        return self.cell(name.replace("_", "-"))

    def edit(self, name: str, *pairs: tuple[str, str]) -> None:
        """Replace text in a function's cell; each must be there."""
        cell = self.function(name)
        for before, after in pairs:
            assert before in cell["source"], f"{name} does not contain {before!r}"
            cell["source"] = cell["source"].replace(before, after)

    def body(self, name: str, text: str) -> None:
        """Put other lines between a function's markers."""
        cell = self.function(name)
        lines = "".join(f"    {line}\n" if line else "\n" for line in text.strip("\n").split("\n"))
        cell["source"] = BETWEEN.sub(lambda match: match[1] + lines + match[2], cell["source"])

    def remove(self, *identifiers: str) -> None:
        """Delete cells by id."""
        for identifier in identifiers:
            self.cells.remove(self.cell(identifier))

    def without_optional_part(self) -> None:
        """Delete every cell from the optional part's first function to the hand-in."""
        first = self.cells.index(self.function("rnn_cell_backward"))
        del self.cells[first:]

    def add(self, source: str, *, after: str | None = None) -> None:
        """Add a code cell at the end, or after the cell of an id."""
        cell = {"cell_type": "code", "execution_count": None, "id": f"added-{len(self.cells)}", "metadata": {}, "outputs": [], "source": source}
        place = len(self.cells) if after is None else self.cells.index(self.cell(after)) + 1
        self.cells.insert(place, cell)


def assignment(path: Path = ROOT / "assignment" / "building_a_recurrent_neural_network.ipynb") -> dict:
    """An assignment's notebook, cells' sources as one text each."""
    document = json.loads(path.read_text())
    for cell in document["cells"]:
        cell["source"] = "".join(cell["source"])
    return document


def stub(name: str) -> str:
    """A function's cell as students get it."""
    return Notebook(assignment()).function(name)["source"]


def solved() -> Notebook:
    """The notebook with the reference between all markers."""
    nb = Notebook(assignment())
    solution = (ROOT / "solutions" / "recurrent_network.py").read_text()
    for name in (*FULL, *OPTIONAL):
        text = solution[solution.index(f"def {name}(") :]
        match = BETWEEN.search(text)
        assert match, name
        lines = text[match.end(1) : match.start(2)]
        cell = nb.function(name)
        assert BETWEEN.search(cell["source"]), name
        cell["source"] = BETWEEN.sub(lambda found, lines=lines: found[1] + lines + found[2], cell["source"])
    return nb
