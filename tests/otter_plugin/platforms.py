"""Otter, and the folders of Gradescope and of otter's container, as processes and folders of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "examples" / "submissions"
OTTER = Path(sys.executable).with_name("otter")
IN_PROFILE = Path(__file__).with_name("in_profile.py")
ENVIRONMENT = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)

# What `otter grade` takes of a bundle into its container: grade/Dockerfile of otter-grader 7.0.0, lines 15 to 29.
AT_THE_TOP = ("run_autograder",)
IN_SOURCE = ("setup.sh", "environment.yml", "requirements.*", "otter_config.json", "run_otter.py", "files/*", "tests/*")

Ran = subprocess.CompletedProcess[str]


def call(*command: object, cwd: Path, **environment: str) -> Ran:
    return subprocess.run(
        [*map(str, command)], cwd=cwd, env=ENVIRONMENT | environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def otter_run(bundle: Path, submission: Path, out: Path, *, how: str = "") -> Ran:
    """`otter run`, or the same in the way of `in_profile`; results go to `out`, which is made."""
    out.mkdir()
    program = [sys.executable, IN_PROFILE, how, OTTER] if how else [OTTER]
    return call(*program, "run", "-a", bundle, "-o", out, submission, cwd=out)


def results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return found


def scores(found: dict[str, Any]) -> dict[str, float]:
    """Question → points, from otter's entries or from ours, which have one for each case."""
    totals: dict[str, float] = {}
    for entry in found["tests"]:
        if "score" in entry:
            name = entry["name"].partition(":")[0].removesuffix(" (optional)")
            totals[name] = round(totals.get(name, 0) + entry["score"], 6)
    return totals


def gradescope(bundle: Path, root: Path, *submissions: Path) -> Path:
    """A folder as Gradescope's container has it at /autograder."""
    for name in ("submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(root / "source")
    (root / "run_autograder").write_bytes((root / "source" / "run_autograder").read_bytes())
    (root / "submission_metadata.json").write_text(json.dumps({"id": 7, "users": [{"email": "a@b.invalid", "name": "A"}]}))
    _hand_in(root, submissions)
    return root


def otter_container(bundle: Path, root: Path, *submissions: Path) -> Path:
    """A folder as the container of `otter grade` has it at /autograder: with what its Dockerfile keeps, and an empty metadata file."""
    for name in ("submission", "results", "source"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(bundle) as archive:
        for name in archive.namelist():
            if name in AT_THE_TOP:
                (root / name).write_bytes(archive.read(name))
            elif any(fnmatch(name, pattern) for pattern in IN_SOURCE):
                archive.extract(name, root / "source")
    (root / "submission_metadata.json").touch()
    _hand_in(root, submissions)
    return root


def _hand_in(root: Path, submissions: tuple[Path, ...]) -> None:
    for path in submissions:
        (root / "submission" / path.name).write_bytes(path.read_bytes())


def run_autograder(root: Path, *, how: str = "") -> Ran:
    """Call the bundle's own script, as the container does; in the place of what setup.sh would install stands this environment."""
    python = Path(sys.executable)
    if how:
        python = root / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{IN_PROFILE}" {how} "$@"\n')
        python.chmod(0o755)
    return call("bash", root / "run_autograder", cwd=root, AUTOGRADER_PYTHON=str(python))


def notebook_of(name: str) -> Path:
    return next((EXAMPLES / name).glob("*.ipynb"))
