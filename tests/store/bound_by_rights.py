"""A program in a folder that may not be written to: rights bind it, also where the tests are run by root."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

__all__ = ["run_by_somebody_whom_rights_bind"]


def run_by_somebody_whom_rights_bind(program: str, out: Path, *arguments: Path) -> str:
    """What a program prints that gets `out`, where nothing may be written, and the other arguments."""

    def without_roots_privilege() -> None:  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, by PR_CAPBSET_DROP
        if os.geteuid() == 0 and [ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) for capability in (1, 2)] != [0, 0]:
            os._exit(75)

    out.chmod(0o500)
    try:
        command = [sys.executable, "-c", program, str(out), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=True, preexec_fn=without_roots_privilege).stdout.strip()
    finally:
        out.chmod(0o700)
