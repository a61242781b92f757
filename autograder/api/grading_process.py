"""The process that grades for a caller: takes one order, tells of its steps, gives one answer, and ends. See `elsewhere`.

    caller ── order: what to do, in plain data ──► this process ──fork──► keeper of judges, as for the command
           ◄── steps, then the answer or an error ──

It is started by exec, so it has one thread and a clean memory whatever the caller has. SIGTERM stops it as Ctrl-C stops the command; so
does the end of the caller, at the next step.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
import traceback
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder import records
from autograder.api.steps import Began, Confinement, Ended, Finished, Notice, Started, Step
from autograder.batch.about_bundle import say_of_bundle
from autograder.batch.asking import asked_for
from autograder.batch.explain import replay
from autograder.batch.one import grade_one
from autograder.batch.regrade import regrade, regrading_for
from autograder.batch.run import grade_class
from autograder.bundle import Bundle
from autograder.errors import AuthorError, AutograderError, InputError, MachineFault, SubmissionError
from autograder.kernel.frames import BadFrame, Closed, FrameTimeout, Link
from autograder.model import Outcome
from autograder.opening import open_bundle
from autograder.temporary import temporary_folder

__all__ = ["main"]

_ORDER_S = 60.0
_SEND_S = 600.0
"""A callback may take its time; the caller reads nothing meanwhile."""
_MOST_ORDER = 64 << 20
_KINDS = (SubmissionError, AuthorError, InputError, MachineFault, AutograderError)  # the narrowest first


def main() -> None:
    """Do what the caller asks over stdin, which is a socket."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    caller = _Caller(_link())
    try:
        order, _body = caller.link.receive(deadline=time.monotonic() + _ORDER_S)
        done = _DOES[order.pop("do")](order, caller)
        said, body = {"say": "done"}, json.dumps(done).encode()
    except KeyboardInterrupt:
        said, body = {"say": "stopped"}, b""
    except (Closed, FrameTimeout, BadFrame):
        return  # the caller is gone
    except AutograderError as error:
        said, body = _described(error), b""
    except SystemExit as error:
        what = f"Something that was loaded ended the program (exit code {error.code}). Look for exit in the tests and the solution."
        said, body = _described(AuthorError(what)), b""
    except Exception:  # noqa: BLE001 - the last door: a mistake of ours
        said, body = {"say": "bug"}, json.dumps(traceback.format_exc()).encode()
    with contextlib.suppress(KeyboardInterrupt):
        caller.say(said, body)


def _link() -> Link:
    """The socket, out of reach of what is started from here and of what is forked."""
    kept = socket.socket(fileno=os.dup(0))
    os.set_inheritable(kept.fileno(), False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    link = Link(kept, most_bytes=_MOST_ORDER)
    os.register_at_fork(after_in_child=link.close)
    return link


class _Caller:
    """Hears of every step; see `Progress`."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._gone = False

    def confined(self, layers: Sequence[str], unprotected: Sequence[str]) -> None:
        self._tell(Confinement(tuple(layers), tuple(unprotected)))

    def warn(self, sentence: str) -> None:
        self._tell(Notice(sentence, warning=True))

    def said(self, sentence: str) -> None:
        self._tell(Notice(sentence, warning=False))

    def began(self, count: int, reused: int, *, possible: Fraction, at_a_time: int) -> None:
        self._tell(Began(count, reused, possible, at_a_time))

    def started(self, name: str) -> None:
        self._tell(Started(name))

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
        self._tell(Ended(name, outcome, reused))

    def finished(self) -> None:
        self._tell(Finished())

    def _tell(self, step: Step) -> None:
        self.say({"say": "step", "step": type(step).__name__}, json.dumps(records.plain(step)).encode())

    def say(self, header: dict[str, Any], body: bytes) -> None:
        """Send it; when the caller turns out to be gone, stop as by Ctrl-C, once."""
        if self._gone:
            return
        try:
            self.link.send(header, body, deadline=time.monotonic() + _SEND_S)
        except (Closed, FrameTimeout) as error:
            self._gone = True
            raise KeyboardInterrupt from error


def _described(error: AutograderError) -> dict[str, Any]:
    kind = next(kind for kind in _KINDS if isinstance(error, kind))
    parts = {"what": error.what, "file": error.file, "line": error.line, "remedy": error.remedy} if isinstance(error, AuthorError) else {}
    return {"say": "error", "kind": kind.__name__, "text": str(error), **parts}


def _opened(order: dict[str, Any], into: Path) -> Bundle:
    how = order.pop("opening")
    solution = None if how["solution"] is None else Path(how["solution"])
    shared, where_needed, exact = frozenset(how["shared"]), how["shared_where_needed"], how["otter_exact"]
    return open_bundle(Path(order.pop("bundle")), into, solution=solution, shared=shared, shared_where_needed=where_needed, exact=exact)


def _grade(order: dict[str, Any], caller: _Caller) -> Any:
    how = order.pop("how")
    for name in ("roster", "times"):
        how[name] = None if how[name] is None else Path(how[name])
    asked = asked_for(**how)
    with temporary_folder("autograder-unpacked-") as folder:
        opened = _opened(order, folder)
        ended = grade_class(opened, [Path(path) for path in order["paths"]], Path(order["out"]), asked, caller)
        caller.finished()
    if ended.interrupted:
        raise KeyboardInterrupt
    return {"incomplete": ended.incomplete, "unwritten": ended.unwritten, "hints": ended.hints}


def _score(order: dict[str, Any], caller: _Caller) -> Any:
    with temporary_folder("autograder-unpacked-") as folder:
        opened = _opened(order, folder)
        say_of_bundle(opened, caller, grades_a_class=False)
        scored = grade_one(opened, Path(order["notebook"]), caller)
    return {"kind": type(scored.result).__name__, "result": records.plain(scored.result)}


def _regrade(order: dict[str, Any], caller: _Caller) -> Any:
    asked = regrading_for(**order.pop("how"))
    with temporary_folder("autograder-unpacked-") as folder:
        opened = _opened(order, folder)
        regraded = regrade(opened, Path(order["out"]), asked, caller)
        caller.finished()
    if regraded.interrupted:
        raise KeyboardInterrupt
    return records.plain(regraded)


def _replay(order: dict[str, Any], caller: _Caller) -> Any:
    return records.plain(replay(Path(order["out"]), order["who"], order["question"], order["case"], confined=caller.confined))


_DOES = {"grade": _grade, "regrade": _regrade, "replay": _replay, "score": _score}
