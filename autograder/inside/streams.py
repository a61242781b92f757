"""What a notebook prints: through `sys.stdout` and `sys.stderr`, and past them through descriptors 1 and 2.

A stock kernel has a thread that reads two pipes, and one that passes text on five times a second. Here no thread may be left when a
question is forked, so descriptors 1 and 2 are two files without a name, which never fill up and block nobody, C code that holds the
interpreter's lock included. They are read whenever the notebook prints or displays something, and at the end of a cell: so what
descriptors, children and Python wrote keeps the order in which it was written. Text is cut as a stock kernel's thread would cut it.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import tempfile
import threading
import time
from contextvars import ContextVar
from typing import Any

from ipykernel.iostream import OutStream

from .messages import Messages

__all__ = ["Output", "Stream"]

_INTERVAL_S = 0.2
"""Seconds that printed text waits at most for more: `OutStream.flush_interval` of ipykernel 7."""
_NEVER = float("inf")
_READ = 1 << 20
_LARGEST_PIECE = 64 << 10
_LEAST_PIECE = 1 << 10


class Stream(OutStream):
    """`sys.stdout` or `sys.stderr`. Libraries ask for ipykernel's class, whose threads are all that is not used of it."""

    def __init__(self, name: str, number: int, session: Messages) -> None:  # not OutStream's own, which makes pipes and threads
        self._lock = threading.RLock()
        self.name = name
        self.session = session
        self.pub_thread = self  # None would mean closed
        self._number = number
        self._parent_header: ContextVar[dict[str, Any]] = ContextVar("parent_header")
        self._parent_header_global: dict[str, Any] = {}
        self._isatty = False
        self._should_watch = False
        self._exc = None
        self._local = threading.local()
        self._master_pid = 0
        self._pair: tuple[Stream, ...] = ()
        self._file = -1
        self._forget()

    def _forget(self) -> None:
        self._pending: list[str] = []
        self._size = 0
        self._of: dict[str, Any] = {}
        self.due = _NEVER
        self._left = 0
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def open(self, pair: tuple[Stream, ...], lock: threading.RLock, elsewhere: int, characters: int, piece: int) -> None:
        """Pass on what this process and its children write from here on, up to a number of characters.

        Args:
            pair: Both streams of the kernel.
            lock: Theirs in common.
            elsewhere: The descriptor that `fileno` tells: a stock kernel gives its own log, which no notebook shows.
            characters: How many are passed on.
            piece: Characters that one message has at most.
        """
        self._master_pid = os.getpid()
        self._pair, self._left, self._piece = pair, characters, piece
        self._lock, self._original_stdstream_copy = lock, elsewhere
        with tempfile.TemporaryFile(dir=".", buffering=0) as file:
            fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
            self._file = os.dup(file.fileno())
            os.dup2(file.fileno(), self._number)

    def sink(self, nowhere: int) -> None:
        """Let all that this process and its children write go to this descriptor."""
        self._forget()
        self._lock = threading.RLock()  # a thread of the kernel, which is not here, may have held the other
        self._master_pid = os.getpid()
        os.dup2(nowhere, self._number)
        os.dup2(nowhere, self._file)

    def write(self, text: str) -> int:
        """Gather text; in a forked child, hand it to the file, which the kernel reads."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self.pub_thread is None:
            raise ValueError("I/O operation on closed file")
        if os.getpid() != self._master_pid:
            os.write(self._file, text.encode("utf-8", "replace"))
        elif self._left > 0:
            with self._lock:
                self._flush_late(time.monotonic())
                self._take_raw()
                self._add(text)
        return len(text)

    def flush(self) -> None:
        """Send what is gathered, of both streams what a stock kernel would have sent by now."""
        if os.getpid() == self._master_pid:
            with self._lock:
                self._flush_late(time.monotonic())
                self._take_raw()
                self.send_gathered()

    def end_cell(self) -> None:
        """Read and send everything, half a character at the end included."""
        with self._lock:
            self.flush()
            rest = self._decoder.decode(b"", final=True)
            if rest:
                self._add(rest)
                self.send_gathered()
            if self._left <= 0 and self._read:  # no more is passed on, and what lies there takes the notebook's own room
                os.ftruncate(self._file, 0)
                self._read = 0

    def _flush_late(self, now: float) -> None:
        late = [stream for stream in self._pair if stream.due <= now]
        for stream in sorted(late, key=lambda stream: stream.due):
            stream.send_gathered()

    def _take_raw(self) -> None:
        """Add what was written to the descriptor since the last look. Its end is asked for first: that is the cheapest question."""
        end = os.lseek(self._file, 0, os.SEEK_END)
        if end == self._read:
            return
        if end < self._read:  # cut by someone who opened it anew
            self._read = 0
        while self._read < end and self._left > 0:
            data = os.pread(self._file, min(end - self._read, _READ), self._read)
            if not data:
                break
            self._read += len(data)
            self._add(self._decoder.decode(data))
        self._read = end

    def _add(self, text: str) -> None:
        if not text or self._left <= 0:
            return
        text = text[: self._left]
        self._left -= len(text)
        parent = self.parent_header
        if parent is not self._of:  # a task of an earlier cell
            self.send_gathered()
            self._of = parent
        if not self._pending:
            self.due = time.monotonic() + _INTERVAL_S
        self._pending.append(text)
        self._size += len(text)
        if self._size > self._piece:
            self.send_gathered()

    def send_gathered(self) -> None:
        """Publish the text that waits."""
        with self._lock:
            pending, self._pending, self._size, self.due = self._pending, [], 0, _NEVER
            parent = self._of
        text = "".join(pending)
        for start in range(0, len(text), self._piece):
            content: dict[str, Any] = {"name": self.name, "text": text[start : start + self._piece]}
            message: Any = {"header": {"msg_type": "stream"}, "parent_header": parent, "metadata": {}, "content": content}
            for hook in self._hooks:
                message = hook(message)
                if message is None:
                    break
            else:
                self.session.send("iopub", message)


# As it shows itself in a notebook.
Stream.__name__, Stream.__qualname__, Stream.__module__ = OutStream.__name__, OutStream.__qualname__, OutStream.__module__


class Output:
    """Both streams of one kernel."""

    def __init__(self, session: Messages) -> None:
        self.out = Stream("stdout", 1, session)
        self.err = Stream("stderr", 2, session)

    def open(self, output_bytes: int) -> None:
        """Begin to pass on, into the session; the current folder must be one that can be written to.

        Raises:
            OSError: it cannot.
        """
        piece = min(_LARGEST_PIECE, max(_LEAST_PIECE, output_bytes // 16))
        pair, lock, elsewhere = (self.out, self.err), threading.RLock(), os.dup(1)
        for stream in pair:
            # Somewhat more than is kept on the other side: that it is too much is to be seen there.
            stream.open(pair, lock, elsewhere, 2 * output_bytes + _LARGEST_PIECE, piece)

    def end_cell(self) -> None:
        """Send all that is gathered."""
        self.out.end_cell()
        self.err.end_cell()

    def close(self) -> None:
        """Let everything that this process writes from here on go nowhere."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        self.out.sink(nowhere)
        self.err.sink(nowhere)
        os.close(nowhere)
