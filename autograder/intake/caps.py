"""How much of what came in is read at most. Every number is there to end a mistake or an attack, not a class."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Caps"]


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits of intake; what goes beyond one is refused by name, and the rest goes on."""

    entries: int = 50_000
    """Files and folders in one archive, or in one folder of a given folder: some 50 for each of 1,000 students."""
    directory_bytes: int = 16 << 20
    """Of an archive's list of its entries, at 46 bytes and the name for each; looked at before any of it is read."""
    archive_bytes: int = 32 << 30
    """Of an archive that is given."""
    total_bytes: int = 64 << 30
    """What all entries of an archive say that they unpack to, together, but for bombs (see `ratio`). Nothing is unpacked to disk."""
    file_bytes: int = 32 << 20
    """Of one notebook, or of one zip that a student handed in: what grading reads at most."""
    ratio: int = 300
    """Times that an entry of more than `file_bytes` may be larger than it is packed; data sets reach 20, and zlib 1,030."""
    metadata_bytes: int = 256 << 20
    """Of Gradescope's `submission_metadata.yml`, which holds every student's results."""
    name_characters: int = 300
    """Of one file's name; a longer one is shortened in the middle."""
    depth: int = 32
    """Folders below each other."""
    candidates: int = 50
    """Notebooks of one submission that are looked at to choose one."""
