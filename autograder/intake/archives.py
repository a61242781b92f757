"""Zip archives from anybody: listed and read without being unpacked, and without believing what they say of themselves.

zipfile reads the list of entries, through a stream that refuses to hand out a list that is too large or has too many entries. The
entries themselves are read here: a shared stream of zipfile's would be neither safe across threads and forks nor closed in time.
What a name says is never a path on disk.
"""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from autograder.archive import ZIP_ERRORS
from autograder.errors import InputError, SubmissionError
from autograder.intake.caps import Caps
from autograder.printable import one_line

__all__ = ["BadArchive", "Entry", "Listing", "Opener", "list_archive", "read_entry"]

Opener = Callable[[], BinaryIO]
"""Opens an archive anew, at its beginning."""

# PKWARE APPNOTE 6.3.10: §4.3.7 local header, §4.3.12 central header, §4.3.14 and §4.3.16 end records.
_LOCAL, _CENTRAL, _END, _END64 = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"
_LOCAL_BYTES = 30
_TAIL = 128 << 10  # an end record and its comment take up to 64 KiB: all that is ever read without saying how much
_PIECE = 64 << 10
_ENCRYPTED, _UTF8 = 0x1, 0x800  # §4.4.4
_WINDOWS, _UNIX = 0, 3  # §4.4.2.2


class BadArchive(InputError):
    """An archive that is not read at all; names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive."""

    parts: tuple[str, ...]
    """Its name, split at `/`: never empty, no part empty, `.` or `..`; anything else may be in it."""
    shown: str
    """Archive and name, for messages."""
    size: int
    """Bytes that it says it unpacks to."""
    packed: int
    """Bytes in the archive, as it says."""
    offset: int
    """Of its local header."""
    deflated: bool
    """False: stored."""
    crc: int
    """CRC-32 of its bytes."""
    problem: str
    """Why it is not read, as a sentence that names it; empty for most."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in an archive."""

    entries: tuple[Entry, ...]
    """Files, in the order of their names; each name once."""
    warnings: tuple[str, ...]
    """Sentences on what was passed over in it."""


class _TooMuch(Exception):
    """The list of entries is larger than allowed."""


class _Guarded:
    """A stream that hands out no more of a list of entries than is allowed, wherever zipfile finds one."""

    def __init__(self, stream: BinaryIO, caps: Caps) -> None:
        self._stream = stream
        self._caps = caps

    def read(self, size: int = -1) -> bytes:
        if size > max(self._caps.directory_bytes, _TAIL):
            raise _TooMuch
        data = self._stream.read(size if size >= 0 else _TAIL)
        if data.count(_CENTRAL) > self._caps.entries or _declared(data) > self._caps.entries:
            raise _TooMuch
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._stream.close()


def _declared(data: bytes) -> int:
    """How many entries an end record in `data` says there are: the last one, for that is what zipfile believes; 0: none says."""
    at = data.rfind(_END)  # with a comment behind it, it comes in the middle of what is read
    count = int.from_bytes(data[at + 10 : at + 12], "little") if at >= 0 else 0
    count64 = int.from_bytes(data[32:40], "little") if data.startswith(_END64) else 0
    return max(0 if count == 0xFFFF else count, count64)  # where it is 0xFFFF, the 64-bit record says it


def list_archive(opener: Opener, shown: str, caps: Caps) -> Listing:
    """List a zip's files.

    Args:
        opener: Opens it.
        shown: What messages call it.
        caps: What is too much.

    Raises:
        BadArchive: it is no zip, damaged, too large, or has too many entries.
        OSError: it cannot be read.
    """
    with opener() as stream:
        size = stream.seek(0, io.SEEK_END)
        if size > caps.archive_bytes:
            raise BadArchive(f"{shown}: is larger than {caps.archive_bytes >> 30} GiB. Unpack it, and give the folder.")
        stream.seek(0)
        try:
            with zipfile.ZipFile(_Guarded(stream, caps)) as archive:  # it asks for no more than these methods
                infos = archive.infolist()
        except _TooMuch as error:
            raise BadArchive(
                f"{shown}: has more than {caps.entries} entries, or a list of them of more than {caps.directory_bytes >> 20} MiB. "
                "Unpack it where that does no harm, and give the folder."
            ) from error
        except ZIP_ERRORS as error:
            raise BadArchive(f"{shown}: is a damaged zip, or none ({one_line(str(error))}). Download it again.") from error
    if sum(info.file_size for info in infos if not _is_bomb(info, caps)) > caps.total_bytes:
        raise BadArchive(f"{shown}: says that it unpacks to more than {caps.total_bytes >> 30} GiB. Ask who made it.")
    return _listing(infos, shown, caps)


