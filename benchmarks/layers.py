"""Where the time of a submission goes, layer by layer, in every process.

    python -m benchmarks.layers BUNDLE FOLDER OUT       grades the folder's notebooks, one at a time, and prints JSON

Clocks are put around functions from outside (see `layer_clock`), also in the warm process, which is started with a program of ours
that loads its own. They cost about a microsecond each: the sum is a little more than without. What no function listed here spends
(ends of processes, the interpreter between two calls) is "elsewhere".
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tempfile
import types
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder.batch import run as batch_run
from autograder.batch.means import Means
from autograder.kernel import zygote
from autograder.model import Outcome
from autograder.opening import open_bundle
from benchmarks import cost
from benchmarks.course import Course, copies
from benchmarks.layer_clock import LAYERS, LayerClock

__all__ = ["profile"]

_WHERE = {
    "driver: staff's document": ("batch.files:document_bytes",),
    "driver: student's page and document": ("batch.files:student_files",),
    "driver: results written": ("batch.files:Files.judged",),
    "driver: store": ("batch.judging:Judging._prepared", "batch.judging:Judging._keep"),
    "driver: all else": ("batch.run:grade_class",),
    "start": ("batch.means:Grader.__init__",),
    "watcher: judges forked and heard": ("grading.judges:_Judges._sit_down", "grading.judges:_Judges._hear"),
    "judge: result described, and its own start": ("grading.judges:_judged",),
    "judge: notebook read": ("grading.notebook:read_submission",),
    "judge: nbclient": ("grading.execute:run_cells",),
    "judge: kernel asked for and ended": ("kernel.zygote:Zygote.fork", "kernel.zygote:Kernel.close"),
    "judge: questions asked for and ended": (
        "kernel.zygote:Kernel.fork_question",
        "kernel.zygote:Kernel.end_question",
        "kernel.zygote:Kernel.remember",
    ),
    "judge: tests, reference, comparing": ("grading.judge:_judge_one",),
    "judge: values out and in": ("grading.remote:Remote.call",),
}


class _Progress:
    """Notes what all processes had spent when the first result was there, and the last."""

    def __init__(self, clock: LayerClock) -> None:
        self.marks: list[tuple[float, dict[str, float]]] = []
        self._clock = clock

    def confined(self, layers: Sequence[str], unprotected: Sequence[str]) -> None:
        """Nobody reads it."""

    def warn(self, sentence: str) -> None:
        """Nobody reads it."""

    def said(self, sentence: str) -> None:
        """Nobody reads it."""

    def began(self, count: int, reused: int, *, possible: Fraction, at_a_time: int) -> None:
        """Nobody reads it."""

    def started(self, name: str) -> None:
        """Nobody reads it."""

    def ended(self, name: str, outcome: Outcome, *, reused: bool) -> None:
        if not outcome.questions or reused:
            raise cost.Failed(f"{name} was not graded: {outcome.reason}")
        self.marks.append((cost.total_cpu_s(), self._clock.spent()))

    def finished(self) -> None:
        """Nobody reads it."""


def profile(course: Course, count: int) -> dict[str, float]:
    """Layer → CPU seconds for each submission; and "elsewhere", and "all".

    Raises:
        cost.Failed: a submission was not graded.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies(course, count, folder / "submissions")
        command: list[str | Path] = [sys.executable, "-m", "benchmarks.layers", course.archive, folder / "submissions", folder / "out"]
        root = Path(__file__).resolve().parent.parent
        done = subprocess.run(command, cwd=root, env=cost.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise cost.Failed(f"The profile by layer failed:\n{done.stderr[-4000:]}")
        return {layer: float(cpu_s) for layer, cpu_s in json.loads(done.stdout).items()}


def main() -> None:
    """Grade and print."""
    archive, submissions, out = map(Path, sys.argv[1:])
    table = LayerClock.table()
    clock = LayerClock(table)
    for layer, places in _WHERE.items():
        for place in places:
            module, _, path = place.partition(":")
            clock.time(importlib.import_module(f"autograder.{module}"), path, layer)
    _with_clocks_inside(table)
    progress = _Progress(clock)
    with tempfile.TemporaryDirectory() as name:
        asked = batch_run.Asked(means=Means(workers=1, fresh=True))
        batch_run.grade_class(open_bundle(archive, Path(name)), [submissions], out, asked, progress)
    (first, before), (last, after) = progress.marks[0], progress.marks[-1]
    each = len(progress.marks) - 1
    spent = {layer: (after[layer] - before[layer]) / each for layer in LAYERS if layer != "start"}
    whole = (last - first) / each
    print(json.dumps(spent | {"elsewhere": whole - sum(spent.values()), "all": whole}))


def _with_clocks_inside(table: int) -> None:
    """Start the warm process with our program in the place of its own."""
    start = subprocess.Popen
    program = Path(__file__).with_name("layers_inside.py")

    def popen(command: list[str], *, pass_fds: tuple[int, ...], **options: Any) -> subprocess.Popen[bytes]:
        interpreter, flag, zygotes, *rest = command
        return start([interpreter, flag, str(program), *rest, zygotes, str(table)], pass_fds=(*pass_fds, table), **options)

    zygote.subprocess = types.SimpleNamespace(**{**vars(subprocess), "Popen": popen})  # type: ignore[assignment, attr-defined]


if __name__ == "__main__":
    main()
