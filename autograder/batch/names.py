"""A file name for each submission: readable, and different for different names also where a disk ignores case."""

from __future__ import annotations

import hashlib
import re

__all__ = ["file_id"]

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
