"""A world of its own: an empty root with nothing in it but what a notebook needs, made of Linux namespaces.

Theory of operation. The zygote, at its start, enters namespaces of its own (user, mount, network, IPC, host name, cgroup) and builds a
root there: a tmpfs, the interpreter and the system's libraries bound into it read-only, five devices. The old root is let go, so
home, the grader's folders and other submissions are not forbidden but absent; the network has no interface that is up. That is paid once.

Each submission's init is then cloned into a pid, mount and IPC namespace of its own, and mounts what must not be shared: a
/proc that knows only this submission, and a tmpfs of limited size for its files. With init, its pid 1, all of it ends.

Started by root, the whole is mapped to user ids that own nothing on the machine; started by an ordinary user, to that user. See
user_namespaces(7), pid_namespaces(7), pivot_root(2), mount_setattr(2), and Documentation/filesystems/proc.rst for `subset=pid`.
Numbers are those of include/uapi/linux/sched.h and mount.h.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import struct
from typing import Any

from . import privileges

__all__ = ["SCRATCH", "Unavailable", "enter", "fork", "make_own", "probe"]

SCRATCH = "/scratch"
"""Where a submission's files are, in its own root."""

_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_NOSUID, _NODEV, _NOEXEC, _BIND, _MOVE, _REC, _PRIVATE = 2, 4, 8, 4096, 8192, 16384, 1 << 18
_DETACH = 2
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_SETATTR = 442  # the same on all architectures
_CLONE = {"x86_64": 56, "aarch64": 220}
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_DEVICES = ("null", "zero", "full", "random", "urandom")
_INODES = 20_000
"""Files that a submission may have: each takes about 1 KiB of the system's memory that no other limit counts."""
_ETC = {
    "passwd": f"student:x:{privileges.STUDENT}:{privileges.STUDENT}::{SCRATCH}/home:/bin/sh\n",
    "group": f"student:x:{privileges.STUDENT}:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "hosts": "127.0.0.1 localhost\n",
}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
# Not to be interrupted between the clone and what follows it: a PyDLL keeps the interpreter's lock.
_held = ctypes.PyDLL(None, use_errno=True)
_held.syscall.restype = ctypes.c_long


class Unavailable(Exception):
    """This machine does not allow it; says what was refused."""


def probe(order: dict[str, Any]) -> str | None:
    """Try all of it in a process that ends afterwards; None when it works, else a sentence that says what does not.

    Entering cannot be undone half-way, so a process that would go on without it must not try itself.
    """
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            theirs.send(_try(order).encode() or b"\0")
        finally:
            os._exit(0)
    theirs.close()
    said = ours.recv(4096)
    ours.close()
    os.waitpid(pid, 0)
    return None if said == b"\0" else said.decode(errors="replace") or "the process that tried it was ended by the system"


def _try(order: dict[str, Any]) -> str:
    try:
        enter(order)
        pid = fork()
        if pid == 0:
            os._exit(_try_as_student(order))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except (Unavailable, OSError) as error:
        return str(error)
    if status == _UNREADABLE:
        return (
            "the interpreter or one of its packages may be read by root only; let others read it "
            f"(chmod -R a+rX {order['interpreter']}), or install it elsewhere"
        )
    return "" if status == 0 else "a submission's own /proc, files or user could not be had (is /proc partly covered?)"


_UNREADABLE = 3


def _try_as_student(order: dict[str, Any]) -> int:
    try:
        make_own(1 << 20)
        privileges.become_student_in_namespace(order["first_id"] and order["first_id"] + 1)
    except (Unavailable, OSError):
        return 1
    return 0 if all(os.access(path, os.R_OK) for path in order["must_be_readable"]) else _UNREADABLE


