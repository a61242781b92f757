"""An opened bundle as one archive, for the way to another machine: whatever it was opened from, and with which options."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from autograder import records
from autograder.archive import zip_bytes
from autograder.bundle import Bundle, read_archive, unpack
from autograder.errors import InputError

__all__ = ["packed", "unpacked"]

_HEAD = "bundle.json"
_ROOT = "root/"
_CACHE = "__pycache__"


def packed(bundle: Bundle) -> bytes:
    """Return the archive: the same bytes for the same bundle, wherever it was opened."""
    parts = {
        f"{_ROOT}{path.relative_to(bundle.root).as_posix()}": path.read_bytes()
        for path in bundle.root.rglob("*")
        if path.is_file() and _CACHE not in path.parts
    }
    head = json.dumps(records.plain(replace(bundle, root=Path())), sort_keys=True).encode()
    return zip_bytes({**parts, _HEAD: head})


def unpacked(parcel: bytes, into: Path) -> Bundle:
    """Unpack what `packed` made into a new folder of our own in `into`.

    Raises:
        InputError: it is no such archive.
        MachineFault: there is no room, or no right.
    """
    with tempfile.NamedTemporaryFile(dir=into, suffix=".zip") as file:
        file.write(parcel)
        file.flush()
        _data, entries = read_archive(Path(file.name))
    try:
        head = records.read(json.loads(entries.pop(_HEAD)), Bundle)
    except (KeyError, ValueError) as error:
        raise InputError(f"A bundle that came over the network has no plan that this grader reads ({error}).") from error
    parts = {name.removeprefix(_ROOT): content for name, content in entries.items() if name.startswith(_ROOT)}
    return replace(head, root=unpack(parts, into, Path("that came over the network")))
