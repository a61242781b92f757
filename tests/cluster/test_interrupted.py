"""Whatever ends the driver ends all that it started, on its own machine at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from grading.course import Course

from autograder.model import Submission

from .living import eventually, living

pytestmark = pytest.mark.slow

KEEPER = Path(__file__).parents[1] / "keeper.py"
DRIVER = """
import os, sys, tempfile
from pathlib import Path

forks = []
os.register_at_fork(before=lambda: forks.append(os.getpid()))

from autograder.cluster.engine import ClusterGrader
from autograder.grading.session import Order
from autograder.model import Submission
from autograder.opening import open_bundle


def main():
    with tempfile.TemporaryDirectory() as folder:
        bundle = open_bundle(Path(sys.argv[1]), Path(folder))
        with ClusterGrader(bundle, "local", workers=1, say=print) as grader:
            first, slow = (Submission(name, Path(name)) for name in sys.argv[2:])
            for order, result in grader.grade_all([Order(first), Order(slow), Order(slow)]):
                assert not forks, "a process with dask's threads has been forked"
                print("graded", order.submission.path.name, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_of_a_driver_that_is_ended(
    number: signal.Signals, course: Course, submissions: list[Submission], tmp_path: Path
) -> None:
    folder, report = tmp_path / "temporary", tmp_path / "left.json"
    folder.mkdir(mode=0o700)
    (tmp_path / "driver.py").write_text(DRIVER)
    order: dict[str, object] = {"user": None, "reach": [], "cwd": str(tmp_path), "report": str(report)}
    command = [sys.executable, str(tmp_path / "driver.py"), str(course.folder / "bundle.zip")]
    command += [str(submissions[0].path), str(submissions[2].path)]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(
        [sys.executable, str(KEEPER), json.dumps(order), *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == b"graded 0.ipynb\n"
        time.sleep(0.3)  # into the slow one
        (driver,) = [pid for pid in living(folder, "driver.py") if pid != keeper.pid]
        if number is signal.SIGINT:  # as a terminal does it: to all of its foreground processes
            for pid in living(folder):
                if pid != keeper.pid and os.getpgid(pid) == os.getpgid(driver):
                    os.kill(pid, number)
        else:
            os.kill(driver, number)
        rest, complaints = keeper.communicate()
    if number is signal.SIGINT:
        assert b"interrupted" in rest
        assert complaints.decode() == ""
    assert json.loads(report.read_text()) == []
    assert eventually(lambda: not living(folder))
    assert not list(folder.glob("autograder-service-*"))
