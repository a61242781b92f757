"""`!command` where there is no terminal to be had.

IPython gives a command a pseudo-terminal of its own. Behind our walls there may be none: the devices of terminals are also the doors
to those of other people. Then the command writes into a pipe, and what a terminal makes of the end of a line is made of it here.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import select
import shutil
import signal
import subprocess

import ipykernel.zmqshell

__all__ = ["install"]

_PATIENCE_S = 0.2
"""Seconds that an interrupted command has to end by itself: IPython 9, `_process_posix.py`, `terminate_timeout`."""
_READ = 64 << 10


def install() -> None:
    """Let the shell run its commands without a terminal where there is none."""
    by_terminal = vars(ipykernel.zmqshell)["system"]

    def system(command: str) -> int:
        try:
            pair = os.openpty()
        except OSError:
            return _by_pipe(command)
        for descriptor in pair:
            os.close(descriptor)
        status: int = by_terminal(command)
        return status

    vars(ipykernel.zmqshell)["system"] = system


def _by_pipe(command: str) -> int:
    """Run a command by the shell, print what it writes, and return its exit status, negative for a signal."""
    process = subprocess.Popen(
        [shutil.which(os.environ.get("SHELL", "sh")) or "/bin/sh", "-c", command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        restore_signals=False,  # as pexpect starts it
        start_new_session=True,
    )
    try:
        _print_all(process)
    except KeyboardInterrupt:
        print("^C\r\n", end="")
        _signal(process, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(_PATIENCE_S)
    finally:
        _signal(process, signal.SIGKILL)  # as those of a terminal that is hung up
        process.communicate()
    code = process.returncode
    return 128 - code if code > 128 else code


def _print_all(process: subprocess.Popen[bytes]) -> None:
    """Print what it writes until it closes the pipe or ends, whoever may still hold the pipe then."""
    assert process.stdout is not None
    pipe, decoder = process.stdout.fileno(), codecs.getincrementaldecoder("utf-8")("replace")
    end = os.pidfd_open(process.pid)
    try:
        while True:
            ready = select.select([pipe, end], [], [])[0]
            if pipe in ready:
                data = os.read(pipe, _READ)
                print(decoder.decode(data, final=not data).replace("\n", "\r\n"), end="")
                if not data:
                    return
            elif end in ready:
                return
    finally:
        os.close(end)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
