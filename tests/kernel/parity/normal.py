"""What two runs of one notebook never share is made equal: addresses, process ids, folders, measured times.

Nothing else is touched; colours, white space and metadata are compared as they are. Pieces of one stream that follow each other are
joined, as every front end does: how a kernel cuts them depends on the clock.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["outputs"]

_NUMBER = r"[0-9.e+]+ ?(?:ns|[µμu]s|ms|s|min|h)\b(?: [0-9]+ ?s\b)?"
_REPLACED = [
    (re.compile(r"\b0x[0-9a-fA-F]{6,}"), "0xADDRESS"),
    (re.compile(r"(?<= object at )[0-9a-f]{8,}"), "ADDRESS"),
    (re.compile(r"-f \S+\.json"), "-f CONNECTION.json"),
    (re.compile(r"ipykernel_[0-9]+/[0-9]+\.py"), "ipykernel_PID/CELL.py"),
    (re.compile(rf"(user|sys:|total:|Wall time:) {_NUMBER}"), r"\1 TIME"),
    (re.compile(rf"{_NUMBER} ± {_NUMBER} per loop"), "TIME ± TIME per loop"),
    (re.compile(r"\(pid=[0-9]+\)"), "(pid=PID)"),
    (re.compile(r"display_id='[0-9a-f]{32}'|display_id=[0-9a-f]{32}"), "display_id=ID"),
]


def outputs(cell: Any, folder: str) -> dict[str, Any]:
    """The cell's execution count and outputs, normalised; `folder` is the one that it ran in."""
    joined: list[Any] = []
    for output in cell.outputs:
        plain = _plain(output, folder)
        if joined and plain["output_type"] == "stream" == joined[-1]["output_type"] and plain["name"] == joined[-1]["name"]:
            joined[-1]["text"] += plain["text"]
        else:
            joined.append(plain)
    return {"execution_count": cell.execution_count, "outputs": joined}


def _plain(value: Any, folder: str) -> Any:
    if isinstance(value, dict):
        return {key: "MODEL" if key == "model_id" else _plain(part, folder) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part, folder) for part in value]
    if isinstance(value, str):
        value = value.replace(folder, "FOLDER")
        for pattern, name in _REPLACED:
            value = pattern.sub(name, value)
    return value
