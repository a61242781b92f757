"""This package as a wheel, made of its own files: the same bytes from a checkout and from an installed wheel, without a build backend.

Source: the binary distribution format, https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
from collections.abc import Mapping
from pathlib import Path

import autograder
from autograder.archive import zip_bytes
from autograder.errors import MachineFault

__all__ = ["package_wheel", "wheel_name"]

_DISTRIBUTION = "notebook-autograder"
_NAME = _DISTRIBUTION.replace("-", "_")
_WHEEL = b"Wheel-Version: 1.0\nGenerator: notebook-autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel_name() -> str:
    """Return the file name that pip wants it to have."""
    return f"{_NAME}-{autograder.__version__}-py3-none-any.whl"


def package_wheel() -> bytes:
    """Return the wheel.

    Raises:
        MachineFault: The package was not installed, so that its requirements are not known.
    """
    try:
        distribution = importlib.metadata.distribution(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError as error:
        raise MachineFault("A bundle carries this package, which is not installed here. Install it: pip install -e .") from error
    info = f"{_NAME}-{autograder.__version__}.dist-info"
    files = _own_files(Path(autograder.__file__).parent)
    files |= {
        f"{info}/METADATA": _metadata(distribution),
        f"{info}/WHEEL": _WHEEL,
        f"{info}/entry_points.txt": _entry_points(distribution),
        f"{info}/licenses/LICENSE": _license(distribution),
    }
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    return zip_bytes(files)


def _own_files(package: Path) -> dict[str, bytes]:
    """What a build would take: neither what Python compiles nor what editors leave behind."""
    found = {}
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package.parent)
        left_behind = path.suffix == ".pyc" or path.name.endswith("~") or any(part.startswith((".", "__pycache__")) for part in name.parts)
        if path.is_file() and not left_behind:
            found[name.as_posix()] = path.read_bytes()
    return found


def _metadata(distribution: importlib.metadata.Distribution) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {_DISTRIBUTION}", f"Version: {autograder.__version__}"]
    lines += [f"Requires-Python: {distribution.metadata['Requires-Python']}"]
    lines += [f"Requires-Dist: {requirement}" for requirement in sorted(distribution.requires or ())]
    return ("\n".join(lines) + "\n").encode()


def _entry_points(distribution: importlib.metadata.Distribution) -> bytes:
    scripts = sorted(f"{point.name} = {point.value}" for point in distribution.entry_points if point.group == "console_scripts")
    return ("\n".join(["[console_scripts]", *scripts]) + "\n").encode()


def _license(distribution: importlib.metadata.Distribution) -> bytes:
    texts = [file.locate() for file in distribution.files or () if file.name == "LICENSE"]
    if not texts:
        raise MachineFault("The installed package has lost its LICENSE, which copies must carry. Install it again.")
    return Path(str(texts[0])).read_bytes()


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    lines = []
    for name, data in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}")
    return ("\n".join([*lines, f"{own},,"]) + "\n").encode()
