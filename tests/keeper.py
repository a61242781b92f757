"""Runs a command as another user, and says which of its processes are left when it has ended. A program of its own.

    python keeper.py '{"user": 65534 | null, "reach": [path, …], "cwd": path, "report": path}' COMMAND…

Whatever descends from the command and loses its parent comes to this process (child subreaper), in whichever session or group it
hides; what is left after `_PATIENCE_S` is written to `report` as a JSON list of [pid, command line], and ended.

The interpreter, its packages and this repository may lie where only root can look (a Python below root's home). For another user
they are then bound, at the same paths, into a mount namespace that only the command has; nothing of the machine is changed.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
_NEW_MOUNTS, _PRIVATE, _RECURSIVE, _BIND = 0x20000, 1 << 18, 1 << 14, 1 << 12  # linux/sched.h, linux/mount.h
_PATIENCE_S = 5.0
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> int:
    """Run it; the command's own exit code."""
    order, command = json.loads(sys.argv[1]), sys.argv[2:]
    _libc.prctl(_SUBREAPER, 1, 0, 0, 0)
    child = os.fork()
    if child == 0:
        try:
            if order["user"] is not None:
                _make_reachable([Path(path) for path in order["reach"]])
                os.chdir(order["cwd"])  # the way there may be another now
                os.setgroups([])
                os.setresgid(order["user"], order["user"], order["user"])
                os.setresuid(order["user"], order["user"], order["user"])
            os.execv(command[0], command)
        except OSError as error:
            sys.stderr.write(f"{error}\n")
        finally:
            os._exit(75)  # EX_TEMPFAIL: the machine's failure
    while (ended := os.wait())[0] != child:  # those that lost their parents come here meanwhile, and are to be gone when they end
        pass
    status = ended[1]
    until = time.monotonic() + _PATIENCE_S
    while (left := _left() or _left()) and time.monotonic() < until:
        time.sleep(0.02)  # looked at twice: children of one that ends meanwhile come to this process behind its back
    Path(order["report"]).write_text(json.dumps([[pid, _command_line(pid)] for pid in left]))
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status)


def _left() -> list[int]:
    """Descendants that still live; those that have ended are collected."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                break
        except ChildProcessError:
            break
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        pid = waiting.pop()
        with contextlib.suppress(OSError):  # it ends while it is looked at
            for task in os.listdir(f"/proc/{pid}/task"):
                children = [int(child) for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split()]
                waiting += children
                found += [child for child in children if _command_line(child)]
    return found


def _command_line(pid: int) -> str:
    """Empty for one that has ended and waits to be collected by its parent."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def _make_reachable(paths: list[Path]) -> None:
    """Bind what others cannot reach, at its own path, in a mount namespace of this process.

    Raises:
        OSError: that is not possible here; says what to do.
    """
    closed: dict[Path, list[Path]] = {}
    for path in dict.fromkeys(path.resolve() for path in paths):
        top = next((parent for parent in reversed(path.parents) if not parent.stat().st_mode & 0o001), None)
        if top is not None:
            closed.setdefault(top, []).append(path)
    if not closed:
        return
    try:
        _checked(_libc.unshare(_NEW_MOUNTS))
        _checked(_libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None))
        for top, below in closed.items():
            held = [(path, os.open(path, os.O_PATH)) for path in below]  # here, in the new namespace: another's cannot be bound
            _checked(_libc.mount(b"none", bytes(top), b"tmpfs", 0, b"mode=755"))
            for path, fd in held:
                path.mkdir(mode=0o755, parents=True, exist_ok=True)
                _checked(_libc.mount(f"/proc/self/fd/{fd}".encode(), bytes(path), None, _BIND | _RECURSIVE, None))
                os.close(fd)
    except OSError as error:
        where = ", ".join(str(path) for below in closed.values() for path in below)
        raise OSError(
            f"Grading as an ordinary user cannot be tried here: {where} cannot be reached by others, and root may not bind them where they "
            f"can ({error.strerror}). Install Python and this repository where everyone can read, or run the tests as an ordinary user."
        ) from error


def _checked(result: int) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


if __name__ == "__main__":
    sys.exit(main())
