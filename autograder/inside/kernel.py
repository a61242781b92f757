"""An IPython kernel without ZeroMQ or threads: Jupyter messages as frames over one socket.

`build()` runs in the zygote, before any fork, because most of a kernel's cost is building it (measured: 75 ms for a notebook
against 198 when it is built after the fork). `serve()` runs in the submission's own process.

The kernel and its shell are ipykernel's and IPython's own. What is ours: where messages go (`messages.py`), what is printed
(`streams.py`), and what ipykernel's application does around a kernel, which brings ZeroMQ and seven threads: a process with more
than one cannot be forked safely. docs/parity.md lists what differs from a stock kernel on purpose; tests/kernel/parity holds us to it.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # as in messages.py
import asyncio
import contextlib
import importlib
import importlib.util
import linecache
import logging
import os
import random
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipykernel
import ipykernel.debugger
import ipykernel.ipkernel
import numpy.random as np_random
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from . import commands, confine, frames, otter_standin, question, quick
from .messages import Messages
from .streams import Output

__all__ = ["build", "serve"]

_LAUNCHER = str(Path(ipykernel.__file__).parent.parent / "ipykernel_launcher.py")
_BY_NBCLIENT = "--HistoryManager.hist_file=:memory:"
"""What nbclient gives a kernel on its command line."""


class Built(SimpleNamespace):
    """What the zygote keeps ready: `kernel`, `session`, `output`."""


def build() -> Built:
    """Build the kernel object; after this the process must still have exactly one thread."""
    otter_standin.install()
    ipykernel.debugger._is_debugpy_available = False  # noqa: SLF001 - it starts threads
    log = logging.getLogger("kernel")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    config = Config()
    config.HistoryManager.enabled = False  # else an sqlite thread
    config.IPythonKernel.use_experimental_completions = False
    session = Messages(key=b"", config=config)
    # The application is not initialised, which would open ZeroMQ's sockets: it is what magics and libraries look for.
    application: Any = IPKernelApp.instance(config=config, log=log)
    application.init_pdb()
    application.patch_io()
    kernel: Any = IPythonKernel.instance(
        parent=application,
        session=session,
        iopub_socket="iopub",
        log=log,
        shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
        user_ns=None,
    )
    application.kernel = kernel
    application.init_shell()
    application.init_extensions()
    asked = vars(ipykernel.ipkernel)
    asked["_accepts_parameters"] = _Remembered(asked["_accepts_parameters"])
    kernel._execute_sleep = 0  # noqa: SLF001 - waits for ZeroMQ, which is not here
    commands.install()
    _warm(kernel.shell)
    quick.spare(kernel)
    return Built(kernel=kernel, session=session, output=Output(session))


def serve(built: Built, sock: socket.socket, output_bytes: int) -> None:
    """Run cells as they come, then fork questions, until the other side closes. Never returns normally to forked code."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    built.kernel.io_loop = SimpleNamespace(
        add_callback=loop.call_soon_threadsafe,
        asyncio_loop=loop,
        call_later=_not_yet,  # `exit()` asks for the end of the loop; here the rest of the notebook runs
        stop=None,
    )
    built.session.open(sock, output_bytes)
    built.output.open(output_bytes)
    sys.stdout, sys.stderr = built.output.out, built.output.err
    _settle(built.kernel.shell)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    between = _Between(loop, sock)
    while True:
        between.wait()
        try:
            header, _body, fds = frames.receive_with_fds(sock, 1)
        except frames.Closed:
            os._exit(0)
        if header["do"] == "execute":
            _execute(built, loop, header["message"])
        elif header["do"] == "question" and fds:
            _fork_question(built, sock, fds[0])


_LATER = (
    *(f"IPython.core.magics.{name}" for name in ("ast_mod", "execution", "namespace", "script")),
    *(f"pygments.{name}" for name in ("formatters.html", "formatters.terminal256", "lexers.python", "styles.default")),
    "IPython.core.logger",
    "IPython.utils.module_paths",
    "bdb",
    "numpy.fft",
    "numpy.linalg",
    "secrets",
    "stack_data",
    "timeit",
)
"""What nearly every notebook imports in the end, and IPython with the first error or magic: those alone take 50 ms, here for all
kernels together (measured with `ru_utime` around a cell)."""


def _warm(shell: Any) -> None:
    """Import what most notebooks will need, and show one error to nobody."""
    for name in _LATER:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    source = "1 / 0"
    name = shell.compile.cache(source, 0)
    try:
        exec(compile(source, name, "exec"), {})  # noqa: S102 - our own text
    except ZeroDivisionError:
        shell.InteractiveTB.structured_traceback(*sys.exc_info())
    linecache.cache.pop(name, None)


