"""A submission's first process: it makes the world of the submission, starts the kernel, stops it, ends what others leave behind.

It runs no student code. Every process of the submission descends from it, and when the trusted side's end of its socket closes,
it ends them all, removes what is left of their files, and ends. In a pid namespace it is pid 1: with it, all of it ends anyway.

    → {"do": "remember"}                   stop the kernel, end all others, remember the files, let the kernel go on
    → {"do": "question", "wait_s", "socket"} + [the trusted end of a question's socket]
                                           wait until the question's process speaks, stop the kernel, end all others, look at it
    → {"do": "end question"}               end all but the kernel, put the files back, let the kernel go on
    → {"do": "interrupt"}                  SIGINT to the kernel and its process group
    → {"do": "end"}                        end all
    ← {"did", "clean", "overrun", "refused", "complete", "cpu_s", "memory_bytes"}

`clean` is false when there were always more processes: something forks faster than it can be ended. `overrun` says which limit on
all processes together ("memory", "processes") made init end some of them since the last answer, or is null. `refused` says
what a question's process is that it should not be, or is null. `complete`: see `scratch.py`.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import struct
import time
from typing import Any

from . import confine, frames, namespaces, privileges, processes, scratch, syscalls

__all__ = ["run"]

_SUBREAPER = 36
_LOOK_S = 0.1
"""Seconds between two looks at how many processes there are, and how much memory they use."""
_PASSCRED, _CREDENTIALS, _UCRED = getattr(socket, "SO_PASSCRED", 16), getattr(socket, "SCM_CREDENTIALS", 2), struct.Struct("iII")


def run(control: socket.socket, kernel_socket: socket.socket, order: dict[str, Any], files: bytes, built: Any) -> None:
    """Be the init of one submission until its control socket closes; never returns.

    Args:
        control: To the trusted side.
        kernel_socket: The kernel's end of its own socket to the trusted side.
        order: `processor`, `profile`, `scratch`, `user`, `keep_reading`, `disk_bytes`, `files` (path, bytes), and what `confine` needs.
        files: The contents of those files, one after the other.
        built: The zygote's kernel.
    """
    try:
        init = _Init(control, order, files)
    except (OSError, namespaces.Unavailable) as error:
        frames.send(kernel_socket, {"say": "failed", "text": str(error)})
        os._exit(1)
    init.start(kernel_socket, built)
    init.serve()


class _Init:
    """What init knows of its submission."""

    def __init__(self, control: socket.socket, order: dict[str, Any], files: bytes) -> None:
        self._control, self._order, self._limits = control, order, order["limits"]
        if order["processor"] is not None:
            with contextlib.suppress(OSError):  # it may have been taken away since
                os.sched_setaffinity(0, {order["processor"]})
        own = order["profile"] == "namespaces"
        if own:
            namespaces.make_own(order["disk_bytes"])
        else:
            os.mkdir(order["scratch"], 0o700)
            if order["user"] is not None:
                os.chown(order["scratch"], order["user"], order["user"])
            confine.set_process_option(_SUBREAPER, 1)
        os.setsid()
        privileges.hide(hidden=order["profile"] != "off")
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._processes = processes.Processes(own_namespace=own)
        self._scratch = scratch.Scratch(order["scratch"], scratch.unpacked(order["files"], files), order["user"])
        self._kernel = 0
        self._question: int | None = None
        self._overrun: str | None = None
        self._most_memory = 0

    def start(self, kernel_socket: socket.socket, built: Any) -> None:
        """Fork the kernel."""
        self._kernel = os.fork()
        if self._kernel == 0:
            self._control.close()
            _become_kernel(kernel_socket, self._order, built)
        kernel_socket.close()
        # The kernel, and a question, may each add `memory` to what they start with, which is about what we have.
        with open("/proc/self/statm") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        self._most_memory = 2 * (self._limits["memory_bytes"] + resident)

    def serve(self) -> None:
        """Do what the trusted side says; never returns."""
        while True:
            ready, _, _ = select.select([self._control], [], [], _LOOK_S)
            self._processes.reap()
            if not ready:
                self._look()
                continue
            try:
                header, _body, fds = frames.receive_with_fds(self._control, 1)
                self._obey(header, fds)
            except Exception:  # noqa: BLE001 - the end of the socket, or a mistake of ours: nothing may be left behind by either
                self._leave()

    def _obey(self, header: dict[str, Any], fds: list[int]) -> None:
        clean, refused = True, None
        command = header["do"]
        if command == "remember":
            clean = self._processes.hold(self._kernel)
            if clean:
                self._scratch.remember()
                self._go_on()
        elif command == "question":
            clean, refused = self._take_question(socket.socket(fileno=fds[0]), header)
        elif command == "end question":
            self._question = None
            clean = self._processes.hold(self._kernel)
            if clean:
                self._scratch.restore()
                self._go_on()
        elif command == "interrupt":
            processes.interrupt_group(self._kernel)
        elif command == "end":
            clean = self._processes.end_all()
        answer = {"did": command, "clean": clean, "refused": refused, "overrun": self._overrun, "complete": self._scratch.complete}
        self._overrun = None
        spent = {"cpu_s": self._processes.cpu_s, "memory_bytes": self._processes.memory_bytes}
        frames.send(self._control, answer | spent)

    def _take_question(self, sock: socket.socket, header: dict[str, Any]) -> tuple[bool, str | None]:
        """Learn which process speaks on a question's socket, and make sure that nothing runs but it."""
        try:
            pid = self._first_speaker(sock, time.monotonic() + header["wait_s"])
        finally:
            sock.close()
        if pid is None:
            return True, "silent"
        self._question = pid
        if not self._processes.hold(self._kernel, [pid]):
            return False, None
        try:
            self._processes.look_at_question(pid, self._kernel, header["socket"])
        except processes.Unexpected as error:
            return True, str(error)
        return True, None

    def _first_speaker(self, sock: socket.socket, until: float) -> int | None:
        """The process, as this namespace numbers it, whose byte is the first to be read from this socket; the byte stays there."""
        sock.setsockopt(socket.SOL_SOCKET, _PASSCRED, 1)
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([sock, self._control], [], [], min(left, _LOOK_S))
            if not ready:
                self._look()
            if self._control in ready and not self._control.recv(1, socket.MSG_PEEK):
                raise frames.Closed
            if sock in ready:
                try:
                    data, ancillary, _flags, _address = sock.recvmsg(1, socket.CMSG_SPACE(_UCRED.size), socket.MSG_PEEK)
                except OSError:
                    return None
                found = [value for level, kind, value in ancillary if level == socket.SOL_SOCKET and kind == _CREDENTIALS]
                return int(_UCRED.unpack(found[0][: _UCRED.size])[0]) if data and found else None
        return None

    def _go_on(self) -> None:
        processes.send_signal(self._kernel, signal.SIGCONT)

    def _look(self) -> None:
        spared = [pid for pid in (self._kernel, self._question) if pid is not None]
        self._overrun = self._processes.keep_within(self._limits["processes"], self._most_memory, spared) or self._overrun

    def _leave(self) -> None:
        try:
            self._processes.end_all()
            if self._order["profile"] != "namespaces":
                self._scratch.remove()
        finally:
            os._exit(0)


def _become_kernel(sock: socket.socket, order: dict[str, Any], built: Any) -> None:
    """Confine this process, then run the notebook's cells in it; never returns."""
    from . import kernel

    try:
        os.closerange(3, sock.fileno())
        os.closerange(sock.fileno() + 1, 1 << 16)
        os.setsid()
        os.chdir(os.path.join(order["scratch"], "work"))
        for name, value in (order["environment"] | scratch.environment(order["scratch"])).items():
            if os.environ.get(name) != value:  # mostly they are the zygote's
                os.environ[name] = value
        privileges.hide(hidden=False)
        confine.offer_to_memory_killer()
        if order["profile"] == "namespaces":
            privileges.become_student_in_namespace(order["user"])
        elif order["profile"] == "processes":
            privileges.become_student(order["user"], keep_reading=order["keep_reading"])
        # Should init ever be ended, nobody else would end what is stopped.
        confine.set_process_option(confine.PARENT_DEATH_SIGNAL, signal.SIGKILL)
        confine.apply_limits(order["limits"])
        if order["landlock"]:
            confine.apply_landlock(order["readable"], [order["scratch"], *order["writable"]])
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
