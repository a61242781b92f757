"""Loops, stops and kills: what does not end by itself, and what ends what it should not. All end after seconds by themselves."""

from __future__ import annotations

from .attack import family
from .toolbox import BREACH, SYSCALLS

add = family("endless", alone=True)

add(
    "endless_cell_that_swallows",
    "A cell loops and catches every exception, its interrupt included.",
    last="""
import time
until = time.monotonic() + 20
while time.monotonic() < until:
    try:
        while time.monotonic() < until:
            pass
    except BaseException:
        pass
""",
    problems=["hung "],
)
add(
    "endless_function_that_swallows",
    "A function does.",
    center="""
import time
def center(x):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            while time.monotonic() < until:
                pass
        except BaseException:
            pass
    return x
""",
    earns={"center": 0},
    verdicts={"center": {"three numbers": "timed_out", "any size": "timed_out"}},
)
add(
    "endless_c_code_in_a_cell",
    "A cell computes in C, where no interrupt is heard.",
    last="sum(range(1_500_000_000))\n",
    problems=["hung "],
)
add(
    "endless_c_code_in_a_function",
    "A function does.",
    center="def center(x):\n    return x * sum(range(1_500_000_000))\n",
    earns={"center": 0},
    verdicts={"center": {"three numbers": "timed_out"}},
)
add(
    "endless_sleep_with_interrupts_off",
    "A cell blocks every signal and sleeps.",
    last="import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))\ntime.sleep(8)\n",
    problems=["hung "],
)
add(
    "endless_waiting",
    "A function reads from its own socket, where nobody will ever speak to it.",
    center="""
import os, socket, stat
def center(x):
    for fd in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode) and os.get_blocking(fd):
                socket.socket(fileno=os.dup(fd)).recv(1 << 16)
        except OSError:
            pass
    return x
""",
    earns={"center": 0},
    verdicts={"center": {"three numbers": "timed_out"}},
)
add(
    "endless_reading_by_a_child",
    "A child of the function holds its socket open, stops, and is never collected: the end of the question cannot be heard.",
    center="""
import os, signal
def center(x):
    if os.fork() == 0:
        os.setsid()
        signal.alarm(10)
        os.kill(os.getpid(), signal.SIGSTOP)
    os._exit(0)
""",
    earns={"center": 0},
    verdicts={"center": {"three numbers": "error"}},
)
add(
    "stops_itself_in_a_cell",
    "A cell stops its own process.",
    last="import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n",
    problems=["hung "],
)
add(
    "stops_itself_in_a_function",
    "A function does.",
    center="import os, signal\ndef center(x):\n    os.kill(os.getpid(), signal.SIGSTOP)\n    return x\n",
    earns={"center": 0},
    verdicts={"center": {"three numbers": "timed_out"}},
)
add(
    "kills_itself_in_a_cell",
    "A cell kills its own process.",
    last="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    problems=["killed_kernel "],
)
add(
    "kills_itself_in_a_function",
    "A function does.",
    center="import os, signal\ndef center(x):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
    earns={"center": 0},
    verdicts={"center": {"three numbers": "error", "any size": "error"}},
)
add(
    "kills_its_group",
    "A function kills its whole process group, the notebook's own process in it.",
    center="import os, signal\ndef center(x):\n    os.killpg(0, signal.SIGKILL)\n",
    earns={"center": 0},
    at_most={"spread": 10, "forward": 10, "backward": 10},
)
add(
    "kills_the_kernel_in_a_function",
    "A function kills the process it was forked from: no other question can be asked of it.",
    center="import os, signal\ndef center(x):\n    os.kill(os.getppid(), signal.SIGKILL)\n    return x - x.mean(axis=0)\n",
    at_most={"center": 10, "spread": 10, "forward": 10, "backward": 10},
)
add(
    "kills_its_init",
    "A cell kills the process that keeps it.",
    last=[
        BREACH,
        "import os, signal, time\nparent = os.getppid()\nos_refused = refused(os.kill, parent, signal.SIGKILL)\ntime.sleep(0.05)\nif os.getppid() != parent:\n    breach('its init is gone')\n",
    ],
)
add(
    "signals_everything_visible",
    "Sends a signal that nobody minds to every process of the system that is not its own.",
    last=[
        BREACH,
        """
import os, signal
own = os.getpid()
reached = []
for pid in range(1, 70_000):
    if pid in (own, os.getppid()):
        continue
    try:
        os.kill(pid, signal.SIGURG)
        reached.append(pid)
    except OSError:
        pass
if reached:
    breach(reached[:10])
""",
    ],
)
add(
    "inspects_its_init",
    "Reads and writes the memory of the process that keeps it: ptrace, process_vm_readv, process_vm_writev, /proc.",
    last=[
        BREACH,
        SYSCALLS,
        """
parent = os.getppid()
class Vec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
text = ctypes.create_string_buffer(b"0123456789")
local, remote = Vec(ctypes.addressof(text), 4), Vec(id(None), 4)
for name, act in {
    "ptrace attach": lambda: libc.ptrace(16, parent, 0, 0),
    "ptrace seize": lambda: libc.ptrace(0x4206, parent, 0, 0),
    "process_vm_readv": lambda: libc.process_vm_readv(parent, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0),
    "process_vm_writev": lambda: libc.process_vm_writev(parent, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0),
    "mem": lambda: open(f"/proc/{parent}/mem", "rb"),
    "pidfd_getfd": lambda: syscall(438, 438, syscall(434, 434, parent, 0), 0, 0),
    "prlimit": lambda: __import__("resource").prlimit(parent, 7, __import__("resource").getrlimit(7)),
    "affinity": lambda: os.sched_setaffinity(parent, os.sched_getaffinity(0)),
    "priority": lambda: os.setpriority(os.PRIO_PROCESS, parent, 0),
}.items():
    if not refused(act):
        breach(name)
""",
    ],
)
