"""Otter's own bundles, in every shape that they come in."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.bundle import Bundle
from autograder.errors import InputError
from autograder.grading import judge
from autograder.grading.session import Grader
from autograder.model import Graded, Isolation, Submission, Verdict
from autograder.opening import open_bundle

Q1 = r"""OK_FORMAT = True
test = {"name": "q1", "points": [1, 2], "suites": [{"type": "doctest", "cases": [
    {"code": ">>> double(2)\n4", "hidden": False, "success_message": "well done"},
    {"code": ">>> total([1, 2])\n6", "failure_message": "see chapter 2"}]}]}
"""
Q2 = """from otter.test_files import test_case
OK_FORMAT = False
name = "q2"
points = 3
@test_case()
def test_total(total): assert total([1, 2]) == 6
@test_case(hidden=True)
def test_env(env): assert env["x"] == 3
"""
COUNTER = r"""OK_FORMAT = True
test = {"name": "q3", "points": 1, "suites": [{"cases": [
    {"code": ">>> counter = Tally()\n>>> counter.add(2)\n>>> counter.count\n2", "hidden": False}, {"code": ">>> Tally().count\n0"}]}]}
"""
SOLUTION = "def double(v):\n    return 2 * v\n\ndef total(values):\n    return sum(double(value) for value in values)\n"
RIGHT = f"{SOLUTION}\nx = 3\n"
WRONG_HELPER = RIGHT.replace("2 * v", "3 * v")
TALLY = "class Tally:\n    def __init__(self):\n        self.count = 0\n    def add(self, n):\n        self.count += n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "theirs"
    (root / "tests").mkdir(parents=True)
    (root / "tests" / "q1.py").write_text(Q1)
    (root / "tests" / "q2.py").write_text(Q2)
    return root


@pytest.fixture
def into(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "into").mkdir()
    yield tmp_path / "into"
    assert all(path.name.startswith("bundle-") for path in (tmp_path / "into").iterdir())


def zipped(folder: Path, target: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, prefix + path.relative_to(folder).as_posix())
    return target


def grade(bundle: Bundle, source: str, tmp_path: Path) -> Graded:
    script = tmp_path / "handed_in.py"
    script.write_text(source)
    with Grader(bundle, workers=1, debug=True) as grader:
        result = grader.grade(Submission("one", script))
    assert isinstance(result, Graded), result
    return result


def points(result: Graded) -> dict[str, float | None]:
    return {score.question.name: None if score.earned is None else float(score.earned) for score in result.questions}


def test_zip_folder_bare_tests_and_metadata_are_the_same_bundle(folder: Path, into: Path, tmp_path: Path) -> None:
    spec = {
        "name": "q1",
        "points": [1, 2],
        "suites": [{"cases": [{"code": ">>> double(2)\n4", "hidden": False}, {"code": ">>> total([1, 2])\n6"}]}],
    }
    metadata = {"otter": {"OK_FORMAT": True, "tests": {"q1": spec, "q2": Q2}}}
    notebook = tmp_path / "hw.ipynb"
    notebook.write_text(json.dumps({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    shapes = [folder, folder / "tests", zipped(folder, tmp_path / "a.zip"), zipped(folder, tmp_path / "b.zip", "wrapped/"), notebook]
    for shape in shapes:
        questions = open_bundle(shape, into).assignment.questions
        assert [(question.name, question.points) for question in questions] == [("q1", Fraction(3)), ("q2", Fraction(3))], shape


def test_every_question_of_a_notebook_counts_whatever_it_is_called(into: Path, tmp_path: Path) -> None:
    names = ["q 1", "q_1", "q/1", "一", "二", ".q"]
    tests = {name: Q2.replace('"q2"', repr(name)) for name in names}
    notebook = tmp_path / "hw.ipynb"
    notebook.write_text(json.dumps({"cells": [], "metadata": {"otter": {"tests": tests}}, "nbformat": 4, "nbformat_minor": 5}))
    assert {question.name for question in open_bundle(notebook, into).assignment.questions} == set(names)


def test_files_in_an_otter_zip_are_called_as_linux_lets_them(folder: Path, into: Path, tmp_path: Path) -> None:
    for name in ("week 1: data.csv", "Week 1: data.csv", "what?", "etc. "):
        (folder / "files" / name).parent.mkdir(exist_ok=True)
        (folder / "files" / name).write_text(name)
    assert len(open_bundle(zipped(folder, tmp_path / "a.zip"), into).files()) == 4
    (folder / "files" / r"a\b").write_text("")
    with pytest.raises(InputError, match=r"no plain relative path\. Build it again with the command that made it"):
        open_bundle(zipped(folder, tmp_path / "b.zip"), into)


def test_tests_in_r_are_refused_as_such(into: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs" / "tests").mkdir(parents=True)
    (tmp_path / "theirs" / "tests" / "q1.R").write_text("test = list()")
    for shape in (tmp_path / "theirs", zipped(tmp_path / "theirs", tmp_path / "r.zip")):
        with pytest.raises(InputError, match="test files in R"):
            open_bundle(shape, into)


def test_points_and_words_are_those_of_the_test_files(folder: Path, into: Path, tmp_path: Path) -> None:
    result = grade(open_bundle(folder, into), WRONG_HELPER, tmp_path)
    assert points(result) == {"q1": 0, "q2": 1.5}
    assert result.questions[0].cases[1].message == "see chapter 2\nThe check does not hold."
    assert "should print\n    4\nand prints\n    6" in result.questions[0].cases[0].message
    assert grade(open_bundle(folder, into), RIGHT, tmp_path).questions[0].cases[0].message == "well done"


def test_with_a_solution_a_wrong_helper_costs_its_own_question_alone(folder: Path, into: Path, tmp_path: Path) -> None:
    (folder / "tests" / "q0.py").write_text(Q1.replace("q1", "q0").replace(">>> total([1, 2])\\n6", ">>> double(3)\\n6"))
    (folder / "tests" / "q1.py").unlink()
    (tmp_path / "solution.py").write_text(SOLUTION)
    without = open_bundle(folder, into)
    assert any("--solution" in notice for notice in without.notices)
    assert points(grade(without, WRONG_HELPER, tmp_path)) == {"q0": 0, "q2": 1.5}
    bundle = open_bundle(folder, into, solution=tmp_path / "solution.py")
    assert points(grade(bundle, WRONG_HELPER, tmp_path)) == {"q0": 0, "q2": 3}


CHECKS_OF_X = """from otter.test_files import test_case
OK_FORMAT = False
name = {name!r}
points = 1
@test_case(hidden={hidden})
def test_it({takes}): assert {check}
"""
LEAVES = "def first():\n    global x\n    x = 1\n    return True\n\ndef last():\n    return {last}\n"


@pytest.mark.parametrize("hidden", [False, True])
def test_what_functions_leave_behind_gains_or_costs_nothing_by_the_failure_of_another_question(
    into: Path, tmp_path: Path, *, hidden: bool
) -> None:
    tests = tmp_path / "tests"
    tests.mkdir()
    for name, takes, check in [("q1", "first", "first()"), ("q3", "last", "last()")]:
        (tests / f"{name}.py").write_text(CHECKS_OF_X.format(name=name, takes=takes, check=check, hidden=hidden))
    for last, points_of_last in (("True", 1), ("False", 0), ("1 / 0", 0)):
        for left in (0, 1):  # as it is without `first`, and as `first` leaves it: both can be meant
            (tests / "q2.py").write_text(CHECKS_OF_X.format(name="q2", takes="x", check=f"x == {left}", hidden=hidden))
            result = grade(open_bundle(tests, into), "x = 0\n" + LEAVES.format(last=last), tmp_path)
            assert points(result) == {"q1": 1, "q2": 1, "q3": points_of_last}, (last, left)


ACCOUNT = """OK_FORMAT = True
test = {"name": "q1", "points": 2, "suites": [{"cases": [
    {"code": ">>> deposit(10)\\n10", "hidden": False}, {"code": ">>> balance()\\n10"}]}]}
