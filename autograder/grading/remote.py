"""What the student's notebook made, as tests reach it: calls and values that cross from a question's process and are data here.

One `Remote` is one question's process. It is asked one call at a time, answers only that, only from its own process, and
only while its time lasts; a byte out of place ends it. What ended it stays: a case in which that happened is never passed,
whatever the test made of the exception. Its time is CPU time (see `autograder.kernel.clock`).
"""

from __future__ import annotations

import random
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import MachineFault
from autograder.grading import verdicts, wire
from autograder.grading.asked import Asked
from autograder.grading.generators import Seeds
from autograder.grading.given import Given
from autograder.grading.putback import kept, put_back
from autograder.grading.reference import Oracle, Refused
from autograder.grading.verdicts import StudentAct
from autograder.kernel import frames
from autograder.kernel.clock import Allowance, wider
from autograder.kernel.machine import memory_killings
from autograder.model import Limits, Verdict

__all__ = ["Budget", "Remote", "Unsure", "used_up"]


_MOST_PRINTED = 100_000
"""Characters of what a call printed."""


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


def used_up(limits: Limits) -> str:
    """Say that a question's time is over; not in which call: that hangs on how busy the machine is, and may tell how long others took."""
    return f"The time for this question ({limits.question_s:g} s of computing) was used up."


