"""The first process of one stock kernel: starts it, speaks frames with the trusted side and ZeroMQ with it. It runs no student code.

It is to that kernel what `init.py` is to a warm one: all processes descend from it, and it ends them all when the trusted side's
end of its control socket closes. In a root that bubblewrap made it is pid 1.

    → {"do": "begin", …order…} + files [+ a question's socket]   ← {"did": "begin"} | {"did": "failed", "text"}
    → {"do": "hold"}                  end every process but the kernel
    → {"do": "interrupt"}             SIGINT to the kernel and its process group
    → {"do": "end"}                   end all
    ← {"did", "clean", "overrun", "refused": null, "complete": true, "cpu_s", "memory_bytes"}   as `init.py` says it

Over the kernel's socket, as `kernel.py` does: execute requests come in, Jupyter messages go out. The kernel's own process says
there that it is confined, before it becomes the kernel; so the trusted side learns from the system which process it is.

A question is a kernel of its own: the notebook's cells run again, interrupted when they were before, and a last cell answers calls.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import sys
import time
import uuid
from collections import deque
from pathlib import Path
from typing import Any, NoReturn

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager

from . import confine, frames, privileges, processes, scratch, syscalls
from .pieces import pieces

__all__ = ["run"]

_SUBREAPER = 36
_WITH_ITS_NAMESPACE = "/scratch"
_LOOK_S = 0.1
"""Seconds between two looks at how many processes there are, and how much memory is taken here."""
_START_S = 60.0
_STARTING = 8 << 30
"""Bytes of address space for starting: the kernel sets the limit (see `guest.py`), on top of what it has then."""
_OWN_MEMORY = 768 << 20
"""Bytes that this process may hold: a kernel whose messages come faster than they are passed on is ended."""
_MORE_THREADS = 32
"""Besides those that a warm kernel may have: a stock kernel's own are 8 or 9, ours 3."""
_LARGEST = 64 << 20
"""Bytes of one ZeroMQ message; the trusted side takes less."""
_AT_A_TIME = 64
_SOCKETS = "../run/k"
"""Where the socket files are, seen from the notebook's folder: an absolute path may be longer than the 107 bytes of unix(7)."""
_LARGEST_HEADER = 64 << 10
_DELIMITER = b"<IDS|MSG>"
_BUDGETS = {"execute_reply": "replies", "status": "replies", "error": "errors"}
"""Message type → what it is counted as; all others are output."""


