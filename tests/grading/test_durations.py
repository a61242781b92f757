"""How long a function took with hidden inputs is not told to students: it could carry them out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from autograder.model import Limits, Verdict

from .course import DOUBLE, Course

SLEEPS = """
import threading, time
def double(x):
    if len(x) == 7:
        time.sleep(0.3 + min(abs(x[0]), 1) / 10)
    if len(x) == 4:
        threading.Event().wait()
    return x + x
"""


TIGHT = Limits(notebook_s=20, cell_s=2, call_s=0.2, question_s=0.25, memory_bytes=256 << 20)
"""So that a second call has less time left than a call may have."""


@pytest.mark.slow
def test_a_case_that_waits_does_not_tell_how_much_time_those_before_it_had_left(make_course: Callable[..., Course]) -> None:
    course = make_course(limits=TIGHT, double=DOUBLE)
    last = course.question("double", SLEEPS).cases[-1]
    assert last.verdict is Verdict.TIMED_OUT
    assert re.findall(r"\d", last.message) == []
    assert "waited until the time for this question was over" in last.message


@pytest.mark.slow
def test_when_a_questions_time_is_over_no_case_tells_in_which_call_it_was(make_course: Callable[..., Course]) -> None:
    course = make_course(limits=Limits(notebook_s=20, cell_s=2, call_s=0.3, question_s=0.4, memory_bytes=256 << 20), double=DOUBLE)
    cases = course.question("double", "def double(x):\n    while True: pass\n").cases
    assert {case.verdict for case in cases} == {Verdict.TIMED_OUT}
    over = [case.message.rpartition("\n")[2] for case in cases if "for this question" in case.message]
    assert len(over) >= 2, "one that began while there was time left, and one that did not"
    assert set(over) == {"The time for this question (0.4 s of computing) was used up."}
