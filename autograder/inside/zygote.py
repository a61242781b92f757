"""The warm process that every submission is forked from. Started as a program, never imported by the rest.

    python -P zygote.py CONTROL_FD '{"preload": ["numpy", …], "landlock": true, "readable": […], "writable": […]}'

It confines itself to the interpreter and the folder that scratch folders are made in, imports what submissions import,
builds one kernel, and from then on only forks. It has one thread, a clean environment, and never saw a test, an answer,
a bundle or a path of one: whatever a student finds in their process's memory, it was not here.

    ← {"say": "warm", "threads", "landlock", "walled", "seccomp", "missing"}
    → {"do": "fork", …order…} + [init's control socket, kernel's socket]   ← {"did": "fork", "pid"} | {"did": "failed", "text"}
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any


def _load_siblings() -> Any:
    """Import this folder as a package under a name that no student's module has."""
    here = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location("_autograder_inside", here / "__init__.py", submodule_search_locations=[str(here)])
    if spec is None or spec.loader is None:
        raise ImportError(str(here))
    package = importlib.util.module_from_spec(spec)
    sys.modules["_autograder_inside"] = package
    spec.loader.exec_module(package)
    return package


def main() -> None:
    """Import, build, say so, fork on request until the control socket closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    _load_siblings()
    frames = importlib.import_module("_autograder_inside.frames")
    init = importlib.import_module("_autograder_inside.init")
    kernel = importlib.import_module("_autograder_inside.kernel")
    confine = importlib.import_module("_autograder_inside.confine")
    syscalls = importlib.import_module("_autograder_inside.syscalls")
    order = json.loads(sys.argv[2])
    if order["landlock"]:
        confine.apply_landlock(order["readable"], order["writable"])
    built = kernel.build()
    missing = []
    with built.kernel.shell.builtin_trap:  # libraries look for `get_ipython` to see that they are not at a terminal
        for name in order["preload"]:
            try:
                importlib.import_module(name)
            except Exception as error:  # noqa: BLE001 - any import may fail in its own way; the author hears of it
                missing.append(f"{name}: {type(error).__name__}: {error}")
    sys.argv[1:] = []
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel of the system reaps the inits
    walls = {"landlock": confine.landlock_abi(), "walled": not _sees("/"), "seccomp": syscalls.available()}
    frames.send(control, {"say": "warm", "threads": len(os.listdir("/proc/self/task")), "missing": missing, **walls})
    while True:
        try:
            order, _body, fds = frames.receive_with_fds(control, 2)
        except frames.Closed:
            os._exit(0)
        _fork(frames, init, control, built, order, fds)


def _sees(folder: str) -> bool:
    try:
        os.listdir(folder)
    except PermissionError:
        return False
    return True


def _fork(frames: Any, init: Any, control: socket.socket, built: Any, order: dict[str, Any], fds: list[int]) -> None:
    try:
        pid = os.fork()
    except OSError as error:
        frames.send(control, {"did": "failed", "text": str(error)})
        for fd in fds:
            os.close(fd)
        return
    if pid == 0:
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            init.run(socket.socket(fileno=fds[0]), socket.socket(fileno=fds[1]), order, built)
        finally:
            os._exit(1)
    for fd in fds:
        os.close(fd)
    frames.send(control, {"did": "fork", "pid": pid})


if __name__ == "__main__":
    main()
