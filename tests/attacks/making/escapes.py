"""Out of the sandbox: namespaces, mounts, modes, kernel interfaces, sockets. Nothing is changed by those that succeed."""

from __future__ import annotations

from .attack import family
from .toolbox import BREACH, SYSCALLS

add = family("escapes")


def tries(name: str, note: str, acts: str, *, before: str = "", **rest: object) -> None:
    """A cell does each of `acts` (a dictionary's items: name → callable); all must be refused."""
    check = f"for name, act in {{{acts}}}.items():\n    if not refused(act):\n        breach(name)\n"
    add(name, note, last=[BREACH, SYSCALLS, before.strip() + "\n" + check], **rest)


tries(
    "escape_by_new_namespaces",
    "Makes namespaces of its own, where it would be root: unshare, clone, clone3, setns.",
    """
    "unshare user": lambda: libc.unshare(0x10000000),
    "unshare mount": lambda: libc.unshare(0x00020000),
    "unshare net": lambda: libc.unshare(0x40000000),
    "clone": lambda: child(syscall(56, 220, 0x10000011, 0, 0, 0, 0)),
    "clone3": lambda: child(syscall(435, 435, struct.pack("=11Q", 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0), 88)),
    "setns of init": lambda: libc.setns(os.open(f"/proc/{os.getppid()}/ns/mnt", os.O_RDONLY), 0),
    "setns of 1": lambda: libc.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0),
    "setns by pidfd": lambda: libc.setns(syscall(434, 434, os.getppid(), 0), 0x00020000),
""",
    before="""
import struct
def child(pid):
    if pid == 0:
        os._exit(0)
    return pid
""",
)
tries(
    "escape_by_mounts",
    "Mounts, moves and changes roots, by the old calls and the new.",
    """
    "mount tmpfs": lambda: libc.mount(b"none", os.getcwd().encode(), b"tmpfs", 0, None),
    "mount proc": lambda: libc.mount(b"none", os.getcwd().encode(), b"proc", 0, None),
    "bind": lambda: libc.mount(b"/", os.getcwd().encode(), None, 4096, None),
    "remount": lambda: libc.mount(None, b"/", None, 32 | 4096, None),
    "umount": lambda: libc.umount2(b"/proc", 2),
    "chroot": lambda: os.chroot("."),
    "pivot_root": lambda: syscall(155, 41, b".", b"."),
    "open_tree": lambda: syscall(428, 428, -100, b"/", 1),
    "fsopen": lambda: syscall(430, 430, b"tmpfs", 0),
    "move_mount": lambda: syscall(429, 429, -100, b"/", -100, os.getcwd().encode(), 0),
    "mount_setattr": lambda: syscall(442, 442, -100, b"/", 0, b"\\0" * 32, 32),
""",
)
tries(
    "escape_by_modes",
    "Makes itself another user: set-user-id files, owners, capabilities, device nodes.",
    """
    "chown": lambda: os.chown("shell", 0, 0) if os.getuid() else os.chown("shell", 12345, 12345),
    "device": lambda: os.mknod("disk", 0o60600, os.makedev(8, 0)),
    "memory device": lambda: os.mknod("mem", 0o20600, os.makedev(1, 1)),
    "capability of a file": lambda: os.setxattr("shell", "security.capability", b"\\1\\0\\0\\2" + b"\\xff" * 16),
    "set-user-id": lambda: None if os.stat("shell").st_mode & 0o6000 else -1,
""",
    before="""
import shutil
shutil.copyfile("/bin/sh", "shell")
try:
    os.chmod("shell", 0o6755)
except OSError:
    pass
""",
)
tries(
    "escape_by_files_of_others",
    "Opens for writing what is not its own: interpreter, packages, system, kernel settings. Nothing is written.",
    """
    "numpy": lambda: os.open(np.__file__, os.O_WRONLY),
    "packages": lambda: os.close(os.open(os.path.join(os.path.dirname(os.path.dirname(np.__file__)), "canary-of-a-package"), os.O_CREAT | os.O_WRONLY)),
    "python": lambda: os.open(sys.executable, os.O_WRONLY),
    "library": lambda: os.open(json.__file__, os.O_WRONLY),
    "passwords": lambda: None if "root" + ":x:0" in open("/etc/passwd").read() else -1,
    "shadow": lambda: os.open("/etc/shadow", os.O_RDONLY),
    "core pattern": lambda: os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY),
    "sysrq": lambda: os.open("/proc/sysrq-trigger", os.O_WRONLY),
    "score of init": lambda: os.open(f"/proc/{os.getppid()}/oom_score_adj", os.O_WRONLY),
    "map of users": lambda: os.open(f"/proc/{os.getppid()}/uid_map", os.O_WRONLY),
    "disk": lambda: os.open("/dev/sda", os.O_RDONLY),
    "memory": lambda: os.open("/dev/mem", os.O_RDONLY),
    "kernel memory": lambda: os.open("/proc/kcore", os.O_RDONLY),
    "terminal": lambda: os.open("/dev/tty", os.O_RDWR),
    "terminals": lambda: os.open("/dev/ptmx", os.O_RDWR),
    "users' daemons": lambda: os.open("/run/docker.sock", os.O_RDWR),
""",
    before="import json, sys\n",
)
tries(
    "escape_by_system_calls",
    "Asks the system for what no notebook needs: bpf, keys, io_uring, user faults, performance counters, modules, clocks.",
    """
    "bpf": lambda: syscall(321, 280, 0, b"\\0" * 128, 128),
    "keyctl": lambda: syscall(250, 219, 0, -3, 1),
    "add_key": lambda: syscall(248, 217, b"user", b"canary", b"x", 1, -1),
    "io_uring": lambda: syscall(425, 425, 4, b"\\0" * 120),
    "userfaultfd": lambda: syscall(323, 282, 1),
    "perf_event_open": lambda: syscall(298, 241, b"\\0" * 128, 0, -1, -1, 0),
    "init_module": lambda: syscall(175, 105, b"", 0, b""),
    "kexec_load": lambda: syscall(246, 104, 0, 0, 0, 0),
    "clock_settime": lambda: syscall(227, 112, 99, b"\\0" * 16),
    "sethostname": lambda: syscall(170, 161, b"", -1),
    "syslog": lambda: syscall(103, 116, 10, 0, 0),
    "memfd_create": lambda: syscall(319, 279, b"x", 0),
    "inotify": lambda: syscall(294, 26, 0),
    "fanotify": lambda: syscall(300, 262, 0, 0),
    "quotactl": lambda: syscall(179, 60, 0x80000700, 0, 0, 0),
    "swapon": lambda: syscall(167, 224, b"", 0),
    "reboot": lambda: syscall(169, 142, 0, 0, 0, 0),
    "x32": lambda: libc.syscall(ctypes.c_long(0x40000000 + 39)) if X86 else -1,
""",
)
tries(
    "escape_by_capabilities",
    "Looks whether it may do anything that others may not, and asks for more.",
    """
    "capabilities": lambda: -1 if set(status["CapEff"] + status["CapPrm"] + status["CapInh"] + status["CapAmb"]) <= {"0"} or os.getuid() == 0 and not NAMED else 0,
    "new privileges": lambda: -1 if status["NoNewPrivs"] == "1" else 0,
    "filter": lambda: -1 if status["Seccomp"] == "2" else 0,
    "set-group-id": lambda: os.setgid(4) if os.getuid() else -1,
    "set-user-id": lambda: os.setuid(0) if os.getuid() else -1,
    "dumpable": lambda: -1 if libc.prctl(4, 0, 0, 0, 0) else 0,
""",
    before="""
try:
    status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
except OSError:
    status = dict.fromkeys(("CapEff", "CapPrm", "CapInh", "CapAmb"), "0") | {"NoNewPrivs": str(libc.prctl(39, 0, 0, 0, 0)), "Seccomp": str(libc.prctl(21, 0, 0, 0, 0))}
NAMED = True
""",
)

