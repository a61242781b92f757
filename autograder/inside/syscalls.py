"""The second wall: system calls that reach past the sandbox and that Landlock has no say in, refused by seccomp.

Landlock confines which files are opened, not what else a process may ask of the system: to limit or slow down the grader
(`prlimit`), to leave something in memory that outlives it (System V shared memory, message queues, keys), to speak to a
server through a socket file, to change the mode of a file that it cannot even open. A filter cannot look behind a pointer, so
what has harmless uses with the same numbers is told that it succeeded, and nothing happens (modes, times, advice about files).

Numbers: Linux 6.18, arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl (arm64). Classic BPF and the filter's data:
Documentation/userspace-api/seccomp_filter.rst, include/uapi/linux/seccomp.h.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import platform
import struct

from . import confine

__all__ = ["apply", "available"]

_GET_SECCOMP, _SET_SECCOMP, _MODE_FILTER, _NO_NEW_PRIVS = 21, 22, 2, 38
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32 = 0x40000000  # on x86_64 the same calls have a second set of numbers from here on

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data; an argument has 8 bytes, the low half first
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (linux/sched.h)

# name: (x86_64, arm64); None where there is no such call.
_REFUSED = {
    # what outlives every process: System V memory, semaphores and messages, POSIX queues, keys
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "shmdt": (67, 197),
    "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192),
    "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
    "mq_open": (240, 180), "mq_unlink": (241, 181),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "process_mrelease": (448, 448),
    "migrate_pages": (256, 238), "move_pages": (279, 239),
    # doors into the kernel that no notebook needs; memory that no limit counts; being told of files elsewhere
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "inotify_init": (253, None), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    # which pages of files the machine holds in memory: what an earlier process has read is seen there by a later one
    "mincore": (27, 232), "cachestat": (451, 451),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    # the machine itself: root may be grading
    "reboot": (169, 142), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "modify_ldt": (154, None), "lsm_set_self_attr": (460, 460),
    "sethostname": (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266), "syslog": (103, 116), "vhangup": (153, 58),
    "iopl": (172, None), "ioperm": (173, None),
    # whose a file is, and what is attached to it
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16), "setxattrat": (463, 463), "removexattrat": (466, 466),
}  # fmt: skip
_PRETENDED = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88), "file_setattr": (469, 469),
    "fadvise64": (221, 223),
}  # fmt: skip
_UNKNOWN = {"clone3": (435, 435), "preadv2": (327, 286), "pwritev2": (328, 287)}
"""Told that there is no such call, the C library uses `clone`, whose flags do not lie behind a pointer, and `preadv`, which has none."""
_ONLY_SELF = {
    "prlimit64": ((302, 261), 0), "sched_setaffinity": ((203, 122), 0), "sched_setparam": ((142, 118), 0),
    "sched_setscheduler": ((144, 119), 0), "sched_setattr": ((314, 274), 0), "setpriority": ((141, 140), 1), "ioprio_set": ((251, 30), 1),
}  # fmt: skip
"""Which argument names a process; 0 there is the caller."""
_PRCTL, _SET_DUMPABLE = (157, 167), 4
"""A process that says so hides its children from our init, where /proc hides what one may not inspect."""
_CLONE = (56, 220)
_SOCKET, _SOCKETPAIR, _CONNECT = (41, 198), (53, 199), (42, 203)
_UNIX, _STREAM, _KINDS = 1, 1, 0xF
"""AF_UNIX; SOCK_STREAM, and the bits of a socket's type that are no flags (linux/net.h)."""

_libc = ctypes.CDLL(None, use_errno=True)


def available() -> bool:
    """Whether this kernel takes filters, and we have the numbers of its architecture."""
    if platform.machine() not in _ARCHITECTURES or _libc.prctl(_GET_SECCOMP, 0, 0, 0, 0) < 0:
        return False
    _filter(*_ARCHITECTURES[platform.machine()], listening=False)  # once, in the zygote, and not in every kernel
    return True


def apply(*, listening: bool = False) -> None:
    """Refuse these calls from here on, to this process and its children.

    No network and no socket file: sockets are refused but for pairs of streams. (A socket for datagrams, one of a pair too, could
    send to any socket file.)

    Args:
        listening: True for a kernel that is spoken to over socket files of its own: it may make such stream sockets and wait
            for connections, and connects to nothing.

    Raises:
        OSError: the kernel did not take the filter; the caller must not go on.
    """
    code = _filter(*_ARCHITECTURES[platform.machine()], listening=listening)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer)))
    if not confine.set_process_option(_NO_NEW_PRIVS, 1) or _libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


@functools.lru_cache(maxsize=2)
def _filter(column: int, architecture: int, *, listening: bool) -> bytes:
    """The program: (operation, jump when true, jump when false, constant), 8 bytes each; jumps skip that many instructions."""
    refused = _ERRNO | errno.EPERM
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER)]
    if column == 0:
        lines += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, refused)]
    for calls, answer in ((_REFUSED, refused), (_PRETENDED, _ERRNO), (_UNKNOWN, _ERRNO | errno.ENOSYS)):
        for numbers in calls.values():
            number = numbers[column]
            if number is not None:
                lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]
    lines += [(_EQUAL, 0, 1, (_CONNECT if listening else _SOCKET)[column]), (_RETURN, 0, 0, refused)]
    # ZeroMQ looks for network interfaces when the kernel starts; it does without when told that there is no such thing (libzmq's
    # ip_resolver.cpp, resolve_nic_name), and aborts when it is refused.
    no_such = _ERRNO | errno.EOPNOTSUPP if listening else refused
    for numbers in [_SOCKETPAIR, _SOCKET] if listening else [_SOCKETPAIR]:
        lines += [(_EQUAL, 0, 7, numbers[column]), (_LOAD, 0, 0, _ARGUMENTS), (_EQUAL, 0, 4, _UNIX)]
        lines += [(_LOAD, 0, 0, _ARGUMENTS + 8), (_AND, 0, 0, _KINDS), (_EQUAL, 0, 1, _STREAM)]
        lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, no_such)]
    for name, (numbers, argument) in _ONLY_SELF.items():
        # ZeroMQ gives its own threads, by their numbers, the scheduling that they have, and aborts when that is refused.
        answer = _ERRNO if listening and name == "sched_setscheduler" else refused
        lines += [(_EQUAL, 0, 4, numbers[column]), (_LOAD, 0, 0, _ARGUMENTS + 8 * argument)]
        lines += [(_EQUAL, 0, 1, 0), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, answer)]
    lines += [(_EQUAL, 0, 4, _PRCTL[column]), (_LOAD, 0, 0, _ARGUMENTS)]
    lines += [(_EQUAL, 0, 1, _SET_DUMPABLE), (_RETURN, 0, 0, refused), (_RETURN, 0, 0, _ALLOW)]
    lines += [(_EQUAL, 0, 3, _CLONE[column]), (_LOAD, 0, 0, _ARGUMENTS)]
    lines += [(_ANY_BIT, 0, 1, _NEW_NAMESPACES), (_RETURN, 0, 0, refused), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
