"""Downloads as platforms make them, as folders and zips; and notebooks to put into them."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.intake import Reader, TakenIn, Wanted, take_in
from autograder.model import HandedIn

__all__ = ["GRADESCOPE_YML", "STUB", "WANTED", "as_zip", "names", "notebook", "one", "put", "refusals", "taken", "unpacked", "work"]

STUB = ("import numpy as np", "def first(x):\n    # YOUR CODE HERE\n    pass", "def second(x):\n    # YOUR CODE HERE\n    pass")
WANTED = Wanted(name="rnn", functions=("first", "second"), stubs=STUB)


def notebook(*cells: str, outputs: str = "", text: str = "") -> bytes:
    """A notebook of these code cells."""
    made: list[dict[str, object]] = [{"cell_type": "markdown", "metadata": {}, "source": text}] if text else []
    for cell in cells:
        shown = [{"output_type": "stream", "name": "stdout", "text": outputs}] if outputs else []
        made.append({"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": shown, "source": cell})
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}).encode()


def work(done: int, who: str = "") -> bytes:
    """A notebook in which so many of the two functions were worked on."""
    cells = [STUB[0], *STUB[1:]]
    for number in range(done):
        cells[number + 1] = cells[number + 1].replace("    pass", f"    return x + {number}  # {who}")
    return notebook(*cells, f"who = {who!r}")


def as_zip(files: Mapping[str, bytes], top: str = "") -> bytes:
    """A zip, with one folder at its top where `top` is given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{top}/{name}" if top else name, data)
    return buffer.getvalue()


def put(root: Path, files: Mapping[str, bytes]) -> Path:
    """Files in a folder."""
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def unpacked(shape: str, root: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """The same files as a `folder`, a `zip`, or a `wrapped` zip with one folder at its top."""
    if shape == "folder":
        return put(root / name, files)
    root.mkdir(parents=True, exist_ok=True)
    path = root / f"{name}.zip"
    path.write_bytes(as_zip(files, name if shape == "wrapped" else ""))
    return path


def taken(*paths: Path, wanted: Wanted = WANTED) -> TakenIn:
    """What they are."""
    return take_in(paths, wanted, reader=_reader() if wanted.functions == WANTED.functions and wanted.otter is None else None)


@functools.cache
def _reader() -> Reader:
    """One for all tests; it ends with the process that they are in."""
    return Reader(WANTED.functions)


def one(taken_in: TakenIn, name: str) -> HandedIn:
    """The submission of that name."""
    (found,) = [arrival.handed_in for arrival in taken_in.arrivals if arrival.handed_in.name == name]
    return found


def refusals(taken_in: TakenIn) -> dict[str, str]:
    """Name → why it is refused."""
    return {arrival.handed_in.name: arrival.handed_in.refused for arrival in taken_in.arrivals if arrival.handed_in.refused}


def names(taken_in: TakenIn) -> list[str]:
    """Of all submissions, in their order."""
    return [arrival.handed_in.name for arrival in taken_in.arrivals]


GRADESCOPE_YML = """\
---
submission_101:
  :submitters:
  - :name: Jane Doe
    :sid: '0042'
    :email: Jane@Example.edu
  :created_at: 2026-11-20 21:03:04.123456000 Z
  :score: 10.0
  :status: processed
  :results:
    output: |-
      submission_999:
        :submitters:
        - :name: Mallory
    tests:
    - :name: first
      :score: 5.0
  :history:
  - :id: 100
    :created_at: 2026-11-19 20:00:00.000000000 Z
    :submitters:
    - :name: Nobody
submission_102:
  :submitters:
  - :name: "Zo\\u00EB M\\xFCller"
    :sid: 7
    :email: zoe@example.edu
  - :name: 'Ana O''Brien: the second'
    :sid:
    :email: ana@example.edu
  :created_at: 2026-11-20 23:59:59.000000000 -08:00
  :score:
"""
