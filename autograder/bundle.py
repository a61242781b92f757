"""The grading bundle: one zip with everything that grading needs, each part under a hash.

    tests/QUESTION.py        test files with their hidden cases; and their data files
    tests/_grading/          what otter knows nothing of:
        solutions/MODULE.py      the reference
        release/NOTEBOOK.ipynb   the untouched release
        plan.json                the assignment and the questions' keys (`write_plan`)
        manifest.json            {"format": 1, "files": {path: sha256}}: every entry but itself
    files/...                what lies beside the student's notebook while it runs; students may see all of it
    ...                      at the root, what a platform needs to install and run this (`autograder.authoring.installing`)

It is a valid bundle of otter's. Of what it does not know, `otter grade` keeps only what lies in `tests` (grade/Dockerfile of
otter-grader 7.0.0), so the secret parts are there; all that lies in `files` is copied beside the student's notebook. Unpacked for
grading, the parts of `tests/_grading` lie at the root: messages then name files as their author does.

A folder with an unpacked bundle is opened, too: platforms keep it so. There, only `tests` and `files` count, since platforms change
and move what lies at the root.

Seeds: a hidden case draws its inputs from the secret, the assignment's name, the question's and the case's, never from
a clock or the order of anything, so that a rebuild changes no score. A bundle holds the questions' keys, not the
secret.

A bundle from elsewhere is code that you run as yourself (its tests and solution run in the trusted process). What is
checked here is that it is whole, that unpacking it writes nowhere else, and that it costs no more than it says.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from autograder import records
from autograder.archive import ZIP_ERRORS, write_archive
from autograder.errors import InputError, MachineFault
from autograder.model import Assignment

__all__ = [
    "DEMO_SECRET",
    "HOME",
    "MANIFEST",
    "PLAN",
    "Bundle",
    "case_seed",
    "open_bundle",
    "question_key",
    "read_archive",
    "unpack",
    "write_bundle",
    "write_plan",
]

DEMO_SECRET = b"autograder demo secret: published, so hidden inputs drawn from it can be foreseen"
"""Used when the instructor has none. Whatever is built with it is labelled `demo_secret`."""

HOME = "tests/_grading/"
"""Folder in the zip, for what otter does not know."""
MANIFEST = f"{HOME}manifest.json"
"""Path of the manifest in the zip."""
PLAN = "plan.json"
"""Path of the plan among the parts."""

_FORMAT = 1
_GRADING = ("tests/", "files/")
_AT_HOME = ("solutions/", "release/", PLAN)
_LARGEST_ARCHIVE = 256 << 20  # bytes; the flagship's bundle has about 0.3 MiB
_LARGEST_CONTENT = 512 << 20  # bytes, all parts unpacked
_MOST_ENTRIES = 5000
_LONGEST_PATH = 240  # bytes; NAME_MAX is 255 on common file systems, and a temporary suffix is added
_REBUILD = "Build it again with `autograder bundle`."
_SMALLER = "Remove large files from the sources."
_REPACK = "Build it again with the command that made it."


def question_key(secret: bytes, assignment: str, question: str) -> bytes:
    """Return the 32 bytes from which all inputs of a question's cases are drawn: HMAC-SHA256 of both names."""
    return hmac.digest(secret, f"{assignment}\0{question}".encode(), "sha256")


