"""A submission's first process: it starts the kernel, stops it, ends what others leave behind. It runs no student code.

Every process of the submission descends from it: orphans come back to it (child subreaper), so that nothing that a
notebook started can outlive it. When the trusted side's end of its socket closes, it ends them all and itself.

    → {"do": "hold", "keep": pid | null}   stop the kernel, end every other process but `keep`  ← {"did": "hold", "clean"}
    → {"do": "release"}                    end every process but the kernel, let it go on       ← {"did": "release", "clean"}
    → {"do": "interrupt"}                  SIGINT to the kernel and its process group                ← {"did": "interrupt"}
    → {"do": "end"}                        end all                           ← {"did": "end", "clean", "cpu_s", "memory_bytes"}

`clean` is false when there were always more processes: something forks faster than it can be ended.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from typing import Any

from . import confine, frames, syscalls

__all__ = ["run"]

_SUBREAPER = 36
_LOOK_S = 0.1
"""Seconds between two looks at how many processes there are: with more than allowed, all but the kernel and the question are ended."""
_SWEEPS = 200
"""Rounds of killing before we say that something keeps forking faster than we can end it."""


def run(control: socket.socket, kernel_socket: socket.socket, order: dict[str, Any], built: Any) -> None:
    """Be the init of one submission until its control socket closes; never returns."""
    os.setsid()
    confine.set_process_option(_SUBREAPER, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kernel = os.fork()
    if kernel == 0:
        control.close()
        _become_kernel(kernel_socket, order, built)
    kernel_socket.close()
    status = {"cpu_s": 0.0, "memory_bytes": 0}
    kept = None
    while True:
        ready, _, _ = select.select([control], [], [], _LOOK_S)
        _reap(status)
        if not ready:
            if sum(map(_alive, _descendants())) > order["limits"]["processes"]:
                _end_all_but({kernel, kept}, status)
            continue
        try:
            header, _body = frames.receive(control)
        except (frames.Closed, ValueError):
            for _ in range(_SWEEPS):
                if _end_all_but(set(), status):
                    break
            os._exit(0)
        kept = header.get("keep")
        _obey(control, header, kernel, status)


def _obey(control: socket.socket, header: dict[str, Any], kernel: int, status: dict[str, Any]) -> None:
    command = header["do"]
    if command == "hold":
        frames.send(control, {"did": "hold", "clean": _hold(kernel, header["keep"], status)})
    elif command == "release":
        clean = _end_all_but({kernel}, status)
        _signal(kernel, signal.SIGCONT)
        frames.send(control, {"did": "release", "clean": clean})
    elif command == "interrupt":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(kernel, signal.SIGINT)  # what it waits for too: C's system() itself ignores the signal
        frames.send(control, {"did": "interrupt"})
    elif command == "end":
        clean = _end_all_but(set(), status)
        while clean and _reap(status):  # zombies whose parents have just died come to us a moment later
            time.sleep(0.0002)
        frames.send(control, {"did": "end", "clean": clean, **status})


def _become_kernel(sock: socket.socket, order: dict[str, Any], built: Any) -> None:
    """Confine this process, then run the notebook's cells in it; never returns."""
    from . import kernel

    try:
        os.setsid()
        os.chdir(order["scratch"])
        os.environ.update(order["environment"])
        confine.apply_limits(order["limits"])
        if order["landlock"]:
            confine.apply_landlock(order["readable"], order["writable"])
        if order["seccomp"]:
            syscalls.apply()
        frames.send(sock, {"say": "ready"})
        kernel.serve(built, sock, order["limits"]["output_bytes"])
    except BaseException as error:  # noqa: BLE001 - whatever it is, nobody but the trusted side can tell the story
        try:
            frames.send(sock, {"say": "failed", "text": f"{type(error).__name__}: {error}"})
        finally:
            os._exit(1)
    os._exit(0)


def _descendants() -> set[int]:
    """Every process below this one, found from the kernel's own lists of children."""
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        pid = waiting.pop()
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children") as file:
                    children = [int(child) for child in file.read().split()]
                waiting.extend(child for child in children if child not in found)
                found.update(children)
        except (FileNotFoundError, ProcessLookupError, PermissionError):  # gone, or hidden: what is below it comes to us when it is ended
            continue
    return found


def _hold(kernel: int, keep: int | None, status: dict[str, Any]) -> bool:
    """Stop the kernel and end all others but `keep`; True when nothing else is left that could run.

    A process that we are about to end may have let the kernel go on, so this is done until it is seen to stand still. (One that
    is kept may do so later: where it matters that nothing moves, none is kept.)
    """
    for _ in range(_SWEEPS):
        _signal(kernel, signal.SIGSTOP)
        if not _end_all_but({kernel, keep}, status):
            return False
        if _stands_still(kernel) and not any(_alive(pid) for pid in _descendants() - {kernel, keep}):
            return True
        time.sleep(0.0002)
    return False


def _stands_still(pid: int) -> bool:
    """True when none of its threads can run."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return all(_state(f"{pid}/task/{thread}") in "TtZX" for thread in os.listdir(f"/proc/{pid}/task"))
    return True


def _alive(pid: int) -> bool:
    return _state(str(pid)) not in "ZX"


def _state(task: str) -> str:
    """The letter of proc(5): R, S, D, T (stopped), Z (zombie), …; X when it is gone, ? when it may not be read."""
    try:
        with open(f"/proc/{task}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"
    except PermissionError:
        return "?"


def _end_all_but(keep: set[Any], status: dict[str, Any]) -> bool:
    """End every descendant but `keep` (zombies of a stopped kernel stay until it is reaped); True when none is left."""
    for sweep in range(_SWEEPS):
        doomed = [pid for pid in _descendants() - keep if _alive(pid)]
        if not doomed:
            return True
        for pid in doomed:
            _signal(pid, signal.SIGKILL)
        _reap(status)
        time.sleep(0.0005 if sweep < 20 else 0.01)
    return False


def _reap(status: dict[str, Any]) -> bool:
    """Collect what has ended; True while there are children left."""
    while True:
        try:
            pid, _code, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True
        status["cpu_s"] += usage.ru_utime + usage.ru_stime
        status["memory_bytes"] = max(status["memory_bytes"], usage.ru_maxrss * 1024)


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