"""
DEPOSITS = "money = 0\ndef deposit(more):\n    global money\n    money += more\n    return money\ndef balance():\n    return money\n"


def test_a_hidden_case_finds_what_the_public_one_before_it_has_left(into: Path, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "q1.py").write_text(ACCOUNT)
    bundle = open_bundle(tmp_path / "tests", into)
    assert points(grade(bundle, DEPOSITS, tmp_path)) == {"q1": 2}
    assert points(grade(bundle, DEPOSITS.replace("return money\n", "return 9\n"), tmp_path)) == {"q1": 0}


def test_a_missing_function_is_missing_and_the_other_questions_are_graded(folder: Path, into: Path, tmp_path: Path) -> None:
    result = grade(open_bundle(folder, into), "def double(v):\n    return 2 * v\nx = 3\n", tmp_path)
    assert points(result) == {"q1": 1, "q2": 1.5}
    assert result.questions[0].cases[1].verdict is Verdict.MISSING


def test_a_case_that_expects_an_error_earns_nothing_for_a_function_that_is_not_there(folder: Path, into: Path, tmp_path: Path) -> None:
    raises = "def test_raises(root):\n    try: root(-1)\n    except Exception: return\n    assert False\n"
    (folder / "tests" / "q3.py").write_text(
        f"from otter.test_files import test_case\nOK_FORMAT = False\nname = 'q3'\n@test_case()\n{raises}"
    )
    right = f"{SOLUTION}\ndef root(v): raise ValueError\nx = 3\n"
    (tmp_path / "solution.py").write_text(right)
    for solution in (None, tmp_path / "solution.py"):
        bundle = open_bundle(folder, into, solution=solution)
        assert points(grade(bundle, right, tmp_path))["q3"] == 1
        assert points(grade(bundle, "x = 3\n", tmp_path))["q3"] == 0, solution


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("OK_FORMAT = False\ndef (\n", "tests/q9.py:2: does not load: SyntaxError"),
        ("import not_installed_anywhere\nOK_FORMAT = True\n", "Install not_installed_anywhere"),
        ("test = {}\n", "does not say `OK_FORMAT"),
        ("OK_FORMAT = True\ntest = {'name': 'q9', 'suites': {'cases': []}}\n", "its `suites` is no list"),
        ("OK_FORMAT = True\ntest = {'name': 'q9', 'suites': [{'cases': []}]}\n", "Give it at least one case"),
        ("OK_FORMAT = False\n", "Test file q9.py does not define 'name'"),
        (Q1.replace("q1", "q9").replace(">>> double(2)", ">>> double(2"), "does not load: SyntaxError"),
        ("OK_FORMAT = True\ntest = {'name': 'q9', 'points': 'x', 'suites': [{'cases': []}]}\n", "points"),
        (
            "import threading, time\nthreading.Thread(target=time.sleep, args=(1,)).start()\n" + Q2.replace("q2", "q9"),
            "leaves threads running",
        ),
    ],
)
def test_a_broken_test_file_withholds_its_question_alone(folder: Path, into: Path, tmp_path: Path, source: str, told: str) -> None:
    (folder / "tests" / "q9.py").write_text(source)
    bundle = open_bundle(folder, into)
    assert any(told in notice for notice in bundle.notices), bundle.notices
    result = grade(bundle, RIGHT, tmp_path)
    assert points(result) == {"q1": 3, "q2": 3, "q9": None}
    assert result.total is None


def test_names_and_words_that_are_no_texts_are_written_as_texts(folder: Path, into: Path, tmp_path: Path) -> None:
    (folder / "tests" / "q1.py").write_text(Q1.replace('"q1"', "1").replace('"well done"', "100"))
    result = grade(open_bundle(folder, into), RIGHT, tmp_path)
    assert points(result) == {"1": 3, "q2": 3}
    assert result.questions[0].cases[0].message == "100"


def test_files_written_on_windows_are_read(folder: Path, into: Path, tmp_path: Path) -> None:
    for name in ("q1.py", "q2.py"):
        text = (folder / "tests" / name).read_text()
        (folder / "tests" / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    bundle = open_bundle(folder, into)
    assert [notice for notice in bundle.notices if "does not load" in notice] == []
    assert points(grade(bundle, RIGHT, tmp_path)) == {"q1": 3, "q2": 3}


def test_thirds_of_a_point_add_up(folder: Path, into: Path, tmp_path: Path) -> None:
    (folder / "tests" / "q1.py").unlink()
    (folder / "tests" / "q2.py").write_text(
        Q2.replace("points = 3", "points = 2") + "@test_case()\ndef test_more(total): assert total([]) == 0\n"
    )
    bundle = open_bundle(folder, into)
    assert bundle.assignment.questions[0].points == 2
    assert grade(bundle, RIGHT, tmp_path).total == 2


def test_what_a_test_file_prints_when_it_is_loaded_is_not_shown(folder: Path, into: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "tests" / "q2.py").write_text(f"print('spoils the table')\n{Q2}")
    assert open_bundle(folder, into).assignment.points == 6
    assert capsys.readouterr().out == ""


def test_a_case_that_needs_a_missing_package_is_withheld(folder: Path, into: Path, tmp_path: Path) -> None:
    (folder / "tests" / "q2.py").write_text(Q2.replace("assert total", "import not_installed_anywhere; assert total"))
    result = grade(open_bundle(folder, into), RIGHT, tmp_path)
    assert points(result) == {"q1": 3, "q2": None}
    assert "not_installed_anywhere" in result.questions[1].cases[0].staff_message


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("total([1, 2]); assert nowhere == 6", "q2.py, line 6: def test_total(total): total([1, 2]); assert nowhere == 6: name 'nowhere' is not defined"),
        ("total([1, 2]); exit()", "the test ends the program"),
        ("all(iter(lambda: 1, 0))", "Look for a loop or an exit in the test"),
        ("open('not_there.txt')", "there is no file not_there.txt"),
    ],
    ids=["undefined", "ends", "loops", "file"],
)  # fmt: skip
def test_a_mistake_in_a_test_costs_nobody_points_and_is_told(
    folder: Path, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, why: str
) -> None:
    monkeypatch.setattr(judge, "_TEST_S", 1.0)
    (folder / "tests" / "q2.py").write_text(Q2.replace("assert total([1, 2]) == 6", line))
    result = grade(open_bundle(folder, into), RIGHT, tmp_path)
    assert points(result) == {"q1": 3, "q2": None}
    assert why in result.questions[1].cases[0].staff_message.splitlines()[0]


def test_a_test_that_changes_the_folder_takes_no_other_with_it(folder: Path, into: Path, tmp_path: Path) -> None:
    (folder / "files").mkdir()
    (folder / "files" / "course.txt").write_text("")
    (folder / "tests" / "q1.py").write_text(Q2.replace('"q2"', '"q1"').replace("assert total", "import os; os.chdir('/'); assert total"))
    (folder / "tests" / "q2.py").write_text(Q2.replace("assert total", "open('course.txt').close(); assert total"))
    assert points(grade(open_bundle(folder, into), RIGHT, tmp_path)) == {"q1": 3, "q2": 3}


def test_what_a_test_cannot_use_is_a_wrong_answer(folder: Path, into: Path, tmp_path: Path) -> None:
    (folder / "tests" / "q2.py").write_text(Q2.replace("assert total([1, 2]) == 6", "assert len(total) == 6"))
    result = grade(open_bundle(folder, into), RIGHT + TALLY + "class Own: pass\nx = Own()\n", tmp_path)
    assert points(result) == {"q1": 3, "q2": 0}
    assert [case.held_back for case in result.questions[1].cases] == [(), ("Own",)]


def test_a_class_is_graded_beside_the_students_code_where_that_is_allowed(folder: Path, into: Path, tmp_path: Path) -> None:
    (folder / "tests" / "q3.py").write_text(COUNTER)
    isolated = open_bundle(folder, into)
    assert any("--shared q3" in notice for notice in isolated.notices)
    assert points(grade(isolated, RIGHT + TALLY, tmp_path))["q3"] == 0
    for shared in (open_bundle(folder, into, shared_where_needed=True), open_bundle(folder, into, shared=frozenset({"q3"}))):
        assert [question.isolation for question in shared.assignment.questions] == [
            Isolation.ISOLATED,
            Isolation.ISOLATED,
            Isolation.SHARED,
        ]
        assert points(grade(shared, RIGHT + TALLY, tmp_path)) == {"q1": 3, "q2": 3, "q3": 1}
    wrong = grade(open_bundle(folder, into, shared=frozenset({"q3"})), RIGHT + TALLY.replace("+= n", "+= 1"), tmp_path).questions[2]
    assert [case.verdict for case in wrong.cases] == [Verdict.FAILED, Verdict.PASSED]
    assert "counter.count" in wrong.cases[0].message


FIGURE = r"""OK_FORMAT = True
test = {"name": "q3", "points": 1, "suites": [{"cases": [{"code": ">>> len(ax.lines)\n1", "hidden": False}]}]}
"""
WRITTEN = """from otter.test_files import test_case
OK_FORMAT = False
name = "q3"
points = 1
@test_case()
def test_report():
    with open("report.txt") as report: assert report.read() == "done"
    open("mine.txt", "w").close(); open("mine.txt").close(); open("course.txt").close()
