"""The trusted side's framing: what comes from a student's process is capped, and waited for only until a deadline.

The format is that of `autograder/inside/frames.py`: two big-endian lengths, a JSON header, a binary body.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import select
import socket
import struct
import time
from typing import Any

from autograder.kernel.clock import Allowance

__all__ = ["LENGTHS", "BadFrame", "Closed", "FrameTimeout", "Link", "parse_header"]

_READ, _MOST_READ = 64 << 10, 1 << 20
LENGTHS = struct.Struct("!II")

_PASSCRED = getattr(socket, "SO_PASSCRED", 16)
_CREDENTIALS = getattr(socket, "SCM_CREDENTIALS", 2)
_UCRED = struct.Struct("iII")


class Closed(Exception):
    """The process at the other end is gone."""


class FrameTimeout(Exception):
    """The deadline passed before a whole frame came (or went)."""


class BadFrame(Exception):
    """What came is not a frame, is larger than allowed, or comes from another process; says which."""


def parse_header(text: bytes) -> dict[str, Any]:
    """Parse a frame's header.

    Raises:
        BadFrame: it is not a JSON object.
    """
    try:
        header = json.loads(text.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError, MemoryError) as error:
        raise BadFrame("a message that is not JSON, or too much of it") from error
    if not isinstance(header, dict):
        raise BadFrame("a message that is not an object")
    return header


class Link:
    """One end of a socket pair, with deadlines: a time of `time.monotonic`, or an `Allowance` of the other side's. Owns the socket.

    Args:
        sock: A connected stream socket.
        most_bytes: Largest body that is read.
        most_header: Largest header that is read; as `most_bytes` when None. A header's JSON takes far more memory than bytes.
        credentials: True to learn, from the kernel of the system, which process each piece came from.
    """

    def __init__(self, sock: socket.socket, *, most_bytes: int, most_header: int | None = None, credentials: bool = False) -> None:
        self.sock = sock
        self.pid: int | None = None
        """The one process whose bytes are taken; learnt from the first ones when None and `credentials`."""
        self.most_header = most_bytes if most_header is None else most_header
        """Bytes of the largest header that is read; may be changed between two frames."""
        self._most = most_bytes
        self._came = bytearray()
        self._alive: int | None = None
        self._credentials = credentials
        if credentials:
            sock.setsockopt(socket.SOL_SOCKET, _PASSCRED, 1)
        sock.setblocking(False)

    def close(self) -> None:
        """Close the socket; a second call does nothing."""
        self.sock.close()
        if self._alive is not None:
            os.close(self._alive)
            self._alive = None

    def watch(self) -> None:
        """From here on the end of the process that speaks ends the link, also where another process keeps its end open."""
        if self.pid is not None and hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):  # it is gone already, or the system is older than Linux 5.3
                self._alive = os.pidfd_open(self.pid)

    def send(self, header: dict[str, Any], body: bytes = b"", *, fds: tuple[int, ...] = (), deadline: float | Allowance) -> None:
        """Send one frame before `deadline`.

        Raises:
            Closed, FrameTimeout
        """
        text = json.dumps(header, separators=(",", ":")).encode("utf-8", "surrogatepass")
        data = memoryview(LENGTHS.pack(len(text), len(body)) + text + body)
        if fds:
            self._wait(deadline, write=True)
            ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
            try:
                data = data[self.sock.sendmsg([data], ancillary) :]
            except (BrokenPipeError, ConnectionResetError) as error:
                raise Closed from error
        while data:
            try:
                data = data[self.sock.send(data) :]
            except BlockingIOError:
                self._wait(deadline, write=True)
            except (BrokenPipeError, ConnectionResetError) as error:
                raise Closed from error

    def receive(self, *, deadline: float | Allowance) -> tuple[dict[str, Any], bytes]:
        """Read one frame before `deadline`.

        Raises:
            Closed, FrameTimeout, BadFrame
        """
        header_bytes, body_bytes = LENGTHS.unpack(self._exactly(LENGTHS.size, deadline))
        if header_bytes > self.most_header or body_bytes > self._most:
            raise BadFrame("a message that is too large")
        header = parse_header(self._exactly(header_bytes, deadline))
        return header, self._exactly(body_bytes, deadline)

    def pending(self) -> bool:
        """True when something has come that was not asked for (or the other end is gone)."""
        return bool(self._came) or bool(select.select([self.sock], [], [], 0)[0])

    def _exactly(self, count: int, deadline: float | Allowance) -> bytes:
        while len(self._came) < count:
            try:
                piece = self._piece(min(max(count - len(self._came), _READ), _MOST_READ))
            except BlockingIOError:
                self._wait(deadline, write=False)
                continue
            except ConnectionResetError as error:
                raise Closed from error
            if not piece:
                raise Closed
            self._came += piece
        data = bytes(self._came[:count])
        del self._came[:count]
        return data

    def _piece(self, most: int) -> bytes:
        if not self._credentials:
            return self.sock.recv(most)
        data, ancillary, _flags, _address = self.sock.recvmsg(most, socket.CMSG_SPACE(_UCRED.size))
        for level, kind, value in ancillary:
            if data and level == socket.SOL_SOCKET and kind == _CREDENTIALS:
                pid = _UCRED.unpack(value[: _UCRED.size])[0]
                self.pid = self.pid or pid
                if pid != self.pid:
                    raise BadFrame("a message from another process")
        return data

    def _wait(self, deadline: float | Allowance, *, write: bool) -> None:
        left = deadline.left() if isinstance(deadline, Allowance) else deadline - time.monotonic()
        if left <= 0:
            raise FrameTimeout
        lives: list[Any] = [] if self._alive is None else [self._alive]
        ready, may_write, _ = select.select(lives if write else [self.sock, *lives], [self.sock] if write else [], [], left)
        if self._alive in ready and self.sock not in (*ready, *may_write):
            raise Closed
