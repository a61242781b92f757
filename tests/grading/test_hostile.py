"""What a submission does to be withheld, to hold up the class or to bring down the judge is its own verdict."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from autograder.model import Verdict, Visibility

from .course import DOUBLE, POWER, QUICK, RIGHT_DOUBLE, RIGHT_POWER, Course

pytestmark = pytest.mark.slow

SOCKET = """
import sys
def its(what):
    frame = sys._getframe()
    while what not in frame.f_locals or "sock" == what and not hasattr(frame.f_locals[what], "sendall"):
        frame = frame.f_back
    return frame.f_locals[what]
def its_socket():
    return its("sock")
def numbered(text):
    return text.replace(b'{"say"', b'{"call": %d, "say"' % its("header")["call"])
"""
HEADER = "import struct\ntext = numbered({text})\nits_socket().sendall(struct.pack('!II', len(text), 0) + text)\n"


@pytest.mark.parametrize(
    "text",
    [
        "b'{\"say\": \"returned\", \"nodes\": [' + b'{},' * 5_000_000 + b'{}]}'",
        "b'[' * 1_000_000",
        'b\'{"say": "returned", "nodes": [["i", "\' + b\'f\' * 10_000_000 + b\'"]], "root": 0}\'',
        'b\'{"say": "raised", "bases": {"a": 1}, "text": 3, "line": [], "name": null}\'',
        "b'\\x00'",
    ],
    ids=["millions of parts", "deep", "digits", "odd exception", "no JSON"],
)
def test_a_forged_reply_is_the_students_verdict(course: Course, text: str) -> None:
    double = "def double(x):\n" + "".join(f"    {line}\n" for line in HEADER.format(text=text).splitlines()) + "    return x\n"
    result = course.grade(SOCKET, double, RIGHT_POWER)
    assert {case.verdict for case in result.questions[0].cases} <= {Verdict.ERROR, Verdict.TIMED_OUT, Verdict.OUT_OF_MEMORY}
    assert result.questions[1].earned == 10


def test_a_reply_of_another_process_is_not_taken(course: Course) -> None:
    double = """
def double(x):
    import json, os, struct, time
    if os.fork() == 0:
        text = numbered(json.dumps({"say": "returned", "nodes": [["n"]], "root": 0}).encode())
        its_socket().sendall(struct.pack("!II", len(text), 0) + text)
        os._exit(0)
    time.sleep(0.5)
    return x * 2
"""
    result = course.grade(SOCKET, double, RIGHT_POWER)
    assert {case.verdict for case in result.questions[0].cases} == {Verdict.ERROR}


def test_what_one_question_writes_is_not_there_for_the_next(course: Course) -> None:
    noted = "import os\ndef double(x):\n    open('note', 'w').write('x'); os.remove('given.py')\n    return x * 2\n"
    looks = "def power(x, n):\n    assert not os.path.exists('note') and os.path.exists('given.py')\n    return x * 2 ** n\n"
    assert course.grade(noted, looks).questions[1].earned == 10


def test_many_questions_that_end_leave_no_one_to_be_counted(make_course: Callable[..., Course]) -> None:
    cases = "".join(f"\n@test_case(name='{n}', points=0, hidden=True)\ndef test_{n}(double):\n    double(3)\n" for n in range(12))
    course = make_course(double=DOUBLE + cases, power=POWER, limits=replace(QUICK, processes=6))
    result = course.grade("def double(x):\n    import os; os._exit(0)\n", RIGHT_POWER)
    assert {case.verdict for case in result.questions[0].cases} == {Verdict.ERROR}
    assert result.questions[1].earned == 10
    assert {case.message for case in result.questions[0].cases if case.visibility is Visibility.HIDDEN} == {"double ended its process."}


def test_a_process_that_never_says_what_it_defines_uses_up_its_own_time(course: Course) -> None:
    silent = (
        "import gc, time\n"
        "ours = [held for held in gc.get_objects() if isinstance(held, dict) and '_Desk' in held and '_kind' in held]\n"
        "for names in ours: names['_kind'] = lambda *_: time.sleep(60)\n"
    )
    began = time.monotonic()
    result = course.grade(RIGHT_DOUBLE, RIGHT_POWER, silent)
    questions_and_worlds, wider = 2 * 2, 3 * QUICK.question_s + 1
    assert time.monotonic() - began < (questions_and_worlds + 1) * (wider + 3)
    assert {case.verdict for score in result.questions for case in score.cases} <= {Verdict.ERROR, Verdict.TIMED_OUT}


LEFT_BEHIND = {
    "files that come and go": (
        "import os, threading\n"
        "def churn():\n"
        "    for n in range(10_000_000):\n"
        "        open(f'f{n % 50}', 'w').close(); os.unlink(f'f{n % 50}')\n"
        "threading.Thread(target=churn, daemon=True).start()\n"
    ),
    "folders in folders": "import os\nfor _ in range(900):\n    os.mkdir('d'); os.chdir('d')\n",
    "folders closed to everyone": "import os\nos.mkdir('d', 0)\nos.rename('given.py', 'x'); os.mkdir('given.py', 0)\n",
    "thousands of files": "for n in range(3000):\n    open(f'f{n}', 'w').close()\n",
    "links and pipes": "import os\nos.symlink('/etc/passwd', 'l'); os.symlink('.', 'here'); os.mkfifo('p')\n",
}


def test_when_too_much_was_left_behind_the_bundles_files_are_there_for_every_question(course: Course) -> None:
    much = "open('much', 'wb').truncate(100 << 20)\n"
    uses = "def double(x):\n    import given, os\n    open('note', 'w').close()\n    return x * 2 * given.GIVEN\n"
    assert course.grade(much, uses, uses.replace("double(x)", "power(x, n)").replace("* 2", "* 2 ** n")).total == 20


@pytest.mark.parametrize("what", LEFT_BEHIND)
def test_what_a_notebook_leaves_in_its_folder_withholds_nothing(course: Course, what: str) -> None:
    result = course.grade(RIGHT_DOUBLE, RIGHT_POWER, LEFT_BEHIND[what])
    assert result.total == 20


def test_a_link_that_is_swapped_in_while_the_folder_is_copied_leads_nowhere(course: Course) -> None:
    secret = course.folder / "secret"
    secret.write_text("canary-of-a-file")
    swap = f"""
import os, threading
for i in range(200): open(f"f{{i}}", "w").close()
def swap():
    while True:
        for i in range(0, 200, 7):
            try: os.stat(f"../kept/f{{i}}")
            except OSError: continue
            for i in range(200): os.symlink({str(secret)!r}, f"l{{i}}"); os.replace(f"l{{i}}", f"f{{i}}")
            return
for _ in range(3): threading.Thread(target=swap, daemon=True).start()
"""
    double = """
def double(x):
    import os
    open("touched", "w").close()
    found = [name for name in os.listdir() if name.startswith("f") and not os.path.islink(name) and open(name).read()]
    assert not found, found
    return x * 2
"""
    assert [case.message for case in course.question("double", swap, double).cases] == ["", "", ""]
