"""What an otter bundle's environment asks for and this one does not have. Nothing is installed.

A student's cell that imports such a package is not wrong: where they work it is there.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from collections.abc import Iterator, Mapping

__all__ = ["not_installed"]

_NAMED = re.compile(r"^\s*(?:-\s+)?(?:[a-z0-9-]+::)?([A-Za-z][A-Za-z0-9._-]*)\s*(?:\[.*?\])?\s*(?:$|[=<>!~;#@])")
"""A line of requirements.txt, or an entry of environment.yml, perhaps with a channel before its name."""
_IMPORTED = {
    "beautifulsoup4": "bs4",
    "biopython": "Bio",
    "opencv-python": "cv2",
    "opencv-python-headless": "cv2",
    "pillow": "PIL",
    "protobuf": "google.protobuf",
    "py-opencv": "cv2",
    "python-dateutil": "dateutil",
    "pytorch": "torch",
    "pyyaml": "yaml",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
}
"""Packages that are imported by another name."""
_NO_PACKAGES = {"channels", "conda-forge", "defaults", "dependencies", "name", "pip", "python", "r-base"}
_OTTERS_OWN = {"jupyter-server", "jupyter_server", "nb_conda_kernels", "otter-grader"}
"""What `otter generate` writes into every environment.yml for its container: no notebook is about it."""
_FILES = ("environment.yml", "environment.yaml", "requirements.txt")


def not_installed(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Name that a package is imported by → the bundle's file that names it, for packages that cannot be imported here.

    Args:
        parts: The bundle's: path → content.
    """
    found: dict[str, str] = {}
    for file in _FILES:
        for package in _packages(parts.get(file, b"").decode("utf-8", "replace")):
            name = _IMPORTED.get(package.lower(), package.replace("-", "_"))
            if not _is_here(package, name):
                found.setdefault(name, file)
    return found


def _packages(text: str) -> Iterator[str]:
    for line in text.splitlines():
        named = _NAMED.match(line)
        if named and named[1].lower() not in _NO_PACKAGES | _OTTERS_OWN:
            yield named[1]


def _is_here(package: str, name: str) -> bool:
    """By its own name, or by what it is imported by: not every package is installed under the name it is asked for by."""
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        try:
            return importlib.util.find_spec(name) is not None
        except (ImportError, ValueError):
            return False
    return True