def run(control: socket.socket, link: socket.socket, own: dict[str, Any]) -> NoReturn:
    """Be the first process of one kernel until the control socket closes.

    Args:
        control: To the trusted side.
        link: The kernel's end of its own socket to the trusted side.
        own: `scratch`, `user`, `keep_reading`; see `zygote.own_place`.
    """
    os.setsid()
    confine.set_process_option(_SUBREAPER, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    below = processes.Processes(own_namespace=os.getpid() == 1)
    try:
        order, body, fds = frames.receive_with_fds(control, 1)
        privileges.hide(hidden=order["profile"] != "off")
        bridge = _Bridge(control, link, order | own, below)
        try:
            bridge.begin(body, fds[0] if fds else None)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody but the trusted side can tell the story
            frames.send(control, {"did": "failed", "text": f"{type(error).__name__}: {error}"})
        else:
            bridge.serve()
    except frames.Closed:
        pass
    finally:
        below.end_all()
        if own["scratch"] != _WITH_ITS_NAMESPACE:
            scratch.remove(own["scratch"])
        os._exit(0)


class _Bridge:
    """One kernel, and who speaks to it."""

    def __init__(self, control: socket.socket, link: socket.socket, order: dict[str, Any], below: processes.Processes) -> None:
        self._control, self._link, self._order, self._processes = control, link, order, below
        self._work, self._run = Path(order["scratch"], "work"), Path(order["scratch"], "run")
        quiet_after = max(8 << 20, 2 * order["limits"]["output_bytes"])
        self._left = {"output": quiet_after, "errors": 16 << 20, "replies": 40 << 20}
        self._out: deque[memoryview] = deque()
        self._cells: deque[dict[str, Any]] = deque(order["cells"])
        self._running: dict[str, Any] | None = None
        self._ours: set[str] = set()
        self._spoken_to = False
        self._kernel = 0
        self._most_memory = 0
        self._overrun: str | None = None

    def begin(self, body: bytes, question: int | None) -> None:
        """Make the folders, start the kernel and wait until it can run cells.

        Raises:
            OSError, RuntimeError, NoSuchKernel: it cannot be started.
        """
        self._make_folders(body)
        os.chdir(self._work)
        os.environ.update(scratch.environment(self._order["scratch"]))  # for jupyter_client, which looks for kernels in the home folder
        key = uuid.uuid4().hex.encode()
        file, _info = write_connection_file(str(self._run / "kernel.json"), ip=_SOCKETS, transport="ipc", key=key)
        self._give(file)
        spec = KernelSpecManager().get_kernel_spec(NATIVE_KERNEL_NAME)
        command = [part.replace("{connection_file}", file) for part in spec.argv]
        if Path(command[0]).name.startswith("python"):  # "python", as in a kernel's specification: this environment's
            command[0] = sys.executable
        self._kernel = os.fork()
        if self._kernel == 0:
            self._become_kernel(command, spec.env, question)
        if question is not None:
            os.close(question)
            fd = question
            self._cells.append({"code": f"__import__('sys').modules['_autograder_inside.guest'].answer({fd})"})
        self._ended = os.pidfd_open(self._kernel)
        context: Any = zmq.Context()
        context.setsockopt(zmq.RECONNECT_IVL, 10)
        context.setsockopt(zmq.RCVHWM, 0)  # a lost message would leave a cell waiting; see _OWN_MEMORY
        context.setsockopt(zmq.MAXMSGSIZE, _LARGEST)
        self._client: Any = BlockingKernelClient(context=context)
        self._client.load_connection_file(file)
        self._shell, self._iopub = self._client.connect_shell(), self._client.connect_iopub()
        self._wait_until_ready()
        frames.send(self._control, {"did": "begin"})
        self._next_cell()

    def _make_folders(self, body: bytes) -> None:
        if not os.path.isdir(self._order["scratch"]):
            os.mkdir(self._order["scratch"], 0o700)
        self._give(self._order["scratch"])
        scratch.Scratch(self._order["scratch"], scratch.unpacked(self._order["files"], body), self._order["user"])
        self._run.mkdir(0o700)
        self._give(self._run)

    def _give(self, path: str | Path) -> None:
        if self._order["user"] is not None:
            os.chown(path, self._order["user"], self._order["user"])

    def _become_kernel(self, command: list[str], more: dict[str, str], question: int | None) -> NoReturn:
        order, limits = self._order, self._order["limits"]
        try:
            os.setsid()
            private = {"IPYTHONDIR": str(self._run / "ipython"), "JUPYTER_RUNTIME_DIR": str(self._run)}
            environment = {**order["environment"], **scratch.environment(order["scratch"]), **more, **private}
            for number in (signal.SIGINT, signal.SIGPIPE):
                signal.signal(number, signal.SIG_DFL)
            if question is not None:
                os.set_inheritable(question, True)
            privileges.hide(hidden=False)
            confine.offer_to_memory_killer()
            if order["profile"] != "off":
                privileges.become_student(order["user"], keep_reading=order["keep_reading"])
            confine.apply_limits({**limits, "memory_bytes": _STARTING, "threads": limits["threads"] + _MORE_THREADS})
            if order["landlock"]:
                confine.apply_landlock(order["readable"], [order["scratch"], *order["writable"]])
            if order["seccomp"]:
                syscalls.apply(listening=True)
            frames.send(self._link, {"say": "ready"})
            os.dup2(os.open(self._run / "log", os.O_WRONLY | os.O_CREAT, 0o600), 2)
            os.execve(command[0], command, environment)  # noqa: S606 - no shell is wanted
        except BaseException as error:  # noqa: BLE001 - as in `init.py`
            frames.send(self._link, {"say": "failed", "text": f"{type(error).__name__}: {error}"})
        finally:
            os._exit(1)

    def _wait_until_ready(self) -> None:
        """Until the kernel answers, its messages arrive, and it is prepared as a warm one is."""
        deadline = time.monotonic() + _START_S
        while True:
            self._answered("kernel_info_request", {}, deadline)
            if self._iopub.poll(50):  # else it did not know of us yet when it published
                break
        program, guest = str(Path(__file__).with_name("zygote.py")), "__import__('_autograder_inside.guest', fromlist=['prepare'])"
        load = f"__import__('runpy').run_path({program!r})['load_siblings']()"
        self._run_first(f"{load} and {guest}.prepare({self._order['preload']!r})", deadline)
        # Before its first cell a kernel is ours and limits itself: limiting another user's process takes a capability that
        # containers mostly lack.
        more = self._order["limits"]["memory_bytes"]
        with open(f"/proc/{self._kernel}/statm") as statm:
            address_space, resident = (int(pages) * resource.getpagesize() for pages in statm.read().split()[:2])
        most = address_space + more
        self._run_first(f"__import__('resource').setrlimit({resource.RLIMIT_AS}, ({most}, {most}))", deadline)
        self._most_memory = 2 * (more + resident)  # as in `init.py`

    def _run_first(self, code: str, deadline: float) -> None:
        reply = self._answered("execute_request", _silent(code), deadline)
        if reply["status"] != "ok":
            raise RuntimeError(f"the kernel could not be prepared: {reply.get('ename')}: {reply.get('evalue')}")

    def _answered(self, kind: str, content: dict[str, Any], deadline: float) -> dict[str, Any]:
        identifier = self._client.session.send(self._shell, kind, content)["header"]["msg_id"]
        self._ours.add(identifier)
        poller = zmq.Poller()
        for source in (self._shell, self._ended, self._control):
            poller.register(source, zmq.POLLIN)
        while time.monotonic() < deadline:
            events = dict(poller.poll(1000))
            if self._shell in events:
                _idents, message = self._client.session.recv(self._shell, mode=0)
                if message["parent_header"].get("msg_id") == identifier:
                    answer: dict[str, Any] = message["content"]
                    return answer
            elif self._control.fileno() in events:  # it says nothing while it waits for us, but it may have closed
                raise frames.Closed
            elif events:
                said = (self._run / "log").read_text(errors="replace").strip().splitlines()
                raise RuntimeError(f"the kernel ended while it started: {said[-1] if said else 'no reason given'}")
        raise RuntimeError(f"the kernel did not answer in {_START_S:g} s")

    def serve(self) -> None:
        """Pass on what comes, until the control socket closes.

        Raises:
            frames.Closed: it did.
        """
        looked = time.monotonic()
        while True:
            events = self._wait()
            if self._ended in events:
                self._kernel_has_ended()
            if self._control.fileno() in events:
                self._obey(frames.receive(self._control)[0])
            if events.get(self._link.fileno(), 0) & ~zmq.POLLOUT:
                self._request()
            for source in (self._shell, self._iopub):
                if source in events:
                    self._take(source)
            self._flush()
            if time.monotonic() - looked > _LOOK_S:
                self._look()
                looked = time.monotonic()

    def _wait(self) -> dict[Any, int]:
        poller = zmq.Poller()
        poller.register(self._control, zmq.POLLIN)
        if self._kernel:
            for source in (self._shell, self._iopub, self._ended):
                poller.register(source, zmq.POLLIN)
            poller.register(self._link, zmq.POLLIN | (zmq.POLLOUT if self._out else 0))
        return dict(poller.poll(int(_LOOK_S * 1000)))

    def _kernel_has_ended(self) -> None:
        """Its last messages, then the end of its socket."""
        for source in (self._shell, self._iopub):
            while source.poll(0):
                self._take(source)
        self._let_go()

    def _let_go(self) -> None:
        with contextlib.suppress(OSError, frames.Closed):
            self._flush()
            self._link.shutdown(socket.SHUT_RDWR)
        self._processes.end_all_but(set())
        self._kernel = 0

    def _obey(self, command: dict[str, Any]) -> None:
        clean = True
        if command["do"] == "interrupt":
            self._interrupt()
        elif command["do"] == "hold":
            clean = self._processes.end_all_but({self._kernel})
        else:
            clean = self._processes.end_all()
            self._kernel = 0
        own = resource.getrusage(resource.RUSAGE_SELF)
        answer = {"did": command["do"], "clean": clean, "refused": None, "overrun": self._overrun, "complete": True}
        self._overrun = None
        spent = {"cpu_s": self._processes.cpu_s + own.ru_utime + own.ru_stime, "memory_bytes": self._processes.memory_bytes}
        frames.send(self._control, answer | spent)

    def _interrupt(self) -> None:
        if self._kernel:
            processes.interrupt_group(self._kernel)  # as jupyter_client does: what a cell waits for, too

    def _request(self) -> None:
        try:
            header, _body = frames.receive(self._link)
        except (frames.Closed, OSError):
            self._let_go()
            return
        self._spoken_to = True
        self._client.session.send(self._shell, header["message"])

    def _next_cell(self) -> None:
        """A question's notebook, cell by cell."""
        if not self._cells:
            self._running = None
            return
        cell = self._cells.popleft()
        message = cell.get("message")
        if message is None:
            message = self._client.session.msg("execute_request", _silent(cell["code"]))
        self._client.session.send(self._shell, message)
        self._ours.add(message["header"]["msg_id"])
        seconds = cell.get("interrupt_s")
        interrupt_at = None if seconds is None else time.monotonic() + seconds
        self._running = {"id": message["header"]["msg_id"], "interrupt_at": interrupt_at, "last": "code" in cell}

    def _take(self, source: Any) -> None:
        """Pass on some of what the kernel says, as it is: whoever reads it knows that a student may have written it."""
        for _ in range(_AT_A_TIME):
            try:
                parts = source.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            try:
                header, parent, metadata, content = parts[parts.index(_DELIMITER) + 2 :][:4]
                if max(len(header), len(parent)) > _LARGEST_HEADER:
                    continue
                budget = _BUDGETS.get(json.loads(header)["msg_type"], "output")
                answers = json.loads(parent).get("msg_id")
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue
            if answers in self._ours:
                if self._running is not None and answers == self._running["id"] and source is self._shell:
                    if self._running["last"]:  # it should not have ended
                        self._let_go()
                        return
                    self._next_cell()
                continue
            if not self._spoken_to:  # its first words, and all that a question's kernel says: nobody listens yet
                continue
            for piece in pieces(content) if self._left[budget] > 0 else ():
                if self._left[budget] <= 0:
                    break
                text = b'{"header":%b,"parent_header":%b,"metadata":%b,"content":%b}' % (header, parent, metadata, piece)
                # What oversteps it is passed on all the same: so the trusted side knows that some was dropped.
                self._left[budget] -= len(text)
                self._out.append(memoryview(frames.packed(text)))
            if self._left["replies"] <= 0:
                self._let_go()
                return

    def _flush(self) -> None:
        while self._out:
            try:
                sent = self._link.send(self._out[0], socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError:
                self._out.clear()
                return
            if sent == len(self._out[0]):
                self._out.popleft()
            else:
                self._out[0] = self._out[0][sent:]

    def _look(self) -> None:
        """End what is too much for all processes together, as `init.py` does; interrupt what was interrupted before."""
        self._processes.reap()
        if self._running is not None and self._running["interrupt_at"] is not None and time.monotonic() > self._running["interrupt_at"]:
            self._running["interrupt_at"] = None
            self._interrupt()
        # When even the kernel was ended, its end is heard as any other.
        self._overrun = self._processes.keep_within(self._order["limits"]["processes"], self._most_memory, [self._kernel]) or self._overrun
        with open("/proc/self/statm") as statm:
            if int(statm.read().split()[1]) * resource.getpagesize() > _OWN_MEMORY:
                self._let_go()


def _silent(code: str) -> dict[str, Any]:
    """A request to run our own words: not counted, not kept in `In`."""
    return {"code": code, "silent": True, "store_history": False, "allow_stdin": False, "stop_on_error": False}
