"""A submission is judged question by question: each on its own merits, each case with one verdict."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.errors import AuthorError
from autograder.model import Credit, QuestionScore, Verdict, Visibility, Withheld, World

from .course import DOUBLE, POWER, RIGHT_DOUBLE, RIGHT_POWER, SOLUTION, Course

WRONG_DOUBLE = "def double(x):\n    return x * 3\n"


def verdicts(score: QuestionScore) -> list[str]:
    return [case.verdict.value for case in score.cases]


def points(course: Course, *sources: str) -> dict[str, float | None]:
    return {s.question.name: None if s.earned is None else float(s.earned) for s in course.grade(*sources).questions}


def test_a_right_notebook_earns_everything_in_its_own_world(course: Course) -> None:
    result = course.grade(RIGHT_DOUBLE, RIGHT_POWER)
    assert result.total == 20
    assert {score.world for score in result.questions} == {World.OWN}
    assert {case.verdict for score in result.questions for case in score.cases} == {Verdict.PASSED}


def test_a_wrong_helper_costs_its_own_points_only(course: Course) -> None:
    assert points(course, WRONG_DOUBLE, RIGHT_POWER) == {"double": 4, "power": 10}
    score = course.question("power", WRONG_DOUBLE, RIGHT_POWER)
    assert score.world is World.REFERENCE
    assert score.earned_own == 0
    assert score.earned_reference == 10
    assert [case.verdict for case in score.own_cases] == [Verdict.FAILED] * 2


@pytest.mark.parametrize("helper", ["", "def double(x):\n    raise ValueError('not done')\n", "def double(:\n", "double = 3\n"])
def test_a_missing_or_broken_helper_costs_its_own_points_only(course: Course, helper: str) -> None:
    assert points(course, helper, RIGHT_POWER) == {"double": 0, "power": 10}


def test_two_wrongs_that_make_a_right_together_are_right_in_their_own_world(course: Course) -> None:
    consistent = "def double(x):\n    return x * 4\n", "def power(x, n):\n    return double(x) if n == 2 else double(x) * 2 ** (n - 2)\n"
    score = course.question("power", *consistent)
    assert score.world is World.OWN
    assert score.earned == 10


def test_a_dependent_that_is_wrong_itself_earns_nothing_from_the_references_helpers(course: Course) -> None:
    assert points(course, RIGHT_DOUBLE, "def power(x, n):\n    return double(x)\n") == {"double": 10, "power": 0}


SWAPS = """
def swap(items, i, j):
    items[i], items[j] = items[j], items[i]
