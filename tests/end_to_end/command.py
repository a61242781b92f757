"""The real command, as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import autograder

REPOSITORY = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(autograder.__file__).parents[1]), "OPENBLAS_NUM_THREADS": "1"}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "autograder", *map(str, arguments)]


def run(
    *arguments: object, cwd: Path, before: Callable[[], None] | None = None, stdout: IO[str] | int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run `autograder ARGUMENTS…` in `cwd`; `before` is called in the new process first."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        env=ENVIRONMENT,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=before,
        check=False,
    )


def earned(document: dict[str, Any]) -> dict[str, float]:
    """Question → points."""
    return {question["name"]: question["earned"] for question in document["questions"]}
