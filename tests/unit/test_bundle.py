"""The grading bundle: the same bytes for the same parts, and nothing but a whole bundle opens."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import stat
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.archive import replace_file, zip_bytes
from autograder.bundle import DEMO_SECRET, HOME, MANIFEST, PLAN, case_seed, open_bundle, question_key, write_bundle, write_plan
from autograder.errors import InputError, MachineFault
from autograder.model import Assignment, Credit, KernelKind, Limits, Question, Sandbox

ASSIGNMENT = Assignment(
    name="toy",
    title="A toy",
    notebook="toy.ipynb",
    solution="toy.py",
    questions=(Question("f", ("f",), Fraction(5, 2)), Question("g", ("g", "h"), Fraction(0), optional=True)),
    limits=Limits(call_s=0.5),
    credit=Credit.OWN,
    sandbox=Sandbox.OFF,
    kernel=KernelKind.STOCK,
    demo_secret=True,
)
KEYS = {q.name: question_key(DEMO_SECRET, "toy", q.name) for q in ASSIGNMENT.questions}
BESIDE = {"otter_config.json": b"{}", "setup.sh": b"exit\n"}
PARTS = {
    PLAN: write_plan(ASSIGNMENT, KEYS),
    "tests/f.py": b"pass\n",
    "tests/g.py": b"pass\n",
    "tests/data/values.json": b"{}",
    "solutions/toy.py": b"def f(): ...\n",
    "release/toy.ipynb": b"{}",
    "files/toy_utils.py": b"x = 1\n",
    "files/images/a.svg": b"<svg/>",
}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    write_bundle(PARTS, tmp_path / "bundle.zip", BESIDE)
    return tmp_path / "bundle.zip"


def refusal(path: Path, into: Path) -> str:
    """Open what must not open; return the message, having seen that nothing was written."""
    before = set(into.iterdir())
    with pytest.raises(InputError) as caught:
        open_bundle(path, into)
    assert set(into.iterdir()) == before
    assert str(path) in str(caught.value)
    return str(caught.value)


def rewritten(bundle: Path, change: dict[str, bytes | None]) -> Path:
    """Replace, add or (None) remove entries without touching the manifest."""
    with zipfile.ZipFile(bundle) as archive:
        entries: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    entries |= change
    bundle.write_bytes(zip_bytes({name: data for name, data in entries.items() if data is not None}))
    return bundle


def test_a_bundle_opens_as_what_was_written(bundle: Path, tmp_path: Path) -> None:
    opened = open_bundle(bundle, tmp_path)
    assert opened.assignment == ASSIGNMENT
    assert opened.question_keys == KEYS
    assert opened.files() == {"images/a.svg": b"<svg/>", "toy_utils.py": b"x = 1\n"}
    assert opened.solution is not None
    assert opened.solution.read_bytes() == PARTS["solutions/toy.py"]
    assert opened.test_file("f").read_bytes() == b"pass\n"
    assert opened.root.parent == tmp_path


def test_the_same_parts_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_bundle(PARTS, tmp_path / "a.zip")
    second = write_bundle(dict(reversed(PARTS.items())), tmp_path / "b.zip")
    assert first == second
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_hash_is_of_the_archives_bytes(bundle: Path, tmp_path: Path) -> None:
    assert open_bundle(bundle, tmp_path).sha256 == hashlib.sha256(bundle.read_bytes()).hexdigest()


def test_keys_differ_by_secret_assignment_and_question() -> None:
    keys = {question_key(s, a, q) for s in (b"1", b"2") for a in ("x", "y") for q in ("p", "q")}
    assert len(keys) == 8


def test_seeds_differ_by_case_and_stay_the_same() -> None:
    assert case_seed(b"k" * 32, "one batch") != case_seed(b"k" * 32, "two batches")
    # A changed derivation would change every score of a published course.
    key = hmac.new(b"secret", b"a\x00q", hashlib.sha256)
    expected = int(hmac.new(key.digest(), b"c", hashlib.sha256).hexdigest(), 16)
    assert case_seed(question_key(b"secret", "a", "q"), "c") == expected


def test_bytes_that_are_no_zip_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"hello")
    assert "not a zip" in refusal(tmp_path / "b.zip", tmp_path)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_bundle_is_refused(bundle: Path, tmp_path: Path, keep: float) -> None:
    data = bundle.read_bytes()
    bundle.write_bytes(data[: int(len(data) * keep)])
    assert "damaged" in refusal(bundle, tmp_path)


def test_a_missing_bundle_is_named(tmp_path: Path) -> None:
    assert "no bundle" in refusal(tmp_path / "nowhere.zip", tmp_path)


def test_a_folder_of_something_else_is_no_bundle(tmp_path: Path) -> None:
    assert "holds no bundle" in refusal(tmp_path, tmp_path)


def unpacked(bundle: Path) -> Path:
    folder = bundle.parent / "source"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder


def test_an_unpacked_bundle_opens_whatever_a_platform_makes_of_its_root(bundle: Path, tmp_path: Path) -> None:
    folder = unpacked(bundle)
    (folder / "otter_config.json").write_text('{"lang": "python"}')
    (folder / "setup.sh").unlink()
    (folder / "files" / "later.txt").write_text("not in the manifest")
    opened, zipped = open_bundle(folder, tmp_path), open_bundle(bundle, tmp_path)
    assert contents(opened.root) == contents(zipped.root)
    assert (opened.assignment, opened.question_keys) == (zipped.assignment, zipped.question_keys)


@pytest.mark.parametrize("name", ["tests/f.py", f"{HOME}solutions/toy.py", "files/toy_utils.py"])
def test_an_unpacked_bundle_in_which_a_part_was_changed_or_lost_is_refused(bundle: Path, tmp_path: Path, name: str) -> None:
    folder = unpacked(bundle)
    (folder / name).write_text("changed")
    assert f"`{name}` was changed" in refusal(folder, tmp_path)
    (folder / name).unlink()
    assert f"`{name}` is in the manifest but not in the folder" in refusal(folder, tmp_path)


def test_nothing_that_students_must_not_see_lies_among_the_files_or_at_the_root(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
    assert {name for name in names if not name.startswith("tests/")} == {"files/toy_utils.py", "files/images/a.svg", *BESIDE}


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_changed_part_is_refused_by_name(bundle: Path, tmp_path: Path) -> None:
    assert "`tests/f.py` was changed" in refusal(rewritten(bundle, {"tests/f.py": b"assert True\n"}), tmp_path)


def test_an_added_part_is_refused(bundle: Path, tmp_path: Path) -> None:
    assert "`tests/x.py` is not in the manifest" in refusal(rewritten(bundle, {"tests/x.py": b""}), tmp_path)


def test_a_removed_part_is_refused(bundle: Path, tmp_path: Path) -> None:
    assert "not in the archive" in refusal(rewritten(bundle, {"tests/f.py": None}), tmp_path)


@pytest.mark.parametrize("missing", [PLAN, "tests/g.py", "solutions/toy.py", "release/toy.ipynb"])
def test_a_bundle_built_without_a_needed_part_is_refused(tmp_path: Path, missing: str) -> None:
    write_bundle({name: data for name, data in PARTS.items() if name != missing}, tmp_path / "b.zip")
    refusal(tmp_path / "b.zip", tmp_path)


def test_a_later_format_asks_for_an_upgrade(bundle: Path, tmp_path: Path) -> None:
    message = refusal(rewritten(bundle, {MANIFEST: json.dumps({"format": 2, "parts": []}).encode()}), tmp_path)
    assert "format 2" in message
    assert "Upgrade" in message


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b'{"format": true}', b'{"format": 1}', b'{"format": 1, "files": 3}', b"[" * 10**5])
def test_a_manifest_that_is_none_is_refused(bundle: Path, tmp_path: Path, manifest: bytes) -> None:
    refusal(rewritten(bundle, {MANIFEST: manifest}), tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/evil",
        "a/../../evil",
        "a\\..\\evil",
        "C:evil",
        "a//b",
        "./a",
        "new\nline",
        "\u202efdp",
        "a" * 300,
        "x./y",
    ],
)
def test_an_entry_that_could_land_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "b.zip").write_bytes(zip_bytes({**PARTS, MANIFEST: b"{}", name: b"x"}))
    assert "no plain relative path" in refusal(tmp_path / "b.zip", tmp_path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("files/link")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    (tmp_path / "b.zip").write_bytes(buffer.getvalue())
    assert "link" in refusal(tmp_path / "b.zip", tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["tests/f.py", "tests/F.py"])
def test_an_entry_that_would_overwrite_another_is_refused(tmp_path: Path, second: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("tests/f.py", "1")
        archive.writestr(second, "2")
        archive.writestr(MANIFEST, "{}")
    (tmp_path / "b.zip").write_bytes(buffer.getvalue())
    assert "twice" in refusal(tmp_path / "b.zip", tmp_path)


def test_a_file_that_is_also_a_folder_is_refused(tmp_path: Path) -> None:
    write_bundle({**PARTS, "files/images": b"x"}, tmp_path / "b.zip")
    assert "both a file and a folder" in refusal(tmp_path / "b.zip", tmp_path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("files/zeros", "w") as stream:
        for _ in range(520):
            stream.write(bytes(1 << 20))
    (tmp_path / "b.zip").write_bytes(buffer.getvalue())
    assert "unpacks to more" in refusal(tmp_path / "b.zip", tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("5/2", "5/0"),
        ("5/2", "-1"),
        ("5/2", "1e999999999"),
        ('"points": "5/2"', '"points": 2.5'),
        ("toy.ipynb", "../toy.ipynb"),
        ('"own"', '"double"'),
        ('"h"', '"f"'),
        ('"call_s": 0.5', '"call_s": "soon"'),
        (KEYS["f"].hex(), "00"),
        (KEYS["f"].hex(), "z" * 64),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = PARTS[PLAN].decode()
    assert old in text
    write_bundle({**PARTS, PLAN: text.replace(old, new).encode()}, tmp_path / "b.zip")
    refusal(tmp_path / "b.zip", tmp_path)


@given(data=st.binary(max_size=300), lead=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]))
def test_any_bytes_are_refused_politely(tmp_path_factory: pytest.TempPathFactory, data: bytes, lead: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "b.zip").write_bytes(lead + data)
    refusal(folder / "b.zip", folder)


@given(place=st.floats(0, 1), byte=st.integers(0, 255))
def test_a_flipped_byte_never_changes_what_a_bundle_says(tmp_path_factory: pytest.TempPathFactory, place: float, byte: int) -> None:
    folder = tmp_path_factory.mktemp("flip")
    write_bundle(PARTS, folder / "b.zip")
    data = bytearray((folder / "b.zip").read_bytes())
    data[min(int(place * len(data)), len(data) - 1)] = byte
    (folder / "b.zip").write_bytes(data)
    try:
        opened = open_bundle(folder / "b.zip", folder)
    except InputError:
        return
    assert opened.assignment == ASSIGNMENT
    assert contents(opened.root) == PARTS


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "target" / "inner").mkdir(parents=True)
    with pytest.raises(MachineFault, match="cannot be written"):
        replace_file(tmp_path / "target", b"x")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["inner", "target"]
