"""A question's process: a fork of the finished kernel that answers for what the student's notebook made.

The trusted side sends one request at a time and gets one reply; while a call runs, the student's code may ask the trusted side:
a stand-in for the reference's answer, a function that the test gave for its own. Nothing here can be relied on by the trusted
side: the student's code may have changed it all.

    → {"do": "import", "statements": {name: …}}  ← {"say": "ready"}
    → {"do": "look", "names": […]}               ← {"say": "looked", "kinds": {name: kind | null}, "nodes", "attributes"} +
    → {"do": "attributes", "nodes", "root"} +    ← {"say": "ready"}    what the test has made of functions' attributes
    → {"do": "stand in", "names": […]}           ← {"say": "ready"}
    → {"do": "seed", "nodes", "root"} +          ← {"say": "ready"}    global generators, as the test has seeded them
    → {"do": "value", "name"}                    ← {"say": "value", "nodes", "root", "attributes"} +   it is watched from now on
    → {"do": "judge", "call": number, "kind", "source", "case"}   see `shared.py`
                 ← {"say": "returned", "call"} | {"say": "raised", "call", "name", "bases", "text", "line"}
    → {"do": "call", "call": number, "target", "printed", "nodes", "root"} +
                 ← {"say": "returned", "call", "nodes", "root", "arguments": node | null, "earlier": node | null,
                    "variables": {name: node}, "generators": node | null,
                    "attributes": [[target, node], …], "printed"} +
                 ← {"say": "raised", "call", "name", "bases", "text", "line", "printed"}
        during a call:                           ← {"say": "ask", "name", "nodes", "root"} +
                                                 ← {"say": "ask given", "number", "nodes", "root"} +
        → {"do": "answer", "nodes", "root", "changed": [[node asked with, node], …]} + | {"do": "refuse"} | {"do": "raise", "name", "text"}

A kind is "function", "class", "module" or "data NAME_OF_ITS_TYPE". A target is the name of a global, or the number of a callable that
was sent before as ["h", number, …]. `printed` asks for what the call prints, and is it.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import io
import linecache
import os
import socket
import stat
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from . import attributes, codec, frames, generators, shared, standins

__all__ = ["answer"]

_TEXT = 2_000
"""Characters of an exception's message that are sent."""
_PRINTED = 100_000
"""Characters that a call prints and that are sent."""


def answer(sock: socket.socket, names: dict[str, Any], *, alone: bool = True) -> None:
    """Answer requests about `names` (the notebook's globals) until the other side closes.

    Args:
        sock: The question's socket.
        names: The notebook's globals.
        alone: Close what else leads to other processes. Not in a stock kernel: its own threads live by such descriptors.
    """
    if alone:
        _let_go_of_all_but(sock.fileno())
    frames.send(sock, {"say": "here"})
    desk, tests = _Desk(sock, names), shared.Beside(names)
    while True:
        try:
            header, body = frames.receive(sock)
        except frames.Closed:
            return
        if header["do"] == "look":
            desk.look(header["names"])
        elif header["do"] == "attributes":
            for target, values in codec.decode(header["nodes"], header["root"], body, desk.refer):
                desk.attributes.set(target, values)
            frames.send(sock, {"say": "ready"})
        elif header["do"] == "stand in":
            for name in header["names"]:
                standins.put(names, name, desk.asker({"say": "ask", "name": name}, f"the stand-in for {name}"))
            frames.send(sock, {"say": "ready"})
        elif header["do"] == "import":
            for name, statement in header["statements"].items():
                _import(names, name, statement)
            frames.send(sock, {"say": "ready"})
        elif header["do"] == "seed":
            desk.generators.set(*codec.decode(header["nodes"], header["root"], body))
            frames.send(sock, {"say": "ready"})
        elif header["do"] == "value":
            desk.send_value(header["name"])
        elif header["do"] == "judge":
            frames.send(sock, {**_judged(tests, header), "call": header["call"]})
        elif header["do"] == "call":
            reply, data = desk.call(header, body)
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


def _judged(tests: shared.Beside, header: dict[str, Any]) -> dict[str, Any]:
    try:
        tests.run(header["kind"], header["source"], header["case"])
    except BaseException as error:  # noqa: BLE001 - SystemExit is an answer too
        return _raised(error)
    return {"say": "returned"}


