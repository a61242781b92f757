"""An IPython kernel without ZeroMQ or threads: Jupyter messages as frames over one socket.

`build()` runs in the zygote, before any fork, because most of a kernel's cost is building it (measured: 75 ms for a notebook
against 198 when it is built after the fork). `serve()` runs in the submission's own process.

Only `Session.send` is ours: everything a kernel says goes through it. A stock kernel's threads (heartbeat, control, IOPub)
belong to `kernelapp`, which is not used: a process with more than one thread cannot be forked safely.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import random
import signal
import socket
import sys
import threading
from types import SimpleNamespace
from typing import Any

import ipykernel.debugger
import numpy as np
from ipykernel.ipkernel import IPythonKernel
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from traitlets.config import Config

from . import frames, question, quick

__all__ = ["build", "serve"]

_QUIET_AFTER = 8 << 20
"""Characters that a notebook may print before its kernel stops passing them on; twice the trusted side's own limit if that is more."""
_PIECE = 8 << 10
"""Bytes of printed text that are gathered before they are sent."""


class _Wire(Session):
    """A session whose messages leave through a socket."""

    socket: socket.socket | None = None
    _lock = threading.Lock()

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,  # noqa: ARG002 - Session's signature
        buffers: Any = None,  # noqa: ARG002
        track: bool = False,  # noqa: ARG002
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Frame one message; before `serve()` and in a question's process it goes nowhere."""
        if isinstance(msg_or_type, dict):
            message = msg_or_type
        else:
            message = self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
        if self.socket is not None:
            plain = {key: message.get(key, {}) for key in ("header", "parent_header", "metadata", "content")}
            plain["channel"] = "iopub" if stream == "iopub" else "shell"
            with self._lock:
                frames.send(self.socket, plain, default=json_default)
        return message


class _Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a notebook: gathers text and publishes it as stream messages."""

    def __init__(self, name: str, session: _Wire) -> None:
        self.name = name
        self._session = session
        self._kernel: Any = None
        self._pending: list[str] = []
        self._size = 0
        self._total = 0
        self.quiet_after = _QUIET_AFTER

    encoding = "utf-8"
    errors = "replace"

    def attach(self, kernel: Any) -> None:
        """Publish under this kernel's current cell; None turns the stream into a sink."""
        self._kernel = kernel
        self._pending, self._size = [], 0

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        """The process's own descriptor, as ipykernel's streams give it."""
        return 1 if self.name == "stdout" else 2

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._kernel is None or self._total > self.quiet_after:
            return len(text)
        self._total += len(text)
        self._pending.append(text)
        self._size += len(text)
        if self._size > _PIECE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self._pending and self._kernel is not None:
            text, self._pending, self._size = "".join(self._pending), [], 0
            parent = self._kernel.get_parent("shell")
            self._session.send("iopub", "stream", {"name": self.name, "text": text}, parent=parent)


class Built(SimpleNamespace):
    """What the zygote keeps ready: `kernel`, `session`, `stdout`, `stderr`."""


def build() -> Built:
    """Build the kernel object; after this the process must still have exactly one thread."""
    ipykernel.debugger._is_debugpy_available = False  # noqa: SLF001 - it starts threads
    log = logging.getLogger("kernel")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    config = Config()
    config.HistoryManager.enabled = False  # else an sqlite thread
    config.IPythonKernel.use_experimental_completions = False
    session = _Wire(key=b"", config=config)
    kernel: Any = IPythonKernel(
        session=session,
        iopub_socket="iopub",
        log=log,
        shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
        config=config,
    )
    kernel._execute_sleep = 0  # noqa: SLF001 - waits for ZeroMQ, which is not here
    quick.spare(kernel)
    return Built(kernel=kernel, session=session, stdout=_Stream("stdout", session), stderr=_Stream("stderr", session))


def serve(built: Built, sock: socket.socket, output_bytes: int) -> None:
    """Run cells as they come, then fork questions, until the other side closes. Never returns normally to forked code."""
    kernel, session = built.kernel, built.session
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    kernel.io_loop = SimpleNamespace(add_callback=loop.call_soon_threadsafe, asyncio_loop=loop)
    session.socket = sock
    for stream in (built.stdout, built.stderr):
        stream.attach(kernel)
        stream.quiet_after = max(_QUIET_AFTER, 2 * output_bytes)
    sys.stdout, sys.stderr = built.stdout, built.stderr
    sys.path.insert(0, "")
    # A stock kernel starts from the system's entropy; here the same notebook gives the same answers.
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - students use the global generator
    signal.signal(signal.SIGINT, signal.default_int_handler)
    while True:
        try:
            header, _body, fds = frames.receive_with_fds(sock, 1)
        except KeyboardInterrupt:
            continue
        except frames.Closed:
            os._exit(0)
        if header["do"] == "execute":
            _execute(kernel, loop, header["message"])
        elif header["do"] == "question" and fds:
            _fork_question(built, sock, fds[0])


def _execute(kernel: Any, loop: asyncio.AbstractEventLoop, message: dict[str, Any]) -> None:
    kernel.set_parent([], message, channel="shell")
    session = kernel.session
    session.send("iopub", "status", {"execution_state": "busy"}, parent=message)
    try:
        loop.run_until_complete(kernel.execute_request("shell", [], message))
    except KeyboardInterrupt:
        # Too late for the cell, which had ended: the reply may or may not be out, so say it (again).
        content = {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": [], "execution_count": 0}
        session.send("shell", "execute_reply", content, parent=message)
    sys.stdout.flush()
    sys.stderr.flush()
    session.send("iopub", "status", {"execution_state": "idle"}, parent=message)


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
    pid = os.fork()
    if pid:
        _ended.add(pid)
        for descriptor in (fd, waits, goes_on):
            os.close(descriptor)
        return
    try:
        os.close(goes_on)
        os.read(waits, 1)
        os.close(waits)
        built.session.socket = None
        for stream in (built.stdout, built.stderr):
            stream.attach(None)
        sock.close()
        question.answer(socket.socket(fileno=fd), built.kernel.shell.user_ns)
    finally:
        os._exit(0)
