"""Runs the notebooks of a group in one kernel: the environment's ordinary one, and ours, with the same limits and environment."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from subprocess import DEVNULL
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from autograder.grading.execute import run_cells
from autograder.grading.notebook import NotebookNode, parse_notebook
from autograder.inside.namespaces import SCRATCH
from autograder.inside.scratch import environment as where
from autograder.inside.scratch import make_folders
from autograder.kernel.sandbox import environment
from autograder.kernel.zygote import Kernel, Zygote
from autograder.model import Limits

from . import normal
from .written import Written

__all__ = ["both"]

_LIMITS = Limits(notebook_s=120, cell_s=30, memory_bytes=2 << 30, output_bytes=4 << 20)
_IMPATIENT_S = 2.0
"""For the groups whose cells are to be interrupted: their names begin with "interrupted"."""
_IMPATIENT = replace(_LIMITS, cell_s=0.35)
"""Ours count CPU time; what waits may do so for three times as much, and a second."""
_AT_ONCE = 3
"""Kernels of each kind that run at the same time: they wait as much as they work."""

Outcome = dict[tuple[str, str], list[dict[str, Any]]]
"""(group, notebook) → for each cell, its execution count and outputs, normalised."""
_LOST_CHILD = "Unknown child process pid"


def both(written: Iterable[Written], zygote: Zygote) -> tuple[Outcome, Outcome]:
    """Run every group in stock kernels and, at the same time, by the project's own engine in kernels of `zygote`: stock first."""
    groups = [list(notebooks) for _group, notebooks in groupby(written, key=lambda one: one.group)]
    fork = _OneAtATime(zygote)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ours = [pool.submit(_ours, notebooks, fork) for notebooks in groups]
        stock = asyncio.run(_all_stock(groups))
        return stock, _merged(part.result() for part in ours)


class _OneAtATime:
    """A zygote that threads share: it answers one request at a time."""

    def __init__(self, zygote: Zygote) -> None:
        self._zygote = zygote
        self._lock = threading.Lock()

    def fork(self, limits: Limits) -> Kernel:
        with self._lock:
            return self._zygote.fork({}, limits)


def _ours(notebooks: list[Written], zygote: _OneAtATime) -> Outcome:
    notebook, limits = _one_notebook(notebooks), _limits(notebooks)
    kernel, _execution = run_cells(notebook, lambda: zygote.fork(limits), limits)
    kernel.close()
    return _split(notebooks, notebook, SCRATCH)


async def _all_stock(groups: list[list[Written]]) -> Outcome:
    free = asyncio.Semaphore(_AT_ONCE)

    async def run(notebooks: list[Written]) -> Outcome:
        async with free:
            outcome = await _stock(notebooks)
            # asyncio's watcher of children, in the stock kernel, at times finds one gone that it was to wait for (`unix_events.py`).
            return await _stock(notebooks) if _LOST_CHILD in repr(outcome) else outcome

    return _merged(await asyncio.gather(*map(run, groups)))


async def _stock(notebooks: list[Written]) -> Outcome:
    """What nbclient and an ordinary ipykernel make of it; a cell that the kernel did not live to see has no outputs."""
    notebook, limits = _one_notebook(notebooks), _limits(notebooks)
    seconds = _IMPATIENT_S if limits is _IMPATIENT else limits.cell_s
    with _folder() as folder:
        client = NotebookClient(
            notebook,
            timeout_func=lambda _cell: seconds,
            interrupt_on_timeout=True,
            allow_errors=True,
            record_timing=False,
            shutdown_kernel="immediate",
            log=_silent(),
        )
        with contextlib.suppress(DeadKernelError):
            await client.async_execute(cwd=f"{folder}/work", env=environment() | where(folder), stdout=DEVNULL, stderr=DEVNULL)
        return _split(notebooks, notebook, folder)


@contextlib.contextmanager
def _folder() -> Iterator[str]:
    """A submission's folder whose path is as long as ours, for that decides where a tuple is broken into lines."""
    assert len(SCRATCH) > len("/tmp/")
    while True:
        name = "/tmp/" + secrets.token_hex(8)[: len(SCRATCH) - len("/tmp/")]
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, 0o700)
            break
    try:
        make_folders(name)
        yield name
    finally:
        shutil.rmtree(name, ignore_errors=True)


def _silent() -> logging.Logger:
    log = logging.getLogger("parity.stock")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log


def _limits(notebooks: list[Written]) -> Limits:
    return _IMPATIENT if notebooks[0].group.startswith("interrupted") else _LIMITS


def _one_notebook(notebooks: list[Written]) -> NotebookNode:
    cells = [nbformat.v4.new_code_cell(source) for one in notebooks for source in one.cells]
    return parse_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode(), "parity")


def _split(notebooks: list[Written], notebook: NotebookNode, folder: str) -> Outcome:
    cells = iter(notebook.cells)
    return {(one.group, one.name): [normal.outputs(next(cells), folder) for _ in one.cells] for one in notebooks}


def _merged(parts: Iterable[Outcome]) -> Outcome:
    return {key: cells for part in parts for key, cells in part.items()}