def turned(items):
    for i in range(len(items) // 2):
        swap(items, i, len(items) - 1 - i)
    return items
"""
IN_SECRET = """
from otter.test_files import test_case
OK_FORMAT = False
name = "{name}"
@test_case(name="any items", points=10, hidden=True)
def test_any({name}):
    import numpy as np
    for items in ([1, 2, 3, 4], np.arange(4.0), {{0: "a", 1: "b"}}):
        {check}
"""


def test_a_reference_that_changes_its_arguments_in_place_does_so_for_the_students_function_too(make_course: Callable[..., Course]) -> None:
    swap = IN_SECRET.format(name="swap", check="swap(items, 0, 1); assert items[0] in (2, 1.0, 'b')")
    turned = IN_SECRET.format(name="turned", check="turned(items); assert items[0] in (4, 3.0, 'b')")
    course = make_course(solution=SWAPS, swap=swap, turned=turned)
    mine = SWAPS.replace("items[i], items[j] = items[j], items[i]", "items[j] = items[i]")
    assert points(course, mine) == {"swap": 0, "turned": 10}
    assert course.question("turned", mine).world is World.REFERENCE


def test_what_a_helper_hands_on_is_the_students_own_object_in_the_references_world_too(make_course: Callable[..., Course]) -> None:
    solution = "def keep(x):\n    return x, x + 1\ndef steps(x):\n    kept, y = keep(x.copy())\n    return kept, y\n"
    test = DOUBLE.replace("double", "keep").replace("assert_same(keep(np.arange(3.0)), np.array([0.0, 2.0, 4.0]))", "keep(np.arange(3.0))")
    steps = IN_SECRET.format(name="steps", check="assert steps(np.zeros(2))[1][0] == 1") + (
        "@test_case(name='kept', points=0, hidden=True)\n"
        "def test_kept(steps):\n    import numpy as np\n    assert steps(np.zeros(2))[0][0] == 0\n"
    )
    course = make_course(solution=solution, keep=test, steps=steps)
    overwritten = (
        "def keep(x):\n    return None\ndef steps(x):\n    x = x.copy()\n    kept, y = keep(x)\n    x[:] = y\n    return kept, y\n"
    )
    score = course.grade(overwritten).questions[1]
    assert [case.verdict for case in score.cases] == [Verdict.PASSED, Verdict.FAILED]
    assert score.world is World.REFERENCE


def test_a_package_that_is_not_there_costs_none_of_what_the_assignment_imports(course: Course) -> None:
    header = "import matplotlib_of_another_machine.pyplot as plt\nimport numpy as np\nfrom given import GIVEN as given\n"
    double = "def double(x):\n    return np.add(x, x) * given\n"
    result = course.grade(header, double, RIGHT_POWER)
    assert result.total == 20
    assert "not there while grading" in result.notes[0]
    assert course.grade("raise ValueError", double, RIGHT_POWER).questions[0].earned == 0


def test_what_a_call_returned_before_is_seen_to_change(make_course: Callable[..., Course]) -> None:
    keeps = DOUBLE + (
        "@test_case(name='earlier answers stay', points=0, hidden=True)\n"
        "def test_earlier(double):\n"
        "    first = double(np.arange(2.0))\n    double(np.arange(2.0) + 5)\n    assert_same(first, np.array([0.0, 2.0]))\n"
    )
    course = make_course(double=keeps)
    buffer = (
        "import numpy as np\nbuffer = {}\ndef double(x):\n    return np.multiply(x, 2, out=buffer.setdefault(len(x), np.zeros(len(x))))\n"
    )
    assert verdicts(course.question("double", buffer)) == ["passed", "passed", "passed", "failed"]
    assert verdicts(course.question("double", RIGHT_DOUBLE)) == ["passed"] * 4


def test_what_a_function_does_to_its_arguments_is_seen(course: Course) -> None:
    score = course.question("double", "def double(x):\n    x *= 2\n    return x\n", RIGHT_POWER)
    assert verdicts(score) == ["passed", "passed", "failed"]


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("import os; os._exit(0)", "error"),
        ("raise SystemExit", "error"),
        ("raise KeyboardInterrupt", "error"),
        ("while True: pass", "timed_out"),
        ("return [[0.0] * 10_000_000 for _ in range(100)]", "out_of_memory"),
        ("return None", "failed"),
        ("return double(x)", "error"),
        ("return __import__('numpy').zeros((2 ** 20, 3))", "failed"),
        ("a = []; a.append(a); return a", "failed"),
        ("return object()", "failed"),
        ("return __import__('numpy').zeros(3 * 10 ** 7)", "error"),
    ],
)
def test_what_one_function_does_is_its_own_verdict_and_costs_no_other(course: Course, body: str, verdict: str) -> None:
    result = course.grade(f"def double(x):\n    {body}\n", RIGHT_POWER)
    double, power = result.questions
    assert verdict in verdicts(double)
    assert double.earned == 0 or verdicts(double)[-1] == "passed"
    assert power.earned == 10


def test_every_case_has_a_verdict_when_the_questions_time_is_used_up(course: Course) -> None:
    score = course.question("double", "def double(x):\n    while True: pass\n")
    assert verdicts(score) == ["timed_out"] * 3


def test_a_function_defined_twice_counts_as_last_defined_and_is_noted(course: Course) -> None:
    score = course.question("double", WRONG_DOUBLE, RIGHT_DOUBLE)
    assert score.earned == 10
    assert score.notes == ("double is defined 2 times (code cells 1, 2); the last definition was graded.",)


def test_names_that_a_notebook_rebinds_harm_nobody(course: Course) -> None:
    rebound = "np = list = len = open = print = dict = 3\nimport numpy\nnumpy.allclose = numpy.array_equal = lambda *a, **k: True\n"
    assert points(course, RIGHT_DOUBLE, RIGHT_POWER, rebound) == {"double": 10, "power": 10}
    assert points(course, WRONG_DOUBLE, rebound)["double"] == 4


def test_hidden_cases_speak_closed_words_whatever_the_student_writes(course: Course) -> None:
    leak = "def double(x):\n    class Leak(ValueError): pass\n    raise Leak(f'smuggled {x.sum()}')\n"
    public, hidden, _ = course.question("double", leak).cases
    assert "smuggled" in public.message
    assert hidden.message == "double raised ValueError."
    assert "smuggled" in hidden.staff_message


def test_in_the_references_world_even_public_cases_speak_closed_words(course: Course) -> None:
    leak = RIGHT_POWER.replace("    for", "    if n == 2: raise ValueError(f'smuggled {double(x)}')\n    for")
    score = course.question("power", WRONG_DOUBLE, leak)
    assert score.world is World.REFERENCE
    assert score.earned == 8
    public = score.cases[0]
    assert (public.visibility, public.message) == (Visibility.PUBLIC, "power raised ValueError.")


def test_staff_are_told_when_the_oracle_refused_what_a_function_asked(course: Course) -> None:
    greedy = "import numpy as np\ndef power(x, n):\n    return double(np.zeros(10_000))[: len(x)]\n"
    judged = course.question("power", WRONG_DOUBLE, greedy)
    assert (judged.world, verdicts(judged)) == (World.OWN, ["failed", "failed"])
    assert all("The oracle refused 1 questions" in case.staff_message for case in judged.reference_cases)
    assert not any("oracle" in case.message for case in judged.reference_cases)


def test_with_credit_for_their_own_world_only_the_reference_is_never_asked(make_course: Callable[..., Course]) -> None:
    course = make_course(double=DOUBLE, power=POWER, credit=Credit.OWN)
    score = course.question("power", WRONG_DOUBLE, RIGHT_POWER)
    assert score.world is World.OWN
    assert score.earned == 0
    assert score.earned_reference is None


def test_a_test_that_swallows_what_ended_the_students_process_has_not_passed(make_course: Callable[..., Course]) -> None:
    swallows = DOUBLE.replace(
        "    assert_same(double(np.arange(3.0)), np.array([0.0, 2.0, 4.0]))",
        "    try:\n        double(np.arange(3.0))\n    except BaseException:\n        pass",
    )
    course = make_course(double=swallows)
    assert verdicts(course.question("double", "def double(x):\n    import os; os._exit(0)\n"))[0] == "error"


CHANGED = {
    "array": ("np.arange(4.0).reshape(2, 2)", "x.shape = (4,); x[0] = 9", "x.tolist() == [9.0, 1.0, 2.0, 3.0]"),
    "list": ("[1, [2]]", "x.append(3); x[1].append(4)", "x == [1, [2, 4], 3]"),
    "list made shorter": ("[1, 2, 3]", "del x[0]", "x == [2, 3]"),
    "dictionary": ("{'a': 1, 'b': [2]}", "del x['a']; x['b'].append(3); x['c'] = 4", "x == {'b': [2, 3], 'c': 4}"),
    "set": ("{1, 2}", "x.discard(1); x.add(3)", "x == {2, 3}"),
    "array in a tuple in a list": ("[(np.zeros(2), 1)]", "x[0][0][:] = 5", "x[0][0].tolist() == [5.0, 5.0]"),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_a_change_of_an_argument_in_place_is_made_to_the_tests_own_object(make_course: Callable[..., Course], kind: str) -> None:
    value, change, seen = CHANGED[kind]
    test = IN_SECRET.format(name="double", check="pass") + (
        f"@test_case(name='seen', points=0)\ndef test_seen(double):\n    import numpy as np\n"
        f"    x = {value}\n    same = x\n    double(x)\n    assert x is same and {seen}, x\n"
    )
    course = make_course(double=test, solution="def double(x):\n    return x\n")
    case = course.question("double", f"def double(x):\n    if not hasattr(x, 'nobody'):\n        {change}\n").cases[1]
    assert case.verdict is Verdict.PASSED, case.message


def test_a_zygote_that_was_killed_is_started_again_and_nobody_loses_anything(make_course: Callable[..., Course]) -> None:
    course = make_course(double=DOUBLE, power=POWER)
    course.grader._zygote._process.kill()
    course.grader._zygote._process.wait()
    assert course.grade(RIGHT_DOUBLE, RIGHT_POWER).total == 20


def test_a_function_cannot_ask_another_for_its_own_answer(course: Course) -> None:
    asker = """
asking = False
def double(x):
    import gc, sys
    global asking
    if asking:
        raise RuntimeError
    asking = True
    frame, askers = sys._getframe(), [power]
    while frame:
        askers += [frame.f_globals.get("power"), frame.f_locals.get("ask")]
        frame = frame.f_back
    askers += [thing for thing in gc.get_objects() if getattr(thing, "__name__", "") in ("ask", "stand_in", "power", "double")]
    try:
        for asker in askers:
            for arguments in ((x, 1), (x,)):
                try:
                    return asker(*arguments)
                except Exception:
                    pass
    finally:
        asking = False
    return x
"""
    result = course.grade(asker, RIGHT_POWER)
    assert "passed" not in verdicts(result.questions[0])[:2]
    assert result.questions[1].earned == 10


def test_the_same_submission_gets_the_same_result_twice(course: Course) -> None:
    first, second = (course.grade(WRONG_DOUBLE, RIGHT_POWER, "import random\nrandom.random()") for _ in range(2))
    assert [(s.cases, s.earned, s.world) for s in first.questions] == [(s.cases, s.earned, s.world) for s in second.questions]


def test_a_test_that_fails_by_itself_is_withheld_and_other_questions_are_graded(make_course: Callable[..., Course]) -> None:
    broken = DOUBLE.replace("x = rng.standard_normal(7)", "x = undefined_name")
    course = make_course(double=broken, power=POWER)
    result = course.grade(RIGHT_DOUBLE, RIGHT_POWER)
    assert verdicts(result.questions[0]) == ["passed", "withheld", "passed"]
    assert [score.earned for score in result.questions] == [None, 10]
    assert result.total is None
    assert "undefined_name" in result.questions[0].cases[1].staff_message


def test_a_reply_that_exhausts_the_judge_is_the_students_verdict(make_course: Callable[..., Course]) -> None:
    naive = DOUBLE.replace(
        "assert_same(double(x.copy()), reference.double(x))", "assert not (double(x)[:, None] - double(x)[None, :]).any()"
    )
    course = make_course(double=naive)
    score = course.question("double", "import numpy as np\ndef double(x):\n    return np.zeros(60_000) if len(x) > 3 else x * 2\n")
    assert verdicts(score)[:2] == ["passed", "out_of_memory"]


def test_a_solution_that_does_not_load_names_its_file(make_course: Callable[..., Course]) -> None:
    with pytest.raises(Exception, match=r"small\.py.*NameError"):
        make_course(double=DOUBLE, solution=SOLUTION + "\noops\n")


@pytest.mark.parametrize("act", ["raise SystemExit(0)", "import sys; sys.exit(3)"])
def test_an_exit_while_the_solution_or_a_test_is_loaded_is_the_authors_error(make_course: Callable[..., Course], act: str) -> None:
    with pytest.raises(AuthorError, match=r"solutions/small\.py:\d+: does not load: SystemExit"):
        make_course(double=DOUBLE, solution=SOLUTION + f"\n{act}\n")
    with pytest.raises(AuthorError, match=r"tests/double\.py:\d+: does not load: SystemExit"):
        make_course(double=DOUBLE + f"\n{act}\n")


def test_loading_that_does_not_end_is_the_authors_error(make_course: Callable[..., Course], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.grading.loading._SECONDS", 0.5)
    with pytest.raises(AuthorError, match=r"solutions/small\.py:\d+: does not load: TimeoutError"):
        make_course(double=DOUBLE, solution=SOLUTION + "\nwhile True: pass\n")


@pytest.mark.parametrize("source", ["print('of another course')", "def doubled_up(x): return x".replace("double", "duble")])
def test_a_notebook_that_names_none_of_the_functions_is_withheld_and_not_a_zero(course: Course, source: str) -> None:
    result = course.result(source)
    assert isinstance(result, Withheld)
    assert "names none of the functions of this assignment (double, power)" in result.reason


def test_a_test_that_draws_from_global_generators_draws_the_same_every_time(make_course: Callable[..., Course]) -> None:
    drawn = DOUBLE.replace("rng.standard_normal(7)", "np.random.randn(7) * __import__('random').random()")
    right_by_chance = "def double(x):\n    return x * 2 if sum(x) > 0 else x\n"
    course = make_course(double=drawn)
    assert len({tuple(verdicts(course.question("double", right_by_chance))) for _ in range(6)}) == 1


def test_a_test_file_that_does_not_load_names_its_file_and_line(make_course: Callable[..., Course]) -> None:
    with pytest.raises(Exception, match=r"tests/double\.py:\d+: does not load: NameError"):
        make_course(double=DOUBLE + "\noops\n")
