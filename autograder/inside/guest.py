"""What is loaded into a stock kernel before its first cell: it makes it start as a warm one does, and answer as a question.

A notebook's own names are not touched, and nothing here is looked up among them.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import random
import socket
import sys

import numpy as np

from . import commands, question

__all__ = ["answer", "prepare"]


def prepare(preload: list[str]) -> None:
    """Import what the warm process would have imported, seed what it seeds, let it do what it can do within the walls."""
    shell = sys.modules["IPython"].get_ipython()
    shell.unobserve_all("exit_now")  # `exit()` would end the kernel a moment later, in the middle of some other cell
    commands.install()
    for name in preload:
        with contextlib.suppress(Exception):  # which cannot be imported was told when the grader started
            importlib.import_module(name)
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - students use the global generator


def answer(fd: int) -> None:
    """Called by a notebook's last cell: answer calls of that notebook's functions over this descriptor until it closes."""
    names = sys._getframe(1).f_globals  # noqa: SLF001 - the cell's own; the name `globals` may be the student's
    # A question of the warm kernel is called outside the event loop, where `asyncio.run` works.
    asyncio._set_running_loop(None)  # noqa: SLF001 - its documentation names it for those who make loops
    question.answer(socket.socket(fileno=fd), names, alone=False)
