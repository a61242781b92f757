"""What makes one student's notebook differ from all others', in code that a kernel gets, without changing what it is worth.

A cell with notes of their own, a comment and empty lines inside a function, other names for local variables.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import re

from making.example import EXAMPLES
from making.notebook import FULL, Notebook, solved

_RENAMED = {
    "lstm_cell_forward": {"concat": ("stacked", "both", "hx", "joined", "state_and_input"), "cct": ("candidate", "c_tilde", "cand", "new_memory")},
    "rnn_forward": {"t": ("k", "tau", "time_step", "now")},
    "lstm_forward": {"t": ("k", "tau", "time_step", "now")},
}
"""Function → local variable → other names for it."""
_STARTS = ("asked in the tutorial:", "to do:", "note to myself:", "checked with a friend:", "from the lecture:", "second try:", "long evening:")
_THINGS = ("the shapes", "the bias", "the order of the gates", "the last axis", "broadcasting", "the memory state", "what a cache holds", "the softmax")
_ENDS = ("look at it again", "is fine now", "was wrong yesterday", "see page {}", "took me {} minutes", "works since version {}", "cost me {} tries", "is like exercise {}")
_MARKER = re.compile(r"^( *)### START CODE HERE ###.*\n", re.MULTILINE)


class Hands:
    """Makes notebooks of which no two hold the same code.

    Args:
        seed: Of the class.
    """

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(f"hands {seed}")
        self._base = solved()
        self._made: dict[str, Notebook] = {}
        self._seen: set[str] = set()

    def notebook(self, example: str) -> Notebook:
        """A notebook that is worth what the example is."""
        if example not in self._made:
            nb = copy.deepcopy(self._base)
            EXAMPLES[example].make(nb)
            self._made[example] = nb
        while True:
            nb = copy.deepcopy(self._made[example])
            self._touch(nb, renaming=example != "untouched")
            sources = [cell["source"] for cell in nb.cells if cell["cell_type"] == "code"]
            digest = hashlib.sha256(json.dumps(sources).encode()).hexdigest()
            if digest not in self._seen:
                self._seen.add(digest)
                return nb

    def _touch(self, nb: Notebook, *, renaming: bool) -> None:
        """Leave a mark. Without `renaming`, what the functions do stays as it came, for whoever compares them with the stubs."""
        rng = self._rng
        nb.add(f"my_notes = {self._sentence()!r}", after="set-up-imports")
        for name, locals_ in _RENAMED.items():
            cell = _cell_of(nb, name)
            for local, others in locals_.items():
                other = rng.choice((local, *others))
                if renaming and cell is not None and not re.search(rf"\b{other}\b", cell["source"]):
                    before, marker, after = cell["source"].partition("### START CODE HERE ###")
                    cell["source"] = before + marker + re.sub(rf"\b{local}\b", other, after)  # the docstring stays
        for name in FULL:
            cell = _cell_of(nb, name)
            if cell is not None and rng.random() < 0.5:
                line = "\n" * rng.randint(0, 2) + f"    # {self._sentence()}\n"
                cell["source"] = _MARKER.sub(lambda match, line=line: match[0] + line, cell["source"], count=1)

    def _sentence(self) -> str:
        rng = self._rng
        return f"{rng.choice(_STARTS)} {rng.choice(_THINGS)} {rng.choice(_ENDS).format(rng.randint(2, 99))}"


def as_bytes(nb: Notebook) -> bytes:
    """The notebook's file."""
    document = {**nb.document, "cells": [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in nb.cells]}
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _cell_of(nb: Notebook, function: str) -> dict | None:
    return next((cell for cell in nb.cells if cell["id"] == function.replace("_", "-")), None)