LISTENERS = """
import socket
PORTS, NAMES = range(47_880, 47_888), [f"\\0canary-of-a-listener-{n}" for n in range(8)]
def speak_to(kind, how, name):
    with socket.socket(kind, how) as client:
        client.settimeout(0.05)
        client.connect(name)
        client.send(b"BRE" + b"ACH")
def spoken_to():
    found = []
    for kind, how, names in (
        (socket.AF_INET, socket.SOCK_STREAM, [("127.0.0.1", port) for port in PORTS]),
        (socket.AF_INET, socket.SOCK_DGRAM, [("127.0.0.1", port) for port in PORTS]),
        (socket.AF_INET6, socket.SOCK_STREAM, [("::ffff:127.0.0.1", port) for port in PORTS]),
        (socket.AF_UNIX, socket.SOCK_STREAM, NAMES),
        (socket.AF_UNIX, socket.SOCK_DGRAM, NAMES),
    ):
        for name in names:
            try:
                speak_to(kind, how, name)
            except OSError:
                continue
            if how == socket.SOCK_STREAM:  # a datagram goes out whether anyone hears it or not
                found.append((kind, name))
    return found
"""
add(
    "escape_by_sockets",
    "Speaks to whoever listens on this machine: loopback and abstract sockets, in a cell and in a function.",
    first=[BREACH, LISTENERS, "if spoken_to():\n    breach(spoken_to())\n"],
    center="def center(x):\n    if spoken_to():\n        breach(spoken_to())\n    return x - x.mean(axis=0)\n",
)
add(
    "escape_by_subprocesses",
    "Leaves it to other programs: shells, interpreters, set-user-id tools, background jobs.",
    first=BREACH,
    last="""
import shutil, subprocess, sys
def said(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=0.8).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
listed = said("sh", "-c", "ls -d /tmp/* /tmp/arena-*/* ../.. 2>/dev/null")
if "/tmp/arena-" in listed or "teacher" in listed:
    breach("ls")
for tool, arguments in {"su": ["-c", "id"], "sudo": ["-n", "id"], "mount": ["-t", "tmpfs", "none", "."], "unshare": ["-r", "id"], "ping": ["-c1", "-W1", "127.0.0.1"]}.items():
    if shutil.which(tool) and (tool != "su" or __import__("os").getuid()) and said(tool, *arguments).strip():
        breach(tool)
subprocess.Popen(["sh", "-c", "(sleep 8; echo late > late) &"], start_new_session=True)
subprocess.Popen([sys.executable, "-c", "import os, time\\nif os.fork(): os._exit(0)\\nos.setsid()\\nif os.fork(): os._exit(0)\\ntime.sleep(8)"])
""",
)
add(
    "escape_over_a_restart",
    "Leaves a mark wherever it can, kills its kernel, and looks for the mark when the notebook runs again.",
    first=BREACH,
    last="""
import ctypes, os
libc = ctypes.CDLL(None)
places = ["mark", "../mark", os.path.expanduser("~/mark"), "/tmp/mark-of-a-restart", "/dev/shm/mark-of-a-restart", "/var/tmp/mark-of-a-restart"]
if any(os.path.exists(place) for place in places) or libc.shmget(0x0A77AD, 16, 0o600) >= 0:
    breach("the restart is not fresh")
for place in places:
    try:
        open(place, "w").close()
    except OSError:
        pass
os._exit(1)
""",
    problems=["killed_kernel "],
)

