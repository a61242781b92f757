"""What decides verdicts besides bundle and notebook: equal identities give equal verdicts.

A stored verdict is used again, and a machine of a cluster is let in, only where this is the same.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import autograder
from autograder.kernel.sandbox import Confinement

__all__ = ["differences", "engine_identity", "identity_digest"]

_DECIDING = ("archive.py", "bundle.py", "checks", "errors.py", "grading", "inside", "kernel", "model", "opening", "records.py")
"""Parts of this package that a verdict can depend on; what reads submissions' folders or writes reports is none."""
_OURSELVES = "notebook_autograder"
_PACKAGE = "package "
_NOTHING = "none"
_MOST_NAMED = 6


def engine_identity(confinement: Confinement) -> Mapping[str, str]:
    """Describe this engine: the same on any machine that would reach the same verdicts, whatever its paths and name.

    Args:
        confinement: What a grader here found that holds.

    Returns:
        Sorted; `engine` is the sha256 of the source files, `package NAME` the version of every installed distribution.
    """
    found = {
        "autograder": autograder.__version__,
        "engine": _source_digest(Path(autograder.__file__).parent),
        "machine": platform.machine(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sandbox": confinement.profile.value,
        "sandbox holds": ", ".join(layer.name for layer in confinement.layers if layer.holds),
        **{f"{_PACKAGE}{name}": version for name, version in _installed()},
    }
    return dict(sorted(found.items()))


def identity_digest(identity: Mapping[str, str]) -> str:
    """Return the sha256 of an identity, in hexadecimal."""
    digest = hashlib.sha256()
    for name, value in sorted(identity.items()):
        for text in (name, value):
            data = text.encode("utf-8", "surrogateescape")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Say in what two identities part, for people; empty where they are equal."""
    parts = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
    said = [_difference(name, here.get(name, _NOTHING), there.get(name, _NOTHING)) for name in parts]
    more = len(said) - _MOST_NAMED
    return "; ".join(said[:_MOST_NAMED] + ([f"and {more} more"] if more > 0 else []))


def _difference(name: str, here: str, there: str) -> str:
    if name == "engine":
        return "the grader's own source files"
    return f"{name.removeprefix(_PACKAGE)}: {here} here, {there} there"


def _source_digest(package: Path) -> str:
    digest = hashlib.sha256()
    for part in _DECIDING:
        place = package / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            data = path.read_bytes()
            digest.update(f"{path.relative_to(package).as_posix()} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def _installed() -> Iterator[tuple[str, str]]:
    """Name and version of every other distribution on the path; where there are two of a name, of the first, which is imported.

    Read from the names of their folders, which importlib.metadata would do as well, but not without reading every file in them.
    Source: packaging.python.org, "Recording installed projects": `{name}-{version}.dist-info`, both normalized.
    """
    seen = {_OURSELVES}  # its files speak for it, and how it was installed changes none of them
    for folder in dict.fromkeys(sys.path):
        try:
            entries = sorted(os.listdir(folder))
        except OSError:  # a zip, or what is not there
            continue
        for entry in entries:
            stem, dot, kind = entry.rpartition(".")
            if not dot or kind not in {"dist-info", "egg-info"}:
                continue
            name, _, version = stem.partition("-")
            name = name.lower().replace("-", "_").replace(".", "_")
            if name not in seen:
                seen.add(name)
                yield name, version.partition("-py")[0]
