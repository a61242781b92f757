"""Frames over a stream socket: two lengths, a JSON header, a binary body; descriptors ride along.

!II  header_bytes body_bytes | header (UTF-8 JSON object) | body
"""

from __future__ import annotations

import array
import json
import os
import socket
import struct
from typing import Any

__all__ = ["LARGEST", "Closed", "packed", "receive", "receive_with_fds", "send"]

LARGEST = 128 << 20
"""Bytes of one frame; the trusted side has its own, lower, limits."""

_LENGTHS = struct.Struct("!II")


class Closed(Exception):
    """The other end is gone."""


def send(sock: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    """Send one frame; blocks until the other side has taken it."""
    text = json.dumps(header, separators=(",", ":")).encode("utf-8", "surrogatepass")
    try:
        # In one piece: whoever waits at the other end is woken once.
        whole = memoryview(_LENGTHS.pack(len(text), len(body)) + text + body)
        sock.sendall(whole)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Closed from error


def packed(header: bytes) -> bytes:
    """A frame without a body, of a header that is JSON already."""
    return _LENGTHS.pack(len(header), 0) + header


def _exactly(sock: socket.socket, count: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < count:
        piece = sock.recv(min(count - len(pieces), 1 << 20))
        if not piece:
            raise Closed
        pieces += piece
    return bytes(pieces)


def receive(sock: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Read one frame.

    Raises:
        Closed: the other end is gone, or said something that is not a frame.
    """
    header, body, fds = receive_with_fds(sock, 0)
    for fd in fds:
        os.close(fd)
    return header, body


def receive_with_fds(sock: socket.socket, most: int) -> tuple[dict[str, Any], bytes, list[int]]:
    """Read one frame and up to `most` descriptors sent with it; they are close-on-exec."""
    fds = array.array("i")
    try:
        space = socket.CMSG_SPACE(max(most, 1) * fds.itemsize)
        first, ancillary, _flags, _address = sock.recvmsg(_LENGTHS.size, space, socket.MSG_CMSG_CLOEXEC)
        if not first:
            raise Closed
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
        lengths = first + (_exactly(sock, _LENGTHS.size - len(first)) if len(first) < _LENGTHS.size else b"")
        header_bytes, body_bytes = _LENGTHS.unpack(lengths)
        if header_bytes > LARGEST or body_bytes > LARGEST:
            raise Closed
        header = json.loads(_exactly(sock, header_bytes).decode("utf-8", "surrogatepass"))
        body = _exactly(sock, body_bytes) if body_bytes else b""
    except ConnectionResetError as error:
        raise Closed from error
    return header, body, list(fds)
