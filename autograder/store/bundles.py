"""Bundles, kept as they were unpacked for grading, so that a run can be opened again as it was, also years later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.archive import zip_bytes
from autograder.bundle import Bundle, read_archive, unpack
from autograder.store.classes import Run
from autograder.store.files import Files

__all__ = ["for_reports", "keep", "opened_again"]


def keep(bundle: Bundle, files: Files, stand_ins: Mapping[str, tuple[str, ...]]) -> Run:
    """Keep an opened bundle, and say how it is opened again.

    Raises:
        MachineFault: it cannot be written.
    """
    parts = {
        path.relative_to(bundle.root).as_posix(): path.read_bytes()
        for path in sorted(bundle.root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return Run(
        parts=files.put(zip_bytes(parts)),
        sha256=bundle.sha256,
        assignment=bundle.assignment,
        question_keys=tuple((name, key.hex()) for name, key in sorted(bundle.question_keys.items())),
        test_names=tuple(sorted(bundle.test_names.items())),
        stand_ins=tuple(sorted(stand_ins.items())),
        not_installed=tuple(sorted(bundle.not_installed.items())),
    )


def opened_again(run: Run, files: Files, into: Path) -> Bundle:
    """Unpack a kept bundle into a new folder of our own in `into`.

    Raises:
        InputError, MachineFault: it is damaged, or there is no room.
    """
    files.get(run.parts)  # it is what was kept
    path = files.path(run.parts)
    _data, parts = read_archive(path)
    return _bundle(run, unpack(parts, into, path))


def for_reports(run: Run) -> Bundle:
    """A bundle of which only the policy and the name are there: no file of it is."""
    return _bundle(run, Path("/a bundle that is not unpacked"))


def _bundle(run: Run, root: Path) -> Bundle:
    keys = {name: bytes.fromhex(key) for name, key in run.question_keys}
    return Bundle(root, run.sha256, run.assignment, keys, (), dict(run.not_installed), dict(run.test_names))
