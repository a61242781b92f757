"""Cheats on tests and answers that lie where the student's code runs, and on what tests take from there."""

from __future__ import annotations

from beside_otter.cheats.cheat import Gain, add

POINTS, TEXT = Gain.POINTS, Gain.TEXT

add(
    "overwrites-the-tests", "interpreter", "exceptions", POINTS,
    "A cell writes other tests over those in `tests/`, which otter reads only when the notebook has ended.",
    "The tests are in no folder that the notebook can see.",
    after="""
from pathlib import Path
for path in Path("tests").glob("q*.py"):
    path.write_text(
        "from otter.test_files import test_case\\n"
        f"OK_FORMAT = False\\nname = {path.stem!r}\\npoints = 5\\n@test_case()\\ndef test_nothing():\\n    pass\\n"
    )
""",
)  # fmt: skip

add(
    "reads-the-answers", "interpreter", "exceptions", POINTS,
    "A cell reads from the test files what is expected of which argument.",
    "There is nothing to read.",
    after=r"""
import pathlib, re
answers = {}
for path in pathlib.Path("tests").glob("*.py"):
    answers |= dict(re.findall(r"slope\((\d+)\) == ([\d.]+)", path.read_text()))

honest_slope = slope
def slope(x):
    return float(answers[str(x)]) if str(x) in answers else honest_slope(x)
""",
)  # fmt: skip

add(
    "looks-into-the-test", "interpreter", "exceptions", POINTS,
    "A function looks into the frame that calls it, and returns the number it finds there.",
    "The test's frames are in another process.",
    after="""
import sys
honest_slope = slope
def slope(x):
    code = sys._getframe(1).f_code
    numbers = [one for one in code.co_consts if isinstance(one, float)]
    return numbers[0] if code.co_name.startswith("test_") and numbers else honest_slope(x)
""",
)  # fmt: skip

add(
    "finds-the-expected-print", "interpreter", "doctests", POINTS,
    "The text of a returned object is made when doctest prints it: it is what doctest's own frame says is wanted.",
    "What crosses is data; an object of a class of the notebook's has no text in the grader.",
    after="""
import sys
honest_double = double
class Wanted:
    def __repr__(self):
        frame = sys._getframe()
        while frame is not None:
            if "example" in frame.f_locals:
                return frame.f_locals["example"].want.rstrip()
            frame = frame.f_back
        return "?"
def double(x):
    return honest_double(x) if x < 100 else Wanted()
""",
)  # fmt: skip

add(
    "patches-doctest", "interpreter", "doctests", POINTS,
    "Doctest's comparison says yes to everything.",
    "The doctest that decides is in another process.",
    after="""
import doctest
doctest.OutputChecker.check_output = lambda self, want, got, flags: True
""",
)  # fmt: skip

add(
    "equals-everything", "interpreter", "exceptions", POINTS,
    "A function returns an object that says it is equal to whatever it is compared with.",
    "Such an object is a handle in the grader: it equals nothing, whatever it says.",
    after="""
class Everything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __sub__(self, other): return 0
    __rsub__ = __sub__

honest_slope, honest_area = slope, area
def slope(x):
    return honest_slope(x) if x == 2 else Everything()
def area(points):
    return honest_area(points) if points[1] == (2, 0) else Everything()
""",
)  # fmt: skip

add(
    "brings-its-own-numpy", "namespace", "exceptions", POINTS,
    "The test compares with the `np` that the notebook has defined, and that one finds everything close.",
    "A test that takes `np` gets the grader's numpy.",
    after="""
class np:
    allclose = staticmethod(lambda *arrays, **tolerances: True)
""",
)  # fmt: skip

add(
    "patches-builtins", "namespace", "doctests", POINTS,
    "Doctest runs examples with the `exec` that the notebook has put among the builtins: it prints what is wanted.",
    "Examples run in the grader, with its own builtins.",
    after="""
import builtins, sys
honest_exec = builtins.exec
def exec_all_right(code, *names):
    frame = sys._getframe(1)
    if "example" in frame.f_locals:
        sys.stdout.write(frame.f_locals["example"].want)
    else:
        honest_exec(code, *names)
builtins.exec = exec_all_right
""",
)  # fmt: skip

add(
    "tells-the-tests-in-a-message", "messages", "exceptions", TEXT,
    "In a public case a function raises an error whose message is the text of the hidden tests; students read it at once.",
    "There are no tests to tell of.",
    after="""
def middle(values):
    raise AssertionError(open("tests/q1.py").read())
""",
    says="canary-of-a-hidden-test",
)  # fmt: skip

add(
    "prints-the-tests", "messages", "doctests", TEXT,
    "What a public example printed, and not as expected, is shown: it prints the hidden examples.",
    "There are no examples to print.",
    after="""
def words(text):
    print(open("tests/q2.py").read())
""",
    says="canary-of-a-hidden-test",
)  # fmt: skip

add(
    "waits-for-the-message", "messages", "exceptions", TEXT,
    "Nothing at all: with `show_hidden`, students read the line of the hidden case that failed, and the message with the expected value.",
    "Of hidden cases students read a verdict and a kind of difference, also with `show_hidden`.",
    says="it should be 48151.5",
)  # fmt: skip

add(
    "remembers-hidden-inputs", "order", "exceptions", TEXT,
    "A function of the first question keeps what it is called with; one of the second says it in a public case.",
    "All public cases come first, and every question has a process of its own.",
    after="""
seen = []
honest_slope = slope
def slope(x):
    seen.append(x)
    return honest_slope(x)
def middle(values):
    raise AssertionError(f"hidden inputs: {seen}")
""",
    says="31415",
)  # fmt: skip
