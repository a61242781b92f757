"""What a class costs beyond its grading: the command with all it keeps and writes, beside the grading API alone.

    python -m benchmarks.class_run [--students N] [--seed N] [--rounds N] [--cluster] [--quick]

Makes a class of N whose notebooks all differ (`examples/make_class.py … --as folder --everyone`), and grades the same files in turn, each
time in the other order: by the API alone (`api_alone.py`: no store, no roster, no pages), and by `autograder grade … -o OUT`, with
`--roster`. Then the command once more into the same OUT, with nothing changed; a regrade with the bundle that counts; and one with a
bundle that was built with another title, first shown and then applied. Everybody must get the points that their example is worth, every
time. With --cluster the command grades with `--cluster local`: its first process is driver and scheduler then, and judges nothing.
Prints a table in Markdown; ends with 1 when something failed or gave other marks.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cost import Cost, Failed, counts_everything, environment, median, resident_set, run
from benchmarks.course import ROOT, Course, make_course
from benchmarks.table import Table, conditions, markdown

__all__ = ["Found", "Memory", "measure", "table"]

_EARLY = 100
"""The driver's memory after so many submissions is compared with that after the last."""
_TAIL_BYTES = 4096
_STEP = re.compile(rb"\[(\d+)/\d+\]")
"""What the command says after each submission where it does not write to a terminal."""
_MIB, _KIB = 1 << 20, 1 << 10


@dataclass(frozen=True)
class _Class:
    """The made-up class on disk."""

    submissions: Path
    roster: Path
    points: dict[str, dict[str, float]]
    """Submission → question → what it is worth."""
    time_outs: int
    """How many run into a time limit."""


@dataclass
class Memory:
    """The driver's resident set while it works, by how many submissions are done."""

    said: Path
    """What the command prints."""
    samples: list[tuple[int, int]] = field(default_factory=list)
    """Submissions done, bytes; in the order of time."""
    first_s: float | None = None
    """Seconds from its start to the first result; None before that."""
    _began: float = field(default_factory=time.monotonic)

    def look(self, pid: int) -> None:
        """Take a sample."""
        held = resident_set(pid)
        if held:
            done = self._done()
            self.samples.append((done, held))
            if done and self.first_s is None:
                self.first_s = time.monotonic() - self._began

    def after(self, submissions: int) -> int | None:
        """Bytes when so many were first seen to be done; None when that was never seen."""
        return next((held for done, held in self.samples if done >= submissions), None)

    def _done(self) -> int:
        with self.said.open("rb") as stream:
            stream.seek(max(0, self.said.stat().st_size - _TAIL_BYTES))
            steps = _STEP.findall(stream.read())
        return int(steps[-1]) if steps else (self.samples[-1][0] if self.samples else 0)


@dataclass
class Found:
    """What was found."""

    students: int
    """How many."""
    time_outs: int
    """How many of them run into a time limit."""
    more: tuple[str, ...] = ()
    """More words for the command."""
    alone: list[Cost] = field(default_factory=list)
    """The API, round by round."""
    command: list[Cost] = field(default_factory=list)
    """The command, likewise."""
    first_s: list[float | None] = field(default_factory=list)
    """Seconds to the first result."""
    after: dict[str, list[Cost]] = field(default_factory=dict)
    """What is done then, with nothing changed that decides a verdict, and what it takes."""
    early: list[int | None] = field(default_factory=list)
    """The driver's bytes after the first 100, or half of a smaller class."""
    late: list[int | None] = field(default_factory=list)
    """The driver's bytes after the last."""
    store_bytes: int | None = None
    """Of the store, notebooks apart; None where there is none."""

    @property
    def early_at(self) -> int:
        """After how many submissions memory is looked at first."""
        return min(_EARLY, self.students // 2)


def measure(course: Course, folder: Path, students: int, seed: int, rounds: int, more: tuple[str, ...] = ()) -> Found:
    """Make the class and grade it.

    Raises:
        Failed: something failed, or somebody did not get the points they should.
    """
    made = _make(course, folder, students, seed)
    found = Found(students, made.time_outs, more)
    for number in range(rounds):
        home = folder / f"round{number}"
        home.mkdir()
        steps = [_alone, _command]
        for step in steps if number % 2 == 0 else reversed(steps):
            step(course, made, home, found)
    return found


def _make(course: Course, folder: Path, students: int, seed: int) -> _Class:
    target = folder / "class"
    script = ROOT / "examples" / "make_class.py"
    words: list[str | Path] = [
        sys.executable,
        script,
        target,
        "--students",
        str(students),
        "--seed",
        str(seed),
        "--as",
        "folder",
        "--everyone",
    ]
    done = subprocess.run(words, cwd=ROOT, env=environment(PYTHONPATH=str(ROOT)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"examples/make_class.py failed:\n{done.stderr[-4000:]}")
    _say(done.stdout.strip())
    with (target / "truth.csv").open(encoding="utf-8", newline="") as stream:
        truth = list(csv.DictReader(stream))
    questions = [question.name for question in course.bundle.assignment.questions]
    points = {row["login"]: {name: float(row[name]) for name in questions} for row in truth}
    return _Class(target / "submissions", target / "roster.csv", points, sum(row["time_out"] == "yes" for row in truth))


def _alone(course: Course, made: _Class, home: Path, found: Found) -> None:
    _say("the grading API alone")
    here = home / "alone"
    here.mkdir()
    found.alone.append(run([sys.executable, "-m", "benchmarks.api_alone", course.archive, made.submissions], cwd=here, env=_ours()))
    said = (here / "said.log").read_text(encoding="utf-8")
    _hold(made, json.loads(said.splitlines()[-1]), "The API")


def _command(course: Course, made: _Class, home: Path, found: Found) -> None:
    _say("the command")
    out = home / "out"
    words: list[str | Path] = ["grade", "-b", course.archive, made.submissions, "--roster", made.roster, "-o", out, *found.more]
    memory = Memory(home / "said.log")
    found.command.append(_autograder(words, home, memory))
    _hold(made, _gradebook(made, out), "The command")
    found.early.append(memory.after(found.early_at))
    found.late.append(memory.after(found.students))
    stores = [path for path in (out / "autograder.sqlite", out / "autograder.sqlite-wal") if path.exists()]
    found.store_bytes = sum(path.stat().st_size for path in stores) if stores else None
    found.first_s.append(memory.first_s)
    regrade: list[str | Path] = ["regrade", "-b", course.retitled, "-o", out]
    steps: dict[str, list[str | Path]] = {
        "the command again, nothing changed": words,
        "regrade, with the bundle that counts": ["regrade", "-b", course.archive, "-o", out],
        "regrade, with another title: shown": regrade,
        "regrade, with another title: applied": [*regrade, "--apply"],
    }
    for what, then in steps.items():
        _say(what)
        found.after.setdefault(what, []).append(_autograder(then, home))
        _hold(made, _gradebook(made, out), f"Then {what}: it")


def _autograder(words: Sequence[str | Path], home: Path, memory: Memory | None = None) -> Cost:
    return run([sys.executable, "-m", "autograder", *words], cwd=home, env=_ours(), look=None if memory is None else memory.look)


def _ours() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT)}


