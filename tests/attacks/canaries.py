"""What must stay as it is while hostile notebooks are graded: files, processes and ears beside them that nobody may touch."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

__all__ = ["Canaries"]

_PORTS = range(47_880, 47_888)  # the notebooks try them all: several runs may listen at once
_NAMES = [f"\0canary-of-a-listener-{number}" for number in range(8)]


class Canaries:
    """Set out in `home`, for a run of user `user` (None: of this one)."""

    def __init__(self, home: Path, user: int | None) -> None:
        self.of_a_file = f"canary-of-a-file-{secrets.token_hex(8)}"
        """Text of a file beside the course."""
        self.of_the_environment = f"canary-of-the-environment-{secrets.token_hex(8)}"
        """Value of a variable of the grader's environment."""
        (home / "teacher").mkdir()
        (home / "teacher" / "secret.txt").write_text(self.of_a_file)
        self._outside = home / "outside"
        self._outside.mkdir()
        self._file = self._outside / "canary"
        self._file.write_text("sings")
        self._file.chmod(0o666)
        self._outside.chmod(0o777)
        self._before = self._file.stat()
        self._listening = contextlib.ExitStack()
        self._ears: dict[str, socket.socket] = {}
        for kind, how, names in (
            (socket.AF_INET, socket.SOCK_STREAM, [("127.0.0.1", port) for port in _PORTS]),
            (socket.AF_INET, socket.SOCK_DGRAM, [("127.0.0.1", port) for port in _PORTS]),
            (socket.AF_UNIX, socket.SOCK_STREAM, _NAMES),
            (socket.AF_UNIX, socket.SOCK_DGRAM, [f"{name}-datagrams" for name in _NAMES]),
        ):
            ear = self._listening.enter_context(socket.socket(kind, how))
            self._ears[f"{kind.name} {how.name} {_bound(ear, names)!r}"] = ear
            ear.setblocking(False)
            if how is socket.SOCK_STREAM:
                ear.listen()
        # A signal that is blocked waits, also one that would do nothing: whoever sent it has been seen.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGURG])
        try:
            self._process = subprocess.Popen(["sleep", "900"], user=user, start_new_session=True, cwd="/")
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGURG])

    def touched(self) -> Iterator[str]:
        """Sentences: what is not as it was."""
        after = self._file.stat()
        fields = ("st_mode", "st_uid", "st_gid", "st_ino", "st_nlink", "st_mtime_ns", "st_size")
        if any(getattr(after, field) != getattr(self._before, field) for field in fields) or self._file.read_text() != "sings":
            yield "a file outside was changed"
        if os.listdir(self._outside) != ["canary"]:
            yield f"something was left outside: {os.listdir(self._outside)}"
        for name, ear in self._ears.items():
            with contextlib.suppress(BlockingIOError):
                heard = ear.recv(100) if ear.type is socket.SOCK_DGRAM else ear.accept()
                yield f"somebody spoke to {name}: {heard!r}"
        if self._process.poll() is not None:
            yield "a process of ours was ended"
            return
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines() if ":\t" in line)
        if int(status["ShdPnd"], 16) | int(status["SigPnd"], 16):
            yield "a process of ours was sent a signal"

    def close(self) -> None:
        """Take them in again."""
        self._listening.close()
        self._process.kill()
        self._process.wait()


def _bound(ear: socket.socket, names: list[str] | list[tuple[str, int]]) -> object:
    """Bind to the first name that is free.

    Raises:
        OSError: none is.
    """
    for name in names:
        with contextlib.suppress(OSError):
            ear.bind(name)
            return name
    raise OSError(f"None of {names} is free to listen at: end what listens there.")