def case_seed(key: bytes, case: str) -> int:
    """Return the seed for `numpy.random.default_rng` of one case; `key` is its question's."""
    return int.from_bytes(hmac.digest(key, case.encode(), "sha256"), "big")


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle: whole, of a format we know, and unpacked."""

    root: Path
    """Folder with the unpacked parts; ours alone, and the caller's to remove."""
    sha256: str
    """Of the archive's bytes, in hexadecimal; of its manifest's, where it was opened as a folder."""
    assignment: Assignment
    """The author's policy."""
    question_keys: Mapping[str, bytes]
    """Question → 32 bytes its cases' inputs are drawn from (`case_seed`); one for each question."""
    notices: tuple[str, ...] = ()
    """Sentences for staff on what of an otter bundle is not as its author may think; none of a bundle of ours."""
    not_installed: Mapping[str, str] = field(default_factory=dict)
    """Of an otter bundle: name that a package is imported by → the bundle's file that asks for it, where it cannot be imported here."""
    test_names: Mapping[str, str] = field(default_factory=dict)
    """Question → its test file's name below `tests`, where that is not the question's own."""

    def files(self) -> dict[str, bytes]:
        """Return what lies beside the student's notebook: path with `/` → content."""
        base = self.root / "files"
        found = sorted(p for p in base.rglob("*") if p.is_file()) if base.is_dir() else []
        return {p.relative_to(base).as_posix(): p.read_bytes() for p in found}

    def test_file(self, question: str) -> Path:
        """Return a question's test file."""
        return self.root / "tests" / self.test_names.get(question, f"{question}.py")

    @property
    def solution(self) -> Path | None:
        """The reference's module; None where an otter bundle has none."""
        return self.root / "solutions" / self.assignment.solution if self.assignment.solution else None

    @property
    def notebook(self) -> Path | None:
        """The untouched release's notebook; None where an otter bundle has none."""
        return self.root / "release" / self.assignment.notebook if self.assignment.notebook else None

    @property
    def workplace(self) -> Path:
        """The folder that tests run in: what they name by a relative path lies below it."""
        return self.root if self.assignment.otter is None else self.root / "work"


def write_plan(assignment: Assignment, question_keys: Mapping[str, bytes]) -> bytes:
    """Return `plan.json`: the same bytes for the same plan."""
    plan = {
        "assignment": records.plain(assignment),
        "question_keys": {name: key.hex() for name, key in question_keys.items()},
    }
    return json.dumps(plan, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def write_bundle(parts: Mapping[str, bytes], target: Path, beside: Mapping[str, bytes] | None = None) -> str:
    """Write a bundle, adding its manifest. The same parts give the same bytes.

    Args:
        parts: Path, with `/` → content, for grading: `tests/…`, `files/…`, `solutions/…`, `release/…` and the plan.
        target: Where to; replaced as a whole or left as it was. Its folder is made.
        beside: Name → content, of what lies at the root of the zip for a platform; nothing when None.

    Returns:
        The sha256 of the archive's bytes, in hexadecimal.

    Raises:
        MachineFault: The file cannot be written.
    """
    entries = {f"{HOME}{name}" if name.startswith(_AT_HOME) else name: content for name, content in parts.items()}
    assert len(entries) == len(parts), "two parts in one place"
    assert MANIFEST not in entries, "the manifest is made here"
    assert all(name.startswith(_GRADING) for name in entries), "a part that no platform would keep"
    entries |= beside or {}
    manifest = {"format": _FORMAT, "files": {p: hashlib.sha256(data).hexdigest() for p, data in entries.items()}}
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"
    return write_archive({**entries, MANIFEST: text}, target)


def is_ours(path: Path) -> bool:
    """Whether this is a zip or a folder that `write_bundle` made, also by an older version; it need not be whole.

    Raises:
        InputError: it is neither a zip nor a folder, or is a zip that cannot be read.
    """
    if path.is_dir():
        return (path / MANIFEST).exists()
    entries = read_archive(path)[1]
    return MANIFEST in entries or {PLAN, "manifest.json"} <= entries.keys()


def open_bundle(path: Path, into: Path) -> Bundle:
    """Check a bundle and unpack it.

    Args:
        path: The zip, or a folder that it was unpacked to.
        into: Existing folder; a new folder of our own is made in it, and nothing is written beside that.

    Raises:
        InputError: It is not a whole bundle of a format we know; nothing is left behind.
        MachineFault: It cannot be unpacked for want of space or rights; nothing is left behind either.
    """
    if path.is_dir():
        entries = _listed(path)
        digest = hashlib.sha256(entries[MANIFEST]).hexdigest()
    else:
        data, entries = read_archive(path)
        digest = hashlib.sha256(data).hexdigest()
    checked = _verified(entries, path)
    parts = {name.removeprefix(HOME): content for name, content in checked.items() if name.startswith(_GRADING)}
    assignment, keys = _plan(parts, path)
    needed = [f"solutions/{assignment.solution}", f"release/{assignment.notebook}"]
    needed += [f"tests/{question.name}.py" for question in assignment.questions]
    for name in needed:
        if name not in parts:
            raise _bad(path, f"its plan asks for `{name}`, which is not in it")
    root = unpack(parts, into, path)
    return Bundle(root=root, sha256=digest, assignment=assignment, question_keys=keys)


def _listed(folder: Path) -> dict[str, bytes]:
    """What the manifest of an unpacked bundle lists for grading, and the manifest without the rest; what else lies there is not read."""
    if not (folder / MANIFEST).is_file():
        raise _bad(folder, "it holds no bundle of ours", "Name the zip that `autograder bundle` wrote, or a folder it was unpacked to.")
    manifest = _json_object(_read(folder / MANIFEST), MANIFEST, folder)
    hashes = manifest.get("files")
    kept = {name: value for name, value in hashes.items() if name.startswith(_GRADING)} if isinstance(hashes, dict) else None
    found: dict[str, bytes] = {}
    for name in kept or {}:
        _refuse_name(zipfile.ZipInfo(name), set(), folder)
        if not (folder / name).is_file():
            raise _bad(folder, f"`{name}` is in the manifest but not in the folder", "Unpack the bundle again.")
        found[name] = _read(folder / name)
    return {**found, MANIFEST: json.dumps({**manifest, "files": kept}).encode()}


def read_archive(path: Path) -> tuple[bytes, dict[str, bytes]]:
    """The bytes of a bundle, whoever made it, and every file in it: path with `/` → content.

    Raises:
        InputError: it cannot be read, or holds what could be written somewhere else, or is larger than it says.
    """
    data = _read(path)
    return data, _entries(data, path)


def unpack(parts: Mapping[str, bytes], into: Path, path: Path) -> Path:
    """Write a bundle's parts into a new folder of our own in `into`, and return it; `path` is what messages call the bundle.

    Raises:
        MachineFault: there is no room, or no right; nothing is left behind.
    """
    root = None
    try:
        root = Path(tempfile.mkdtemp(prefix="bundle-", dir=into))
        for name, content in parts.items():
            place = root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    except OSError as error:
        if root is not None:
            shutil.rmtree(root, ignore_errors=True)
        raise MachineFault(f"The bundle {path} cannot be unpacked below {into}: {error.strerror}.") from error
    return root


def _bad(path: Path, why: str, remedy: str = _REBUILD) -> InputError:
    return InputError(f"{path} cannot be used as a grading bundle: {why}. {remedy}")


def _read(path: Path) -> bytes:
    try:
        # Without waiting: opening a pipe that nobody writes to would never end.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise _bad(path, "it is not a file", "Name the zip that `autograder bundle` wrote.")
            data = stream.read(_LARGEST_ARCHIVE + 1)
    except FileNotFoundError as error:
        raise InputError(f"There is no bundle {path}. Build it with `autograder bundle`, or correct the path.") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"The bundle {path} cannot be read: {why}. Look at its permissions.") from error
    if len(data) > _LARGEST_ARCHIVE:
        raise _bad(path, f"it is larger than {_LARGEST_ARCHIVE >> 20} MiB", _SMALLER)
    return data