def _gradebook(made: _Class, out: Path) -> dict[str, dict[str, float]]:
    """Submission → question → points; a question without points is left out."""
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    questions = next(iter(made.points.values()))
    return {row["submission"]: {name: float(row[name]) for name in questions if row[name]} for row in rows}


def _hold(made: _Class, earned: dict[str, dict[str, float]], who: str) -> None:
    wrong = [name for name, points in made.points.items() if earned.get(name) != points]
    if wrong:
        first = wrong[0]
        raise Failed(f"{who} gave {len(wrong)} others than it should; {first}: {earned.get(first)} instead of {made.points[first]}.")


def table(found: Found) -> Table:
    """What was found, in rows."""
    count, rounds = found.students, len(found.command)
    alone, command = median(found.alone), median(found.command)
    cpu, wall = (statistics.median(ratios) for ratios in zip(*map(_ratio, found.command, found.alone), strict=True))
    rows = [
        ("the grading API alone, CPU s", f"{alone.cpu_s:.1f}", ""),
        ("the grading API alone, wall s", f"{alone.wall_s:.1f}", ""),
        ("the command, with a roster, CPU s", f"{command.cpu_s:.1f}", ""),
        ("the command, wall s", f"{command.wall_s:.1f}", ""),
        ("first result after, s", _seconds(found.first_s), "within 3"),
        ("command / API, CPU", f"{cpu:.2f}", "at most 1.3"),
        ("command / API, wall", f"{wall:.2f}", "at most 1.3"),
        (
            "the driver's own CPU, ms a submission",
            f"{statistics.median(cost.first_cpu_s for cost in found.command) * 1000 / count:.1f}",
            "",
        ),
        (f"driver's memory after {found.early_at} submissions, MiB", _mib(found.early), ""),
        (f"driver's memory after {count} submissions, MiB", _mib(found.late), f"±20 of that after {found.early_at}"),
        ("driver's largest memory, MiB", f"{max(cost.memory_bytes for cost in found.command) / _MIB:.0f}", ""),
        (
            "store, KiB a submission",
            "no store" if found.store_bytes is None else f"{found.store_bytes / _KIB / count:.1f}",
            "below 20, notebooks apart",
        ),
    ]
    for what, costs in found.after.items():
        then = median(costs)
        rows.append((f"{what}, wall s (CPU s)", f"{then.wall_s:.1f} ({then.cpu_s:.1f})", "below 3" if "that counts" in what else ""))
    where = " on a cluster" if found.more else ""
    what = f"A class of {count}{where}, all different, {found.time_outs} of which run into a time limit ({found.time_outs / count:.1%})"
    return Table(f"{what}; {rounds} round{'s' * (rounds > 1)}", ("", "is", "wanted"), rows)


def _ratio(command: Cost, alone: Cost) -> tuple[float, float]:
    return command.cpu_s / alone.cpu_s, command.wall_s / alone.wall_s


def _mib(found: Sequence[int | None]) -> str:
    seen = [held for held in found if held is not None]
    return f"{statistics.median(seen) / _MIB:.0f}" if seen else "not seen"


def _seconds(found: Sequence[float | None]) -> str:
    seen = [one for one in found if one is not None]
    return f"{statistics.median(seen):.1f}" if seen else "not seen"


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.class_run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, default=1000, help="at least 8")
    parser.add_argument("--seed", type=int, default=7, help="of the class")
    parser.add_argument("--rounds", type=int, default=1, help="medians count")
    parser.add_argument("--cluster", action="store_true", help="grade on a dask cluster on this machine")
    parser.add_argument("--quick", action="store_true", help="20 students, one round: whether it works")
    options = parser.parse_args()
    students, rounds = (20, 1) if options.quick else (options.students, options.rounds)
    if students < 8 or rounds < 1:
        parser.error("give at least 8 students and 1 round")
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            course = make_course(folder)
            found = measure(course, folder, students, options.seed, rounds, ("--cluster", "local") if options.cluster else ())
            everything = (
                "" if counts_everything() else " Processes that nobody waits for are not in the CPU time: this system does not count them."
            )
            print(f"{conditions(course)[0]}{everything}\n\n{markdown(table(found))}")
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
