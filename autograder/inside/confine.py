"""The first wall around student code: Landlock and resource limits, applied by a process to itself.

Landlock's numbers are from the kernel's own documentation, Documentation/userspace-api/landlock.rst, and
include/uapi/linux/landlock.h (system calls 444 to 446 are the same on all architectures).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import struct
from typing import Any

__all__ = ["PARENT_DEATH_SIGNAL", "apply_landlock", "apply_limits", "landlock_abi", "offer_to_memory_killer", "set_process_option"]

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_CREATE_VERSION = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_FILESYSTEM_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_FILESYSTEM = (1 << 16) - 1
_ALL_TCP = 0b11
_SCOPE_ABSTRACT_UNIX_AND_SIGNALS = 0b11

PARENT_DEATH_SIGNAL = 1
"""Option of prctl(2): the signal that a process gets when its parent ends; a change of user takes it back."""
_NO_NEW_PRIVS = 38
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def set_process_option(option: int, value: int) -> bool:
    """prctl(2) with one number; True when the kernel took it."""
    return bool(_libc.prctl(option, value, 0, 0, 0) == 0)


def landlock_abi() -> int:
    """Landlock's version on this kernel; 0 where there is none."""
    version = int(_libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_CREATE_VERSION)))
    return max(version, 0)


def apply_landlock(readable: list[str], writable: list[str]) -> int:
    """From here on this process and its children see no file but these, no TCP, and signal nobody outside.

    Args:
        readable: Folders and files to read and execute; those that do not exist are left out.
        writable: Folders (all rights but device nodes) and files such as /dev/null.

    Returns:
        The ABI that was applied; 0 when the kernel has no Landlock, and then nothing is enforced.

    Raises:
        OSError: the kernel has Landlock and refused; the caller must not go on.
    """
    abi = landlock_abi()
    if abi == 0:
        return 0
    handled = _FILESYSTEM_BY_ABI.get(abi, _ALL_FILESYSTEM)
    tcp = _ALL_TCP if abi >= 4 else 0
    scope = _SCOPE_ABSTRACT_UNIX_AND_SIGNALS if abi >= 6 else 0
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = ctypes.create_string_buffer(struct.pack("=QQQ", handled, tcp, scope), 24)
    ruleset = _checked(_CREATE, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in readable:
            _allow(ruleset, path, (_EXECUTE | _READ_FILE | _READ_DIR) & handled)
        for path in writable:
            _allow(ruleset, path, handled & ~(_MAKE_CHAR | _MAKE_BLOCK))
        if not set_process_option(_NO_NEW_PRIVS, 1):
            raise OSError(ctypes.get_errno(), "no_new_privs")
        _checked(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return abi


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        if not os.path.isdir(path):
            rights &= _FILE_RIGHTS
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, fd), 12)
        _checked(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_RULE_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(fd)


def _checked(number: int, *arguments: Any) -> int:
    result = int(_libc.syscall(number, *arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return result


def apply_limits(limits: dict[str, int]) -> None:
    """Set resource limits, soft and hard alike, never above what is already in force.

    Args:
        limits: `memory_bytes` (added to what the process has now), `file_bytes`, `cpu_s`, `threads` (of its user, in its user
            namespace; root's are not counted), `descriptors`.
    """
    with open("/proc/self/statm") as file:
        address_space = int(file.read().split()[0]) * resource.getpagesize()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, address_space + limits["memory_bytes"])
    _limit(resource.RLIMIT_FSIZE, limits["file_bytes"])
    _limit(resource.RLIMIT_CPU, limits["cpu_s"])
    _limit(resource.RLIMIT_NOFILE, limits["descriptors"])
    _limit(resource.RLIMIT_NPROC, limits["threads"])


def offer_to_memory_killer() -> None:
    """Let the system, when the whole machine is out of memory, end this process before any of the grader's."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("800")


def _limit(which: int, value: int) -> None:
    _soft, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))
