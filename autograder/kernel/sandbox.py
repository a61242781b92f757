"""What a submission's processes may read, write and use, and which layers of confinement hold on this machine.

Theory of operation. The zygote (trusted) confines itself when it starts, in the best of two profiles that the machine allows. It
forks an init (trusted) for each submission; init forks the kernel, which confines itself further before it runs the first
cell, and every later process of the submission inherits that:

    namespaces  an empty root with the interpreter and a tmpfs of limited size, no other process, no network, a user id that
                owns nothing (started by root) or one's own, in a user namespace (`inside/namespaces.py`); profile `namespaces`.
    user        a user id of the submission's own, where root grades; no capability (`inside/privileges.py`).
    Landlock    reads: the interpreter, its packages, system libraries. Writes: the submission's scratch folder, harmless devices.
                No TCP (from its version 4), no signals or abstract sockets to processes outside (version 6), no ptrace
                of any process outside.
    seccomp     No sockets but pairs, nothing that outlives a process, no limits or priorities of others, no modes or owners
                of files, no namespaces, nothing of the machine's own (see `inside/syscalls.py`).
    rlimits     memory, file size, CPU seconds, descriptors, threads.
    init        number of processes, and memory of all together, looked at ten times a second.
    environment a fixed list of variables; no descriptor is inherited but the one socket.

The answers are not kept from student code by these walls alone: they are in no process that it shares memory with.
"""

from __future__ import annotations

import functools
import os
import site
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from autograder.errors import MachineFault
from autograder.kernel.layers import Layer, layers_of
from autograder.model import Confined, Limits, Profile, Sandbox

__all__ = ["Confinement", "environment", "survey", "warm_order"]

