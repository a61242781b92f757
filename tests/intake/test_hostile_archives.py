"""Archives made to harm are refused or contained, in bounded time and memory, with a message that names them; the rest goes on."""

from __future__ import annotations

import io
import stat
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.downloads_made import WANTED, as_zip, names, one, put, refusals, taken, work

from autograder.errors import SubmissionError
from autograder.intake import Caps, TakenIn, describe, take_in
from autograder.intake.archives import BadArchive, list_archive
from autograder.printable import one_line

DOWNLOADS = Path(__file__).parents[2] / "docs" / "downloads.md"
DOE, ROE = "doe_5678_9000_hw.ipynb", "roe_77_9001_hw.ipynb"


@contextmanager
def bounded(seconds: float = 5, mebibytes: int = 200) -> Iterator[None]:
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < mebibytes << 20
        assert time.process_time() - began < seconds
    finally:
        tracemalloc.stop()


def written(tmp_path: Path, data: bytes, name: str = "submissions.zip") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def all_read(found: TakenIn) -> dict[str, str]:
    """Read everything that is to be graded; name → why not."""
    wrong = refusals(found)
    for arrival in found.arrivals:
        try:
            arrival.read()
        except SubmissionError as error:
            wrong[arrival.handed_in.name] = str(error)
    return wrong


@pytest.mark.parametrize(
    "name", ["../../evil_1_2000_hw.ipynb", "/etc/evil_1_2000_hw.ipynb", "a/../../evil_1_2000_hw.ipynb", "/".join("d" * 40)]
)
def test_an_entry_that_leads_out_of_the_archive_is_passed_over_by_name(tmp_path: Path, name: str) -> None:
    found = taken(written(tmp_path, as_zip({name: work(2), DOE: work(1)})))
    assert names(found) == ["doe_5678"]
    assert "submissions.zip: the entry " in found.warnings[0]
    assert one_line(name)[:20] in found.warnings[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["submissions.zip"]


@pytest.mark.parametrize(
    ("kind", "what"), [(stat.S_IFLNK, "is a link"), (stat.S_IFCHR, "no regular file"), (stat.S_IFIFO, "no regular file")]
)
def test_a_link_or_device_is_refused_as_that_students(tmp_path: Path, kind: int, what: str) -> None:
    buffer = io.BytesIO(as_zip({DOE: work(1)}))
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo(ROE)
        info.create_system, info.external_attr = 3, (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    found = taken(written(tmp_path, buffer.getvalue()))
    assert list(all_read(found)) == ["roe_77"]
    assert what in refusals(found)["roe_77"]


def deflated(name: bytes, packed: bytes, size: int, crc: int, offset: int, flags: int = 0) -> tuple[bytes, bytes]:
    """A local entry and its line in the list, saying of themselves what we like."""
    fields = struct.pack("<HHHHHIIIHH", 20, flags, 8, 0, 33, crc, len(packed), size, len(name), 0)
    local = b"PK\x03\x04" + fields + name + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name
    return local, central


def archive_of(*entries: tuple[bytes, bytes]) -> bytes:
    body = b"".join(local for local, _central in entries)
    listed = b"".join(central for _local, central in entries)
    return body + listed + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(listed), len(body), 0)


def zeros(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)), packer.flush()])


@pytest.mark.parametrize("says", [80 << 20, 1000])
def test_a_bomb_is_that_students_alone_whatever_it_says_of_its_size(tmp_path: Path, says: int) -> None:
    good = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = good.compress(work(1)) + good.flush()
    first = deflated(DOE.encode(), packed, len(work(1)), zlib.crc32(work(1)), 0)
    bomb = deflated(ROE.encode(), zeros(80), says, 0, len(first[0]))
    path = written(tmp_path, archive_of(first, bomb))
    with bounded():
        assert list(all_read(taken(path))) == ["roe_77"]


def test_many_bombs_do_not_refuse_the_class_but_a_total_beyond_all_measure_does(tmp_path: Path) -> None:
    files = {f"doe_{number}_9{number}_hw.ipynb": work(1) for number in range(100, 110)}
    path = written(tmp_path, as_zip(files))
    assert len(taken(path).arrivals) == 10
    found = take_in([path], WANTED, caps=Caps(total_bytes=2000))
    assert "submissions.zip: says that it unpacks to more than" in refusals(found)["submissions"]


def test_a_zip_in_a_zip_is_looked_into_and_what_is_deeper_is_refused(tmp_path: Path) -> None:
    inner = as_zip({"hw.ipynb": work(2)})
    found = taken(written(tmp_path, as_zip({"doe_5678_9000_a.zip": inner, "roe_77_9001_b.zip": as_zip({"b.zip": inner})})))
    assert list(all_read(found)) == ["roe_77"]
    assert "roe_77_9001_b.zip: is a zip that has no notebook in it, but b.zip" in refusals(found)["roe_77"]


def test_entries_that_share_bytes_are_refused(tmp_path: Path) -> None:
    good = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = good.compress(work(1)) + good.flush()
    local, central = deflated(DOE.encode(), packed, len(work(1)), zlib.crc32(work(1)), 0)
    again = deflated(ROE.encode(), packed, len(work(1)), zlib.crc32(work(1)), 0)[1]
    found = taken(written(tmp_path, archive_of((local, central), (b"", again))))
    assert sorted(all_read(found)) == ["doe_5678", "roe_77"]
    assert "shares bytes" in refusals(found)["roe_77"]