class _Desk:
    """What was sent, and must be known again, or keep its values."""

    def __init__(self, sock: socket.socket, names: dict[str, Any]) -> None:
        self._sock, self._names = sock, names
        self._held: list[Any] = []
        self._watched: dict[str, tuple[Any, Callable[[], bool]]] = {}
        """Global → the value that was sent, and how to tell whether that has changed."""
        self._earlier: tuple[Any, Callable[[], bool]] = (None, lambda: False)
        """What the last call returned: it must keep its values, whatever later calls do."""
        self.generators = generators.Globals()
        self.attributes = attributes.Attributes(self._function)

    def look(self, wanted: list[str]) -> None:
        """Say what there is under these names."""
        kinds = {name: _kind(self._names, name) for name in wanted}
        for name, kind in kinds.items():
            if kind == "function":
                self.attributes.know(name)
        encoder = codec.Encoder(self._keep)
        had = self.attributes.news(encoder)
        frames.send(self._sock, {"say": "looked", "kinds": kinds, "nodes": encoder.nodes, "attributes": had}, encoder.body)

    def send_value(self, name: str) -> None:
        """Send a global's value."""
        encoder = codec.Encoder(self._keep)
        value = self._names.get(name)
        try:
            root = encoder.add(value)
        except BaseException as error:  # noqa: BLE001 - a value that cannot be read is the student's own
            frames.send(self._sock, _raised(error))
            return
        self._watched[name] = value, encoder.watch()
        had = self.attributes.news(encoder)
        frames.send(self._sock, {"say": "value", "nodes": encoder.nodes, "root": root, "attributes": had}, encoder.body)

    def call(self, header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """Call what the header's target names."""
        function = self._function(header["target"])
        printed = _Printed()
        with printed.caught() if header["printed"] else contextlib.nullcontext():
            try:
                args, kwargs = codec.decode(header["nodes"], header["root"], body, self.refer)
                result = function(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are answers too
                return {**_raised(error), "printed": printed.text}, b""
            try:
                after = codec.Encoder(self._keep)
                after.add((args, kwargs))
                # They came as a description of the same kind, so that one is what they were before.
                changed = after.nodes != header["nodes"] or after.body != body
                reply = codec.Encoder(self._keep)
                root = reply.add(result)
                watch = reply.watch()
                before_that = reply.add(self._earlier[0]) if self._earlier[1]() else None
                arguments = reply.add((args, kwargs)) if changed else None
                drawn = self.generators.moved()
                said = {"say": "returned", "root": root, "arguments": arguments, "earlier": before_that, "variables": self._changed(reply)}
                said |= {"generators": None if drawn is None else reply.add(drawn), "attributes": self.attributes.news(reply)}
                self._earlier = result, watch
                return {**said, "nodes": reply.nodes, "printed": printed.text}, reply.body
            except BaseException as error:  # noqa: BLE001 - a value that cannot be read is the student's own
                return {**_raised(error), "printed": printed.text}, b""

    def _function(self, target: str | int) -> Any:
        return self._names.get(target) if isinstance(target, str) else self._held[target]

    def _changed(self, reply: codec.Encoder) -> dict[str, int]:
        """Globals that were sent and are not what they were."""
        found: dict[str, int] = {}
        for name, (sent, changed) in list(self._watched.items()):
            value = self._names.get(name)
            if value is not sent or changed():
                encoder = codec.Encoder(self._keep)
                encoder.add(value)
                self._watched[name] = value, encoder.watch()
                found[name] = reply.add(value)
        return found

    def _keep(self, value: Any) -> int:
        """The number by which the trusted side may call something of ours."""
        for number, held in enumerate(self._held):
            if held is value:
                return number
        self._held.append(value)
        self.attributes.know(len(self._held) - 1)
        return len(self._held) - 1

    def refer(self, node: list[Any]) -> Any:
        """What a node of the trusted side's names: a function of the test's, of a module, or of our own."""
        mark, what, *more = node
        if mark == "p":
            asker = self.asker({"say": "ask given", "number": what}, "the function that the check gave")
            asker.__name__, asker.__doc__ = more
            return asker
        if mark == "m":
            value: Any = importlib.import_module(what)
            for part in more[0].split("."):
                value = getattr(value, part)
            return value
        return self._names.get(what) if mark == "q" else self._held[what]

    def asker(self, question: dict[str, Any], who: str) -> Callable[..., Any]:
        """A function that has the trusted side answer."""

        def ask(*args: Any, **kwargs: Any) -> Any:
            encoder = codec.Encoder(self._keep)
            root = encoder.add((args, kwargs))
            frames.send(self._sock, {**question, "nodes": encoder.nodes, "root": root}, encoder.body)
            while True:
                header, body = frames.receive(self._sock)
                if header["do"] != "call":
                    break
                # What was given calls a function of ours in turn.
                reply, data = self.call(header, body)
                frames.send(self._sock, {**reply, "call": header["call"]}, data)
            if header["do"] == "raise":
                raise getattr(builtins, header["name"])(header["text"])
            if header["do"] != "answer":
                raise RuntimeError(f"{who} could not answer this call")
            built = codec.decode_all(header["nodes"], body, encoder.sent, self.refer)
            for node, contents in header["changed"]:
                _refill(encoder.sent[node], built[contents])
            return built[header["root"]]

        return ask


class _Printed(io.TextIOBase):
    """Takes the place of the standard output during a call, and keeps the first of what is printed."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._left = _PRINTED

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def write(self, text: str) -> int:
        if self._left > 0:
            self._pieces.append(text[: self._left])
            self._left -= len(text)
        return len(text)

    @contextlib.contextmanager
    def caught(self) -> Iterator[None]:
        """Within, what is printed goes here; what runs later than the call has the output as it was."""
        before, sys.stdout = sys.stdout, self
        try:
            yield
        finally:
            sys.stdout = before


def _kind(names: dict[str, Any], name: str) -> str | None:
    if name not in names:
        return None
    value = names[name]
    if isinstance(value, type):
        return "class"
    if isinstance(value, types.ModuleType):
        return "module"
    return "function" if callable(value) else f"data {type(value).__name__}"


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
