"""Who a process is: user and group ids, their mapping, capabilities.

See capabilities(7) and user_namespaces(7); numbers are those of include/uapi/linux/capability.h and prctl.h.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from collections.abc import Callable

__all__ = [
    "STUDENT",
    "become_student",
    "become_student_in_namespace",
    "change_user",
    "drop_capabilities",
    "map_ids",
    "map_ids_from_outside",
    "may_map",
]

STUDENT = 1000
"""The user and group id that a notebook sees as its own, in a user namespace: the same on every machine."""

_NEWUSER = 0x10000000
_SET_DUMPABLE, _SET_KEEPCAPS, _CAPBSET_READ, _CAPBSET_DROP, _CAP_AMBIENT = 4, 8, 23, 24, 47
_AMBIENT_RAISE, _AMBIENT_CLEAR_ALL = 2, 4
_DAC_READ_SEARCH = 2
_MOST_CAPABILITIES = 64
_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]


def may_map(first: int, count: int) -> bool:
    """Whether this process is root and these user and group ids exist in the user namespace that it is in."""
    return os.geteuid() == 0 and all(_contains(f"/proc/self/{kind}", first, count) for kind in ("uid_map", "gid_map"))


def _contains(path: str, first: int, count: int) -> bool:
    with open(path) as file:
        ranges = [[int(word) for word in line.split()] for line in file]
    return any(inside <= first and first + count <= inside + length for inside, _outside, length in ranges)


def hide(*, hidden: bool) -> None:
    """Close what /proc tells of this process, its descriptors and memory, to others of its own user; or open it (again)."""
    _prctl(_SET_DUMPABLE, 0 if hidden else 1)


def map_ids(uids: str, gids: str, *, may_set_groups: bool) -> None:
    """Write this process's maps, of one line each, after it made a user namespace."""
    if not may_set_groups:
        _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", uids)
    _write("/proc/self/gid_map", gids)


def map_ids_from_outside(make: Callable[[], None], lines: str) -> None:
    """Make a user namespace with `make` and have it mapped by a process that stays outside: only that may map several ranges."""
    made, say = os.pipe()
    me = os.getpid()
    helper = os.fork()
    if helper == 0:
        status = 1
        with contextlib.suppress(OSError):
            os.close(say)
            if os.read(made, 1):
                _write(f"/proc/{me}/uid_map", lines)
                _write(f"/proc/{me}/gid_map", lines)
                status = 0
        os._exit(status)
    os.close(made)
    try:
        make()
        os.write(say, b"\0")
    finally:
        os.close(say)
        _pid, status = os.waitpid(helper, 0)
    if status:
        raise OSError("the user ids of a user namespace could not be mapped")


def _write(path: str, text: str) -> None:
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def change_user(number: int, *, keep_all: bool = False, keep_reading: bool = False) -> None:
    """Become user and group `number`, in no other group.

    Args:
        keep_all: Keep every capability (of the user namespace this process is in).
        keep_reading: Keep the one of reading and searching what the modes of files refuse, also for programs that are started.
    """
    permitted = _all_capabilities() if keep_all else 1 << _DAC_READ_SEARCH if keep_reading else 0
    if permitted:
        _prctl(_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(number, number, number)
    os.setresuid(number, number, number)
    if permitted:
        _set_capabilities(permitted, 0 if keep_all else permitted)
        _prctl(_SET_KEEPCAPS, 0)
    if keep_reading:
        _prctl(_CAP_AMBIENT, _AMBIENT_RAISE, _DAC_READ_SEARCH)


def become_student_in_namespace(number: int | None) -> None:
    """Become `number` (None: stay who one is), in a user namespace that knows nobody else, without any capability."""
    if number is not None:
        change_user(number)
    hide(hidden=False)  # else its own /proc/self belongs to root
    uid, gid = os.getuid(), os.getgid()
    if _libc.unshare(_NEWUSER) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"a user namespace of the submission's own: {os.strerror(error)}")
    map_ids(f"{STUDENT} {uid} 1", f"{STUDENT} {gid} 1", may_set_groups=False)
    drop_capabilities()


def become_student(number: int | None, *, keep_reading: bool) -> None:
    """Become `number` (None: stay who one is) without any capability, but for reading if it has to be."""
    _drop_bounding(1 << _DAC_READ_SEARCH if keep_reading else 0)
    if number is None:
        _set_capabilities(0, 0)
    else:
        change_user(number, keep_reading=keep_reading)
    hide(hidden=False)


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    _drop_bounding(0)
    _prctl(_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)
    _set_capabilities(0, 0)


def _drop_bounding(keep: int) -> None:
    """No program started from here on can gain a capability. An ordinary user may not say so, and gains none by no_new_privs."""
    for number in range(_MOST_CAPABILITIES):
        if _libc.prctl(_CAPBSET_READ, number, 0, 0, 0) < 0:
            return
        if not keep >> number & 1 and _libc.prctl(_CAPBSET_DROP, number, 0, 0, 0) != 0:
            return


def _all_capabilities() -> int:
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith("CapPrm:"))
    return int(line.split()[1], 16)


def _set_capabilities(permitted: int, inheritable: int) -> None:
    header = struct.pack("=Ii", _VERSION_3, 0)
    low, high = permitted & 0xFFFFFFFF, permitted >> 32
    data = struct.pack("=6I", low, low, inheritable & 0xFFFFFFFF, high, high, inheritable >> 32)
    if _libc.capset(header, data) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"capabilities: {os.strerror(error)}")


def _prctl(option: int, argument: int, second: int = 0) -> None:
    if _libc.prctl(option, argument, second, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl {option}: {os.strerror(error)}")
