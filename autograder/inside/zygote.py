"""The warm process that every submission is forked from. Started as a program, never imported by the rest.

    python -P zygote.py CONTROL_FD '{"preload": ["numpy", …], "profile": "namespaces" | "processes" | "off" | null, …}'

It confines itself, imports what submissions import, builds one kernel, and from then on only forks. It has one thread, a clean
environment, and never saw a test, an answer, a bundle or a path of one: whatever a student finds in their process's
memory, it was not here. Three profiles (null: the best of the first two that this machine allows):

    namespaces   an empty root of its own, with the interpreter in it (see namespaces.py); no folder on disk
    processes    Landlock, where there is one: the interpreter and the folder that scratch folders are made in
    off          nothing

    ← {"say": "warm", "threads", "profile", "why_not", "landlock", "walled", "seccomp", "user", "keep_reading", "home", "missing"}
    → {"do": "connect"} + [socket]   a further control socket, for one judge; its closing ends nothing
    → {"do": "fork", …order…} + files + [init's control socket, kernel's socket]   (the kernel says the rest: "ready" or "failed")
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import itertools
import json
import os
import select
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

_IDS = 256
"""User ids for students, where root grades: as many as can be told apart by the system at once."""


def load_siblings() -> Any:
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
    """Confine, import, build, say so, fork on request until the control socket closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    load_siblings()
    frames, namespaces = _sibling("frames"), _sibling("namespaces")
    order = json.loads(sys.argv[2])
    walls = confine_itself(order)
    init = _sibling("init")
    built = _sibling("kernel").build()
    missing = []
    with built.kernel.shell.builtin_trap:  # libraries look for `get_ipython` to see that they are not at a terminal
        for name in order["preload"]:
            try:
                importlib.import_module(name)
            except Exception as error:  # noqa: BLE001 - any import may fail in its own way; the author hears of it
                missing.append(f"{name}: {type(error).__name__}: {error}")
    sys.argv[1:] = []
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel of the system reaps the inits
    fork = namespaces.fork if walls["profile"] == "namespaces" else os.fork
    frames.send(control, {"say": "warm", "threads": len(os.listdir("/proc/self/task")), "missing": missing, **walls})

    def begin(number: int, asked: dict[str, Any], files: bytes, sockets: list[socket.socket]) -> None:
        init.run(*sockets, asked | own_place(walls, number), files, built)

    def failed(text: str, sockets: list[socket.socket]) -> None:
        frames.send(sockets[1], {"say": "failed", "text": text})

    serve(control, fork, begin, failed)


def serve(control: socket.socket, fork: Any, begin: Any, failed: Any) -> None:
    """Fork on request, over the control socket and those that come over it, until that one closes; never returns.

    Args:
        control: To the trusted side.
        fork: Makes a process, as `os.fork` does.
        begin: Called there with the request's number, the request, its body and its two sockets; never returns.
        failed: Called here, when no process could be made, with the reason and the two sockets.
    """
    frames = _sibling("frames")
    links, numbers = [control], itertools.count(1)
    while True:
        for link in select.select(links, [], [])[0]:
            try:
                asked, body, fds = frames.receive_with_fds(link, 2)
            except frames.Closed:
                if link is control:
                    os._exit(0)
                links.remove(link)
                link.close()
                continue
            sockets = [socket.socket(fileno=fd) for fd in fds]
            if asked["do"] == "connect":
                links += sockets
            else:
                _fork(
                    fork, links, functools.partial(begin, next(numbers), asked, body, sockets), functools.partial(failed, sockets=sockets)
                )
                for sock in sockets:
                    sock.close()


def own_place(walls: dict[str, Any], number: int) -> dict[str, Any]:
    """Where the submission with this number has its files, and who it is; see `init.py`."""
    return {
        "scratch": _sibling("namespaces").SCRATCH if walls["home"] is None else os.path.join(walls["home"], str(number)),
        "user": None if walls["user"] is None else walls["user"] + 1 + number % (_IDS - 1),  # the first is this process's
        "keep_reading": walls["keep_reading"],
    }


def _sibling(name: str) -> Any:
    return importlib.import_module(f"_autograder_inside.{name}")


def confine_itself(order: dict[str, Any]) -> dict[str, Any]:
    """Confine this process in the profile that was asked for, or the best one.

    Returns:
        What holds: `profile`; `why_not` (a sentence, where `namespaces` was tried in vain); `landlock`, `walled`, `seccomp` of the
        kernels to come; `user`, the first of `_IDS` ids for students, or None; `keep_reading`; `home`, a folder on disk, or None.
    """
    confine, namespaces, privileges, scratch = _sibling("confine"), _sibling("namespaces"), _sibling("privileges"), _sibling("scratch")
    profile, why_not = order["profile"], None
    first = order["first_id"] if privileges.may_map(order["first_id"], _IDS) else None
    needed = {"readable": order["readable"], "first_id": first, "must_be_readable": order["must_be_readable"]}
    if profile in (None, "namespaces"):
        why_not = namespaces.probe(needed | {"interpreter": sys.base_prefix})
        if profile is None or why_not is not None:
            profile = "processes" if why_not is not None else "namespaces"
    home, keep_reading = None, False
    if profile == "namespaces":
        namespaces.enter(needed)
        place = namespaces.SCRATCH
        landlock = confine.landlock_abi()
    else:
        home = os.path.realpath(tempfile.mkdtemp(prefix="autograder-zygote-", dir=order["temporary"]))
        scratch.stay_until_alone(home)
        place = os.path.join(home, "zygote")
        os.mkdir(place)
        if first is not None:
            os.chmod(home, 0o711)  # noqa: S103 - each scratch folder in it is its own user's
        readable, writable = [*order["readable"], "/proc"], [home, *order["writable"]]
        keep_reading = profile == "processes" and first is not None and not _others_may_read(order, privileges, home, first)
        landlock = confine.apply_landlock(readable, writable) if profile == "processes" else 0
    scratch.make_folders(place)
    os.environ.update(scratch.environment(place))
    os.chdir(place)
    confined = profile != "off"
    return {
        "profile": profile,
        "why_not": why_not,
        "landlock": landlock,
        "walled": profile == "namespaces" or not _sees("/"),
        "seccomp": confined and _sibling("syscalls").available(),
        "user": first if confined else None,
        "keep_reading": keep_reading,
        "home": home,
    }


def _others_may_read(order: dict[str, Any], privileges: Any, home: str, user: int) -> bool:
    """Whether a user who owns nothing can read the interpreter, and get to a scratch folder."""
    pid = os.fork()
    if pid == 0:
        privileges.become_student(user, keep_reading=False)
        readable = all(os.access(path, os.R_OK) for path in order["must_be_readable"]) and os.access(home, os.X_OK)
        os._exit(0 if readable else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _sees(folder: str) -> bool:
    try:
        os.listdir(folder)
    except PermissionError:
        return False
    return True


def _fork(fork: Any, links: list[socket.socket], begin: Any, failed: Any) -> None:
    try:
        pid = fork()
    except OSError as error:
        failed(str(error))
        return
    if pid == 0:
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for link in links:
                link.close()
            begin()
        finally:
            os._exit(1)


if __name__ == "__main__":
    main()
