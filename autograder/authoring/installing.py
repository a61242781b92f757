"""What a bundle has at its root, so that Gradescope and `otter grade` can install this package and grade with it.

setup.sh            installs: Python 3.11 or later where there is none, the requirements, this package
run_autograder      grades one submission
run_otter.py        the same through otter, for `otter grade`
otter_config.json   names our plugin to otter
environment.yml     otter's container wants to see one
requirements.txt    pinned, with hashes; from the platform's own package index
requirements.whl    this package; called so because of all wheels `otter grade` keeps only this name (`requirements.*`)
"""

from __future__ import annotations

import json
from pathlib import Path

import autograder
from autograder.authoring.wheel import package_wheel
from autograder.errors import AuthorError

__all__ = ["PLUGIN", "installation_parts"]

PLUGIN = "autograder.otter_plugin.IsolatedGrading"
"""How otter is told of our plugin."""


def installation_parts(course: Path | None = None) -> dict[str, bytes]:
    """Return name → content.

    Args:
        course: The course's folder, whose `requirements.txt` is taken, too, where there is one.

    Raises:
        AuthorError: That file cannot be read.
        MachineFault: This package is not installed as a whole.
    """
    platform = Path(autograder.__file__).parent / "platform"
    parts = {path.name: path.read_bytes() for path in sorted((platform / "zip_root").iterdir()) if path.is_file()}
    own = course / "requirements.txt" if course is not None else None
    if own is not None and own.is_file():
        try:
            parts["requirements.course.txt"] = own.read_bytes().replace(b"\r\n", b"\n")
        except OSError as error:
            raise AuthorError(f"The file cannot be read: {error.strerror}.", file="requirements.txt") from error
    return parts | {
        # As otter writes it (json.dump(…, indent=2)), which it does once more when it grades.
        "otter_config.json": json.dumps({"lang": "python", "plugins": [PLUGIN]}, indent=2).encode(),
        "requirements.txt": (platform / "requirements.txt").read_bytes(),
        "requirements.whl": package_wheel(),
    }
