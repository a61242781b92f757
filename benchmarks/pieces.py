"""What a kernel's fork, its confinement and a question's fork take, and how much memory a kernel has of its own."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.execute import run_cells
from autograder.grading.notebook import read_notebook
from autograder.kernel.zygote import Kernel, Zygote
from autograder.model import Profile, Sandbox
from benchmarks.cost import Failed
from benchmarks.course import Course

__all__ = ["Pieces", "pieces"]

_REPLY_BYTES = 1 << 20
_PATIENCE_S = 10.0


@dataclass(frozen=True)
class Pieces:
    """Each is the first quartile of its times: what it takes when the machine does nothing else meanwhile."""

    profile: str
    """How student code is confined here."""
    kernel_s: float
    """From the wish for a kernel to a confined one that waits for its first cell."""
    unconfined_s: float
    """The same without confinement."""
    question_s: float
    """From the wish for a question's process to one that is looked at and waits for its first call."""
    own_memory_bytes: int | None
    """Private memory of a kernel that has run the perfect notebook; None where the system does not tell us."""

    @property
    def confinement_s(self) -> float:
        """What confinement adds to a kernel's fork."""
        return self.kernel_s - self.unconfined_s


def pieces(course: Course, count: int) -> Pieces:
    """Measure each `count` times."""
    with _zygote(None) as confined, _zygote(Profile.OFF) as unconfined:
        profile = confined.confinement.profile.value
        # In turns, so that both meet the same moments of the machine.
        kernels = [(_kernel_s(course, confined), _kernel_s(course, unconfined)) for _ in range(count)]
        question_s, own_memory = _of_a_finished_kernel(course, confined, count)
    kernel_s, unconfined_s = (_undisturbed(times) for times in zip(*kernels, strict=True))
    return Pieces(profile, kernel_s, unconfined_s, question_s, own_memory)


@contextlib.contextmanager
def _zygote(profile: Profile | None) -> Iterator[Zygote]:
    zygote = Zygote(("numpy",), Sandbox.BEST, profile)
    try:
        _ = zygote.confinement
        yield zygote
    finally:
        zygote.close()


def _kernel_s(course: Course, zygote: Zygote) -> float:
    began = time.monotonic()
    kernel = _fork(course, zygote)()
    taken = time.monotonic() - began
    kernel.close()
    return taken


def _fork(course: Course, zygote: Zygote) -> Callable[[], Kernel]:
    files, limits = course.bundle.files(), course.bundle.assignment.limits
    return lambda: zygote.fork(files, limits)


def _of_a_finished_kernel(course: Course, zygote: Zygote, count: int) -> tuple[float, int | None]:
    kernel, execution = run_cells(read_notebook(course.perfect), _fork(course, zygote), course.bundle.assignment.limits)
    try:
        if execution.problems:
            raise Failed(f"The perfect notebook did not run: {execution.problems}")
        kernel.remember()
        times = []
        for _ in range(count):
            began = time.monotonic()
            link = kernel.fork_question(most_bytes=_REPLY_BYTES, deadline=began + _PATIENCE_S)
            times.append(time.monotonic() - began)
            link.close()
            kernel.end_question()
        return _undisturbed(times), _private_bytes(kernel.pid)
    finally:
        kernel.close()


def _undisturbed(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=4)[0]


def _private_bytes(pid: int | None) -> int | None:
    """Memory that ends with the process: `Private_*` of proc_pid_smaps(5)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024
