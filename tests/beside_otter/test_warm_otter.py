"""A warm otter is the command `otter`: what it gives is what the command gives."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from beside_otter import written
from beside_otter.parity.both_ways import BUNDLES
from beside_otter.warm_otter import OtterRun, WarmOtter, results_in

LOOKS_AROUND = """
import atexit, os, sys
left = open(os.path.join(os.environ["HOME"], "left"), "w")
atexit.register(lambda: (left.write(" at its end"), left.close()))
left.write(f"{sys.path} {os.path.basename(os.getcwd())} {os.getsid(0) == os.getpid()} {'autograder' in sys.modules} {sys.argv[1:2]}")
"""


@pytest.mark.slow
def test_a_warm_run_gives_what_the_command_gives(tmp_path: Path) -> None:
    folder = BUNDLES / "formats" / "doctests"
    bundle = written.bundle_zip(folder, tmp_path / "autograder.zip")
    ordinary = written.read(folder / "submissions" / "integers.py")
    submission = dataclasses.replace(ordinary, cells=(*ordinary.cells, ("code", LOOKS_AROUND, {}))).hand_in(tmp_path)
    runs = [OtterRun.of(bundle, submission, tmp_path / name, cold_kernel=name == "cold") for name in ("warm", "cold", "command")]
    with WarmOtter() as otter:
        warm, cold = otter.run(runs[:2])
    done = subprocess.run(
        [Path(sys.executable).with_name("otter"), *runs[2].arguments],
        cwd=tmp_path, env=os.environ | {"HOME": f"{runs[2].folder}/home"}, capture_output=True, check=False,
    )  # fmt: skip
    assert (warm.code, cold.code, done.returncode) == (0, 0, 0), warm.said
    assert warm.results == cold.results == results_in(tmp_path / "command")
    left = {re.sub("'[^']*/autograder/submission'", "", (Path(run.folder) / "home" / "left").read_text()) for run in runs}
    assert [text.endswith(", ] submission True False ['-f'] at its end") for text in left] == [True]
