"""What student code is kept from on this machine, layer by layer, in sentences for whoever runs it."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from typing import Any

from autograder.model import Profile, Sandbox

__all__ = ["Layer", "layers_of"]

_SCOPES = 6
"""The version of Landlock that scopes signals (Linux 6.12)."""

_ALLOW_NAMESPACES = (
    "Allow user namespaces. On a machine: `sysctl user.max_user_namespaces=10000`, on Ubuntu also "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`, on Debian 10 `sysctl kernel.unprivileged_userns_clone=1`. A Docker or Podman "
    "container: start it with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined`."
)
_ALLOW_LANDLOCK = "Use Linux 5.13 or later with Landlock among its security modules (/sys/kernel/security/lsm, `lsm=` at boot)."
_ALLOW_SECCOMP = "Grade on an x86-64 or arm64 Linux that allows seccomp filters."
_OPEN_THE_WAY = "Install Python and this package where every user can read them, for instance below /opt."
_NEWER = "Grade on Linux 6.12 or later."
_LEAVE = "Leave the choice of the profile to the grader."


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing that student code is kept from, or could be."""

    name: str
    """A word or two."""
    holds: bool
    """Whether it is kept from it on this machine."""
    text: str
    """A sentence, after the name: what is enforced, and by what; or what is not, and why."""
    remedy: str = ""
    """What to do about it, where it does not hold; for whoever runs the machine. May be empty."""

    def __str__(self) -> str:
        """The whole sentence."""
        return f"{self.name}: {self.text}"


def _layer(name: str, *, holds: bool, text: str, else_: str, remedy: str) -> Layer:
    return Layer(name, holds, text) if holds else Layer(name, holds, else_, remedy)


_GRADER = Layer("the grader", True, "every notebook and question is a process of its own, without your environment and descriptors")
_EACH = Layer("each process", True, "its memory, CPU time, descriptors and size of files (resource limits)")
_TOGETHER = Layer("all processes together", True, "number and memory (looked at ten times a second)")


def layers_of(policy: Sandbox, found: dict[str, Any]) -> tuple[Layer, ...]:
    """All layers, those that hold and those that do not; `found` is what the zygote says of itself (see `inside/zygote.py`)."""
    if found["profile"] == Profile.OFF:
        why = "the configuration says `sandbox: off`" if policy is Sandbox.OFF else "the profile `off` was asked for"
        all_of_it = f"{why}, so student code can read and change every file that you can, and do whatever you may do"
        return (_GRADER, Layer("files, network, other processes", False, all_of_it), _EACH, _TOGETHER)
    own = _namespaces(found) if found["profile"] == Profile.NAMESPACES else _processes(found)
    calls = _layer(
        "system calls",
        holds=found["seccomp"],
        text="no sockets, nothing that outlives a submission, nothing of the machine's own (seccomp)",
        else_="this system takes no seccomp filter of ours, so student code may use all of its calls",
        remedy=_ALLOW_SECCOMP,
    )
    return (_GRADER, *own, calls, _EACH, _TOGETHER)


def _namespaces(found: dict[str, Any]) -> tuple[Layer, ...]:
    landlock = f", Landlock {found['landlock']}" if found["landlock"] else ""
    user = "your user id, nothing of yours in sight" if found["user"] is None else "a user id that owns nothing on this machine"
    return (
        Layer("files", True, f"an empty root with the interpreter and a folder of its own (namespaces{landlock})"),
        Layer("disk", True, "all files of a submission together (a tmpfs of limited size)"),
        Layer("network", True, "none (namespaces)"),
        Layer("other processes", True, "none are there (namespaces)"),
        Layer("privileges", True, f"{user}, without capabilities"),
    )


def _processes(found: dict[str, Any]) -> tuple[Layer, ...]:
    landlock, own_user = found["landlock"], found["user"] is not None
    why = f"this machine refuses namespaces ({found['why_not']})" if found["why_not"] else "the profile `processes` was asked for"
    remedy = _ALLOW_NAMESPACES if found["why_not"] else _LEAVE
    where = f"{sys.base_prefix}, {sys.prefix} or {tempfile.gettempdir()}"
    user = "a user id of its own" if own_user else "your user id"
    return (
        Layer("a world of its own", False, f"{why}, so what lies outside is forbidden, but there", remedy),
        _layer(
            "files",
            holds=landlock > 0,
            text=f"only the interpreter and a folder of its own (Landlock {landlock})",
            else_="this Linux has no Landlock (5.13 or later, enabled), so student code can read what you can",
            remedy=_ALLOW_LANDLOCK,
        ),
        Layer("disk", False, "files are limited one by one, not in sum, so a submission can fill the disk", remedy),
        _layer(
            "network",
            holds=found["seccomp"],
            text="none (seccomp)",
            else_="this system takes no seccomp filter of ours, so student code can connect to where you can",
            remedy=_ALLOW_SECCOMP,
        ),
        _layer(
            "other processes",
            holds=own_user or landlock >= _SCOPES,
            text=f"no signals ({'a user id of its own' if own_user else 'Landlock'})",
            else_="student code can signal your other processes",
            remedy=_NEWER,
        ),
        _layer(
            "privileges",
            holds=not found["keep_reading"],
            text=f"{user}, without capabilities",
            else_=f"{user}, but with the right to read what is closed to others, since {where} is; only Landlock limits that",
            remedy=_OPEN_THE_WAY,
        ),
    )
