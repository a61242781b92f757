"""Runs the real command, ends it at a chosen moment with `kill -9`, and says what it left behind.

Only the command's own process is killed, as the kernel does when memory is short. Whatever descends from it then comes to
`tests/keeper.py`, in whichever session, group or namespace it hides: an orphan cannot be overlooked.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import autograder

from .comparing import damage

__all__ = ["Left", "Moment", "command", "environment", "run_until"]

_KEEPER = Path(__file__).resolve().parents[1] / "keeper.py"
_POLL_S = 0.003
_LOCK_S = 1.0


@dataclass(frozen=True, slots=True)
class Moment:
    """When a command is stopped."""

    judged: int
    """Not before so many submissions have been told on stdout in this run."""
    after_s: float
    """Seconds after that."""

    def __str__(self) -> str:
        return f"{self.after_s:.3f} s after {f'submission {self.judged}' if self.judged else 'the start'}"


@dataclass(frozen=True, slots=True)
class Left:
    """How a command ended, and what it left."""

    code: int
    """As a shell has it; 128 + 9 after `kill -9`."""
    stopped: bool
    """Whether the moment came before its end."""
    phase: str
    """What it was doing: start, grading, files, or ended."""
    judged: int
    """How many submissions it had told of."""
    said: str
    """Its stderr."""
    orphans: tuple[str, ...]
    """Command lines of descendants that were still there 5 s later."""
    gone_s: float
    """Seconds from the signal until the last process was gone."""
    lock_s: float
    """Seconds from the command's end until somebody else could have the lock; infinite where nobody could."""
    damage: tuple[str, ...]
    """What is wrong with the database."""

    @property
    def faults(self) -> list[str]:
        """What must not be."""
        found = [f"left behind: {line}" for line in self.orphans] + [f"database: {line}" for line in self.damage]
        if self.lock_s > 0.1:
            found.append(f"the lock was kept for {self.lock_s} s")
        if "Traceback" in self.said or "mistake in the grader" in self.said:
            found.append(self.said)
        return found


def command(*arguments: object) -> list[str]:
    """`autograder ARGUMENTS…`."""
    return [sys.executable, "-m", "autograder", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    """This process's, and where the package is."""
    return os.environ | {"PYTHONPATH": str(Path(autograder.__file__).parents[1]), "OPENBLAS_NUM_THREADS": "1"} | more


def run_until(
    moment: Moment | None,
    arguments: Sequence[str],
    *,
    out: Path,
    home: Path,
    env: Mapping[str, str] | None = None,
    signals: Sequence[tuple[int, float]] = ((signal.SIGKILL, 0.0),),
) -> Left:
    """Run a command until it ends, or is ended.

    Args:
        moment: When; None: let it end.
        arguments: A command that tells its events with `--json`.
        out: The class's folder.
        home: Where it runs, and where its words are kept.
        env: Its environment.
        signals: What is sent, each so many seconds after the one before.
    """
    report, heard, said = (home / name for name in ("left.json", "events.jsonl", "stderr.txt"))
    report.unlink(missing_ok=True)
    order = json.dumps({"user": None, "reach": [], "cwd": str(home), "report": str(report)})
    with (
        heard.open("wb") as stdout,
        said.open("wb") as stderr,
        subprocess.Popen(
            [sys.executable, str(_KEEPER), order, *arguments],
            cwd=home,
            env=dict(env) if env is not None else environment(),
            stdout=stdout,
            stderr=stderr,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        ) as keeper,
    ):
        pid, began = 0, 0.0
        while keeper.poll() is None:
            events = heard.read_bytes()
            if not began and (moment is None or events.count(b'"event": "ended"') >= moment.judged):
                began = time.monotonic()
            pid = pid or _child(keeper.pid)
            if moment is not None and pid and began and time.monotonic() - began >= moment.after_s:
                break
            time.sleep(_POLL_S if moment is not None else 0.05)
        stopped = keeper.poll() is None
        at, lock_s = time.monotonic(), 0.0
        if stopped:
            for number, later_s in signals:
                time.sleep(later_s)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            while Path(f"/proc/{pid}").exists():
                time.sleep(_POLL_S)
            lock_s = _until_the_lock_is_free(out)
            events = heard.read_bytes()
        code = keeper.wait()
    gone_s = time.monotonic() - at
    orphans = tuple(line for _pid, line in json.loads(report.read_text()))
    judged = events.count(b'"event": "ended"')
    return Left(
        code if code < 192 else 256 - code + 128,  # the keeper tells -9 as 247
        stopped,
        _phase(events, judged) if stopped else "ended",
        judged,
        said.read_text(errors="replace"),
        orphans,
        gone_s,
        lock_s,
        tuple(damage(out)),
    )


def _child(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        child = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
        if b"keeper.py" not in Path(f"/proc/{child}/cmdline").read_bytes():  # it has not become the command yet
            return child
    return 0


def _phase(events: bytes, judged: int) -> str:
    began = next((json.loads(line) for line in events.splitlines() if b'"event": "began"' in line), None)
    if began is None:
        return "start"
    return "grading" if judged < began["count"] else "files"


def _until_the_lock_is_free(out: Path) -> float:
    began = time.monotonic()
    if not (out / "lock").exists():
        return 0.0
    descriptor = os.open(out / "lock", os.O_RDONLY)
    try:
        while time.monotonic() - began < _LOCK_S:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return time.monotonic() - began
            time.sleep(_POLL_S)
    finally:
        os.close(descriptor)
    return float("inf")
