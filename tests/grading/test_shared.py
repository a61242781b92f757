"""A question of our own bundle whose tests run beside the student's code: after all others, in a fresh kernel, without an oracle."""

from __future__ import annotations

import pytest

from autograder.model import QuestionScore, Verdict, World

from .course import DOUBLE, POWER, QUICK, RIGHT_DOUBLE, RIGHT_POWER, SOLUTION, Course

TALLY = """
from otter.test_files import test_case
OK_FORMAT = False
name = "Tally"
SECRET = "canary-of-the-class"

@test_case(name="one number", points=4)
def test_one(Tally):
    tally = Tally()
    tally.add(2)
    assert tally.total == 2

@test_case(name="with a function of the notebook", points=6, hidden=True)
def test_function(Tally, double):
    tally = Tally()
    tally.add(double(3))
    assert tally.total == 6
"""
CLASS = "\nclass Tally:\n    def __init__(self):\n        self.total = 0\n    def add(self, number):\n        self.total += number\n"
RIGHT = (RIGHT_DOUBLE, RIGHT_POWER, CLASS)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(
        tmp_path_factory.mktemp("shared"),
        solution=SOLUTION + CLASS,
        limits=QUICK,
        shared=frozenset({"Tally"}),
        Tally=TALLY,
        double=DOUBLE,
        power=POWER,
    )


def tally(course: Course, *sources: str) -> QuestionScore:
    return course.question("Tally", *sources)


def test_a_class_earns_its_points_and_a_wrong_one_does_not(course: Course) -> None:
    assert course.grade(*RIGHT).total == 30
    wrong = tally(course, RIGHT_DOUBLE, RIGHT_POWER, CLASS.replace("+= number", "= number + 1"))
    assert [case.verdict for case in wrong.cases] == [Verdict.FAILED, Verdict.FAILED]
    assert "canary" not in "".join(case.message for case in wrong.cases)


def test_a_class_that_is_not_there_is_missing(course: Course) -> None:
    score = tally(course, RIGHT_DOUBLE, RIGHT_POWER)
    assert [case.verdict for case in score.cases] == [Verdict.MISSING, Verdict.MISSING]
    assert "The notebook defines no Tally." in score.cases[1].message


def test_nothing_is_stood_in_for(course: Course) -> None:
    score = tally(course, "def double(x):\n    return 0\n", RIGHT_POWER, CLASS)
    assert score.earned == 4
    assert score.world is World.OWN
    assert score.earned_reference is None


def test_two_definitions_of_a_class_are_told(course: Course) -> None:
    assert "Tally is defined 2 times (code cells 3, 4)" in tally(course, *RIGHT, CLASS).notes[0]


def test_what_is_read_of_its_tests_or_left_behind_reaches_no_other_question_and_no_kernel_before(course: Course) -> None:
    snooping = """
import gc, os
os.makedirs("kept", exist_ok=True)
class Tally:
    total = property(lambda self: 2)
    def add(self, number):
        found = [value for value in gc.get_objects() if type(value) is dict and "SECRET" in value]
        open("kept/found", "w").write(str(found))
def double(x):
    return x * (3 if os.path.exists("kept/found") else 2)
"""
    result = course.grade(snooping, RIGHT_POWER)
    assert {score.question.name: score.earned for score in result.questions} == {"Tally": 4, "double": 10, "power": 10}


def test_what_it_answers_can_be_forged_and_the_other_questions_keep_their_points(course: Course) -> None:
    forged = """
class Agreeable:
    def __eq__(self, other):
        return True
class Tally:
    total = Agreeable()
    def add(self, number):
        pass
def double(x):
    return Agreeable()
"""
    result = course.grade(forged, RIGHT_POWER)
    earned = {score.question.name: score.earned for score in result.questions}
    assert earned == {"Tally": 10, "double": 4, "power": 10}  # 4: it does not change its argument
