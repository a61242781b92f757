"""The student's functions as the tests see them: calls that cross to a question's process and come back as data.

One `Remote` is one question's process. It is asked one call at a time, answers only that, only from its own process, and
only while its time lasts; a byte out of place ends it. What ended it stays: a case in which that happened is never passed,
whatever the test made of the exception. Its time is CPU time (see `autograder.kernel.clock`).
"""

from __future__ import annotations

import copy
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import AuthorError, MachineFault
from autograder.grading import verdicts, wire
from autograder.grading.asked import Asked
from autograder.grading.reference import Oracle, Reference, Refused
from autograder.grading.verdicts import StudentAct
from autograder.kernel import frames
from autograder.kernel.clock import Allowance, wider
from autograder.kernel.machine import memory_killings
from autograder.model import Limits, Verdict

__all__ = ["Budget", "Namespace", "Remote", "Unsure"]


class Unsure(Exception):
    """A call waited, using no CPU time, until its wall-clock limit: it may have been the machine, so everything is tried once more."""


@dataclass(slots=True)
class Budget:
    """What is left of one question's time in one world, whichever of its processes uses it."""

    cpu_s: float
    """CPU seconds of the student's function."""
    wall_s: float
    """Wall-clock seconds of it."""
    oracle_s: float
    """Seconds that the oracle may still take: they are ours, not the student's, and not without end."""

    @classmethod
    def of(cls, limits: Limits) -> Budget:
        """All of it."""
        return cls(limits.question_s, wider(limits.question_s), limits.question_s)

    def spend(self, allowance: Allowance, wall_s: float) -> None:
        """Take off what a call has used."""
        self.cpu_s -= allowance.used_s
        self.wall_s -= wall_s

    @property
    def spent(self) -> bool:
        """True when no further call may be made."""
        return self.cpu_s <= 0 or self.wall_s <= 0