class _Remembered:
    """A function of a method and a list of names that is asked anew for every cell, and takes a tenth of a small one's time."""

    def __init__(self, function: Any) -> None:
        self._function = function
        self._known: dict[Any, Any] = {}

    def __call__(self, method: Any, names: list[str]) -> Any:
        key = (getattr(method, "__func__", method), *names)
        if key not in self._known:
            self._known[key] = self._function(method, names)
        return self._known[key]


class _Between:
    """The time between two cells. What the notebook left on its loop goes on then, as in a stock kernel."""

    def __init__(self, loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
        self._loop = loop
        self._waits = False
        loop.add_reader(sock, self._heard)

    def wait(self) -> None:
        """Run the loop until there is something to read."""
        self._waits = True
        self._loop.run_forever()
        self._waits = False

    def _heard(self) -> None:
        if self._waits:
            self._loop.stop()


def _not_yet(_seconds: float, *_callback: Any) -> None:
    """Do nothing later."""


def _settle(shell: Any) -> None:
    """Make what was found out in the zygote true of this process, and begin as `python -m ipykernel_launcher` does."""
    tempfile.tempdir = None
    shell.starting_dir, shell.home_dir = os.getcwd(), os.path.expanduser("~")
    shell.history_manager.dir_hist[:] = [Path.cwd()]
    # `%autoreload` reads the file of every module; these are no business of a notebook's, and out of its reach.
    for name in [name for name in sys.modules if name.startswith(__package__)]:
        del sys.modules[name]
    # Past the traits' observers, which would make a dozen folders that few notebooks use.
    folder = os.environ["IPYTHONDIR"]
    vars(shell)["_trait_values"]["ipython_dir"] = folder
    profile = vars(shell.profile_dir)["_trait_values"]
    before = profile["location"]
    after = os.path.join(folder, os.path.basename(before))
    for name, value in profile.items():
        if isinstance(value, str) and value.startswith(before):
            profile[name] = after + value.removeprefix(before)
    sys.argv = [_LAUNCHER, "-f", os.path.join(os.path.expanduser("~"), "kernel.json"), _BY_NBCLIENT]
    # The folder of the notebook comes after the standard library: IPython's InteractiveShellApp.init_path.
    packages = (index for index, path in enumerate(sys.path) if os.path.basename(path) in {"site-packages", "dist-packages"})
    sys.path.insert(next(packages, 0), "")
    # A stock kernel starts from the system's entropy; here the same notebook gives the same answers.
    random.seed(0)
    np_random.seed(0)  # noqa: NPY002 - students use the global generator


def _execute(built: Built, loop: asyncio.AbstractEventLoop, message: dict[str, Any]) -> None:
    kernel, session, owner = built.kernel, built.session, os.getpid()
    message |= {"msg_id": message["header"]["msg_id"], "msg_type": message["header"]["msg_type"], "buffers": []}
    kernel.set_parent([], message, channel="shell")
    _signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        loop.run_until_complete(kernel.execute_request("shell", [], message))
    except KeyboardInterrupt:
        # Too late for the cell, which had ended: the reply may or may not be out, so say it (again).
        content = {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "execution_count": 0}
        session.send("shell", "execute_reply", content, parent=message)
    finally:
        if os.getpid() != owner:  # a child that the notebook forked and that ran to the end of its cell
            os._exit(0)
        _signal.signal(signal.SIGINT, _signal.SIG_IGN)
    built.output.end_cell()
    session.end_cell(message, kernel.execution_count - 1)


_ended: set[int] = set()
"""Questions forked before: each is ended before the next one is asked for."""


def _fork_question(built: Built, sock: socket.socket, fd: int) -> None:
    # The question speaks only when this process has let go of its socket. Stopped before that, it would keep the socket open, and
    # the end of the question could not be told from its silence.
    waits, goes_on = os.pipe()
    for earlier in list(_ended):  # ended by init; only we can collect them
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(earlier, os.WNOHANG)[0] == 0:
                continue
        _ended.discard(earlier)
    state = random.getstate()  # Python gives every fork another; a question goes on where the notebook ended
    pid = os.fork()
    if pid:
        _ended.add(pid)
        for descriptor in (fd, waits, goes_on):
            os.close(descriptor)
        return
    try:
        confine.set_process_option(confine.PARENT_DEATH_SIGNAL, signal.SIGKILL)
        random.setstate(state)
        os.close(goes_on)
        os.read(waits, 1)
        os.close(waits)
        built.session.close()
        built.output.close()
        sock.close()
        asyncio.set_event_loop(asyncio.new_event_loop())  # the kernel's own shares its list of descriptors with the kernel
        signal.signal(signal.SIGINT, signal.default_int_handler)
        question.answer(socket.socket(fileno=fd), built.kernel.shell.user_ns)
    finally:
        os._exit(0)
