"""Cells that several attacks begin with."""

from __future__ import annotations

__all__ = ["ASKER", "BREACH", "OURS", "REPLIES", "SPEAK", "SYSCALLS"]

BREACH = '''
def breach(what):
    """Say that a wall is missing. Put together here, so that this text is in a report only when that happened."""
    raise RuntimeError("BRE" + "ACH: " + str(what))


def refused(act, *arguments):
    """True when the system did not let it happen."""
    try:
        result = act(*arguments)
    except (OSError, ValueError, AttributeError):
        return True
    return result == -1
'''

SPEAK = """
import json, os, select, stat, struct, sys, time

def call_number():
    step = sys._getframe()
    while step:
        header = step.f_locals.get("header")
        if isinstance(header, dict) and isinstance(header.get("call"), int):
            return header["call"]
        step = step.f_back
    return 1

def sockets():
    found = []
    for fd in range(3, 64):
        try:
            # The event loop's own pair does not block, and nobody else reads it.
            if stat.S_ISSOCK(os.fstat(fd).st_mode) and os.get_blocking(fd):
                found.append(fd)
        except OSError:
            pass
    return found

def speak(data, seconds=1.0):
    until = time.monotonic() + seconds
    for fd in sockets():
        left = memoryview(data)
        while left and time.monotonic() < until:
            if select.select([], [fd], [], 0.05)[1]:
                try:
                    left = left[os.write(fd, left[:65536]):]
                except OSError:
                    break

def frame(header, body=b"", later=0):
    # A reply names the call that it answers.
    number = call_number() + later
    if isinstance(header, dict) and header.get("say") in ("returned", "raised", "outcome"):
        header = {"call": number, **header}
    if isinstance(header, bytes):
        header = header.replace(b'{"say": "returned"', b'{"call": %d, "say": "returned"' % number)
    text = header if isinstance(header, bytes) else json.dumps(header).encode("utf-8", "surrogatepass")
    return struct.pack("!II", len(text), len(body)) + text + body
"""
"""Writes to whatever socket it finds: the kernel's in a cell, the question's in a graded function."""

REPLIES = """
def reply(value, later=0):
    data = np.asarray(value, dtype=float).tobytes()
    node = " ".join(["<f8", *map(str, np.shape(value))])
    return frame({"say": "returned", "nodes": [node], "root": 0, "arguments": None, "earlier": None}, data, later)
"""

OURS = '''
import sys

def ours(name):
    """Our own module, which no list names any more."""
    import gc, types
    return next(m for m in gc.get_objects() if isinstance(m, types.ModuleType) and m.__name__ == "_autograder_inside." + name)

'''

ASKER = (
    OURS
    + """
def asker(name):
    question, step = ours("question"), sys._getframe()
    while "sock" not in step.f_locals:
        step = step.f_back
    return question._Desk(step.f_locals["sock"], {}).asker({"say": "ask", "name": name}, name)
"""
)
"""Asks the oracle for any function, as a stand-in would."""

SYSCALLS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = os.uname().machine == "x86_64"

def syscall(x86, arm, *arguments):
    return libc.syscall(ctypes.c_long(x86 if X86 else arm), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
"""
"""Numbers: Linux 6.18, arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl (arm64)."""
