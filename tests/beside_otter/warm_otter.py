"""Stock otter, imported once: a process that forks for every run of the command `otter`. A program of its own, and the class that calls it.

    tests ── runs, as JSON lines ─► warm process ── fork ─► otter run … ── fork ─► its kernel
                                    imports only            as started anew        as started anew

Otter and the kernel need seconds to be imported, and a notebook of a test next to nothing. Nothing but imports is saved: every run is the
command's own entry point in a process of its own that ends with it, and its kernel is ipykernel's own in a process of its own, that
has what jupyter_client would have started it with: arguments, environment, folder, session. The warm process runs none of that, and has one thread.

Where a module of otter's, or of the standard library, must be looked for when the kernel imports it, ask for a `cold_kernel`: it is started as ever.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn, Self

__all__ = ["OtterRun", "Ran", "WarmOtter", "results_in"]

_AT_A_TIME = 4
_ATTEMPTS = 3
_PORT_TAKEN = "Address already in use"
_LONGEST_S = 120
"""By the clock; then SIGALRM ends the run."""


@dataclass(frozen=True)
class OtterRun:
    """One call of `otter`."""

    arguments: tuple[str, ...]
    """What stands behind the command's name, with absolute paths."""
    folder: str
    """Where it runs. What it says goes to `said.txt` there; `home` and `tmp` in it are its home, and where temporary files go."""
    cold_kernel: bool = False
    """Whether its kernel starts as a new interpreter."""
    profile: str = ""
    """How our plugin has to confine; empty for the best that the machine has."""

    @classmethod
    def of(cls, bundle: Path, submission: Path, folder: Path, *, cold_kernel: bool = False, profile: str = "") -> OtterRun:
        """`otter run`, with `results.json` in `folder`, which is made."""
        for made in (folder, folder / "home", folder / "tmp"):
            made.mkdir(exist_ok=True)
        return cls(("run", "-a", str(bundle), "-o", str(folder), str(submission)), str(folder), cold_kernel, profile)


@dataclass(frozen=True)
class Ran:
    """One that has ended."""

    code: int
    """Exit code; negative for a signal."""
    said: str
    """All that it printed."""
    results: dict[str, Any] | None
    """Its `results.json`, or None where it left none."""
    cpu_s: float
    """Of all its processes that were waited for, in seconds."""


class WarmOtter:
    """A context in which `otter` starts at once.

    Args:
        environment: Variables that differ from those of this process.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        variables = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | dict(environment or {})
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        self._server = subprocess.Popen(
            [sys.executable, __file__], env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End it; it has no runs any more."""
        self._server.communicate()

    def run(self, runs: Sequence[OtterRun]) -> list[Ran]:
        """Run them, some at a time: they mostly wait.

        jupyter_client chooses a kernel's ports before the kernel takes them; where another kernel was quicker, the run is begun anew.
        """
        ran = self._run(runs)
        for _attempt in range(_ATTEMPTS):
            again = [place for place, one in enumerate(ran) if one.results is None and _PORT_TAKEN in one.said]
            for place, one in zip(again, self._run([runs[place] for place in again]) if again else (), strict=True):
                ran[place] = one
        return ran

    def _run(self, runs: Sequence[OtterRun]) -> list[Ran]:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps([asdict(one) for one in runs]) + "\n")
        self._server.stdin.flush()
        ended = json.loads(self._server.stdout.readline())
        return [_ran(Path(one.folder), code, cpu_s) for one, (code, cpu_s) in zip(runs, ended, strict=True)]


def _ran(folder: Path, code: int, cpu_s: float) -> Ran:
    return Ran(code, (folder / "said.txt").read_text(encoding="utf-8", errors="replace"), results_in(folder), cpu_s)


def results_in(folder: Path) -> dict[str, Any] | None:
    """What otter wrote into a folder."""
    path = folder / "results.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


# From here on: the warm process.


def _serve() -> None:
    sys.path.pop(0)  # this file's folder: no notebook has it
    import pdb  # noqa: T100

    from IPython.core import debugger

    debuggers: Any = pdb
    debuggers.Pdb = debugger.InterruptiblePdb  # a kernel does so before otter imports doctest, which derives a class from it
    import nbconvert.preprocessors
    import otter.cli
    import otter.execute.preprocessor
    import otter.plugins
    from ipykernel import ipkernel, zmqshell  # not kernelapp, which looks at its environment when it is imported
    from jupyter_client import launcher

    del nbconvert, otter, ipkernel, zmqshell, launcher
    gc.collect()
    gc.freeze()  # what is there now stays; to look at it would copy it into every fork
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(_all_of([OtterRun(**order) for order in json.loads(line)])) + "\n")
        answers.flush()


