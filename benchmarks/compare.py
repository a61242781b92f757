"""CPU and wall time per submission: ours beside stock `otter run`, on the same notebook, in one run.

    python benchmarks/compare.py [--copies 20] [--otter-runs 3]

Both are run as commands, from start to end; CPU is that of all their processes, as the system accounts it, and for ours that of the
students' processes, which descend from none of the command's own and are therefore accounted in its results. Stock otter gets the
public cases only: hidden ones compare with the reference, which it does not have. So it has less to do. The notebook is a perfect
one, and either side must give it full marks: a grader that fails quickly is not fast.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Cost:
    """Seconds of one command."""

    cpu_s: float
    wall_s: float


def timed(command: list[str], *, cwd: Path) -> Cost:
    """Run a command to its end; exits with its output when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, check=False)
    wall_s = time.monotonic() - began
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed ({done.returncode}):\n{done.stdout}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall_s)


def grade(copies: int, notebook: Path, folder: Path) -> Cost:
    """Grade copies of a notebook with our command."""
    submissions = folder / f"submissions-{copies}"
    submissions.mkdir()
    for number in range(copies):
        shutil.copy(notebook, submissions / f"student_{number:03}.ipynb")
    bundle = ROOT / "dist" / "autograder.zip"
    out = folder / f"results-{copies}"
    cost = timed([sys.executable, "-m", "autograder", "grade", "-b", str(bundle), str(submissions), "-o", str(out)], cwd=folder)
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as gradebook:
        rows = list(csv.DictReader(gradebook))
    if len(rows) != copies or any(row["total"] != row["possible"] for row in rows):
        sys.exit(f"Our command did not give full marks to {copies} copies of {notebook}.")
    students = sum(json.loads(path.read_text())["measured"]["student_cpu_s"] for path in (out / "results").glob("*.json"))
    return Cost(cost.cpu_s + students, cost.wall_s)


def otter_run(bundle: Path, notebook: Path, folder: Path) -> Cost:
    """Grade the notebook with stock otter."""
    cost = timed([str(Path(sys.executable).parent / "otter"), "run", "-a", str(bundle), str(notebook)], cwd=folder)
    tests = [test for test in json.loads((folder / "results.json").read_text())["tests"] if "score" in test]
    if not tests or any(test["score"] != test["max_score"] for test in tests):
        sys.exit(f"otter run did not give full marks to {notebook}.")
    return cost


def otter_bundle(folder: Path) -> Path:
    """A bundle for stock otter: the release's public cases and files."""
    release = ROOT / "dist" / "release"
    target = folder / "otter.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("otter_config.json", "{}")
        for path in sorted(release.rglob("*")):
            name = path.relative_to(release).as_posix()
            if path.is_file() and path.suffix != ".ipynb":
                archive.write(path, name if name.startswith("tests/") else f"files/{name}")
    return target


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else None)
    parser.add_argument("--copies", type=int, default=20, help="submissions graded by our command (default 20)")
    parser.add_argument("--otter-runs", type=int, default=3, help="runs of stock otter (default 3)")
    options = parser.parse_args()
    notebook = next((ROOT / "examples" / "submissions" / "perfect").glob("*.ipynb"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one, many = grade(1, notebook, folder), grade(1 + options.copies, notebook, folder)
        each = Cost((many.cpu_s - one.cpu_s) / options.copies, (many.wall_s - one.wall_s) / options.copies)
        bundle = otter_bundle(folder)
        shutil.copy(notebook, folder / "submission.ipynb")
        runs = sorted(
            (otter_run(bundle, folder / "submission.ipynb", folder) for _ in range(options.otter_runs)), key=lambda cost: cost.cpu_s
        )
        stock = runs[len(runs) // 2]
    print(f"{'':44}{'CPU s':>8}{'wall s':>8}")
    print(f"{'autograder, one submission with start-up':44}{one.cpu_s:8.2f}{one.wall_s:8.2f}")
    print(f"{f'autograder, each more (of {options.copies})':44}{each.cpu_s:8.3f}{each.wall_s:8.3f}")
    print(f"{f'otter run, each (median of {options.otter_runs})':44}{stock.cpu_s:8.2f}{stock.wall_s:8.2f}")
    print(f"{'ratio, otter run / each more':44}{stock.cpu_s / each.cpu_s:8.1f}{stock.wall_s / each.wall_s:8.1f}")


if __name__ == "__main__":
    main()