def _entries(data: bytes, path: Path) -> dict[str, bytes]:
    """Return every entry's content, having trusted no size, name or type that the archive states."""
    if not data.startswith(b"PK"):
        raise _bad(path, "it is not a zip archive", "Name the zip that `autograder bundle`, `otter assign` or `otter generate` wrote.")
    parts: dict[str, bytes] = {}
    left = _LARGEST_CONTENT
    seen: set[str] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST_ENTRIES:
                raise _bad(path, f"it has more than {_MOST_ENTRIES} entries", _REPACK)
            everywhere = any(info.filename == MANIFEST for info in infos)
            for info in infos:
                _refuse_name(info, seen, path, everywhere=everywhere)
                if info.is_dir():
                    continue
                if info.file_size > left:
                    raise _bad(path, f"it unpacks to more than {_LARGEST_CONTENT >> 20} MiB", _SMALLER)
                with archive.open(info) as stream:
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise _bad(path, f"it unpacks to more than {_LARGEST_CONTENT >> 20} MiB", _SMALLER)
                parts[info.filename] = content
    except ZIP_ERRORS as error:
        raise _bad(
            path,
            f"the archive is damaged ({' '.join(str(error).split()) or type(error).__name__})",
            "Copy or download it again, or build it again with the command that made it.",
        ) from error
    folders = {str(parent) for name in parts for parent in PurePosixPath(name).parents}
    for name in parts:
        if name in folders:
            raise _bad(path, f"`{name}` is both a file and a folder in it", _REPACK)
    return parts


