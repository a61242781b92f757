"""What a first attempt has settled stays, whatever a second one may have learnt from it.

Without a sandbox a file is what two kernels can tell each other by; with one it may be the machine's memory of the files that were read.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.model import Sandbox, Verdict

from .course import DOUBLE, POWER, Course

pytestmark = pytest.mark.slow

# Asks, in the world of another question's reference, for what its own question wanted to know; then waits, and is tried once more.
NOTEBOOK = """
import os, pickle, time
import numpy as np
TOLD = {file!r}
def read():
    return pickle.load(open(TOLD, "rb")) if os.path.exists(TOLD) else dict(asked=[], answers=[])
def note(**more):
    told = dict(read(), **more)
    with open(TOLD, "wb") as file:
        pickle.dump(told, file)
def double(x):
    told = read()
    if len(x) == 3:
        raise ValueError(f"asked for {{told['asked']}}")
    for asked, answer in zip(told["asked"], told["answers"]):
        if np.array_equal(asked, x):
            return answer
    note(asked=[*told["asked"], x.copy()])
    return np.zeros(7)
def power(x, n):
    told = read()
    try:
        answers = [np.concatenate([double(asked[:3]), double(asked[3:])]) for asked in told["asked"]]
    except ValueError:  # its own
        return x
    if told["answers"] or not answers:
        return x
    note(answers=answers)
    time.sleep(60)
"""
RAISES = "told = read()\nif told['asked']:\n    raise ValueError(told['asked'])\n"


def test_a_second_attempt_neither_earns_nor_shows_what_the_first_has_learnt(make_course: Callable[..., Course], tmp_path: Path) -> None:
    course = make_course(sandbox=Sandbox.OFF, double=DOUBLE, power=POWER)
    told = tmp_path / "told"
    result = course.grade(NOTEBOOK.format(file=str(told)), RAISES)
    assert told.exists()
    double, power = result.questions
    assert [case.verdict for case in double.cases] == [Verdict.ERROR, Verdict.FAILED, Verdict.PASSED]
    assert "asked for []" in double.cases[0].message
    assert result.execution.problems == ()
    assert power.earned == 0
