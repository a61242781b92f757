"""Builds what students get: a folder, and a zip of it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.archive import umask, write_archive
from autograder.authoring.course import read_course
from autograder.authoring.parts import CHECKS, bundle_parts, release_parts
from autograder.authoring.proof import prove as prove_by_running
from autograder.config import CourseSources
from autograder.errors import InputError, MachineFault

__all__ = ["Release", "build_release"]

_CHECKS_BEFORE = f"{CHECKS}.py"  # what a release had before it was a folder: such a release is still one to replace


@dataclass(frozen=True, slots=True)
class Release:
    """A release that was written."""

    folder: Path
    """What students get, unpacked."""
    archive: Path
    """The same as a zip, in a folder named as the assignment is."""
    sha256: str
    """Of the archive's bytes, in hexadecimal."""
    files: tuple[str, ...]
    """Paths in the folder, with `/`, sorted."""


def build_release(sources: CourseSources, out: Path, *, prove: bool = True) -> Release:
    """Write the release to the folder `out` and to `out` with `.zip` added; the same sources give the same bytes.

    Everything is checked before anything is written. The folder is made beside `out` and takes its place in one step;
    a build that fails leaves the previous release as it was.

    Args:
        sources: The course.
        out: The folder; replaced when it is a release, refused when it holds anything else.
        prove: Also run it: see `autograder.authoring.proof`.

    Raises:
        AuthorError: The sources disagree, the release would give something away, or a proof fails.
        InputError: `out` is not ours to replace.
        MachineFault: The machine failed, e.g. a full disk.
    """
    out = out.absolute()
    _refuse_other_folder(out)
    course = read_course(sources)
    parts = release_parts(course)
    if prove:
        prove_by_running(course, bundle_parts(course, parts))
    _replace_folder(out, parts)
    archive = out.with_name(out.name + ".zip")
    sha256 = write_archive({f"{sources.assignment.name}/{name}": data for name, data in parts.items()}, archive)
    return Release(out, archive, sha256, tuple(parts))


def _refuse_other_folder(out: Path) -> None:
    """A release is replaced as a whole, so a mistyped path must not cost anybody's files."""
    try:
        if not out.exists() and not out.is_symlink():
            return
        ours = out.is_dir() and not out.is_symlink()
        ours = ours and (any((out / name).exists() for name in (CHECKS, _CHECKS_BEFORE)) or not any(out.iterdir()))
    except OSError as error:
        raise InputError(f"The folder {out} cannot be looked at: {error.strerror}. Choose another for the release.") from error
    if not ours:
        raise InputError(f"{out} is no release, so it is not replaced by one. Choose another folder, or remove it.")


def _replace_folder(out: Path, parts: Mapping[str, bytes]) -> None:
    made: Path | None = None
    set_aside: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        made.chmod(0o777 & ~umask())  # mkdtemp made it for us alone
        for name, data in parts.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if out.exists():
            set_aside = Path(tempfile.mkdtemp(prefix=f".{out.name}-before-", dir=out.parent))
            out.replace(set_aside)
        made.replace(out)
        made = None
    except OSError as error:
        raise MachineFault(f"The release {out} cannot be written: {error.strerror}. Look at the disk's space and rights.") from error
    finally:
        if set_aside is not None and not out.exists():
            with contextlib.suppress(OSError):  # then it stays where it was set aside, and is not lost
                set_aside.replace(out)
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        if set_aside is not None and out.exists():
            shutil.rmtree(set_aside, ignore_errors=True)
