"""Starts the first processes of submissions whose notebooks run in the environment's ordinary kernel. A program, as `zygote.py` is.

    python -P stock.py CONTROL_FD '{"bubblewrap": […] | null, "landlock": true, "readable": […], "writable": […], "preload": […]}'

It runs no student code, and neither does what it starts: a bridge for each kernel (see `bridge.py`). With bubblewrap a bridge is a
new interpreter in namespaces of its own; without, a fork of this process, which confines itself.

    ← {"say": "warm", "landlock", "walled", "seccomp", "missing"}
    → {"do": "connect"} + [socket]   a further control socket, for one judge; its closing ends nothing
    → {"do": "fork"} + [bridge's control socket, kernel's socket]   ← {"did": "fork", "pid"} | {"did": "failed", "text"}
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn


def load_siblings() -> None:
    """Import this folder as a package under a name that no student's module has."""
    here = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location("_autograder_inside", here / "__init__.py", submodule_search_locations=[str(here)])
    if spec is None or spec.loader is None:
        raise ImportError(str(here))
    package = importlib.util.module_from_spec(spec)
    sys.modules["_autograder_inside"] = package
    spec.loader.exec_module(package)


def prepare(preload: list[str]) -> None:
    """In a stock kernel, before its first cell; see `guest.py`."""
    load_siblings()
    importlib.import_module("_autograder_inside.guest").prepare(preload)


def main() -> None:
    """Say what holds here, then start bridges on request until the control socket closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    load_siblings()
    frames = importlib.import_module("_autograder_inside.frames")
    confine = importlib.import_module("_autograder_inside.confine")
    syscalls = importlib.import_module("_autograder_inside.syscalls")
    order = json.loads(sys.argv[2])
    bridge = None if order["bubblewrap"] else importlib.import_module("_autograder_inside.bridge")
    missing = [name for name in order["preload"] if not _is_there(name)]
    walls = {"landlock": confine.landlock_abi(), "walled": _walled(confine, order), "seccomp": syscalls.available()}
    frames.send(control, {"say": "warm", "threads": 1, "missing": [f"{name}: there is no such module" for name in missing], **walls})
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel of the system reaps the bridges
    links = [control]
    while True:
        for link in select.select(links, [], [])[0]:
            try:
                command, _body, fds = frames.receive_with_fds(link, 2)
            except frames.Closed:
                if link is control:
                    _leave(order["writable"][0])
                links.remove(link)
                link.close()
                continue
            if command["do"] == "connect":
                links.append(socket.socket(fileno=fds[0]))
                continue
            try:
                pid = os.fork()
            except OSError as error:
                frames.send(link, {"did": "failed", "text": str(error)})
            else:
                if pid == 0:
                    _become_bridge(links, fds, order, bridge)
                frames.send(link, {"did": "fork", "pid": pid})
            for fd in fds:
                os.close(fd)


def _leave(home: str) -> NoReturn:
    """Remove the folder that bridges made theirs in, whoever else has already begun to; they end now, too."""
    with contextlib.suppress(FileNotFoundError):
        for _ in range(40):
            if not any(name.startswith("kernel-") for name in os.listdir(home)):
                break
            time.sleep(0.1)
    shutil.rmtree(home, ignore_errors=True)
    os._exit(0)


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _walled(confine: Any, order: dict[str, Any]) -> bool:
    """Whether a process of ours, confined by Landlock, is refused a folder outside."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            if confine.apply_landlock(order["readable"], order["writable"]):
                os.listdir("/")
        except PermissionError:
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def _become_bridge(links: list[socket.socket], fds: list[int], order: dict[str, Any], bridge: Any) -> None:
    """In the fork; never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for link in links:
            link.close()
        if bridge is not None:
            bridge.run(socket.socket(fileno=fds[0]), socket.socket(fileno=fds[1]))
        for fd in fds:
            os.set_inheritable(fd, True)
        command = [*order["bubblewrap"], sys.executable, "-P", __file__, "bridge", *map(str, fds)]
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    finally:
        os._exit(1)


def _main_of_bridge() -> None:
    load_siblings()
    control, link = (socket.socket(fileno=int(fd)) for fd in sys.argv[2:])
    for sock in (control, link):
        sock.set_inheritable(False)  # they came through exec; they go no further
    importlib.import_module("_autograder_inside.bridge").run(control, link)


if __name__ == "__main__":
    _main_of_bridge() if sys.argv[1] == "bridge" else main()