def _listing(infos: list[zipfile.ZipInfo], shown: str, caps: Caps) -> Listing:
    entries: dict[tuple[str, ...], Entry] = {}
    outside: list[str] = []
    twice: list[str] = []
    overlapping = _overlapping(infos)
    for info in infos:
        name = _name(info)
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        if info.is_dir() or not parts:
            continue
        if name.startswith("/") or ".." in parts or len(parts) > caps.depth:
            outside.append(name)
            continue
        parts = tuple(_shortened(part, caps.name_characters) for part in parts)
        if parts in entries:
            twice.append(name)
            continue
        here = f"{shown}/{one_line('/'.join(parts))}"
        problem = _problem(info, caps) or ("shares bytes with another entry of its archive" * (id(info) in overlapping))
        entries[parts] = Entry(
            parts=parts,
            shown=here,
            size=info.file_size,
            packed=info.compress_size,
            offset=info.header_offset,
            deflated=info.compress_type == zipfile.ZIP_DEFLATED,
            crc=info.CRC,
            problem=f"{here}: {problem}. Ask for the notebook itself." if problem else "",
        )
    warnings = _sentences(shown, outside, "leads out of the archive or lies too deep, and is passed over")
    warnings += _sentences(shown, twice, "is there more than once; the first one is read")
    return Listing(tuple(sorted(entries.values(), key=lambda entry: entry.parts)), tuple(warnings))


def _problem(info: zipfile.ZipInfo, caps: Caps) -> str:
    mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "is a link" if stat.S_ISLNK(mode) else "is no regular file"
    if info.flag_bits & _ENCRYPTED:
        return "is locked with a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in a way that is not read"
    if _is_bomb(info, caps):
        return f"unpacks to more than {caps.ratio} times its size"
    return ""


def _is_bomb(info: zipfile.ZipInfo, caps: Caps) -> bool:
    return info.file_size > max(caps.ratio * info.compress_size, caps.file_bytes)


def _name(info: zipfile.ZipInfo) -> str:
    """As written; of archives that do not say that their names are UTF-8, many are all the same."""
    name = info.orig_filename.partition("\0")[0]
    if not info.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    # Older archivers of Windows separate folders in their own way, which no file's name there has in it.
    return name.replace("\\", "/") if info.create_system == _WINDOWS and "/" not in name else name


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """`id` of every entry that shares bytes with another."""
    found: set[int] = set()
    end, before = 0, None
    for info in sorted(infos, key=lambda info: info.header_offset):
        if before is not None and info.header_offset < end:
            found |= {id(before), id(info)}
        reaches = info.header_offset + _LOCAL_BYTES + info.compress_size
        if reaches > end:
            end, before = reaches, info
    return found


def _shortened(part: str, most: int) -> str:
    return part if len(part) <= most else f"{part[: most - 21]}…{part[-20:]}"


def _sentences(shown: str, names: list[str], what: str) -> list[str]:
    if not names:
        return []
    more = f" (and {len(names) - 1} more like it)" if len(names) > 1 else ""
    return [f"{shown}: the entry {one_line(_shortened(names[0], 80))}{more} {what}."]


def read_entry(opener: Opener, entry: Entry, most: int) -> bytes:
    """Read one file.

    Args:
        opener: Opens its archive.
        entry: As listed.
        most: Bytes.

    Raises:
        SubmissionError: it is not read, damaged, or larger than `most`; names it and what to do.
    """
    if entry.problem:
        raise SubmissionError(entry.problem)
    try:
        with opener() as stream:
            data = _unpacked(stream, entry, most)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise SubmissionError(f"{entry.shown}: cannot be unpacked ({one_line(str(error))}). Ask for the notebook itself.") from error
    if len(data) > most:
        raise SubmissionError(f"{entry.shown}: is larger than {most >> 20} MiB. Ask for it again with its outputs cleared.")
    if zlib.crc32(data) != entry.crc:
        raise SubmissionError(f"{entry.shown}: is damaged in its archive. Download the archive again.")
    return data


def _unpacked(stream: BinaryIO, entry: Entry, most: int) -> bytes:
    """Up to one byte more than `most`."""
    stream.seek(entry.offset)
    header = stream.read(_LOCAL_BYTES)
    if not header.startswith(_LOCAL) or len(header) < _LOCAL_BYTES:
        raise ValueError("it is not where the archive says")
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), io.SEEK_CUR)
    if not entry.deflated:
        return stream.read(min(entry.packed, most + 1))
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    data, left = bytearray(), entry.packed
    while left > 0 and not inflate.eof and len(data) <= most:
        piece = stream.read(min(_PIECE, left))
        if not piece:
            raise EOFError("the archive ends in the middle")
        left -= len(piece)
        data += inflate.decompress(piece, most + 1 - len(data))
    return bytes(data)
