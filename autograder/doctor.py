"""What holds on this machine: not what it should, but what a process in the place of a student's finds when it tries.

A zygote is started and a kernel forked as for a submission; in a question's process of it, a function is run that tries, harmlessly,
what each layer of confinement is there to refuse: a file beside it, a listening socket, a signal of number 0.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import platform
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import MachineFault
from autograder.kernel import frames
from autograder.kernel.layers import Layer
from autograder.kernel.zygote import Unruly, Zygote
from autograder.model import Limits, Profile, Sandbox

__all__ = ["Examination", "Finding", "examine"]

_PACKAGES = ("numpy", "ipykernel", "ipython", "nbclient", "otter-grader")
_WAIT_S = 10.0
_FREED = 64 << 20
_REPLY_BYTES = 1 << 16
_VARIABLE = "AUTOGRADER_DOCTOR_CANARY"

_ATTEMPTS = """
def {name}():
    import ctypes, json, os, resource, socket
    libc = ctypes.CDLL(None, use_errno=True)
    def happens(act):
        try:
            return bool(act())
        except (OSError, MemoryError):
            return False
    def connects():
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", {port})) == 0
    ptrace, unshare, mount = (libc.ptrace(16, os.getppid(), 0, 0), libc.unshare(0x10000000), libc.mount(b"x", b"/", b"tmpfs", 0, None))
    return json.dumps(dict(
        environment={variable!r} in os.environ,
        file=happens(lambda: open({file!r}).read()),
        folder=happens(lambda: os.listdir({folder!r})),
        connection=happens(connects),
        signal=happens(lambda: os.kill({pid}, 0) is None),
        calls=0 in (ptrace, unshare, mount),
        memory=happens(lambda: bytearray({memory})),
        size=resource.getrlimit(resource.RLIMIT_FSIZE)[1] < 0,
        space=os.statvfs(".").f_blocks * os.statvfs(".").f_frsize > {disk},
    ))
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One layer, and whether it stood the test."""

    layer: Layer
    """What is said of it before a kernel is started."""
    got_through: tuple[str, ...]
    """What was tried against a layer that is said to hold, and was not refused: empty, or a mistake of ours, or of this Linux."""

    @property
    def holds(self) -> bool:
        """Whether student code is kept from it, as far as was tried."""
        return self.layer.holds and not self.got_through


@dataclass(frozen=True, slots=True)
class Examination:
    """What `examine` found."""

    profile: Profile
    """The profile that would be used."""
    system: str
    """Python, the system, and who runs it."""
    packages: tuple[tuple[str, str], ...]
    """Name and version of the packages that matter; "not installed" where one is not."""
    findings: tuple[Finding, ...]
    """All layers."""
    seconds: float
    """Wall-clock seconds from the start of the warm process to its end."""

    @property
    def all_hold(self) -> bool:
        """Whether nothing is missing."""
        return all(finding.holds for finding in self.findings)


def examine(profile: Profile | None = None) -> Examination:
    """Try every layer in a real kernel.

    Args:
        profile: Which profile to try; None for the one that grading would use.

    Raises:
        MachineFault: no kernel could be started or asked, or this machine does not have that profile.
    """
    began = time.monotonic()
    with _something_to_find() as canaries:
        os.environ[_VARIABLE] = "canary"
        try:
            zygote = Zygote(("numpy",), Sandbox.BEST, profile)
        finally:
            del os.environ[_VARIABLE]
        try:
            confinement = zygote.confinement
            happened = _tried(zygote, canaries)
        finally:
            zygote.close()
    findings = tuple(Finding(layer, _against(layer, happened)) for layer in confinement.layers)
    return Examination(confinement.profile, _system(), _packages(), findings, time.monotonic() - began)


@contextlib.contextmanager
def _something_to_find() -> Iterator[dict[str, Any]]:
    """A readable file in an open folder, a listening socket, this process."""
    with tempfile.TemporaryDirectory(prefix="autograder-doctor-") as folder, socket.create_server(("127.0.0.1", 0)) as server:
        os.chmod(folder, 0o755)  # noqa: S103 - the layer is to refuse it, not its mode
        file = Path(folder) / "canary"
        file.write_text("canary")
        yield {"file": str(file), "folder": folder, "port": server.getsockname()[1], "pid": os.getpid()}


def _tried(zygote: Zygote, canaries: dict[str, Any]) -> dict[str, bool]:
    """Have a question's process try everything; what happened, by its name."""
    limits = Limits()
    kernel = zygote.fork({}, limits)
    try:
        kernel.remember()
        deadline = time.monotonic() + _WAIT_S
        link = kernel.fork_question(most_bytes=_REPLY_BYTES, deadline=deadline)
        name = "autograder_doctor"
        # More than the limit leaves: what the process has already is its own, and it may have given some of that back since.
        attempt = _ATTEMPTS.format(name=name, variable=_VARIABLE, memory=limits.memory_bytes + _FREED, disk=limits.disk_bytes, **canaries)
        link.send({"do": "import", "statements": {name: attempt}}, deadline=deadline)
        link.receive(deadline=deadline)
        arguments = [["t", []], ["d", []], ["t", [0, 1]]]
        link.send({"do": "call", "call": 1, "target": name, "printed": False, "nodes": arguments, "root": 2}, deadline=deadline)
        reply, _body = link.receive(deadline=deadline)
        identity = _identity(link.pid)
        link.close()
        if reply.get("say") != "returned":
            raise MachineFault(f"A kernel could not be asked what it may do: {reply.get('text', '')}.")
        kind, text = reply["nodes"][reply["root"]]
        assert kind == "s"
        happened: dict[str, bool] = json.loads(text)
        return happened | identity
    except (frames.Closed, frames.FrameTimeout, frames.BadFrame, Unruly) as error:
        raise MachineFault(f"A kernel could not be asked what it may do ({type(error).__name__}: {error}).") from error
    finally:
        kernel.close()


def _identity(pid: int | None) -> dict[str, bool]:
    """Who the process is, seen from outside."""
    facts = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
    return {"root": "0" in facts["Uid"].split(), "capabilities": int(facts["CapEff"], 16) != 0}


_AGAINST = {
    "the grader": {"environment": "it saw a variable of the grader's environment"},
    "files": {"file": "it read a file outside of its folder", "folder": "it listed a folder that is not its own"},
    "disk": {"space": "its files may take more than the limit"},
    "network": {"connection": "it connected to a server on this machine"},
    "other processes": {"signal": "it could signal the grader"},
    "privileges": {"root": "it runs as root", "capabilities": "it has capabilities"},
    "system calls": {"calls": "it could trace its parent, make a namespace or mount"},
    "each process": {"memory": "it got more memory than its limit", "size": "its files may have any size"},
}


def _against(layer: Layer, happened: dict[str, bool]) -> tuple[str, ...]:
    if not layer.holds:
        return ()
    return tuple(words for what, words in _AGAINST.get(layer.name, {}).items() if happened[what])


def _system() -> str:
    user = "root" if os.getuid() == 0 else "an ordinary user"
    return f"Python {platform.python_version()} on {platform.system()} {platform.release()} ({platform.machine()}), as {user}"


def _packages() -> tuple[tuple[str, str], ...]:
    found = []
    for name in _PACKAGES:
        try:
            found.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append((name, "not installed"))
    return tuple(found)