_SYSTEM = (
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/sbin",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/fonts",
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_FILE_BYTES = 256 << 20
_DESCRIPTORS = 512
_MORE_THREADS = 4096
"""Above those that this user has now, as far as we can see them; where its threads are counted together with a submission's."""
_FIRST_ID = 60706
"""The first of 256 user ids for students, where root grades: used by nobody (systemd's docs/UIDS-GIDS.md: 60706 to 61183 are unused)."""


class Confinement:
    """Which layers are applied to student code on this machine.

    Args:
        found: What the zygote says of itself when it is warm.
        layers: See `layers_of`.
    """

    def __init__(self, found: dict[str, Any], layers: Iterable[Layer]) -> None:
        self.profile = Profile(found["profile"])
        """The profile in use."""
        self.layers = tuple(layers)
        """All layers, those that hold and those that do not."""
        self.landlock: int = found["landlock"]
        """Landlock's version; 0 where it is not applied."""
        self.seccomp: bool = found["seccomp"]
        """Whether system calls are filtered."""
        self.own_user: bool = found["user"] is not None
        """Whether a submission has a user id of its own."""
        self.home: Path | None = None if found["home"] is None else Path(found["home"])
        """Folder on disk that scratch folders are made in; None where they are not on disk."""

    @property
    def confined(self) -> Confined:
        """The same as plain data, for results."""
        return Confined(self.profile, self.holds, self.missing)

    @property
    def holds(self) -> tuple[str, ...]:
        """Sentences: what is enforced."""
        return tuple(str(layer) for layer in self.layers if layer.holds)

    @property
    def missing(self) -> tuple[str, ...]:
        """Sentences: what is not protected here."""
        return tuple(str(layer) for layer in self.layers if not layer.holds)

    @property
    def closes_files(self) -> bool:
        """Whether student code cannot read what others may not (mode 0600 or 0700): by namespaces, Landlock or a user of its own."""
        if self.profile is Profile.OFF:
            return False
        without_rights = any(layer.holds for layer in self.layers if layer.name == "privileges")
        return self.profile is Profile.NAMESPACES or self.landlock > 0 or (self.own_user and without_rights)

    def order(self, limits: Limits) -> dict[str, Any]:
        """What the zygote's next fork needs to know to confine itself."""
        cpu_s = int(limits.notebook_s + limits.question_s * 64) + 1
        own_root = self.profile is Profile.NAMESPACES
        # In a user namespace, or as a user of its own, a submission's threads are counted by themselves.
        counted_alone = own_root or self.own_user
        return {
            "profile": self.profile.value,
            "disk_bytes": limits.disk_bytes,
            "landlock": self.landlock > 0,
            "seccomp": self.seccomp,
            "readable": ["/"] if own_root else list(_readable()),
            "writable": list(_DEVICES),
            "limits": {
                "memory_bytes": limits.memory_bytes,
                "file_bytes": min(_FILE_BYTES, limits.disk_bytes),
                "cpu_s": cpu_s,
                "descriptors": _DESCRIPTORS,
                "output_bytes": limits.output_bytes,
                "processes": limits.processes,
                "threads": limits.processes + 2 if counted_alone else _threads_of_this_user() + _MORE_THREADS,
            },
            "environment": environment(),
        }


@functools.cache
def _readable() -> tuple[str, ...]:
    """The interpreter, its standard library and packages, and the system's libraries; nothing of a home or a course."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {str(Path(sys.base_prefix) / "lib"), str(Path(sys.base_prefix) / "bin"), str(Path(sys.prefix) / "bin")}
    paths.add(str(Path(sys.prefix) / "pyvenv.cfg"))
    paths.add(str(_inside()))
    if site.ENABLE_USER_SITE:
        paths.add(site.getusersitepackages())
    paths |= {str(Path(path).resolve()) for path in paths}
    return tuple(sorted(path for path in paths | set(_SYSTEM) if os.path.exists(path)))


def _inside() -> Path:
    return Path(__file__).resolve().parent.parent / "inside"


def environment() -> dict[str, str]:
    """The variables a student's process starts with, but for those that name its folders: a fixed list, nothing of ours."""
    return {
        "PATH": f"{Path(sys.prefix) / 'bin'}:/usr/bin:/bin",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MALLOC_ARENA_MAX": "2",  # each thread would set 64 MiB of addresses aside, which count
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def warm_order(policy: Sandbox, profile: Profile | None) -> dict[str, Any]:
    """What the zygote needs to know to confine itself: it has to see the interpreter, and find a submission's processes in /proc."""
    if policy is Sandbox.OFF:
        profile = Profile.OFF
    return {
        "profile": None if profile is None else profile.value,
        "readable": list(_readable()),
        "writable": list(_DEVICES),
        "must_be_readable": [os.__file__, os.path.realpath(sys.executable), sysconfig.get_path("purelib"), str(_inside())],
        "first_id": _FIRST_ID,
        "temporary": tempfile.gettempdir(),
    }


def survey(
    policy: Sandbox,
    found: dict[str, Any],
    as_it_is: Callable[[Layer], Layer] = lambda layer: layer,
    remedy: str = "`autograder doctor` says what can be done.",
) -> Confinement:
    """Say what can be enforced here.

    Args:
        policy: The author's wish.
        found: What the zygote found when it confined itself; see `inside/zygote.py`.
        as_it_is: Says a layer in other words, where something else than a warm zygote makes it.
        remedy: What to do where a layer that is required is missing.

    Raises:
        MachineFault: `required`, and a layer is missing; or Landlock is there and does not hold.
    """
    if found["landlock"] and not found["walled"]:
        raise MachineFault("This machine's Landlock accepts rules and does not enforce them, so nothing was run. Please report it.")
    confinement = Confinement(found, map(as_it_is, layers_of(policy, found)))
    if policy is Sandbox.REQUIRED and confinement.missing:
        raise MachineFault(
            "The configuration says `sandbox: required`, and here is not protected: " + "; ".join(confinement.missing) + f". {remedy}"
        )
    return confinement


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
