"""A question's process: a fork of the finished kernel that answers calls of the student's functions.

The trusted side sends one request at a time and gets one reply; while a call runs, a stand-in may ask the trusted side
for the reference's answer. Nothing here can be relied on by the trusted side: the student's code may have changed it all.

    → {"do": "import", "statements": {name: …}}  ← {"say": "ready"}
    → {"do": "functions", "names": […]}          ← {"say": "functions", "kinds": {name: "function" | type name | null}}
    → {"do": "stand in", "names": […]}           ← {"say": "ready"}
    → {"do": "call", "call": number, "name", "nodes", "root"} +
                 ← {"say": "returned", "call", "nodes", "root", "arguments": node | null, "earlier": node | null} +
                 ← {"say": "raised", "call", "bases", "text", "line"}
        during a call:                           ← {"say": "ask", "name", "nodes", "root"} +
        → {"do": "answer", "nodes", "root", "changed": [[node asked with, node], …]} + | {"do": "refuse"}
"""

from __future__ import annotations

import builtins
import linecache
import os
import socket
import stat
import types
from collections.abc import Callable
from typing import Any

from . import codec, frames, standins

__all__ = ["answer"]

_TEXT = 2_000
"""Characters of an exception's message that are sent."""


def answer(sock: socket.socket, names: dict[str, Any], *, alone: bool = True) -> None:
    """Answer requests about the functions in `names` (the notebook's globals) until the other side closes.

    Args:
        sock: The question's socket.
        names: The notebook's globals.
        alone: Close what else leads to other processes. Not in a stock kernel: its own threads live by such descriptors.
    """
    if alone:
        _let_go_of_all_but(sock.fileno())
    frames.send(sock, {"say": "here"})
    earlier = _Earlier()
    while True:
        try:
            header, body = frames.receive(sock)
        except frames.Closed:
            return
        if header["do"] == "functions":
            kinds = {name: _kind(names.get(name)) for name in header["names"]}
            frames.send(sock, {"say": "functions", "kinds": kinds})
        elif header["do"] == "stand in":
            for name in header["names"]:
                standins.put(names, name, _asker(sock, name))
            frames.send(sock, {"say": "ready"})
        elif header["do"] == "import":
            for name, statement in header["statements"].items():
                _import(names, name, statement)
            frames.send(sock, {"say": "ready"})
        elif header["do"] == "call":
            reply, data = _call(names.get(header["name"]), header, body, earlier)
            frames.send(sock, {**reply, "call": header["call"]}, data)


def _import(names: dict[str, Any], name: str, statement: str) -> None:
    """Run one of the assignment's own import statements for a name that the notebook does not have."""
    if name not in names:
        try:
            exec(statement, names)  # noqa: S102 - the instructor's own text
        except Exception:  # noqa: BLE001 - then the name is missing, as it was
            return


def _let_go_of_all_but(kept: int) -> None:
    """Close what the notebook left open that leads to other processes; init looks whether that was done. Files stay."""
    try:
        candidates = sorted(map(int, os.listdir("/proc/self/fd")))
    except OSError:  # not to be seen, in the profile `processes`
        candidates = list(range(_MOST_DESCRIPTORS))
    for fd in candidates:
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        if fd == kept or stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISCHR(mode):
            continue
        os.close(fd)
        if fd <= 2:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free


_MOST_DESCRIPTORS = 512
"""What the resource limits allow."""


class _Earlier:
    """What the last call returned: it must keep its values, whatever later calls do."""

    def __init__(self) -> None:
        self.result: Any = None
        self.changed: Callable[[], bool] = lambda: False

    def keep(self, result: Any, changed: Callable[[], bool]) -> None:
        """Remember a result, and how to tell whether it changes."""
        self.result, self.changed = result, changed


def _kind(value: Any) -> str | None:
    if value is None:
        return None
    return "function" if callable(value) else type(value).__name__


def _call(function: Any, header: dict[str, Any], body: bytes, earlier: _Earlier) -> tuple[dict[str, Any], bytes]:
    args, kwargs = codec.decode(header["nodes"], header["root"], body)
    try:
        result = function(*args, **kwargs)
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are answers too
        return _raised(error), b""
    try:
        after = codec.Encoder()
        after.add((args, kwargs))
        # They came as a description of the same kind, so that one is what they were before.
        changed = after.nodes != header["nodes"] or after.body != body
        reply = codec.Encoder()
        root = reply.add(result)
        watch = reply.watch()
        before_that = reply.add(earlier.result) if earlier.changed() else None
        arguments = reply.add((args, kwargs)) if changed else None
        earlier.keep(result, watch)
        return {"say": "returned", "nodes": reply.nodes, "root": root, "arguments": arguments, "earlier": before_that}, reply.body
    except BaseException as error:  # noqa: BLE001 - a value that cannot be read is the student's own
        return _raised(error), b""


def _raised(error: BaseException) -> dict[str, Any]:
    bases = [kind.__name__ for kind in type(error).__mro__ if vars(builtins).get(kind.__name__) is kind]
    try:
        text = str(error)[:_TEXT]
    except BaseException:  # noqa: BLE001 - a message that raises is no message
        text = ""
    name = type(error).__name__
    return {"say": "raised", "name": name, "bases": bases, "text": text, "line": _line(error.__traceback__)}


def _line(traceback: types.TracebackType | None) -> str:
    """The innermost line of the notebook (or of a file beside it) that the exception passed through."""
    found = ""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if "ipykernel_" in code.co_filename or "ipython-input" in code.co_filename:
            source = linecache.getline(code.co_filename, traceback.tb_lineno).strip()
            found = f"{code.co_name}, line {traceback.tb_lineno}: {source}"[:_TEXT]
        traceback = traceback.tb_next
    return found


def _asker(sock: socket.socket, name: str) -> Any:
    def ask(*args: Any, **kwargs: Any) -> Any:
        encoder = codec.Encoder()
        root = encoder.add((args, kwargs))
        frames.send(sock, {"say": "ask", "name": name, "nodes": encoder.nodes, "root": root}, encoder.body)
        header, body = frames.receive(sock)
        if header["do"] != "answer":
            raise RuntimeError(f"the stand-in for {name} could not answer this call")
        built = codec.decode_all(header["nodes"], body, encoder.sent)
        for node, contents in header["changed"]:
            _refill(encoder.sent[node], built[contents])
        return built[header["root"]]

    return ask


def _refill(held: Any, contents: Any) -> None:
    """Give one of the student's own objects the contents that the reference, called with it, has left in it."""
    if isinstance(held, (dict, set)):
        held.clear()
        held.update(contents)
    elif isinstance(held, list):
        held[:] = contents
    else:
        if held.shape != contents.shape:
            held.resize(contents.shape, refcheck=False)
        held[...] = contents
