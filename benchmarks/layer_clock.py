"""Counts CPU time by layer, over all processes of a grading: each adds what it spent to one table in memory that they share.

A layer's time is its own: what it calls in another layer is counted there. The table is mapped before any process is forked, so it
works across forks, namespaces and confinement, and for processes that are ended without a word. One submission at a time: nothing
locks the table. This file is loaded by the warm process, too, and needs nothing but the standard library.

The clock is that of the thread. Where RLIMIT_CPU is set, a whole process's clock is brought up to date by ticks and waits alone
(kernel/time/posix-cpu-timers.c, `cpu_clock_sample_group`): it would charge a wait with what was done before it.
"""

from __future__ import annotations

import functools
import inspect
import mmap
import os
import time
from collections.abc import Callable
from typing import Any

__all__ = ["LAYERS", "LayerClock"]

LAYERS = (
    "start",
    "driver: all else",
    "driver: store",
    "driver: results written",
    "driver: staff's document",
    "driver: student's page and document",
    "watcher: judges forked and heard",
    "judge: result described, and its own start",
    "judge: notebook read",
    "judge: nbclient",
    "judge: kernel asked for and ended",
    "judge: questions asked for and ended",
    "judge: tests, reference, comparing",
    "judge: values out and in",
    "zygote: forks inits",
    "init: world made, kernel forked",
    "init: kernel and questions held, ended, looked at",
    "kernel: confined",
    "kernel: messages",
    "kernel: IPython",
    "kernel: the cells themselves",
    "kernel: forks questions",
    "question: started, messages",
    "question: values in and out",
    "question: the functions themselves",
)
"""Process and what it does there. "start" is what happens once for a class."""

_BYTES = 8 * len(LAYERS)


class LayerClock:
    """This process's clock, and those of all that are forked from it.

    Args:
        descriptor: Of the shared table, as `LayerClock.table` made it.
    """

    def __init__(self, descriptor: int) -> None:
        self._spent = memoryview(mmap.mmap(descriptor, _BYTES)).cast("d")
        self._pid = os.getpid()
        self._open: list[int] = []
        self._last = time.thread_time()

    @staticmethod
    def table() -> int:
        """A new table's descriptor."""
        descriptor = os.memfd_create("layers")
        os.truncate(descriptor, _BYTES)
        return descriptor

    def spent(self) -> dict[str, float]:
        """CPU seconds by layer, so far."""
        return dict(zip(LAYERS, self._spent, strict=True))

    def enter(self, layer: int) -> None:
        """From here on, this process's time is that layer's."""
        if os.getpid() != self._pid:  # forked since: what it did until now is this layer's
            self._pid, self._open, self._last = os.getpid(), [], 0.0
        else:
            self._charge()
        self._open.append(layer)

    def leave(self) -> None:
        """Back to the layer around it."""
        if os.getpid() != self._pid or not self._open:
            return
        self._charge()
        self._open.pop()

    def _charge(self) -> None:
        now = time.thread_time()
        if self._open:
            self._spent[self._open[-1]] += now - self._last
        self._last = now

    def time(self, owner: Any, path: str, layer: str) -> None:
        """Count what `owner.path` (a function, perhaps of a class in a module) spends.

        Raises:
            AttributeError: there is no such function any more: the list of layers has to follow the code.
        """
        *around, name = path.split(".")
        for part in around:
            owner = getattr(owner, part)
        setattr(owner, name, self.timed(getattr(owner, name), layer))

    def timed(self, function: Callable[..., Any], layer: str) -> Callable[..., Any]:
        """The function, its time counted."""
        number = LAYERS.index(layer)

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def counted_async(*args: Any, **kwargs: Any) -> Any:
                self.enter(number)
                try:
                    return await function(*args, **kwargs)
                finally:
                    self.leave()

            return counted_async

        @functools.wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.enter(number)
            try:
                return function(*args, **kwargs)
            finally:
                self.leave()

        return counted
