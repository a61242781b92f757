"""Zips that students hand in: one notebook, and what lies beside it.

Nothing is unpacked to disk here, and no size or name that the archive states is believed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.archive import ZIP_ERRORS
from autograder.errors import SubmissionError

__all__ = ["Zipped", "read_zip", "with_course_files"]

_MOST_MEMBERS = 5_000
_MEMBER = b"PK\x01\x02"  # begins each entry of a zip's directory (PKWARE APPNOTE 6.3.10, §4.3.12)
_MOST_BESIDE = 64 << 20
"""Bytes of all that lies beside a notebook."""
_MOST_FILES = 500
_LONGEST_PART, _LONGEST_NAME = 200, 800


@dataclass(frozen=True, slots=True)
class Zipped:
    """What is in a zip."""

    name: str
    """Of the notebook, as the archive has it."""
    content: bytes
    """The notebook's."""
    beside: dict[str, bytes]
    """Plain relative path, from the notebook's folder → content."""


def read_zip(data: bytes, shown: str, endings: tuple[str, ...], most_bytes: int, *, beside: bool) -> Zipped:
    """Read the one notebook in a zip, or what else may take its place, and what lies beside it.

    Args:
        data: The zip.
        shown: What messages call it.
        endings: Of what may be handed in, the preferred one first.
        most_bytes: Of the notebook.
        beside: Whether to read what lies beside it; hidden files, and names that are no plain relative paths, are passed over.

    Raises:
        SubmissionError: it is damaged, has no notebook or several, or holds too much; names it and what to do.
    """
    if data.count(_MEMBER) > _MOST_MEMBERS:  # before zipfile makes an object of each
        raise SubmissionError(f"{shown}: is a zip of more than {_MOST_MEMBERS} files. Ask for the notebook itself.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir() and not _is_left_behind(info.filename)]
            handed_in: list[zipfile.ZipInfo] = []
            for ending in endings:
                handed_in = handed_in or [info for info in members if info.filename.lower().endswith(ending)]
            if len(handed_in) != 1:
                how_many = f"{len(handed_in)} notebooks" if handed_in else "no notebook"
                raise SubmissionError(f"{shown}: is a zip with {how_many} in it. Ask for the one notebook, or unpack it there yourself.")
            with archive.open(handed_in[0]) as stream:
                content = stream.read(most_bytes + 1)
            others = [info for info in members if info is not handed_in[0]] if beside else []
            found = _beside(archive, others, PurePosixPath(handed_in[0].filename).parent, shown)
    except ZIP_ERRORS as error:
        raise SubmissionError(f"{shown}: is a damaged or locked zip ({error}). Ask for the notebook itself.") from error
    if len(content) > most_bytes:
        raise SubmissionError(f"{shown}: has a notebook of more than {most_bytes >> 20} MiB. Ask for it again with its outputs cleared.")
    return Zipped(handed_in[0].filename, content, found)


def _is_left_behind(name: str) -> bool:
    """What file systems and archivers leave, and hidden files: otter's log is one."""
    return any(part.startswith(".") or part in ("__MACOSX", "__pycache__") for part in PurePosixPath(name).parts)


def _beside(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: PurePosixPath, shown: str) -> dict[str, bytes]:
    left = _MOST_BESIDE
    taken: dict[str, bytes] = {}
    for info in members:
        place = PurePosixPath(info.filename)
        if not place.is_relative_to(folder) or not _is_plain(info.filename):
            continue
        name = place.relative_to(folder).as_posix()
        if _in_the_way(name, taken):
            continue
        with archive.open(info) as stream:
            taken[name] = stream.read(left + 1)
        left -= len(taken[name])
        if left < 0 or len(taken) > _MOST_FILES:
            raise SubmissionError(
                f"{shown}: has more than {_MOST_FILES} files or {_MOST_BESIDE >> 20} MiB beside its notebook. Ask for the notebook itself."
            )
    return taken


def with_course_files(beside: Mapping[str, bytes], course: Mapping[str, bytes]) -> dict[str, bytes]:
    """What lies beside a notebook: the course's files, and those of the student's that are in the way of none."""
    return {name: content for name, content in beside.items() if not _in_the_way(name, course)} | dict(course)


def _in_the_way(name: str, taken: Collection[str]) -> bool:
    """Whether a file of that name cannot lie beside the others: no name twice, and none that is a file here and a folder there."""
    folders = [f"{folder}/" for folder in PurePosixPath(name).parents]
    return name in taken or any(other.startswith(f"{name}/") or f"{other}/" in folders for other in taken)


def _is_plain(name: str) -> bool:
    place = PurePosixPath(name)
    return (
        name.isprintable()
        and name == str(place)
        and not place.is_absolute()
        and ".." not in place.parts
        and len(name) <= _LONGEST_NAME
        and all(len(part.encode("utf-8", "surrogatepass")) <= _LONGEST_PART for part in place.parts)
    )
