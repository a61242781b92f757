"""Writes `tests/attacks/notebooks/`: a folder for each attack, as `examples/submissions` has one for each example.

    PYTHONPATH=tests python -m attacks.make_notebooks [FOLDER]

The same sources give the same bytes; a test holds that what is committed is what they give.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from attacks.making import carried, endless, escapes, floods, forged, honest, hooks, impostors, oracle, patched, searches, smuggled, texts
from attacks.making.attack import ATTACKS

__all__ = ["FAMILIES", "NOTEBOOKS", "files"]

FAMILIES = (carried, endless, escapes, floods, forged, honest, hooks, impostors, oracle, patched, searches, smuggled, texts)
"""Modules that register their attacks when they are imported."""
NOTEBOOKS = Path(__file__).parent / "notebooks"


def files() -> dict[str, str]:
    """Path below the folder → its text."""
    made = {}
    for name, attack in ATTACKS.items():
        made[f"{name}/attack.ipynb"] = attack.notebook()
        made[f"{name}/expected.json"] = json.dumps(attack.expected, indent=1, ensure_ascii=True) + "\n"
    return made


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else NOTEBOOKS
    for path, text in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
