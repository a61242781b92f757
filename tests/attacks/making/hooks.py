"""Hooks into the interpreter, IPython and fork: before, after and around everything that is not the student's to run."""

from __future__ import annotations

from .attack import family
from .toolbox import BREACH, SPEAK

add = family("hooks")
GARBAGE = "def center(x):\n    return np.zeros_like(x)\n"

add(
    "hooked_fork",
    "os.fork makes the notebook's own process the question, so that one question is the next.",
    last="import os\nos.fork = lambda: 0\n",
    at_most={"center": 10, "spread": 10, "forward": 10, "backward": 10},
)
add(
    "hooked_fork_twice",
    "os.fork forks twice: what greets the judge is a grandchild.",
    last="""
import os
fork = os.fork
def twice():
    pid = fork()
    if pid == 0 and fork():
        os._exit(0)
    return pid
os.fork = twice
""",
    at_most={"center": 10, "spread": 10, "forward": 10, "backward": 10},
    center=GARBAGE,
)
add(
    "hooked_fork_that_fails",
    "os.fork raises, or says that it forked and did not.",
    last="""
import os
def fork():
    raise BlockingIOError(11, "Resource temporarily unavailable")
os.fork = fork
""",
    at_most={"center": 0, "spread": 0, "forward": 0, "backward": 0},
)
add(
    "hooked_around_fork",
    "register_at_fork starts a thread and opens descriptors in every question.",
    last="""
import os, threading, time
def in_child():
    for _ in range(5):
        os.open("/dev/null", os.O_RDONLY)
    threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
os.register_at_fork(after_in_child=in_child, before=lambda: None, after_in_parent=lambda: None)
""",
    at_most={"center": 0, "spread": 10, "forward": 10, "backward": 10},
    center=GARBAGE,
)
add(
    "hooked_fork_that_shares",
    "Questions are made by clone as children of init that share descriptors and files with the notebook.",
    last="""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
CLONE_PARENT, CLONE_FILES, CLONE_FS, SIGCHLD = 0x8000, 0x400, 0x200, 17
def fork():
    pid = libc.syscall(ctypes.c_long(56 if os.uname().machine == "x86_64" else 220), ctypes.c_long(CLONE_PARENT | CLONE_FS | SIGCHLD), *[ctypes.c_long(0)] * 4)
    if pid < 0:
        raise OSError(ctypes.get_errno(), "clone")
    return pid
os.fork = fork
""",
    at_most={"center": 0, "spread": 10, "forward": 10, "backward": 10},
    center=GARBAGE,
)
add(
    "hooked_cells",
    "IPython's hooks, transformers and extensions rewrite every cell, and keep what they saw.",
    first=[
        BREACH,
        """
import os
seen = []
shell = get_ipython()
def before(info):
    seen.append(info.raw_cell or "")
    if "canary" + "-of" in (info.raw_cell or ""):
        breach(info.raw_cell)
shell.events.register("pre_run_cell", before)
shell.events.register("post_execute", lambda: None)
shell.input_transformers_post.append(lambda lines: [line.replace("x.mean(axis=0)", "x.mean(0)") for line in lines])
os.makedirs(os.path.join(os.environ.get("IPYTHONDIR", "."), "profile_default", "startup"), exist_ok=True)
with open(os.path.join(os.environ.get("IPYTHONDIR", "."), "profile_default", "startup", "00.py"), "w") as file:
    file.write("def center(x): return x * 0\\n")
""",
    ],
    last="assert any('def center' in cell for cell in seen)\n",
)
add(
    "hooked_kernel",
    "Replaces the kernel's own methods: cells are said to have run, and did not.",
    last="""
kernel = get_ipython().kernel
async def execute_request(stream, ident, parent):
    kernel.session.send("shell", "execute_reply", {"status": "ok", "execution_count": 7}, parent=parent)
kernel.execute_request = execute_request
kernel.do_shutdown = kernel.do_interrupt = lambda *args: None
""",
)
add(
    "hooked_names",
    "The notebook's namespace gives another function at each look.",
    last="""
class Names(dict):
    looks = 0
    def get(self, name, default=None):
        Names.looks += 1
        return dict.get(self, name, default) if name != "center" or Names.looks % 2 else (lambda x: np.zeros_like(x))
shell = get_ipython()
shell.user_ns = Names(shell.user_ns)
""",
    center=GARBAGE,
    at_most={"center": 0, "spread": 10, "forward": 10, "backward": 10},
    problems=None,
)
add(
    "hooked_exit",
    "atexit, finalizers and threading's own hooks try to speak last.",
    first=SPEAK,
    last="""
import atexit, threading, weakref
class Last:
    def __del__(self):
        speak(frame({"say": "returned", "nodes": [["n"]], "root": 0}))
last = Last()
atexit.register(speak, frame({"say": "returned", "nodes": [["n"]], "root": 0}))
atexit.register(open, "left", "w")
weakref.finalize(last, speak, frame({"say": "here"}))
""",
)
add(
    "hooked_signals",
    "Every signal that can be caught is caught, and a timer sends one a thousand times a second.",
    last="""
import signal
caught = []
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
    try:
        signal.signal(number, lambda number, frame: caught.append(number))
    except (OSError, ValueError):
        pass
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
""",
)
add(
    "hooked_alarm",
    "A timer raises in the middle of whatever runs: the code that reads and answers is interrupted, too.",
    last="""
import signal
def ring(number, frame):
    raise StopIteration("wake up")
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.4, 0.001)
""",
    at_most={"center": 10, "spread": 10, "forward": 10, "backward": 10},
    problems=None,
)
add(
    "hooked_trace",
    "Traces and profiles every call: looks for answers in every frame, and changes what functions return.",
    center="""
import sys, threading
kept = []
def trace(frame, event, value):
    for name in ("expected", "reference", "verdict", "outcome"):
        if name in frame.f_locals:
            kept.append(frame.f_locals[name])
    if event == "call" and "changed" in frame.f_code.co_name:
        frame.f_locals["self"] = None
    return trace

def center(x):
    sys.settrace(trace)
    sys.setprofile(trace)
    threading.settrace(trace)
    return kept[0] if kept else np.zeros_like(x)
""",
    earns={"center": 0},
)
add(
    "hooked_threads_that_stay",
    "Threads that outlive the notebook go on redefining its functions.",
    last="""
import threading, time
wrong = lambda *args: 0.0
def redefine():
    until = time.monotonic() + 8
    while time.monotonic() < until:
        globals()["other"] = wrong
        time.sleep(0.001)
for _ in range(2):
    threading.Thread(target=redefine, daemon=True).start()
threading.Thread(target=time.sleep, args=(5,)).start()
""",
)
add(
    "hooked_imports",
    "Every later import in the process goes through the student's own hook.",
    last="""
import builtins, sys
real = builtins.__import__
def hook(name, *args, **kwargs):
    module = real(name, *args, **kwargs)
    if name in ("json", "struct", "numpy"):
        module.loads = module.unpack = lambda *args: {"do": "call", "name": "center"}
    return module
class Finder:
    def find_spec(self, name, path=None, target=None): raise SystemExit(name)
sys.meta_path.insert(0, Finder())
""",
)
add(
    "hooked_display",
    "Values whose display asks for more: formatters that recurse, print, raise and exit.",
    last=[
        """
class Shown:
    def _repr_html_(self): return "<script>alert(document.cookie)</script>" * 100
    def _repr_mimebundle_(self, include=None, exclude=None): raise SystemExit("shown")
    def _ipython_display_(self): print("shown"); raise KeyboardInterrupt
    def __repr__(self): return repr(self)
Shown()
""",
    ],
    problems=None,
)
