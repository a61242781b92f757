"""How long a student's process may take, and whose fault it is when it took longer."""

from __future__ import annotations

import subprocess
import time

from autograder.kernel.clock import Allowance


def test_the_last_of_many_calls_for_which_nearly_no_time_is_left_is_not_the_machines_fault() -> None:
    with subprocess.Popen(["sleep", "60"]) as waits:
        allowance = Allowance(waits.pid, 5.0, 0.0)
        while allowance.left() > 0:  # as long as it has waited for a processor
            time.sleep(0.01)
        waits.kill()
    assert (allowance.waited, allowance.starved) == (True, False)
