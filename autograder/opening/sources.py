"""The parts of an otter bundle: from its zip, its folder, a folder of test files, or a notebook with tests in its metadata.

tests/NAME.py      test files
files/...          what lies beside a submission while it runs
otter_config.json  may be missing
environment.yml, requirements.txt   read for the names in them; nothing is installed
"""

from __future__ import annotations

import json
import os
import pprint
import re
import stat
from collections.abc import Container, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.bundle import read_archive
from autograder.errors import InputError

__all__ = ["read_parts"]

_MOST_FILES = 5000
_MOST_BYTES = 512 << 20
_AT_THE_ROOT = (".json", ".yml", ".yaml", ".txt", ".py", ".ipynb")
_PASSED_OVER = {"__pycache__", "__MACOSX", ".ipynb_checkpoints", ".git", ".OTTER_LOG"}


def read_parts(path: Path) -> dict[str, bytes]:
    """Every part of the bundle: path with `/` → content.

    Raises:
        InputError: it is none of the above; names it and says what to do.
    """
    if path.is_dir():
        parts = _folder(path)
        if not any(name.startswith("tests/") for name in parts) and any(_is_test(name) for name in parts):
            parts = {f"tests/{name}": content for name, content in parts.items()}
    elif path.suffix.lower() == ".ipynb":
        return _tests_of_notebook(path.name, _read(path), path)
    else:
        parts = _without_wrapper(read_archive(path)[1])
    # The same parts from a zip as from the folder it is unpacked to, where a platform puts an installer of 100 MB beside them.
    parts = {name: content for name, content in parts.items() if "/" in name or name.endswith(_AT_THE_ROOT)}
    if not any(_is_test(name.removeprefix("tests/")) for name in parts if name.startswith("tests/")):
        notebooks = [name for name in parts if name.endswith(".ipynb") and "/" not in name]
        if len(notebooks) == 1:
            return parts | _tests_of_notebook(notebooks[0], parts[notebooks[0]], path)
        if any(re.fullmatch(r"(tests/)?[^/]+\.[Rr]", name) for name in parts):
            raise InputError(f"{path} has test files in R. Only Python notebooks are graded here; otter itself grades R.")
        raise InputError(
            f"{path} has no test files: an otter bundle has them in its folder `tests`, as NAME.py. Build it again with "
            "`otter generate` or `otter assign`, or name the folder that the test files are in."
        )
    return parts


def _is_test(name: str) -> bool:
    return name.endswith(".py") and "/" not in name


def _without_wrapper(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Archives made of a folder, not of what is in it."""
    parts = {name: content for name, content in parts.items() if not _PASSED_OVER & set(PurePosixPath(name).parts)}
    tops = {name.partition("/")[0] for name in parts}
    if len(tops) == 1 and all("/" in name for name in parts) and tops.isdisjoint(("tests", "files")):
        return {name.partition("/")[2]: content for name, content in parts.items()}
    return parts


def _folder(root: Path) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = _MOST_BYTES
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER and not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            if Path(folder) == root and not name.endswith(_AT_THE_ROOT):
                continue
            if name in _PASSED_OVER or not stat.S_ISREG(path.lstat().st_mode):
                continue
            content = _read(path)
            left -= len(content)
            parts[path.relative_to(root).as_posix()] = content
            if len(parts) > _MOST_FILES or left < 0:
                raise InputError(
                    f"{root} has more than {_MOST_FILES} files, or {_MOST_BYTES >> 20} MiB. Name the folder of the bundle alone."
                )
    return parts


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Look at its path and permissions.") from error


def _tests_of_notebook(name: str, data: bytes, path: Path) -> dict[str, bytes]:
    """Test files made of `metadata.otter.tests`, as `otter assign` writes it."""
    try:
        otter = json.loads(data)["metadata"]["otter"]
        tests: Mapping[str, Any] = otter["tests"]
        found: dict[str, bytes] = {}
        for question, spec in tests.items():
            found[_file_name(question, found)] = _test_source(spec)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{path}: the notebook {name} has no tests of otter's in its metadata. Name a bundle, or a folder of test files."
        ) from error
    if not found:
        raise InputError(
            f"{path}: the notebook {name} has an empty list of tests in its metadata. Name a bundle, or a folder of test files."
        )
    return {f"tests/{file}": source for file, source in found.items()}


def _file_name(question: str, others: Container[str]) -> str:
    name = re.sub(r"[^\w.-]", "_", question).lstrip(".")[:50]
    number = 1
    while (file := f"{name}_{number}.py" if number > 1 else f"{name}.py") in others:
        number += 1
    return file


def _test_source(spec: Any) -> bytes:
    if isinstance(spec, str):
        return spec.encode()
    if not isinstance(spec, dict):
        raise TypeError("neither source nor specification")
    return f"OK_FORMAT = True\n\ntest = {pprint.pformat(spec, sort_dicts=False, width=120)}\n".encode()
