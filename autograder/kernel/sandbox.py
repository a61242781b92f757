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

import os
import site
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import MachineFault
from autograder.model import Limits, Profile, Sandbox

__all__ = ["Confinement", "Layer", "environment", "survey", "warm_order"]

_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/etc/fonts")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_FILE_BYTES = 256 << 20
_DESCRIPTORS = 512
_MORE_THREADS = 4096
"""Above those that this user has now, as far as we can see them; where its threads are counted together with a submission's."""
_FIRST_ID = 60706
"""The first of 256 user ids for students, where root grades: used by nobody (systemd's docs/UIDS-GIDS.md: 60706 to 61183 are unused)."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing that student code is kept from, or could be."""

    name: str
    """A word or two."""
    holds: bool
    """Whether it is kept from it on this machine."""
    text: str
    """A sentence, after the name: what is enforced, and by what; or what is not, why, and what to do."""

    def __str__(self) -> str:
        """The whole sentence."""
        return f"{self.name}: {self.text}"


class Confinement:
    """Which layers are applied to student code on this machine.

    Args:
        found: What the zygote says of itself when it is warm.
        layers: See `survey`.
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
        self._own_user: bool = found["user"] is not None
        self.home: Path | None = None if found["home"] is None else Path(found["home"])
        """Folder on disk that scratch folders are made in; None where they are not on disk."""

    @property
    def holds(self) -> tuple[str, ...]:
        """Sentences: what is enforced."""
        return tuple(str(layer) for layer in self.layers if layer.holds)

    @property
    def missing(self) -> tuple[str, ...]:
        """Sentences: what is not protected here."""
        return tuple(str(layer) for layer in self.layers if not layer.holds)

    def order(self, limits: Limits) -> dict[str, Any]:
        """What the zygote's next fork needs to know to confine itself."""
        cpu_s = int(limits.notebook_s + limits.question_s * 64) + 1
        own_root = self.profile is Profile.NAMESPACES
        # In a user namespace, or as a user of its own, a submission's threads are counted by themselves.
        counted_alone = own_root or self._own_user
        return {
            "profile": self.profile.value,
            "disk_bytes": limits.disk_bytes,
            "landlock": self.landlock > 0,
            "seccomp": self.seccomp,
            "readable": ["/"] if own_root else _readable(),
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


def _readable() -> list[str]:
    """The interpreter, its standard library and packages, and the system's libraries; nothing of a home or a course."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {str(Path(sys.base_prefix) / "lib"), str(Path(sys.base_prefix) / "bin"), str(Path(sys.prefix) / "bin")}
    paths.add(str(Path(sys.prefix) / "pyvenv.cfg"))
    paths.add(str(_inside()))
    if site.ENABLE_USER_SITE:
        paths.add(site.getusersitepackages())
    paths |= {str(Path(path).resolve()) for path in paths}
    return sorted(path for path in paths | set(_SYSTEM) if os.path.exists(path))


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
        "readable": _readable(),
        "writable": list(_DEVICES),
        "must_be_readable": [os.__file__, os.path.realpath(sys.executable), sysconfig.get_path("purelib"), str(_inside())],
        "first_id": _FIRST_ID,
        "temporary": tempfile.gettempdir(),
    }


def survey(policy: Sandbox, found: dict[str, Any]) -> Confinement:
    """Say what can be enforced here.

    Args:
        policy: The author's wish.
        found: What the zygote found when it confined itself; see `inside/zygote.py`.

    Raises:
        MachineFault: `required`, and a layer is missing; or Landlock is there and does not hold.
    """
    if found["landlock"] and not found["walled"]:
        raise MachineFault("This machine's Landlock accepts rules and does not enforce them, so nothing was run. Please report it.")
    if found["profile"] == Profile.OFF:
        layers = _layers_off(policy)
    elif found["profile"] == Profile.NAMESPACES:
        layers = _layers_of_namespaces(found)
    else:
        layers = _layers_of_processes(found)
    confinement = Confinement(found, layers)
    if policy is Sandbox.REQUIRED and confinement.missing:
        raise MachineFault(
            "The configuration says `sandbox: required`, and here is not protected: " + "; ".join(confinement.missing) + ". "
            "`autograder doctor` says what can be done."
        )
    return confinement


_OWN_MEMORY = Layer(
    "memory of the grader", True, "every notebook and question is a process of its own, without your environment or descriptors"
)
_EACH = Layer("each process", True, "its memory, CPU time, descriptors and size of files (resource limits)")
_TOGETHER = Layer("all processes together", True, "number and memory (looked at ten times a second)")


def _layers_off(policy: Sandbox) -> list[Layer]:
    why = "the configuration says `sandbox: off`" if policy is Sandbox.OFF else "the profile `off` was asked for"
    everything = f"{why}, so student code can read and change every file that you can, and do whatever you may do"
    return [_OWN_MEMORY, Layer("files, network, other processes", False, everything), _EACH, _TOGETHER]


def _layers_of_namespaces(found: dict[str, Any]) -> list[Layer]:
    landlock = f", Landlock {found['landlock']}" if found["landlock"] else ""
    owns_nothing = "a user id that owns nothing on this machine" if found["user"] is not None else "your user id, nothing of yours in sight"
    return [
        _OWN_MEMORY,
        Layer("files", True, f"an empty root with the interpreter and a folder of its own, of limited size (namespaces{landlock})"),
        Layer("network", True, "none (namespaces)"),
        Layer("other processes", True, "none are there (namespaces)"),
        Layer("privileges", True, f"{owns_nothing}, without capabilities"),
        _system_calls(found),
        _EACH,
        _TOGETHER,
    ]


def _layers_of_processes(found: dict[str, Any]) -> list[Layer]:
    landlock, own_user = found["landlock"], found["user"] is not None
    reason = found["why_not"] and f"this machine refuses namespaces ({found['why_not']})"
    world = f"{reason or 'the profile `processes` was asked for'}, so what lies outside is forbidden, but there, and the disk can be filled"
    files = f"only the interpreter and a folder of its own (Landlock {landlock})"
    no_files = "this Linux has no Landlock (5.13 or later, enabled), so student code can read what you can"
    no_network = "this system takes no seccomp filter of ours, so student code can connect to where you can"
    signals = f"no signals ({'a user id of its own' if own_user else 'Landlock'})"
    return [
        _OWN_MEMORY,
        Layer("a world of its own", False, world),
        Layer("files", landlock > 0, files if landlock else no_files),
        Layer("network", found["seccomp"], "none (seccomp)" if found["seccomp"] else no_network),
        Layer("other processes", True, signals)
        if own_user or landlock >= _SCOPES
        else Layer("other processes", False, "student code can signal your other processes (needs Linux 6.12)"),
        _privileges(found),
        _system_calls(found),
        _EACH,
        _TOGETHER,
    ]


_SCOPES = 6
"""The version of Landlock that scopes signals (Linux 6.12)."""


def _system_calls(found: dict[str, Any]) -> Layer:
    if found["seccomp"]:
        return Layer("system calls", True, "no sockets, nothing that outlives a submission, nothing of the machine's own (seccomp)")
    return Layer("system calls", False, "this system takes no seccomp filter of ours, so student code may use all of its calls")


def _privileges(found: dict[str, Any]) -> Layer:
    if found["keep_reading"]:
        where = f"{sys.base_prefix}, {sys.prefix} or {tempfile.gettempdir()}"
        text = (
            f"a user id of its own, but with the right to read what its owner has closed to others, since {where} is closed; only Landlock "
            "limits that. Install Python and this package where every user can read them"
        )
        return Layer("privileges", False, text)
    return Layer("privileges", True, ("a user id of its own" if found["user"] is not None else "your user id") + ", without capabilities")


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