"""
DRAWS = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\n"
WRITES = "with open('report.txt', 'w') as report: report.write('done')\n"


@pytest.mark.parametrize(
    ("test", "work", "why"), [(FIGURE, DRAWS, "look at ax"), (WRITTEN, WRITES, "read report.txt")], ids=["figure", "file"]
)
def test_figures_and_files_of_the_notebooks_are_in_its_process(
    folder: Path, into: Path, tmp_path: Path, test: str, work: str, why: str
) -> None:
    (folder / "tests" / "q3.py").write_text(test)
    (folder / "files").mkdir()
    (folder / "files" / "course.txt").write_text("")
    (notice,) = (notice for notice in open_bundle(folder, into).notices if "--shared q3" in notice)
    assert why in notice
    assert points(grade(open_bundle(folder, into, shared_where_needed=True), RIGHT + work, tmp_path)) == {"q1": 3, "q2": 3, "q3": 1}
    (folder / "tests" / "q3.py").write_text(WRITTEN.replace("report.txt", "course.txt"))
    assert not any("--shared q3" in notice for notice in open_bundle(folder, into).notices)


def test_what_is_forged_in_a_shared_question_stays_there(folder: Path, into: Path, tmp_path: Path) -> None:
    (folder / "tests" / "q3.py").write_text(COUNTER)
    bundle = open_bundle(folder, into, shared=frozenset({"q3"}))
    forged = "import doctest\ndoctest.DocTestRunner.run = lambda *a, **k: doctest.TestResults(0, 1)\ndef double(v): return 0\n"
    assert points(grade(bundle, forged, tmp_path)) == {"q1": 0, "q2": 0, "q3": 1}
    ending = RIGHT + "import os\nclass Tally:\n    def __init__(self):\n        os._exit(0)\n"
    result = grade(bundle, ending, tmp_path)
    assert points(result) == {"q1": 3, "q2": 3, "q3": 0}
    assert [case.verdict for case in result.questions[2].cases] == [Verdict.ERROR, Verdict.ERROR]


def test_the_last_file_of_a_name_counts_and_it_is_said(folder: Path, into: Path) -> None:
    (folder / "tests" / "q2_again.py").write_text(Q2.replace("points = 3", "points = 5"))
    bundle = open_bundle(folder, into)
    assert [question.points for question in bundle.assignment.questions] == [3, 5]
    assert any("q2.py and q2_again.py" in notice for notice in bundle.notices)


def test_a_case_that_expects_nothing_is_named(folder: Path, into: Path) -> None:
    (folder / "tests" / "q1.py").write_text(Q1.replace("\\n4", ""))
    (folder / "tests" / "q2.py").write_text(Q2.replace("def test_total", "async def test_total"))
    notices = open_bundle(folder, into).notices
    assert any("“q1 - 1” of q1 expects nothing" in notice for notice in notices)
    assert any("of q2 is `async`" in notice and "pass for everybody" in notice for notice in notices)


def test_what_has_no_tests_is_refused(into: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    for path in (tmp_path / "nothing", tmp_path / "not_there"):
        with pytest.raises(InputError, match=str(path)):
            open_bundle(path, into)


def test_questions_stand_in_the_order_of_their_numbers(folder: Path, into: Path) -> None:
    (folder / "tests" / "q10.py").write_text(Q2.replace("q2", "q10"))
    assert [question.name for question in open_bundle(folder, into).assignment.questions] == ["q1", "q2", "q10"]