class Remote:
    """Calls into one question's process.

    Args:
        link: Its socket; the process has said that it is here.
        functions: Names that it will be asked about.
        limits: `call_s` for each call.
        budget: The question's own time; counts down while the student's code runs.
        oracle: Answers for helpers, or None in the student's own world.
        value_came: Called each time something of the student's comes in.
    """

    def __init__(
        self,
        link: frames.Link,
        functions: tuple[str, ...],
        limits: Limits,
        budget: Budget,
        oracle: Oracle | None,
        value_came: Callable[[], None],
    ) -> None:
        self._budget = budget
        self.doubt: Unsure | MachineFault | None = None
        """Set when a time-out need not be the student's."""
        self.refused = 0
        """How often the oracle did not answer a stand-in; for staff, who may want to know why a right function failed."""
        self._earlier: Any = None
        self.gone = False
        """True when it ended by itself, or was ended by the system or by init."""
        self._killings = memory_killings()
        self._functions = functions
        self._number = secrets.randbits(48)  # of the call: a reply names it, so that one too many is not taken for the next
        self._kinds: dict[str, str | None] | None = None
        self.ended: StudentAct | None = None
        """What ended the process; None while it can be called."""
        self._link, self._limits, self._oracle, self._value_came = link, limits, oracle, value_came

    def prepare(self, imports: Mapping[str, str], stand_ins: frozenset[str]) -> None:
        """Run `imports` (name → statement) for names that are missing, and put callbacks to the oracle in the place of `stand_ins`."""
        if imports:
            self._exchange({"do": "import", "statements": dict(imports)}, "ready", "its imports")
        if stand_ins:
            self._exchange({"do": "stand in", "names": sorted(stand_ins)}, "ready", "its helpers")

    def kind(self, name: str) -> str | None:
        """What the notebook defines under a name: "function", another type's name, or None."""
        if self._kinds is None:  # all of them at once: a question costs more than its answer
            header = self._exchange({"do": "functions", "names": list(self._functions)}, "functions", "its functions")
            kinds = header.get("kinds")
            if not isinstance(kinds, dict):
                raise self._end("its functions", "something that is not a list of functions")
            self._kinds = {name: verdicts.short(kinds.get(name), 80) or None for name in self._functions}
        return self._kinds[name]

    def _exchange(self, request: dict[str, Any], expected: str, what: str) -> dict[str, Any]:
        allowance = self._allowance()
        began = time.monotonic()
        try:
            self._link.send(request, deadline=allowance)
            header, _body = self._link.receive(deadline=allowance)
        except (frames.Closed, frames.FrameTimeout, frames.BadFrame) as error:
            raise self._end(what, "no answer") from error
        finally:
            self._budget.spend(allowance, time.monotonic() - began)
        if header.get("say") != expected:
            raise self._end(what, "an answer to another question")
        return header

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the student's function.

        Returns:
            Plain data; the arguments are changed in place if the function changed its copies, and so is what the call before
            returned, if this one changed that.

        Raises:
            StudentAct: it raised (then also the builtin exception it raised), timed out, ended, or returned no value.
            wire.Unsendable: the test passed something that is not data.
        """
        if self.ended is not None:
            raise self.ended
        call = wire.Encoded((args, kwargs))
        if self._oracle is not None:
            self._oracle.begin(name, args, kwargs)
        if self._link.pending():
            raise self._end(name, "something before it was called, or its process ended between two calls")
        header, body = self._converse(name, call)
        self._value_came()
        if header.get("say") == "raised":
            raise verdicts.raised(name, header)
        try:
            result, changed, earlier = wire.decode(header, ("root", "arguments", "earlier"), body)
        except (wire.Unreadable, MemoryError) as error:
            raise self._end(name, f"{error}" or "too much") from error
        if earlier is not None:
            self._write_back(f"{name} changed what it had returned before", self._earlier, earlier)
        if changed is not None:
            self._write_back(f"{name} changed its arguments", (args, kwargs), changed)
        self._earlier = result
        return result

    def _converse(self, name: str, call: wire.Encoded) -> tuple[dict[str, Any], bytes]:
        """Send the call, answer the stand-ins' questions, and return the reply."""
        began = time.monotonic()
        allowance = self._allowance()
        ours = 0.0
        try:
            self._number += 1
            order = {"do": "call", "call": self._number, "name": name, "nodes": call.nodes, "root": call.root}
            self._link.send(order, call.body, deadline=allowance)
            while True:
                header, body = self._link.receive(deadline=allowance)
                if header.get("say") in ("returned", "raised"):
                    if header.get("call") != self._number:
                        raise self._end(name, "a reply to another call")
                    return header, body
                if header.get("say") != "ask" or self._oracle is None:
                    raise self._end(name, "something that is not a reply")
                self._value_came()
                asked = time.monotonic()
                answer, data = self._answer(header, body)
                thought = time.monotonic() - asked
                allowance.pause(thought)
                ours += thought
                self._budget.oracle_s -= thought
                self._link.send(answer, data, deadline=allowance)
        except frames.FrameTimeout as error:
            raise self._out_of_time(name, allowance) from error
        except frames.Closed as error:
            self._value_came()
            words = f"{name} ended its process (sys.exit, os._exit, a crash, or the memory or time limit of the system)."
            self.ended = StudentAct(Verdict.ERROR, words, f"{name} ended its process.")
            self.gone = True
            if memory_killings() != self._killings:
                self.doubt = MachineFault("The machine ran out of memory and ended processes. Grade again with fewer workers.")
            raise self.ended from error
        except frames.BadFrame as error:
            raise self._end(name, str(error)) from error
        finally:
            self._budget.spend(allowance, time.monotonic() - began - ours)

    def _allowance(self) -> Allowance:
        """For one call: its own limit, or what is left for the question if that is less."""
        cpu_s = max(min(self._limits.call_s, self._budget.cpu_s), 0.0)
        return Allowance(self._link.pid, cpu_s, max(min(wider(self._limits.call_s), self._budget.wall_s), 0.0))

    def _answer(self, header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        assert self._oracle is not None
        try:
            if self._budget.oracle_s <= 0:
                raise Refused
            asked = Asked(header, body)
            return asked.answer(self._oracle.answer(header.get("name"), asked.args, asked.kwargs))
        except (Refused, wire.Unreadable, wire.Unsendable, MemoryError):
            self.refused += 1
            return {"do": "refuse"}, b""

    def _out_of_time(self, name: str, allowance: Allowance) -> StudentAct:
        self._value_came()
        seconds = f"{self._limits.call_s:g} s"
        if allowance.starved:
            self.doubt = MachineFault(
                "The machine was so busy that a student's function got hardly any time of it. Grade again with fewer workers."
            )
        elif allowance.waited:
            self.doubt = Unsure()
        if allowance.waited:
            words = f"{name} was still waiting after {allowance.wall_s:g} s. Look for a sleep, a lock, or something that never comes."
        elif self._budget.cpu_s - allowance.used_s <= 0:
            words = f"The time for this question ({self._limits.question_s:g} s of computing) was used up by this call and those before it."
        else:
            words = f"{name} did not return within {seconds} of computing. Look for a loop that does not end."
        self.ended = StudentAct(Verdict.TIMED_OUT, words, words)
        return self.ended

    def _end(self, name: str, how: str) -> StudentAct:
        self._value_came()
        words = f"{name} answered with {how}."
        self.ended = StudentAct(Verdict.ERROR, words, f"{name} answered with something that cannot be read.")
        return self.ended

    def _write_back(self, what: str, originals: Any, changed: Any) -> None:
        """Change the test's own objects as the student's function changed its copies."""
        try:
            _put_back(originals, changed, 0)
        except (TypeError, ValueError, RecursionError) as error:
            words = f"{what} into something else."
            raise StudentAct(Verdict.FAILED, words, words) from error


def _put_back(original: Any, changed: Any, depth: int) -> None:
    if type(original) is tuple and type(changed) is tuple and len(original) == len(changed) and depth < 50:
        for ours, theirs in zip(original, changed, strict=True):
            _put_back(ours, theirs, depth + 1)
    elif type(original) is np.ndarray and type(changed) is np.ndarray:
        if original.shape != changed.shape:
            original.resize(changed.shape, refcheck=False)
        original[...] = changed
    elif isinstance(original, dict) and type(changed) is dict:
        kept = {key: _kept(original[key], value, depth) for key, value in changed.items() if key in original}
        original_keys = [key for key in original if key not in changed]
        for key in original_keys:
            del original[key]
        original.update({**changed, **kept})
    elif isinstance(original, list) and type(changed) is list:
        same = len(original) == len(changed)
        original[:] = [_kept(o, c, depth) for o, c in zip(original, changed, strict=True)] if same else changed
    elif isinstance(original, set) and type(changed) is set:
        original.clear()
        original.update(changed)


def _kept(original: Any, changed: Any, depth: int) -> Any:
    """The original object, changed in place where it can be; else what it was changed into."""
    if depth > 50 or not isinstance(original, (list, dict, set, tuple, np.ndarray)) or not _fits(original, changed, depth):
        return changed
    _put_back(original, changed, depth + 1)
    return original


def _fits(original: Any, changed: Any, depth: int) -> bool:
    """Whether an object can have been changed into this in place: an array of its size, a tuple of such."""
    if type(original) is not type(changed) or depth > 50:
        return False
    if isinstance(original, np.ndarray):
        return bool(original.size == changed.size and original.dtype == changed.dtype)
    if isinstance(original, tuple):
        return len(original) == len(changed) and all(_fits(o, c, depth + 1) for o, c in zip(original, changed, strict=True))
    return True


class Namespace(Mapping[str, Any]):
    """What a test's parameters are looked up in.

    Args:
        remote: The question's process, or None to answer everything with the reference (to tell author from student).
        reference: The solution, in this process.
        own: Functions of the question under test: always the student's.
        others: Functions of other questions.
        references: Those of `others` that the reference answers for; empty in the student's own world.
        rng: The case's own random generator.
    """

    def __init__(
        self,
        remote: Remote | None,
        reference: Reference,
        own: tuple[str, ...],
        others: frozenset[str],
        *,
        references: frozenset[str],
        rng: np.random.Generator,
    ) -> None:
        self._reference = reference
        self._entries: dict[str, Any] = {"reference": reference.functions, "rng": rng}
        if remote is None:
            self._entries |= {name: reference.function(name) for name in (*own, *others)}
            return
        self._entries |= {name: _isolated(reference.function(name), name) for name in references}
        for name in (*own, *sorted(others - references)):
            kind = remote.kind(name)
            self._entries[name] = _function(remote, name) if kind == "function" else _absent(name, kind)

    def __getitem__(self, name: str) -> Any:
        return self._entries[name]

    def __iter__(self) -> Any:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _isolated(function: Callable[..., Any] | None, name: str) -> Callable[..., Any]:
    """The reference's function on copies, as a remote one would be called."""
    if function is None:
        raise AuthorError(f"A test takes {name}, which the solution does not define.")
    return lambda *args, **kwargs: function(*copy.deepcopy(args), **copy.deepcopy(kwargs))


def _function(remote: Remote, name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return remote.call(name, args, kwargs)

    call.__name__ = call.__qualname__ = name
    return call


def _absent(name: str, kind: str | None) -> Callable[..., Any]:
    def call(*_args: Any, **_kwargs: Any) -> Any:
        if kind is None:
            words = f"The notebook defines no function {name}. (Did its cell run without an error?)"
            raise StudentAct(Verdict.MISSING, words, f"The notebook defines no function {name}.")
        words = f"{name} is not a function in the notebook: its last value is a {kind}."
        raise StudentAct(Verdict.MISSING, words, f"{name} is not a function in the notebook.")

    call.__name__ = call.__qualname__ = name
    return call
