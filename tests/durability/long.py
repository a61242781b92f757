"""The long version: a class of 200, killed at 50 random moments, resumed each time, compared with one that was not.

    python -m tests.durability.long [--kills 50] [--submissions 200] [--kills-per-class 5] [--course flagship|small] [--seed 1]

A class is killed `--kills-per-class` times and then ends; then comes another folder, until there were so many kills. Prints a line for
each kill and each comparison. Ends with 1 where anything differs, is damaged, or is left behind.

flagship  the example class of `examples/make_class.py`, with its time-outs and hostile notebooks (`dist/autograder.zip`: `make bundle`)
small     the course that `autograder new` makes
"""
# ruff: noqa: T201 - a program of its own

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from .chain import killed_until_it_ends, random_moments
from .comparing import differences
from .killing import Left, command, environment, run_until
from .small import make_bundle, make_class

_REPOSITORY = Path(__file__).resolve().parents[2]
_START_S = 4.0


def main() -> int:
    """Read the arguments, kill, compare; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--kills-per-class", type=int, default=5)
    parser.add_argument("--course", choices=["flagship", "small"], default="flagship")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", default="2")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="autograder-killed-"))
    arguments = _class(home, options.course, options.submissions)
    began = time.monotonic()
    whole = run_until(None, arguments(home / "whole", "1"), out=home / "whole", home=home, env=environment(TZ="Asia/Tokyo"))
    print(f"in one go: {whole.judged} submissions, {time.monotonic() - began:.0f} s, exit code {whole.code}", flush=True)
    if whole.faults or whole.code not in {0, 3}:
        print(whole.said)
        return 1
    rng, kills, wrong, phases, equal, classes = Random(options.seed), 0, 0, Counter[str](), 0, 0
    print("kill  phase     judged  all gone after  lock free after  database  orphans", flush=True)
    while kills < options.kills:
        classes += 1
        out = home / f"killed {classes}"
        moments = random_moments(rng, min(options.kills_per_class, options.kills - kills), whole.judged, _START_S)
        before = kills
        for run in killed_until_it_ends(moments, arguments(out, options.jobs), out=out, home=home):
            kills += run.stopped
            phases[run.phase] += run.stopped
            wrong += _told(kills, run)
        found = differences(home / "whole", out)
        wrong += len(found)
        equal += (kills - before) * (not found)
        print(f"class {classes}: {'equal bytes' if not found else f'{len(found)} differences'}", *found[:20], sep="\n  ", flush=True)
        if not found:
            shutil.rmtree(out)
        if kills == before:
            print("No moment came before the end: the class is too small for this machine.")
            return 1
    print(f"{equal} of {kills} kills ended in equal bytes ({dict(phases)}); {wrong} faults; {time.monotonic() - began:.0f} s")
    if not wrong:
        shutil.rmtree(home)
    return 1 if wrong else 0


def _class(home: Path, course: str, count: int) -> Callable[[Path, str], list[str]]:
    if course == "small":
        bundle = make_bundle(home)
        make_class(home, count)
        what = ["submissions"]
    else:
        bundle = _REPOSITORY / "dist" / "autograder.zip"
        make = [sys.executable, str(_REPOSITORY / "examples" / "make_class.py"), str(home / "class"), "--students", str(count)]
        subprocess.run([*make, "--as", "canvas", "--everyone"], check=True, env=environment(), stdout=subprocess.DEVNULL)
        shutil.copy(home / "class" / "roster.csv", home)
        what = ["class/submissions.zip"]
    return lambda out, jobs: command("grade", "-b", bundle, *what, "--roster", "roster.csv", "-o", out, "--json", "-j", jobs)


def _told(number: int, run: Left) -> int:
    """Print how a run was left; how many faults it has."""
    if run.stopped:
        orphans, damage = len(run.orphans) or "none", "damaged" if run.damage else "whole"
        print(f"{number:4}  {run.phase:8}  {run.judged:6}  {run.gone_s:12.2f} s  {run.lock_s:13.4f} s  {damage:8}  {orphans}", flush=True)
    elif run.code not in {0, 3}:
        print(f"ended with {run.code}: {run.said}", flush=True)
        return 1 + len(run.faults)
    for fault in run.faults:
        print(f"      {fault}", flush=True)
    return len(run.faults)


if __name__ == "__main__":
    sys.exit(main())