@pytest.mark.parametrize("count", [60_000, 1_000_000])
def test_a_million_entries_are_counted_before_they_are_read(tmp_path: Path, count: int) -> None:
    listed = deflated(b"", b"", 0, 0, 0)[1] * count
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(listed), 0, 0)  # says that there is one
    path = written(tmp_path, listed + end)
    put(tmp_path, {"jdoe.ipynb": work(1)})
    with bounded(mebibytes=60):
        found = taken(path, tmp_path / "jdoe.ipynb")
    assert "submissions.zip: has more than 50000 entries" in refusals(found)["submissions"]
    assert one(found, "jdoe").refused == ""


@pytest.mark.parametrize("comment", [b"", b"from a friend", b"x" * 60_000])
def test_what_the_end_record_says_is_looked_at_before_the_list_is_read_also_beside_a_comment(comment: bytes) -> None:
    places: list[tuple[int, int]] = []

    class Noting(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            places.append((self.tell(), size or -1))
            return super().read(size)

    listed = deflated(b"a", b"", 0, 0, 0)[1] * 2_000  # 92 KB: more than a comment and its record may take
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 60_000, 60_000, len(listed), 0, len(comment)) + comment
    with pytest.raises(BadArchive, match="has more than 50000 entries"):
        list_archive(lambda: Noting(listed + end), "friend.zip", Caps())
    assert places
    assert 0 not in [at for at, _size in places], "the list begins there"


def test_a_million_entries_of_the_64_bit_kind_are_counted_too(tmp_path: Path) -> None:
    listed = deflated(b"", b"", 0, 0, 0)[1] * 100
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1_000_000, 1_000_000, len(listed), 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, len(listed), 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    found = taken(written(tmp_path, listed + record + locator + end))
    assert "has more than 50000 entries" in refusals(found)["submissions"]


def test_control_characters_and_endless_names_are_contained(tmp_path: Path) -> None:
    files = {"doe_5678_9000_\x1b[2J\u202e\n.ipynb": work(1), f"roe_77_9001_{'x' * 4000}.ipynb": work(1), "\x1b]0;x.ipynb": work(1)}
    found = taken(written(tmp_path, as_zip(files)))
    assert all_read(found) == {}
    assert len(found.arrivals) == 3
    texts = [str(getattr(row, name)) for row in describe(found) for name in ("name", "who", "file", "why")] + list(found.warnings)
    assert all(text == one_line(text) and len(text) < 1000 for text in texts)
    assert one(found, "doe_5678").file == "\\x1b[2J\\u202e\\n.ipynb"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_read_once_and_said(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(DOE, work(1))
        archive.writestr(DOE, work(2))
    found = taken(written(tmp_path, buffer.getvalue()))
    assert found.arrivals[0].read() == work(1)
    assert "doe_5678_9000_hw.ipynb is there more than once" in found.warnings[0]


def test_a_locked_entry_and_one_packed_in_an_odd_way_are_those_students_alone(tmp_path: Path) -> None:
    first = deflated(DOE.encode(), b"x", 1, 0, 0, flags=1)
    second = deflated(ROE.encode(), b"x", 1, 0, len(first[0]))
    odd = (second[0], second[1][:10] + b"\x62\0" + second[1][12:])
    found = taken(written(tmp_path, archive_of(first, odd)))
    assert "locked with a password" in refusals(found)["doe_5678"]
    assert "packed in a way that is not read" in refusals(found)["roe_77"]


@pytest.mark.parametrize("cut", [10, 300, -10])
def test_a_truncated_archive_is_refused_by_name_and_the_rest_goes_on(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path, as_zip({DOE: work(1), ROE: work(2)})[:cut])
    put(tmp_path, {"jdoe.ipynb": work(1)})
    found = taken(path, tmp_path / "jdoe.ipynb")
    assert "submissions.zip: is a damaged zip, or none" in refusals(found)["submissions"]
    assert one(found, "jdoe").refused == ""


def test_names_that_are_utf8_without_saying_so_are_read_as_such(tmp_path: Path) -> None:
    data = as_zip({"leon_5678_9000_hw.ipynb": work(1)}).replace(b"leon_", "léo_".encode())
    assert names(taken(written(tmp_path, data))) == ["léo_5678"]


def test_an_archive_that_changes_after_it_was_listed_gives_nobody_anothers_work(tmp_path: Path) -> None:
    path = written(tmp_path, as_zip({DOE: work(1), ROE: work(2)}))
    found = taken(path)
    path.write_bytes(as_zip({ROE: work(2, "other"), DOE: work(1)}))
    assert set(all_read(found)) == {"doe_5678", "roe_77"}


_VALID = as_zip({DOE: work(1), "roe_77_9001_b.zip": as_zip({"a.ipynb": work(1)}), "top/x.ipynb": b"{}"})


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(_VALID) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_an_archive_with_any_bytes_changed_is_taken_in_without_an_exception(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(_VALID)
    for place, value in changes:
        data[place] = value
    found = taken(written(tmp_path_factory.getbasetemp(), bytes(data), "changed.zip"))
    all_read(found)
    assert found.arrivals


def test_the_docs_name_every_cap() -> None:
    caps = Caps()
    told = DOWNLOADS.read_text(encoding="utf-8")
    table = told[told.index("## What is too much") :]
    sizes = {f"{caps.archive_bytes >> 30} GiB", f"{caps.total_bytes >> 30} GiB"}
    sizes |= {f"{size >> 20} MiB" for size in (caps.directory_bytes, caps.file_bytes, caps.metadata_bytes)}
    numbers = {f"{number:,}" for number in (caps.entries, caps.ratio, caps.depth, caps.candidates)}
    assert [said for said in sorted(sizes | numbers) if f"| {said} |" not in table] == []
    assert f"more than {caps.name_characters} characters" in table