add_shadow = family("shadows")
MODULE = "def __getattr__(name):\\n    raise SystemExit(name)\\nallclose = array_equal = lambda *args, **kwargs: True\\n"
add_shadow(
    "shadowed_numpy",
    "Modules of the names of numpy, json and ours lie beside the notebook, written by a cell.",
    last=f"""
import os, sys
for name in ("numpy", "json", "struct", "socket", "linecache", "IPython", "autograder_checks", "_autograder_inside", "sitecustomize", "usercustomize"):
    with open(name + ".py", "w") as file:
        file.write("{MODULE}")
    os.makedirs(name + "_", exist_ok=True)
sys.path.insert(0, os.getcwd())
""",
)
add_shadow(
    "shadowed_and_restarted",
    "The same, and then the kernel is killed: the next one starts in that folder.",
    last=f"""
import os
for folder in (".", os.path.expanduser("~/.local/lib/python3.11/site-packages"), os.path.expanduser("~/.ipython/profile_default/startup")):
    os.makedirs(folder, exist_ok=True)
    for name in ("numpy", "json", "struct", "ipykernel", "sitecustomize", "usercustomize", "00-start"):
        with open(os.path.join(folder, name + ".py"), "w") as file:
            file.write("{MODULE}")
with open(os.path.expanduser("~/.pythonrc.py"), "w") as file:
    file.write("{MODULE}")
os._exit(3)
""",
    problems=["killed_kernel "],
)
add_shadow(
    "shadowed_modules_in_memory",
    "Replaces modules that are imported already: numpy, json and struct are others for whoever imports them next.",
    center="def center(x):\n    return np.zeros_like(x)\n",
    last="""
import sys, types
class Fake(types.ModuleType):
    def __getattr__(self, name):
        return lambda *args, **kwargs: True
for name in ("numpy", "numpy.testing", "pickle", "copy", "math", "fractions"):
    sys.modules[name] = Fake(name)
""",
    earns={"center": 0},
)
