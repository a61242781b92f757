"""Starts the first processes of submissions whose notebooks run in the environment's ordinary kernel. A program, as `zygote.py` is.

    python -P stock.py CONTROL_FD '{"profile": "namespaces" | "processes" | "off", "preload": ["numpy", …], …}'

It runs no student code, and neither does what it starts: a bridge for each kernel (see `bridge.py`). In the profile `namespaces` a
bridge is a new interpreter, which bubblewrap puts into a root of its own; else it is a fork of this process, which is confined
as a zygote is.

    ← {"say": "warm", …}   as a zygote says it
    → {"do": "connect"} + [socket]   a further control socket, for one judge; its closing ends nothing
    → {"do": "fork", "command"} + [bridge's control socket, kernel's socket]   `command`: of bubblewrap; empty in other profiles
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import runpy
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

_IN_NAMESPACES = {"scratch": "/scratch", "user": None, "keep_reading": False}


def _sibling(name: str) -> Any:
    return importlib.import_module(f"_autograder_inside.{name}")


def main() -> None:
    """Say what holds here, then start bridges on request until the control socket closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    order = json.loads(sys.argv[2])
    frames, zygote = _sibling("frames"), _sibling("zygote")
    missing = [f"{name}: there is no such module" for name in order["preload"] if not _is_there(name)]
    if order["profile"] == "namespaces":
        walls = _around_bubblewrap()
    else:
        walls = zygote.confine_itself(order)
        _sibling("bridge")  # imported once, for all that are forked
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel of the system reaps the bridges
    frames.send(control, {"say": "warm", "threads": len(os.listdir("/proc/self/task")), "missing": missing, **walls})

    def begin(number: int, asked: dict[str, Any], _body: bytes, sockets: list[socket.socket]) -> None:
        if asked["command"]:
            _become_bubblewrapped(asked["command"], [sock.fileno() for sock in sockets])
        _sibling("bridge").run(*sockets, zygote.own_place(walls, number))

    def failed(text: str, sockets: list[socket.socket]) -> None:
        frames.send(sockets[0], {"did": "failed", "text": text})

    zygote.serve(control, os.fork, begin, failed)


def _around_bubblewrap() -> dict[str, Any]:
    """What will hold for those that bubblewrap confines; this process itself stays as it is, and runs nothing else."""
    walls = {"profile": "namespaces", "why_not": None, "walled": True, "user": None, "keep_reading": False, "home": None}
    return {**walls, "landlock": _sibling("confine").landlock_abi(), "seccomp": _sibling("syscalls").available()}


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _become_bubblewrapped(command: list[str], fds: list[int]) -> NoReturn:
    for fd in fds:
        os.set_inheritable(fd, True)
    os.execv(command[0], [*command, sys.executable, "-P", __file__, "bridge", *map(str, fds)])  # noqa: S606 - no shell is wanted


def _be_a_bridge() -> None:
    sockets = [socket.socket(fileno=int(fd)) for fd in sys.argv[2:]]
    for sock in sockets:
        sock.set_inheritable(False)  # they came through exec; they go no further
    _sibling("bridge").run(*sockets, _IN_NAMESPACES)


if __name__ == "__main__":
    runpy.run_path(str(Path(__file__).with_name("zygote.py")))["load_siblings"]()
    _be_a_bridge() if sys.argv[1] == "bridge" else main()
