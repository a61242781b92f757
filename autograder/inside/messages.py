"""A kernel's messages, gathered and sent over one socket.

What one cell says leaves in few writes: a system call and a wake-up of the other side for each message cost more than the messages.
A batch is never cut: a signal's handler may raise anywhere, and half a frame would make all that follows unreadable.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # signal's own functions make enums of numbers: 0.1 ms for a cell, an eighth of it
import json
import os
import signal
import socket
import threading
from typing import Any

from jupyter_client.jsonutil import json_clean, json_default
from jupyter_client.session import Session

from . import frames

__all__ = ["Messages"]

_BATCH = 64 << 10
"""Bytes that are gathered before they are sent, at the latest at the end of a cell."""
_HELD_BACK = frozenset(map(int, signal.valid_signals()))
_HEARD = {"stream", "display_data", "update_display_data", "execute_result", "error", "clear_output", "execute_reply"}
"""What the other side listens to. The rest (comms, echoes of the input, debugging) would only be thrown away there."""
_LEAST = 1 << 20
_MOST = 15 << 20
"""Bytes of one message; with 16 MiB the other side gives the kernel up."""


class Messages(Session):
    """A session whose messages leave through a socket; before `open` and after `close` they go nowhere."""

    _socket: socket.socket | None = None
    _owner = 0
    _most = _LEAST

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._frames: list[bytes] = []
        self._size = 0
        self._lock = threading.RLock()

    def open(self, sock: socket.socket, output_bytes: int) -> None:
        """Send what this process says, and no child of it, through `sock`; a message of more than all allowed output is left out."""
        self._socket, self._owner = sock, os.getpid()
        self._most = min(_MOST, max(_LEAST, 2 * output_bytes))

    def close(self) -> None:
        """Forget what waits, and send no more."""
        self._socket = None
        self._frames, self._size, self._lock = [], 0, threading.RLock()

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,  # noqa: ARG002 - Session's signature
        buffers: Any = None,  # noqa: ARG002
        track: bool = False,  # noqa: ARG002
        header: Any = None,  # noqa: ARG002
        metadata: Any = None,
    ) -> Any:
        """Gather one message; two processes cannot share a stream of frames, so those of forked children go nowhere."""
        if isinstance(msg_or_type, dict):
            message, kind = msg_or_type, msg_or_type["header"]["msg_type"]
        else:
            kind = msg_or_type
            message = {
                "header": {"msg_type": kind},
                "parent_header": (parent or {}).get("header", parent) or {},
                "metadata": metadata or {},
                "content": content or {},
            }
        if self._socket is not None and kind in _HEARD and os.getpid() == self._owner:
            said = message["content"]
            if kind == "execute_reply":  # its message and traceback went out as the error
                said = {key: said[key] for key in ("status", "execution_count", "ename") if key in said}
            self._gather("iopub" if stream == "iopub" else "shell", kind, said, message["parent_header"])
        return message

    def end_cell(self, parent: dict[str, Any], execution_count: int) -> None:
        """Say that the kernel is idle, and send all that waits."""
        if os.getpid() == self._owner:
            # nbclient takes the count from any message that has one; so none that repeats the source is needed.
            self._gather("iopub", "status", {"execution_state": "idle", "execution_count": execution_count}, parent["header"])
            self._send_all()

    def _gather(self, channel: str, kind: str, content: dict[str, Any], parent: dict[str, Any]) -> None:
        # Only what the other side looks at.
        plain = {
            "channel": channel,
            "header": {"msg_type": kind},
            "parent_header": {"msg_id": parent.get("msg_id", "")},
            "content": content,
        }
        text = _encoded(plain)
        if len(text) > self._most:
            text = _encoded(plain | {"content": _left_out(kind, content, len(text))})
        with self._lock:
            self._frames.append(frames.packed(text))
            self._size += len(text)
            if self._size > _BATCH:
                self._send_all()

    def _send_all(self) -> None:
        held = _signal.pthread_sigmask(signal.SIG_BLOCK, _HELD_BACK)
        try:
            with self._lock:
                data = b"".join(self._frames)
                self._frames, self._size = [], 0
                if self._socket is not None and data:
                    # One call, and with signals held back one system call, takes all or waits until it can.
                    self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):  # nobody is there any more, and our end is near
            self._socket = None
        finally:
            _signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _strict(plain: Any) -> str:
    return json.dumps(plain, separators=(",", ":"), default=json_default, ensure_ascii=False, allow_nan=False)


def _encoded(plain: Any) -> bytes:
    """JSON in UTF-8; what neither knows is made plain as ipykernel does it, and a lone surrogate becomes a question mark."""
    try:
        text = _strict(plain)
    except (TypeError, ValueError):
        text = _strict(json_clean(plain))
    return text.encode("utf-8", "replace")


def _left_out(kind: str, content: dict[str, Any], size: int) -> dict[str, Any]:
    note = f"An output of {size:,} bytes is left out."
    if kind == "error":
        return {"ename": str(content.get("ename"))[:1000], "evalue": note, "traceback": [note]}
    if kind == "stream":
        return {"name": content.get("name"), "text": note + "\n"}
    return {
        **{key: content[key] for key in ("execution_count", "transient") if key in content},
        "data": {"text/plain": note},
        "metadata": {},
    }
