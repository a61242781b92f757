"""By what means a class is graded: how much at a time, where, how long, beside whom. Nothing of it changes a verdict."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.bundle import Bundle
from autograder.cluster.engine import ClusterGrader
from autograder.grading.session import Grader
from autograder.intake import Reader, Unreadable
from autograder.report.hearing import Progress
from autograder.store.judged import Source

__all__ = ["Means", "NotebookReader", "grading"]


@dataclass(frozen=True, slots=True)
class Means:
    """What whoever gives a command chooses, be it to grade or to regrade."""

    fresh: bool = False
    """Use no verdict of before."""
    wait: bool = False
    """Wait for another command that writes to the same folder."""
    workers: int | None = None
    """How many are graded at a time; None: as many as there are processors."""
    time_limit_s: float | None = None
    """Seconds after which nothing is started; None: no limit."""
    cluster: str = ""
    """`local`, or the address of a dask scheduler, `tls://host:port`; empty: this process grades by itself."""
    debug: bool = False
    """Let an unexpected exception through."""

    def until(self) -> float | None:
        """`time.monotonic()` from which on nothing is started, of a command that begins now; None: no limit."""
        return None if self.time_limit_s is None else time.monotonic() + self.time_limit_s


class NotebookReader:
    """Says what a file is, in a process of its own."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def source(self, data: bytes, name: str) -> Source:
        """What a kernel would get of it, or why it cannot be read, naming it `name`."""
        looked = self._reader.look(data, name)
        return Source("", looked.reason) if isinstance(looked, Unreadable) else Source(looked.source_sha256)


@contextlib.contextmanager
def grading(bundle: Bundle, means: Means, progress: Progress) -> Iterator[tuple[Grader | ClusterGrader, NotebookReader]]:
    """Start what grades, here or on a cluster, and what reads notebooks; both end with the `with`. Says what confines student code.

    Nothing may be open that a forked process must not have: the store is opened within.

    Raises:
        AuthorError: the bundle's tests or solution do not load.
        InputError: the cluster's address cannot be used, or dask is not installed.
        MachineFault: there is no warm process, or confinement that is required cannot be had.
    """
    functions = [name for question in bundle.assignment.questions for name in question.functions]
    with _engine(bundle, means, progress) as grader, Reader(functions, bundle.assignment.otter) as reader:
        progress.confined(grader.confinement.holds, grader.confinement.missing)
        for sentence in grader.not_preloaded:
            progress.warn(f"A module that submissions should find cannot be imported here: {sentence}.")
        yield grader, NotebookReader(reader)


def _engine(bundle: Bundle, means: Means, progress: Progress) -> Grader | ClusterGrader:
    if means.cluster:
        return ClusterGrader(bundle, means.cluster, workers=means.workers, debug=means.debug, say=progress.warn)
    return Grader(bundle, workers=means.workers, debug=means.debug)
