"""What a notebook does to get more of an otter bundle than its work is worth, or nothing at all instead of a zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.grading.session import Grader
from autograder.model import Graded, QuestionScore, Submission, Verdict
from autograder.opening import open_bundle

EXCEPTIONS = "from otter.test_files import test_case\nOK_FORMAT = False\nname = {name!r}\n"
TESTS = {
    "mapped": "@test_case()\ndef test_it(double):\n    assert all(map(lambda pair: double(pair[0]) == pair[1], [(1, 2), (3, 6)]))\n",
    "quoted": (
        "class Large(Exception):\n    def __str__(self):\n        return 'x' * 10**11\n"
        "@test_case()\ndef test_it(double):\n    double(0)\n    raise Large\n"
    ),
    "stopped": (
        "@test_case()\ndef test_it(double):\n    try:\n        double(0)\n"
        "    except StopIteration:\n        return\n    raise AssertionError\n"
    ),
}
MODE = (
    'OK_FORMAT = True\ntest = {"name": "printed", "suites": [{"cases": [{"code": ">>> mode([1, 2, 2], 3)\\n2\\n>>> other(3)\\n4\\n"}]}]}\n'
)
FILES = """OK_FORMAT = True
test = {"name": "written", "suites": [{"cases": [
    {"code": ">>> print(open(save()).read())\\nhello", "hidden": False},
    {"code": ">>> told = tell(open(save()).read())", "hidden": False},
    {"code": ">>> told = tell(None)", "hidden": False},
    {"code": ">>> save() # canary-of-a-hidden-case\\n3", "hidden": True},
]}]}
"""


@pytest.fixture
def question(tmp_path: Path) -> Iterator[Callable[[str, str], QuestionScore]]:
    """What becomes of a question, by its name, and of a notebook's text."""
    tests = tmp_path / "theirs" / "tests"
    tests.mkdir(parents=True)
    for name, text in TESTS.items():
        (tests / f"{name}.py").write_text(EXCEPTIONS.format(name=name) + text)
    (tests / "printed.py").write_text(MODE)
    (tests / "written.py").write_text(FILES)
    (tmp_path / "into").mkdir()
    with Grader(open_bundle(tests.parent, tmp_path / "into"), workers=1) as grader:

        def graded(name: str, source: str) -> QuestionScore:
            script = tmp_path / "handed_in.py"
            script.write_text(source)
            result = grader.grade(Submission("one", script))
            assert isinstance(result, Graded), result
            return next(score for score in result.questions if score.question.name == name)

        yield graded


def test_a_function_that_raises_stop_iteration_ends_no_loop_of_a_test_that_does_not_speak_of_it(
    question: Callable[[str, str], QuestionScore],
) -> None:
    stops = "def double(x):\n    raise StopIteration\n"
    assert question("mapped", "def double(x):\n    return 2 * x\n").earned == 1
    assert question("mapped", stops).cases[0].verdict is Verdict.ERROR
    assert question("stopped", stops).earned == 1


def test_to_say_that_a_function_is_the_librarys_withholds_nothing(question: Callable[[str, str], QuestionScore]) -> None:
    score = question("printed", "from statistics import mode\ndef other(x):\n    return 0\n")
    assert score.cases[0].verdict is Verdict.FAILED
    assert score.earned == 0


def test_to_say_that_a_function_is_of_a_package_that_is_not_here_withholds_nothing(question: Callable[[str, str], QuestionScore]) -> None:
    text = "def mode(xs, n):\n    return 0\ndef other(x):\n    return 4\nfrom scipy.stats import mode\n"
    assert question("printed", text).cases[0].verdict is Verdict.FAILED


def test_no_test_reads_the_tests_to_a_students_function_that_names_them(question: Callable[[str, str], QuestionScore]) -> None:
    text = """
told = []
def tell(text):
    told.append(text)
    raise ValueError(told)
"""
    for name in ("tests/written.py", "/proc/self/environ", "tests/../tests/written.py"):
        cases = question("written", f"{text}\ndef save():\n    return {name!r}\n").cases
        assert "PermissionError" in cases[0].message
        assert "raised ValueError: [None]" in cases[2].message
    written = "\ndef save():\n    return __import__('numpy').__file__\n"
    cases = question("written", text + written).cases
    assert cases[0].message == "The check does not hold.", "what is read is for staff"


def test_words_too_large_for_the_grader_are_a_verdict(question: Callable[[str, str], QuestionScore]) -> None:
    assert question("quoted", "def double(x):\n    return 0\n").cases[0].verdict is Verdict.OUT_OF_MEMORY