def enter(order: dict[str, Any]) -> None:
    """Move this process (of one thread) into the empty root.

    Args:
        order: `readable`: absolute paths that are to exist, at the same places; `first_id`: the first of 256 user and group ids that
            own nothing, or None to stay the user one is.

    Raises:
        Unavailable: the machine does not allow it. This process is then in a state that nothing should be run in.
    """
    machine = os.uname().machine
    if machine not in _CLONE:
        raise Unavailable(f"{machine}: the numbers of its system calls are not known here")
    uid, gid = os.getuid(), os.getgid()
    sources = [(path, os.path.realpath(path)) for path in _outermost(order["readable"])]
    links = {path: os.readlink(path) for path, _source in sources if os.path.islink(path)}
    new = _NEWUSER | _NEWNS | _NEWNET | _NEWIPC | _NEWUTS | _NEWCGROUP
    if order["first_id"] is None:
        _check("a user namespace", _libc.unshare(new))
        privileges.map_ids(f"{uid} {uid} 1", f"{gid} {gid} 1", may_set_groups=False)
    else:
        first = order["first_id"]
        line = f"0 0 1\n{first} {first} 256"
        privileges.map_ids_from_outside(lambda: _check("a user namespace", _libc.unshare(new)), line)
    _mount("private mounts", None, "/", None, _REC | _PRIVATE)
    base = next(path for path in ("/tmp", "/mnt", "/run", "/usr") if os.path.isdir(path))  # noqa: S108 - only covered for a moment
    _mount("a tmpfs", "tmpfs", base, "tmpfs", _NOSUID | _NODEV, "size=1m,mode=0755")
    os.mkdir(f"{base}/old")
    _check("a root of its own", _libc.syscall(_PIVOT_ROOT[machine], os.fsencode(base), os.fsencode(f"{base}/old")))
    os.chdir("/")
    for path, source in sources:
        if path in links:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(links[path], path)
        else:
            _bind_readonly(f"/old{source}", path)
    _furnish()
    _check("letting the old root go", _libc.umount2(b"/old", _DETACH))
    os.rmdir("/old")
    _readonly("/", recursive=False)
    _mount("a tmpfs", "tmpfs", SCRATCH, "tmpfs", _NOSUID | _NODEV, "size=64m,mode=0755")
    _check("a host name", _libc.sethostname(b"notebook", 8))
    if order["first_id"] is not None:
        privileges.change_user(order["first_id"], keep_all=True)


def _furnish() -> None:
    """What a root has besides the interpreter: devices, the old /proc until each submission gets its own, a few lines of /etc."""
    for folder in ("/dev", "/proc", "/proc.new", "/etc", SCRATCH):
        os.makedirs(folder, exist_ok=True)
    for name, text in _ETC.items():
        with open(f"/etc/{name}", "w") as file:
            file.write(text)
    with contextlib.suppress(FileExistsError):  # an interpreter below /tmp: then there is no other use of it
        os.symlink("scratch/tmp", "/tmp")  # noqa: S108 - the submission's own
    os.symlink("../scratch/shm", "/dev/shm")  # noqa: S108
    for name, target in {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}.items():
        os.symlink(f"/proc/self/fd{target}", f"/dev/{name}")
    for name in _DEVICES:
        with open(f"/dev/{name}", "w"):
            pass
        _mount(f"/dev/{name}", f"/old/dev/{name}", f"/dev/{name}", None, _BIND)
    _mount("/proc", "/old/proc", "/proc", None, _BIND | _REC)


def _bind_readonly(source: str, target: str) -> None:
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w"):
            pass
    _mount(target, source, target, None, _BIND | _REC)
    _readonly(target, recursive=True)


def _outermost(paths: list[str]) -> list[str]:
    """Existing paths that lie below no other one."""
    found: list[str] = []
    for path in sorted({path.rstrip("/") for path in paths if os.path.exists(path)}):
        if not any(path.startswith(f"{other}/") for other in found):
            found.append(path)
    return found


def fork() -> int:
    """`os.fork`, into a pid, mount and IPC namespace of its own: the child is its pid 1.

    With `os.unshare` and `os.fork` a process more would be needed in between, which costs as much again as the fork itself.
    """
    ctypes.pythonapi.PyOS_BeforeFork()
    number = _CLONE[os.uname().machine]
    pid = int(_held.syscall(number, ctypes.c_ulong(_NEWPID | _NEWNS | _NEWIPC | signal.SIGCHLD), 0, 0, 0, 0))
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    error = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(error, f"namespaces: {os.strerror(error)}")
    return pid


def make_own(disk_bytes: int) -> None:
    """In the child of `fork`: give it a /proc and files of its own, the files at `SCRATCH` and of at most `disk_bytes`."""
    _mount("/proc", "proc", "/proc.new", "proc", _NOSUID | _NODEV | _NOEXEC, "subset=pid")
    _check("letting the machine's /proc go", _libc.umount2(b"/proc", _DETACH))
    _mount("/proc", "/proc.new", "/proc", None, _MOVE)
    _mount("a tmpfs", "tmpfs", SCRATCH, "tmpfs", _NOSUID | _NODEV, f"size={disk_bytes},nr_inodes={_INODES},mode=0755")


def _mount(what: str, source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    _check(what, _libc.mount(*encoded, flags, options.encode() or None))


def _readonly(path: str, *, recursive: bool) -> None:
    attributes = struct.pack("=QQQQ", _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV, 0, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    result = _libc.syscall(_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(path), ctypes.c_uint(flags), attributes, ctypes.c_size_t(32))
    _check(f"{path}, read-only", result)


def _check(what: str, result: int) -> None:
    if result < 0:
        raise Unavailable(f"{what}: {os.strerror(ctypes.get_errno())}")
