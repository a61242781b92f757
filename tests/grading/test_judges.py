"""A judge for each submission, several at a time: no company, order, load or loss changes what anyone gets."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.bundle import open_bundle
from autograder.errors import MachineFault
from autograder.grading import judge
from autograder.grading.session import Grader, Order
from autograder.model import Graded, Result, Submission, Verdict, Withheld
from autograder.report.document import document

from .course import DOUBLE, POWER, QUICK, RIGHT_DOUBLE, RIGHT_POWER, Course

pytestmark = pytest.mark.slow

NOTEBOOKS = {
    "right": (RIGHT_DOUBLE, RIGHT_POWER),
    "wrong helper": ("def double(x):\n    return x * 3\n", RIGHT_POWER),
    "random": ("import random\ndef double(x):\n    return x * random.choice([1, 2])\n", RIGHT_POWER),
    "ends its kernel": ("import os\nos._exit(1)\n", RIGHT_DOUBLE, RIGHT_POWER),
    "loops": ("def double(x):\n    while True:\n        pass\n", RIGHT_POWER),
    "kills": ("import os\ndef double(x):\n    os.kill(-1, 9)\n", RIGHT_POWER),
    "empty": ("double = power = None",),
    "large": ("import numpy as np\ndef double(x):\n    return np.zeros((2**20, 3))\n", RIGHT_POWER),
}


def written(folder: Path, names: list[str]) -> list[Submission]:
    """Submissions with these notebooks, each of its own name."""
    found = []
    for number, name in enumerate(names):
        path = folder / f"{number}.ipynb"
        cells = [nbformat.v4.new_code_cell(source) for source in NOTEBOOKS[name]]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        found.append(Submission(name, path))
    return found


def without_measured(grader: Grader, result: Result) -> dict[str, Any]:
    return {**document(result, grader.bundle), "notebook": "", "measured": None}


def test_one_two_or_eight_judges_in_any_order_give_the_same_results(course: Course, tmp_path: Path) -> None:
    results = []
    for workers, names in ((1, list(NOTEBOOKS)), (2, list(NOTEBOOKS)[::-1]), (8, sorted(NOTEBOOKS))):
        submissions = written(tmp_path, names)
        with Grader(open_bundle(course.folder / "bundle.zip", tmp_path), workers=workers) as grader:
            graded = [result for _order, result in grader.grade_all(map(Order, submissions))]
        assert sorted(result.submission.name for result in graded) == sorted(names), "each submission has one result"
        results.append({result.submission.name: without_measured(grader, result) for result in graded})
    assert results[0] == results[1] == results[2]


def test_what_a_test_does_to_its_own_module_is_gone_for_the_next_submission(make_course: Callable[..., Course]) -> None:
    forgetful = DOUBLE.replace(
        "    x = rng.standard_normal(7)\n", "    x = rng.standard_normal(7)\n    SEEN.append(1)\n    assert len(SEEN) == 1\n"
    )
    course = make_course(double=forgetful.replace("CANARY =", "SEEN = []\nCANARY ="))
    assert [course.grade(RIGHT_DOUBLE).total for _ in range(3)] == [10, 10, 10]


ENDS_THE_JUDGE = DOUBLE.replace(
    "    assert_same(double(x.copy()), reference.double(x))",
    "    import os\n    if double(np.arange(2.0))[1] == 3:\n        {act}\n    assert_same(double(x.copy()), reference.double(x))",
)
ANSWERS_WITH_3 = "import numpy as np\ndef double(x):\n    return x * 2 if len(x) != 2 else np.array([0.0, 3.0])\n"


@pytest.mark.parametrize("act", ["os._exit(3)", "while True: pass"])
def test_a_value_that_ends_its_judge_is_charged_to_its_question_alone(
    make_course: Callable[..., Course], monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(judge, "_TEST_S", 1.0)
    course = make_course(double=ENDS_THE_JUDGE.format(act=act), power=POWER)
    double, power = course.grade(ANSWERS_WITH_3, RIGHT_POWER).questions
    assert [case.verdict for case in double.cases] == [Verdict.PASSED, Verdict.ERROR, Verdict.ERROR]
    assert power.earned == 10
    assert course.grade(RIGHT_DOUBLE, RIGHT_POWER).total == 20


def test_a_case_that_ends_its_judge_with_the_references_value_too_is_the_authors_mistake(make_course: Callable[..., Course]) -> None:
    course = make_course(
        double=DOUBLE.replace("    x = rng.standard_normal(7)\n", "    double(np.arange(2.0))\n    import os; os._exit(3)\n")
    )
    result = course.grade(RIGHT_DOUBLE)
    assert [case.verdict for case in result.questions[0].cases] == [Verdict.PASSED, Verdict.WITHHELD, Verdict.WITHHELD]
    assert result.total is None


SLOW = ("import time\ntime.sleep(1)", RIGHT_DOUBLE, RIGHT_POWER)


def judges_of(grader: Grader) -> list[int]:
    """The judges at work: children of the process that keeps them."""
    return [int(pid) for pid in Path(f"/proc/{grader._pid}/task/{grader._pid}/children").read_text().split()]


def strike_when_at_work(grader: Grader, times: int, strike: Callable[[], object]) -> threading.Thread:
    """Do something to the grader `times` times, each time a judge (another one) is in the middle of its submission."""

    def wait_and_strike() -> None:
        struck: set[int] = set()
        until = time.monotonic() + 30
        while len(struck) < times and time.monotonic() < until:
            for pid in set(judges_of(grader)) - struck:
                time.sleep(0.4)
                strike() if strike is not kill_judge else os.kill(pid, signal.SIGKILL)
                struck.add(pid)
            time.sleep(0.02)

    thread = threading.Thread(target=wait_and_strike)
    thread.start()
    return thread


def kill_judge() -> None:
    """A mark for `strike_when_at_work`."""


@pytest.mark.parametrize(("times", "kind"), [(1, Graded), (2, Withheld)])
def test_a_judge_that_the_machine_ends_costs_nobody_a_point(make_course: Callable[..., Course], times: int, kind: type) -> None:
    course = make_course(double=DOUBLE, power=POWER, limits=replace(QUICK, cell_s=5))
    thread = strike_when_at_work(course.grader, times, kill_judge)
    result = course.result(*SLOW)
    thread.join()
    assert isinstance(result, kind), result
    assert not isinstance(result, Graded) or result.total == 20
    assert course.grade(RIGHT_DOUBLE, RIGHT_POWER).total == 20, "the next one is not concerned"


def test_a_zygote_that_ends_in_the_middle_of_a_submission_is_replaced(make_course: Callable[..., Course]) -> None:
    course = make_course(double=DOUBLE, power=POWER, limits=replace(QUICK, cell_s=5))
    thread = strike_when_at_work(course.grader, 1, course.grader._zygote._process.kill)
    assert course.grade(*SLOW).total == 20
    thread.join()
    assert course.grade(RIGHT_DOUBLE, RIGHT_POWER).total == 20


def test_when_the_keeper_of_the_judges_ends_it_is_said_and_nothing_hangs(make_course: Callable[..., Course]) -> None:
    course = make_course(double=DOUBLE, power=POWER)
    thread = strike_when_at_work(course.grader, 1, lambda: os.kill(course.grader._pid, signal.SIGKILL))
    with pytest.raises(MachineFault, match="Grade again"):
        course.result(*SLOW)
    thread.join()


def test_a_call_that_only_waits_is_tried_once_more_before_it_is_too_late(make_course: Callable[..., Course]) -> None:
    course = make_course(double=DOUBLE, limits=replace(QUICK, call_s=0.2, question_s=0.4))
    waits = "import time\ndef double(x):\n    time.sleep(60)\n"
    (double,) = course.grade(waits).questions
    assert {case.verdict for case in double.cases} == {Verdict.TIMED_OUT}
    assert "still waiting" in double.cases[0].message


def test_computing_is_what_counts_not_the_time_of_a_busy_machine(make_course: Callable[..., Course]) -> None:
    course = make_course(double=DOUBLE, limits=replace(QUICK, call_s=1, question_s=4))
    stopped = (  # longer by the wall clock than a call may compute
        "import time\ndef double(x):\n    time.sleep(1.5)\n    return x * 2\n"
    )
    assert course.grade(stopped).total == 10
