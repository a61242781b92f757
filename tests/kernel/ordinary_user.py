"""Runs a program as a user who owns nothing, also where the interpreter lies below a folder that is closed to others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from autograder.inside import namespaces

NOBODY = 65534


def run_as_nobody(command: list[str], *, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run `command`, as root; `home` becomes its HOME and TMPDIR, and belongs to it."""
    os.chown(home, NOBODY, NOBODY)
    needed = [Path(sys.base_prefix), Path(sys.prefix), cwd, home]
    closed = {path: next((p for p in reversed(path.parents) if not p.stat().st_mode & 0o001), None) for path in needed}

    def open_the_way_and_go() -> None:
        """In a mount namespace of its own, leave of each closed folder only what is needed in it; then become nobody."""
        if any(closed.values()):
            namespaces._check("mount namespace", namespaces._libc.unshare(namespaces._NEWNS))
            handles = {path: os.open(path, os.O_PATH) for path, folder in closed.items() if folder is not None}
            namespaces._mount("private mounts", None, "/", None, namespaces._REC | namespaces._PRIVATE)
            for folder in {folder for folder in closed.values() if folder is not None}:
                namespaces._mount("tmpfs", "tmpfs", str(folder), "tmpfs", 0, "mode=0755")
            for path, handle in handles.items():
                path.mkdir(parents=True, exist_ok=True)
                namespaces._mount("bind", f"/proc/self/fd/{handle}", str(path), None, namespaces._BIND)
        os.chdir(cwd)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    return subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=open_the_way_and_go,
        capture_output=True,
        text=True,
        check=False,
    )
