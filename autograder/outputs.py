"""What lies in OUT, the folder of a class's results, and a file name for each submission.

    OUT/autograder.sqlite, kept/, lock    the truth: `autograder.store`
    OUT/gradebook.csv, matches.csv        the class
    OUT/staff/class.html                  the class, to look at
    OUT/staff/results/ID.json             everything about one submission
    OUT/exports/                          gradebooks for learning platforms
    OUT/students/OPAQUE/                  one student's own page and document, and nothing of anybody else's

File names are readable, and another for another submission also where a disk ignores case.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

__all__ = [
    "CLASS_PAGE",
    "DATABASE",
    "EXPORTS",
    "GRADEBOOK",
    "KEPT",
    "LOCK",
    "MATCHES",
    "RESULTS",
    "STAFF",
    "STUDENTS",
    "file_id",
    "outputs",
]

DATABASE = "autograder.sqlite"
"""The store; its log lies beside it."""
KEPT = "kept"
"""Folder of notebooks and bundles, by sha256."""
LOCK = "lock"
"""Who is writing."""
STAFF = "staff"
"""Folder of what is for staff alone."""
RESULTS = "staff/results"
"""Folder of the JSON documents."""
CLASS_PAGE = "staff/class.html"
"""The class as a page."""
STUDENTS = "students"
"""Folder of the students' pages."""
EXPORTS = "exports"
"""Folder of what is uploaded to platforms."""
GRADEBOOK = "gradebook.csv"
"""The class as CSV."""
MATCHES = "matches.csv"
"""Whose each submission is, and why."""

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
    database = [out / f"{DATABASE}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")]
    return (*(out / name for name in (STAFF, STUDENTS, EXPORTS, GRADEBOOK, MATCHES, KEPT, LOCK)), *database)
