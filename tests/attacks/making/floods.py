"""More than anyone needs of memory, processes, threads, descriptors, files, output and messages. All are bounded by themselves."""

from __future__ import annotations

from .attack import family

add = family("floods")

add(
    "flood_of_memory_in_a_cell",
    "A cell takes memory until it gets no more, or 600 MiB.",
    last="hoard = []\nfor _ in range(75):\n    hoard.append(np.ones(1 << 20))\n",
    problems=None,
)
add(
    "flood_of_memory_in_a_function",
    "A function does.",
    center="def center(x):\n    hoard = [np.ones(1 << 20) for _ in range(75)]\n    return x * 0\n",
    earns={"center": 0},
)
add(
    "flood_of_memory_by_many",
    "Six processes take 100 MiB each: none of them more than it may.",
    last="""
import os, time
children = []
for _ in range(6):
    pid = os.fork()
    if pid == 0:
        try:
            hoard = np.ones(100 << 17)
            time.sleep(0.5)
        finally:
            os._exit(0)
    children.append(pid)
for pid in children:
    os.waitpid(pid, 0)
""",
    problems=None,
)
add(
    "flood_of_processes_in_a_cell",
    "A cell forks, and its children fork, until there are 200 or no more can be.",
    last="""
import mmap, os, time
count = mmap.mmap(-1, 8)
def breed():
    for _ in range(6):
        made = int.from_bytes(count[:8], "little")
        if made >= 200:
            return
        count[:8] = (made + 1).to_bytes(8, "little")
        try:
            if os.fork() == 0:
                breed()
                time.sleep(5)
                os._exit(0)
        except OSError:
            return
breed()
""",
    problems=None,
)
add(
    "flood_of_processes_in_a_function",
    "A function does.",
    center="""
import mmap, os, time
count = mmap.mmap(-1, 8)
def center(x):
    for _ in range(6):
        made = int.from_bytes(count[:8], "little")
        if made >= 200:
            break
        count[:8] = (made + 1).to_bytes(8, "little")
        try:
            if os.fork() == 0:
                center(x)
                time.sleep(5)
                os._exit(0)
        except OSError:
            break
    return x * 0
""",
    earns={"center": 0},
)
add(
    "flood_of_threads",
    "A cell starts 300 threads that sleep, and leaves them.",
    last="""
import threading, time
try:
    for _ in range(300):
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
except RuntimeError:
    pass
""",
    problems=None,
)
add(
    "flood_of_descriptors",
    "A cell opens files until it may open no more, and leaves them open.",
    last="""
import os
held = []
try:
    for _ in range(5000):
        held.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    os.close(held.pop())
""",
    at_most={"center": 10, "spread": 10, "forward": 10, "backward": 10},
    problems=None,
)
add(
    "flood_of_bytes_on_disk",
    "A cell writes until the disk takes no more, or 300 MiB.",
    last="""
try:
    for n in range(3):
        with open(f"big{n}", "wb") as file:
            for _ in range(100):
                file.write(bytes(1 << 20))
except OSError:
    pass
""",
    problems=None,
)
add(
    "flood_of_files",
    "Functions and cells make thousands of files, links and pipes.",
    center="""
import os
def center(x):
    for n in range(500):
        open(f"file{n}", "w").close()
    return x - x.mean(axis=0)
""",
    last="""
import os
os.mkfifo("pipe")
os.symlink("/", "root")
os.symlink(".", "here")
for n in range(2500):
    open(f"more{n}", "w").close()
""",
)
add(
    "flood_of_folders",
    "A function makes folders in folders, deeper than any path may be long.",
    center="""
import os
def center(x):
    try:
        for n in range(400):
            os.mkdir("a folder")
            os.chdir("a folder")
    except OSError:
        pass
    return x - x.mean(axis=0)
""",
)
add(
    "flood_of_folders_in_a_cell",
    "A cell does, and closes them to itself.",
    last="""
import os
here = os.getcwd()
try:
    for n in range(1500):
        os.mkdir("a folder")
        os.chdir("a folder")
    os.chmod("..", 0)
except OSError:
    pass
os.chdir(here)
""",
)
add(
    "flood_of_prints",
    "A cell prints 60 MB, to both streams and to their descriptors.",
    last="""
import os, sys
for _ in range(30):
    print("x" * 1_000_000)
    print("y" * 1_000_000, file=sys.stderr)
    os.set_blocking(1, False)
    try:
        os.write(1, b"z" * 65536)
    except OSError:
        pass
os.set_blocking(1, True)
""",
)
add(
    "flood_of_prints_in_a_function",
    "A function does, at each call.",
    center="""
import os
def center(x):
    for _ in range(200):
        print("x" * 100_000)
    os.write(1, b"z" * 100)
    return x - x.mean(axis=0)
""",
)
add(
    "flood_of_messages",
    "Twenty thousand small outputs.",
    last="from IPython.display import display\nfor n in range(20_000):\n    display({'text/plain': 'x'}, raw=True)\n",
    problems=None,
)
add(
    "flood_of_errors",
    "Errors with messages of a megabyte, in cells and functions.",
    spread='def spread(x):\n    raise ValueError("x" * 1_000_000)\n',
    last='raise ValueError("x" * 1_000_000)\n',
    earns={"spread": 0},
    problems=None,  # what is too long to keep is dropped
)
add(
    "flood_of_cells",
    "A hundred cells, each with an error of its own.",
    last=[f'raise ValueError("{n}" * 500)\n' for n in range(100)],
    problems=["raised ValueError"] * 100,
)
add(
    "flood_of_deaths",
    "Every one of fifteen cells kills its kernel.",
    last=[f"import os\nos._exit({n})\n" for n in range(15)],
    problems=["killed_kernel "] * 15,
)