def _refuse_name(info: zipfile.ZipInfo, seen: set[str], path: Path, *, everywhere: bool = True) -> None:
    """Refuse an entry that could be written elsewhere; with `everywhere`, also one that not every file system can hold."""
    pure = PurePosixPath(name := info.filename.removesuffix("/"))  # a folder's own entry
    shown = name.encode("unicode_escape").decode()[:80]
    windows = any(c in name for c in ':*?"<>|') or any(part.endswith((".", " ")) for part in pure.parts)
    unsafe = (
        not name.isprintable()
        or name != str(pure)  # refuses `a//b`, `./a`, `a/` and the empty name
        or pure.is_absolute()
        or ".." in pure.parts
        or "\\" in name
        or (everywhere and windows)
        or any(len(part.encode("utf-8", "surrogatepass")) > _LONGEST_PATH for part in pure.parts)
        or len(name) > 4 * _LONGEST_PATH
    )
    if unsafe:
        raise _bad(path, f"the entry `{shown}` has a name that is no plain relative path", _REBUILD if everywhere else _REPACK)
    # Entries that differ in case alone would overwrite each other on some file systems.
    if everywhere and name.lower() in seen:
        raise _bad(path, f"the entry `{shown}` is there twice")
    seen.add(name.lower())
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFDIR if info.is_dir() else stat.S_IFREG):
        raise _bad(path, f"the entry `{shown}` is a link or a device", _REPACK)


def _verified(parts: dict[str, bytes], path: Path) -> dict[str, bytes]:
    """Return the parts but the manifest, when it accounts for every one of them."""
    if MANIFEST not in parts:
        raise _bad(path, "it has no manifest", "Build the bundle with `autograder bundle`.")
    manifest = _json_object(parts[MANIFEST], MANIFEST, path)
    version = manifest.get("format")
    if type(version) is int and version > _FORMAT:
        raise _bad(path, f"it has format {version}, and this version reads format {_FORMAT}", "Upgrade notebook-autograder.")
    if type(version) is not int or version != _FORMAT:
        raise _bad(path, "its manifest states no format that ever was")
    hashes = manifest.get("files")
    if not isinstance(hashes, dict):
        raise _bad(path, "its manifest lists no files")
    found = {name: content for name, content in parts.items() if name != MANIFEST}
    for name in sorted(found.keys() ^ hashes.keys()):
        where = "is not in the manifest" if name in found else "is in the manifest but not in the archive"
        raise _bad(path, f"`{name.encode('unicode_escape').decode()[:80]}` {where}")
    for name, content in found.items():
        if hashes[name] != hashlib.sha256(content).hexdigest():
            raise _bad(path, f"`{name}` was changed after it was built (its hash differs from the manifest's)")
    return found


def _plan(parts: Mapping[str, bytes], path: Path) -> tuple[Assignment, dict[str, bytes]]:
    if PLAN not in parts:
        raise _bad(path, "it has no plan")
    plan = _json_object(parts[PLAN], PLAN, path)
    try:
        assignment = records.read(plan.get("assignment"), Assignment)
        keys = {name: bytes.fromhex(text) for name, text in records.read(plan.get("question_keys"), dict[str, str]).items()}
    except ValueError as error:
        raise _bad(path, f"its plan cannot be understood ({error})") from error
    names = [question.name for question in assignment.questions]
    functions = [name for question in assignment.questions for name in question.functions]
    if (
        len(set(names)) != len(names)
        or len(set(functions)) != len(functions)
        or not all(question.functions for question in assignment.questions)
    ):
        raise _bad(path, "its plan names a question or a function twice, or a question without a function")
    if set(keys) != set(names) or any(len(key) != 32 for key in keys.values()):
        raise _bad(path, "its plan does not have one key of 32 bytes for each question")
    for name in (assignment.notebook, assignment.solution, *names):
        if name != PurePosixPath(name).name:
            raise _bad(path, f"its plan names a file outside its place (`{name}`)")
    return assignment, keys


def _json_object(data: bytes, name: str, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _bad(path, f"its {name} is not JSON") from error
    if not isinstance(value, dict):
        raise _bad(path, f"its {name} is not a JSON object")
    return value
