"""What a run writes, and a file name for each submission: readable, and another for another name also where a disk ignores case.

OUT/results/ID.json  OUT/students/ID.html  OUT/gradebook.csv
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

__all__ = ["GRADEBOOK", "RESULTS", "STUDENTS", "file_id", "outputs"]

RESULTS = "results"
"""Folder of the JSON documents, below the folder for the results."""
STUDENTS = "students"
"""Folder of the students' pages."""
GRADEBOOK = "gradebook.csv"
"""The class as CSV."""

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_HASHED = re.compile(r".*-[0-9a-f]{12}")
_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")  # names that Windows keeps for devices


def file_id(name: str) -> str:
    """Return `name` itself when it is plain (lower case letters, digits, `-`, `_`), else a likeness of it with its hash.

    A name that already ends as if in a hash is not plain: nobody can choose the file of another.
    """
    if _PLAIN.fullmatch(name) and not _HASHED.fullmatch(name) and not _RESERVED.fullmatch(name):
        return name
    likeness = re.sub(r"[^a-z0-9_]+", "-", name.lower())[:40].strip("-") or "submission"
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{likeness}-{digest}"


def outputs(out: Path) -> tuple[Path, ...]:
    """Everything that a run writes into `out`; they need not be there."""
    return (out / RESULTS, out / STUDENTS, out / GRADEBOOK)
