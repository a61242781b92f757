"""Writes `submissions/` of both courses: what students hand in, and beside it what each question is worth.

    python examples/make_submissions.py [FOLDER]

Into FOLDER (by default `examples/`): `submissions/` of the recurrent network's course, and `pandas_course/submissions/`.

Starts from an assignment's notebook with the reference in its stubs, and edits that, as a student's mistake would. Every edit must
apply, and the same sources give the same bytes. `expected.json` is what we say a submission is worth, worked out from the cases'
points; a test grades them all and compares. An example that no script can make is a folder like any other: those are left alone.
"""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path

from making import ferry, hostile, right, wrong  # noqa: F401 - each registers its examples
from making.example import EXAMPLES, Example
from making.notebook import FULL, OPTIONAL, ROOT, Notebook, solved

from autograder.archive import zip_bytes


def write(folder: Path, examples: dict[str, Example], base: Notebook, full: dict[str, float]) -> None:
    """Write every example into its folder; other folders are left alone.

    Args:
        folder: Of a course's submissions.
        examples: Name → what to make.
        base: What they start from, in which everything is right.
        full: Question → its points.
    """
    for name, made in examples.items():
        nb = copy.deepcopy(base)
        made.make(nb)
        for cell in nb.cells:
            cell["source"] = cell["source"].splitlines(keepends=True)
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        text = json.dumps(nb.document, indent=1, ensure_ascii=False) + "\n"
        if nb.zipped:
            (target / nb.zipped).write_bytes(zip_bytes({nb.name: text.encode()}))
        else:
            (target / nb.name).write_text(text)
        for file, text in nb.beside.items():
            (target / file).write_text(text)
        expected = {"note": made.note, "questions": {**full, **made.points}}
        if made.worlds:
            expected["worlds"] = made.worlds
        if made.verdicts:
            expected["verdicts"] = made.verdicts
        (target / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    examples = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples"
    write(examples / "submissions", EXAMPLES, solved(), {**FULL, **dict.fromkeys(OPTIONAL, 0)})
    write(examples / "pandas_course" / "submissions", ferry.EXAMPLES, ferry.solved(), ferry.FULL)