def _all_of(orders: list[OtterRun]) -> list[tuple[int, float]]:
    waiting = list(enumerate(orders))
    running: dict[int, int] = {}
    ended: dict[int, tuple[int, float]] = {}
    while waiting or running:
        while waiting and len(running) < _AT_A_TIME:
            number, order = waiting.pop(0)
            pid = os.fork()
            if pid == 0:
                _run(order)
            running[pid] = number
        pid, status, used = os.wait4(-1, 0)
        ended[running.pop(pid)] = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
    return [ended[number] for number in range(len(orders))]


def _run(order: OtterRun) -> NoReturn:
    """What follows is a process of `otter`'s; it ends here, and so does its kernel."""
    os.setsid()
    signal.alarm(_LONGEST_S)
    said = os.open(f"{order.folder}/said.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for new, old in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(new, old)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    os.chdir(order.folder)
    os.environ.update(HOME=f"{order.folder}/home", TMPDIR=f"{order.folder}/tmp")
    tempfile.tempdir = None  # it may have been looked for already
    if order.profile:
        _confine_by(order.profile)
    if not order.cold_kernel:
        _Spare().put_in()
    code = _otter(order.arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)  # without waiting for otter's thread, which looks once a second whether it has to end


def _confine_by(profile: str) -> None:
    import functools

    from autograder.grading import session
    from autograder.model import Profile

    grading: Any = session
    grading.Zygote = functools.partial(grading.Zygote, profile=Profile(profile))


def _otter(arguments: Sequence[str]) -> int:
    import traceback

    from otter.cli import cli

    sys.argv = ["otter", *arguments]
    try:
        cli()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
        return 1
    return 0


class _Spare:
    """A process that becomes otter's kernel, forked while this one has a single thread; when it is not wanted, it ends with this one."""

    def __init__(self) -> None:
        reading, self._order = os.pipe()
        ready, say_ready = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            for mine in (self._order, ready, say_ready):
                os.close(mine)
            _become_kernel(reading)
        for its in (reading, say_ready):
            os.close(its)
        os.read(ready, 1)  # jupyter_client signals the group that it finds a new kernel in
        os.close(ready)

    def put_in(self) -> None:
        """Let jupyter_client start this one where it would start an interpreter; later kernels are started as ever."""
        from jupyter_client import launcher

        module: Any = launcher
        ordinary = module.Popen

        def popen(command: list[str], **options: Any) -> Any:
            module.Popen = ordinary
            if "ipykernel_launcher" not in command:  # another kernel than Python's
                return ordinary(command, **options)
            own = command[command.index("ipykernel_launcher") :]
            order = {"argv": own, "env": dict(options["env"]), "cwd": str(options.get("cwd") or os.getcwd())}
            os.write(self._order, json.dumps(order).encode() + b"\n")
            return _Started(self.pid, command)

        module.Popen = popen


class _Started:
    """Of `subprocess.Popen`, what jupyter_client uses."""

    def __init__(self, pid: int, command: list[str]) -> None:
        self.pid, self.args = pid, command
        self.returncode: int | None = None
        self.stdin, self.stdout, self.stderr = open(os.devnull, "wb"), None, None  # noqa: SIM115 - jupyter_client closes it

    def poll(self) -> int | None:
        return self._waited(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int | None:
        until = None if timeout is None else time.monotonic() + timeout
        while until is not None and self._waited(os.WNOHANG) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            time.sleep(0.01)
        return self._waited(0)

    def _waited(self, how: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, how)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self._waited(os.WNOHANG) is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _become_kernel(orders: int) -> NoReturn:
    signal.alarm(0)
    with os.fdopen(orders, "rb") as stream:
        line = stream.readline()
    if not line:
        os._exit(0)
    order = json.loads(line)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = order["argv"]
    import numpy as np
    from ipykernel import kernelapp

    np.random.seed()  # noqa: NPY002 - Python's own generator is seeded anew by a fork
    kernelapp.launch_new_instance()
    for thread in threading.enumerate():  # what an interpreter does at its end, but for taking thousands of objects apart
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    os._exit(0)


if __name__ == "__main__":
    _serve()
