"""The attacks' honest relatives: what looks odd and is right keeps every point."""

from __future__ import annotations

from .attack import family

add = family("honest")

add("honest", "Nothing odd at all.")
add(
    "honest_fortran_order",
    "Arrays in Fortran's order.",
    center="def center(x):\n    return np.asfortranarray(x - x.mean(axis=0))\n",
    backward="""
def backward(dy, cache):
    dz = dy * (1 - cache["y"] ** 2)
    moved = cache["x"] - cache["x"].mean(axis=0)
    return np.asfortranarray(cache["w"] * (dz - dz.mean(axis=0))), (dz * moved).sum()
""",
)
add("honest_negative_strides", "Views that run backwards.", center="def center(x):\n    return (x - x.mean(axis=0))[::-1].copy()[::-1]\n")
add("honest_big_endian", "Numbers with the big end first.", center='def center(x):\n    return (x - x.mean(axis=0)).astype(">f8")\n')
add("honest_float32", "Single precision.", center="def center(x):\n    return (x - x.mean(axis=0)).astype(np.float32)\n")
add(
    "honest_zero_dimensions",
    "An array without axes where a number belongs.",
    spread="def spread(x):\n    return np.array(np.sqrt(np.square(center(x)).mean()))\n",
)
add(
    "honest_python_numbers",
    "Python's own numbers.",
    spread="import math\ndef spread(x):\n    return math.sqrt(float(np.square(center(x)).mean()))\n",
)
add("honest_lists_for_tuples", "A list where a tuple was, and another order of keys.", forward="""
from collections import OrderedDict
def forward(x, w):
    y = np.tanh(w * center(x))
    return [y, OrderedDict(y=y, w=np.float64(w), x=x)]
""")  # fmt: skip
add(
    "honest_prints",
    "Prints in every function, warnings and logging.",
    center='import logging, sys, warnings\ndef center(x):\n    print("x is", x)\n    print("x is", x, file=sys.stderr)\n    warnings.warn("careful")\n    logging.warning("careful")\n    return x - x.mean(axis=0)\n',
)
add(
    "honest_magics",
    "Harmless magics, shell commands and files.",
    first=[
        "%%time\nx = 1\n",
        "%timeit -n1 -r1 sum(range(10))\n",
        "!echo hello\nfiles = !ls\n%pwd\n",
        "%%writefile own.py\nFACTOR = 1.0\n",
        "%load_ext autoreload\n%who\n",
    ],
    center="from own import FACTOR\ndef center(x):\n    return FACTOR * (x - x.mean(axis=0))\n",
)
add(
    "honest_threads_that_finish",
    "Threads and pools that are joined, in a cell and in a function.",
    first="from concurrent.futures import ThreadPoolExecutor\nimport threading\nwith ThreadPoolExecutor(4) as pool:\n    squares = list(pool.map(lambda n: n * n, range(10)))\n",
    center="""
def center(x):
    out = []
    worker = threading.Thread(target=lambda: out.append(x - x.mean(axis=0)))
    worker.start()
    worker.join()
    return out[0]
""",
)
add(
    "honest_threads_that_stay",
    "A background thread that a library left running.",
    first="import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
)
add(
    "honest_subprocesses",
    "A process that is waited for.",
    first='import subprocess\nprint(subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout)\n',
)
add(
    "honest_processes_of_its_own",
    "A fork that ends.",
    first="import os\npid = os.fork()\nif pid == 0:\n    os._exit(0)\nassert os.waitpid(pid, 0)[1] == 0\n",
)
add(
    "honest_async",
    "await at the top of a cell, and a loop inside a function.",
    first="import asyncio\nawait asyncio.sleep(0.001)\nawait asyncio.gather(*[asyncio.sleep(0) for _ in range(3)])\n",
    center="""
def center(x):
    async def mean():
        await asyncio.sleep(0)
        return x.mean(axis=0)
    loop = asyncio.new_event_loop()
    import threading
    got = []
    worker = threading.Thread(target=lambda: got.append(loop.run_until_complete(mean())))
    worker.start()
    worker.join()
    loop.close()
    return x - got[0]
""",
)
add(
    "honest_decorators",
    "Functions behind decorators, partials, classes and lambdas.",
    center="""
import functools
def logged(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs)
    return call

@logged
def center(x):
    return (lambda values, mean: values - mean)(x, x.mean(axis=0))
""",
    spread="""
class Spread:
    def __call__(self, x):
        return np.sqrt(np.square(center(x)).mean())
spread = Spread()
""",
    forward="""
def general(w, x, squash):
    y = squash(w * center(x))
    return y, {"x": x, "w": w, "y": y}

def forward(x, w):
    return functools.partial(general, w, squash=np.tanh)(x)
""",
)
add(
    "honest_catching",
    "Catches everything, everywhere, and finds nothing.",
    center="def center(x):\n    try:\n        return x - x.mean(axis=0)\n    except BaseException:\n        return None\n    finally:\n        pass\n",
)
add(
    "honest_errors",
    "Cells of its own that fail.",
    last=["1 / 0\n", "undefined\n"],
    problems=["raised ZeroDivisionError", "raised NameError"],
)
add(
    "honest_files",
    "Writes a file, reads it again, and keeps a folder of its own.",
    first='import os\nos.makedirs("data", exist_ok=True)\nnp.save("data/ones.npy", np.ones(1))\n',
    center='def center(x):\n    with open("note", "w") as file:\n        file.write("x")\n    return x - np.load("data/ones.npy")[0] * x.mean(axis=0)\n',
)
add(
    "honest_globals",
    "Constants, helpers and a cache in the notebook.",
    first="CALLS = []\ndef mean(x):\n    CALLS.append(x.shape)\n    return x.mean(axis=0)\n",
    center="def center(x):\n    return x - mean(x)\n",
)
add("honest_repeated", "Defined twice: the last one counts.", first="def center(x):\n    return x\n")