class Remote:
    """Calls into one question's process.

    Args:
        link: Its socket; the process has said that it is here.
        names: Those that it will be asked about, as far as they are known.
        limits: `call_s` for each call.
        budget: The question's own time; counts down while the student's code runs.
        oracle: Answers for helpers, or None in the student's own world.
        value_came: Called each time something of the student's comes in.
        printed: Whether what a call prints is to be printed here as well.
    """

    def __init__(
        self,
        link: frames.Link,
        names: tuple[str, ...],
        limits: Limits,
        budget: Budget,
        oracle: Oracle | None,
        value_came: Callable[[], None],
        *,
        printed: bool = False,
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
        self._names = names
        self._number = secrets.randbits(48)  # of the call: a reply names it, so that one too many is not taken for the next
        self._kinds: dict[str, str | None] = {}
        self._values: dict[str, Any] = {}
        self._given = Given(self.call)
        self._printed = printed
        self.opaque: list[str] = []
        """Type names of what came and is not data, in order."""
        self.ended: StudentAct | None = None
        """What ended the process; None while it can be called."""
        self._link, self._limits, self._oracle, self._value_came = link, limits, oracle, value_came
        self.begin_case()

    def prepare(self, imports: Mapping[str, str], stand_ins: frozenset[str]) -> None:
        """Run `imports` (name → statement) for names that are missing, and put callbacks to the oracle in the place of `stand_ins`."""
        if imports:
            self._exchange({"do": "import", "statements": dict(imports)}, "ready", "its imports")
        if stand_ins:
            self._exchange({"do": "stand in", "names": sorted(stand_ins)}, "ready", "its helpers")

    def begin_case(self, *, may_stop: bool = False) -> None:
        """Take the global random generators, as they are now, for not seeded by the case; `may_stop`: see `verdicts.raised`."""
        self._seeds, self._may_stop = Seeds(), may_stop

    def _prepare_call(self) -> None:
        """Seed the student's global random generators as the test has seeded its own since the last call, and set functions' attributes."""
        if (seeded := self._seeds.news()) is not None:
            state = wire.Encoded(seeded)
            self._exchange({"do": "seed", "nodes": state.nodes, "root": state.root}, "ready", "its random generators", state.body)
        if given := self._given.given_attributes():
            told = wire.Encoded(given, function_node=self._given.node)
            self._exchange({"do": "attributes", "nodes": told.nodes, "root": told.root}, "ready", "its functions", told.body)

    def kind(self, name: str) -> str | None:
        """What the notebook made under a name: "function", "class", "module", "data NAME_OF_ITS_TYPE", or None."""
        if name not in self._kinds:  # all of them at once: a question costs more than its answer
            asked = [name, *(known for known in self._names if known not in self._kinds and known != name)]
            header, body = self._exchange({"do": "look", "names": asked}, "looked", "its names")
            self._decoded("its names", header, (), body)
            kinds = header.get("kinds")
            if not isinstance(kinds, dict):
                raise self._end("its names", "something that is not a list of names")
            self._kinds |= {each: verdicts.short(kinds.get(each), 80) or None for each in asked}
        return self._kinds[name]

    def value(self, name: str) -> Any:
        """The value of a global: plain data. The same object each time, changed when a call has changed the student's.

        Raises:
            StudentAct: it cannot be read, or the process is gone.
        """
        if self.ended is not None:
            raise self.ended
        if name not in self._values:
            header, body = self._exchange({"do": "value", "name": name}, "value", name)
            self._value_came()
            (self._values[name],) = self._decoded(name, header, ("root",), body)
        return self._values[name]

    def function(self, name: str, look: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Callable[..., Any]:
        """A function that calls the notebook's global of that name; `look` makes it look like that one."""
        return self._given.theirs(name, name, look)

    def _exchange(self, request: dict[str, Any], expected: str, what: str, contents: bytes = b"") -> tuple[dict[str, Any], bytes]:
        allowance = self._allowance()
        began = time.monotonic()
        try:
            self._link.send(request, contents, deadline=allowance)
            header, body = self._link.receive(deadline=allowance)
        except (frames.Closed, frames.FrameTimeout, frames.BadFrame) as error:
            raise self._end(what, "no answer") from error
        finally:
            self._budget.spend(allowance, time.monotonic() - began)
        if header.get("say") == "raised" and expected == "value":
            raise verdicts.raised(f"Looking at {what}", header)
        if header.get("say") != expected:
            raise self._end(what, "an answer to another question")
        return header, body

    def call(self, target: str | int, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the student's.

        Args:
            target: A global's name, or the number under which a function came.
            name: How messages call it.
            args, kwargs: Plain data, functions of the student's, and functions of the test's own.

        Returns:
            Plain data; the arguments are changed in place if the function changed its copies, and so is what the call before
            returned, if this one changed that.

        Raises:
            StudentAct: it raised (then also the builtin exception it raised), timed out, ended, or returned no value.
            wire.Unsendable: the test passed something that is not data.
        """
        if self.ended is not None:
            raise self.ended
        call = wire.Encoded((args, kwargs), function_node=self._given.node)
        self._prepare_call()
        if self._oracle is not None:
            self._oracle.begin(name, args, kwargs)
        if self._link.pending():
            raise self._end(name, "something before it was called, or its process ended between two calls")
        order = {"do": "call", "target": target, "printed": self._printed, "nodes": call.nodes, "root": call.root}
        header, body = self._converse(order, call.body, name)
        self._value_came()
        if self._printed and isinstance(text := header.get("printed"), str):
            sys.stdout.write(text[:_MOST_PRINTED])
        if header.get("say") == "raised":
            raise verdicts.raised(name, header, may_stop=self._may_stop)
        now = self._changed_variables(name, header)
        result, changed, earlier, drawn, *values = self._decoded(
            name, header | now, ("root", "arguments", "earlier", "generators", *now), body
        )
        if isinstance(drawn, tuple) and tuple(map(type, drawn)) == (np.random.RandomState, random.Random):
            self._seeds.follow(*drawn)
        if earlier is not None:
            self._write_back(f"{name} changed what it had returned before", self._earlier, earlier)
        if changed is not None:
            self._write_back(f"{name} changed its arguments", (args, kwargs), changed)
        for variable, value in zip(now, values, strict=True):
            self._values[variable[1:]] = _refreshed(self._values[variable[1:]], value)
        self._earlier = result
        return result

    def _changed_variables(self, name: str, header: dict[str, Any]) -> dict[str, Any]:
        """`*` and variable → node, of those that were sent before and have changed since."""
        nodes = header.get("variables")
        if not isinstance(nodes, dict) or not nodes.keys() <= self._values.keys():
            raise self._end(name, "variables that were not asked for")
        return {f"*{variable}": node for variable, node in nodes.items()}

    def _decoded(self, name: str, header: dict[str, Any], roots: tuple[str, ...], body: bytes) -> list[Any]:
        """The values at these roots; functions get the attributes that came with them."""
        try:
            targets = [target for target, _node in header.get("attributes", ())]
            had = {f"@{number}": node for number, (_target, node) in enumerate(header.get("attributes", ()))}
            with self._given.reading():
                values = wire.decode(header | had, (*roots, *had), body, self._given.came, self.opaque.append)
            for target, attributes in zip(targets, values[len(roots) :], strict=True):
                self._given.have(target, attributes)
            return values[: len(roots)]
        except (TypeError, ValueError) as error:
            raise self._end(name, "attributes of nothing") from error
        except (wire.Unreadable, MemoryError) as error:
            raise self._end(name, f"{error}" or "too much") from error

    def test(self, kind: str, source: str, case: int) -> None:
        """Run a case of a test in the student's process, which is believed in what it says of it.

        Args:
            kind, source, case: See `inside/shared.py`.

        Raises:
            StudentAct: it does not pass there, or the process timed out or ended.
        """
        if self.ended is not None:
            raise self.ended
        header, _body = self._converse({"do": "judge", "kind": kind, "source": source, "case": case}, b"", "The check")
        self._value_came()
        if header.get("say") == "raised":
            raise verdicts.failed_beside(header)

    def _converse(self, order: dict[str, Any], contents: bytes, name: str) -> tuple[dict[str, Any], bytes]:
        """Send the order, answer what the student's code asks meanwhile, and return the reply."""
        began = time.monotonic()
        allowance = self._allowance()
        ours = 0.0
        try:
            self._number += 1
            number = self._number
            self._link.send({**order, "call": number}, contents, deadline=allowance)
            while True:
                header, body = self._link.receive(deadline=allowance)
                if header.get("say") in ("returned", "raised"):
                    if header.get("call") != number:
                        raise self._end(name, "a reply to another call")
                    return header, body
                if header.get("say") not in ("ask", "ask given"):
                    raise self._end(name, "something that is not a reply")
                self._value_came()
                asked = time.monotonic()
                answer, data = self._answer(header, body)
                thought = time.monotonic() - asked
                allowance.pause(thought)
                ours += thought
                self._budget.oracle_s -= thought
                if self.ended is not None:  # by a call within
                    raise self.ended
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
        try:
            if self._budget.oracle_s <= 0:
                raise Refused
            with self._given.reading():
                asked = Asked(header, body, self._given.came)
            if header["say"] == "ask given":
                return self._given.answer(header.get("number"), asked)
            if self._oracle is None:
                raise Refused
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
            # Not how long: what was left of the question's time tells how long hidden cases before it took.
            whole = wider(self._limits.call_s)
            words = (
                f"was still waiting after {whole:g} s" if allowance.wall_s >= whole else "waited until the time for this question was over"
            )
            words = f"{name} {words}. Look for a sleep, a lock, or something that never comes."
        elif self._budget.cpu_s - allowance.used_s <= 0:
            words = used_up(self._limits)
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
            put_back(originals, changed)
        except (TypeError, ValueError, RecursionError) as error:
            words = f"{what} into something else."
            raise StudentAct(Verdict.FAILED, words, words) from error


def _refreshed(ours: Any, now: Any) -> Any:
    """The object that tests hold of a variable, with what is in it now; the new one where it became something else."""
    try:
        return kept(ours, now)
    except (TypeError, ValueError, RecursionError):
        return now
