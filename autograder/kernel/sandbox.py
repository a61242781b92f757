"""What a submission's processes may read, write and use, and which layers of confinement hold on this machine.

Theory of operation. The zygote (trusted) confines itself when it starts: it reads the interpreter and /proc, and writes to the one
folder that scratch folders are made in. It forks an init (trusted) for each submission; init forks the kernel, which confines itself
further before it runs the first cell, and every later process of the submission inherits that:

    Landlock    reads: the interpreter, its packages, system libraries. Writes: the submission's scratch folder, harmless devices.
                No TCP (from its version 4), no signals or abstract sockets to processes outside (version 6), no ptrace
                of any process outside.
    seccomp     No sockets but pairs, nothing that outlives a process, no limits or priorities of others, no modes or owners
                of files, no namespaces, nothing of the machine's own (see `inside/syscalls.py`).
    rlimits     memory, file size, CPU seconds, descriptors; for ordinary users, far above the limit, threads.
    init        number of processes, looked at ten times a second.
    environment a fixed list of variables; no descriptor is inherited but the one socket.

The answers are not kept from student code by these walls alone: they are in no process that it shares memory with.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import MachineFault
from autograder.model import Limits, Sandbox

__all__ = ["Confinement", "environment", "survey", "warm_order"]

_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/etc/fonts")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_FILE_BYTES = 256 << 20
_DESCRIPTORS = 512
_MORE_THREADS = 4096
"""Above those that this user has now, as far as we can see them."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """Which layers are applied to student code on this machine."""

    landlock: int
    """Landlock's version; 0 where it is not applied."""
    seccomp: bool
    """Whether system calls are filtered."""
    holds: tuple[str, ...]
    """Sentences: what is enforced."""
    missing: tuple[str, ...]
    """Sentences: what is not protected here."""

    def order(self, scratch: Path, limits: Limits) -> dict[str, Any]:
        """What the zygote's fork needs to know to confine itself to `scratch`."""
        cpu_s = int(limits.notebook_s + limits.question_s * 64) + 1
        return {
            "scratch": str(scratch),
            "landlock": self.landlock > 0,
            "seccomp": self.seccomp,
            "readable": [path for path in _readable() if os.path.exists(path)],
            "writable": [str(scratch), *_DEVICES],
            "limits": {
                "memory_bytes": limits.memory_bytes,
                "file_bytes": _FILE_BYTES,
                "cpu_s": cpu_s,
                "descriptors": _DESCRIPTORS,
                "output_bytes": limits.output_bytes,
                "processes": limits.processes,
                "threads": _threads_of_this_user() + _MORE_THREADS,
            },
            "environment": environment(scratch),
        }


def _readable() -> list[str]:
    """The interpreter, its standard library and packages, and the system's libraries; nothing of a home or a course."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {str(Path(sys.base_prefix) / "lib"), str(Path(sys.base_prefix) / "bin"), str(Path(sys.prefix) / "bin")}
    paths.add(str(Path(sys.prefix) / "pyvenv.cfg"))
    if site.ENABLE_USER_SITE:
        paths.add(site.getusersitepackages())
    paths |= {str(Path(path).resolve()) for path in paths}
    return sorted(paths | set(_SYSTEM))


def environment(home: Path) -> dict[str, str]:
    """The variables a student's process starts with: a fixed list, nothing of ours."""
    return {
        "PATH": f"{Path(sys.prefix) / 'bin'}:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home),
        "IPYTHONDIR": str(home / ".ipython"),
        "MPLCONFIGDIR": str(home / ".matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def warm_order(home: Path, policy: Sandbox) -> dict[str, Any]:
    """What the zygote needs to know to confine itself: `home` is where its kernels' scratch folders are made.

    It counts its own threads, and its inits find a submission's processes, in /proc; kernels do not see that.
    """
    return {"landlock": policy is not Sandbox.OFF, "readable": [*_readable(), "/proc"], "writable": [str(home), *_DEVICES]}


def survey(policy: Sandbox, landlock: int, *, walled: bool, seccomp: bool) -> Confinement:
    """Say what can be enforced here.

    Args:
        policy: The author's wish.
        landlock: The version that the zygote found.
        walled: Whether the zygote, confined, was refused a folder outside.
        seccomp: Whether the zygote found that system calls can be filtered.

    Raises:
        MachineFault: `required`, and a layer is missing; or Landlock is there and does not hold.
    """
    holds = ["a process of its own for every notebook and question, without the grader's environment or descriptors"]
    missing = []
    if policy is Sandbox.OFF:
        missing.append("the configuration says `sandbox: off`: student code can read every file that you can")
        return Confinement(0, seccomp=False, holds=tuple(holds), missing=tuple(missing))
    if landlock and not walled:
        raise MachineFault("This machine's Landlock accepts rules and does not enforce them, so nothing was run. Please report it.")
    if landlock:
        holds.append(f"files: only the interpreter and a scratch folder (Landlock {landlock})")
    else:
        missing.append("files: this Linux has no Landlock (5.13 or later, enabled), so student code can read what you can")
    if seccomp:
        holds.append("network: none; nothing that outlives a submission, no other process (seccomp)")
    else:
        missing.append("network and other processes: this system takes no seccomp filter of ours")
    if landlock < 6:
        missing.append("signals: student code can signal your other processes (needs Linux 6.12)")
    holds.append("memory, file size, CPU time and descriptors (resource limits)")
    holds.append("number of processes (looked at ten times a second)")
    if os.getuid() == 0:
        missing.append("a burst of processes between two looks: root has no other limit; run the grader as an ordinary user")
    if policy is Sandbox.REQUIRED and missing:
        raise MachineFault("The configuration says `sandbox: required`, and here is not protected: " + "; ".join(missing) + ".")
    return Confinement(landlock, seccomp=seccomp, holds=tuple(holds), missing=tuple(missing))


def _threads_of_this_user() -> int:
    """Threads this user has now: RLIMIT_NPROC counts them all, not only the submission's."""
    count = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                if entry.stat().st_uid == os.getuid():
                    count += len(os.listdir(f"/proc/{entry.name}/task"))
            except OSError:
                continue
    return count
