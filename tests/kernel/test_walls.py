"""What a notebook cannot reach, and what it does that must be its own loss only: in each profile. Every attack here is bounded."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.kernel import frames
from autograder.kernel.zygote import Kernel, Zygote
from autograder.model import Limits, Profile

from .cells import QUICK, Files, descendants, printed, run, started, wait_until

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def finished(walled: Zygote, files: Files, *sources: str, limits: Limits = QUICK) -> Iterator[Kernel]:
    """The kernel of a notebook that has run."""
    _notebook, execution, kernel = started(walled, files, *sources, limits=limits)
    try:
        assert not execution.problems, execution.problems
        kernel.remember()
        yield kernel
    finally:
        kernel.close()


def question(kernel: Kernel) -> frames.Link:
    return kernel.fork_question(most_bytes=1 << 20, deadline=time.monotonic() + 5)


def test_files_outside_its_folder_cannot_be_read(walled: Zygote, files: Files, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    source = (
        "import os\n"
        f"for path in [{str(secret)!r}, {str(Path(__file__))!r}, '/etc/shadow', '/etc/hostname', '/proc/1/environ', '/proc/1/mem']:\n"
        "    try:\n        open(path).read(); print('READ', path)\n    except OSError as error:\n        print(type(error).__name__)\n"
        f"for path in [{str(tmp_path)!r}, {str(Path(__file__).parent)!r}, '/home', '/proc/1/fd', '/proc/1/root', '/sys']:\n"
        "    try:\n        os.listdir(path); print('LISTED', path)\n    except OSError as error:\n        print(type(error).__name__)\n"
    )
    assert set(printed(walled, files, source).split()) <= {"PermissionError", "FileNotFoundError"}


def test_nothing_but_its_folder_can_be_written(walled: Zygote, files: Files) -> None:
    source = (
        "import os, sys\n"
        "for path in ['/x', '/etc/x', '/dev/x', '/usr/x', sys.prefix + '/x', os.path.dirname(os.__file__) + '/x', '/proc/self/oom_score_adj', '/var/x']:\n"
        "    try:\n        open(path, 'w').write('0'); print('WROTE', path)\n    except OSError as error:\n        print(type(error).__name__)\n"
        "for path in ['x', os.environ['HOME'] + '/x', os.environ['TMPDIR'] + '/x', '/dev/null']:\n    open(path, 'w').write('0')\n"
    )
    assert set(printed(walled, files, source).split()) <= {"PermissionError", "FileNotFoundError", "OSError"}


def test_in_a_namespace_there_is_nothing_else_at_all(zygotes: Any, files: Files) -> None:
    source = (
        "import os, socket\nprint(sorted(set(os.listdir('/')) - {'bin', 'sbin', 'lib', 'lib32', 'lib64', 'usr'}))\n"
        "print([int(name) for name in os.listdir('/proc') if name.isdigit()], os.getpid(), os.getuid(), socket.gethostname())\n"
        "print(sorted(os.listdir('/proc')), sorted(os.listdir('/dev')), os.listdir('/scratch'), len(open('/proc/self/net/dev').readlines()))\n"
    )
    root, own, rest = printed(zygotes(Profile.NAMESPACES), files, source).splitlines()
    assert {"dev", "etc", "proc", "proc.new", "scratch", "tmp"} <= set(eval(root))
    assert not {"home", "boot", "var", "sys", "srv", "mnt", "run"} & (
        set(eval(root)) - {Path(part).parts[1] for part in (os.__file__, __file__)}
    )
    assert own == "[1, 2] 2 1000 notebook"
    assert "cpuinfo" not in rest
    assert "sys" not in rest
    assert rest.endswith(" 3"), "two lines of headings and a loopback that is down"


def test_the_environment_and_descriptors_are_its_own(walled: Zygote, files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "canary")
    text = printed(
        walled,
        files,
        "import os\nprint(sorted(os.environ))\n"
        "def is_open(fd):\n    try:\n        os.fstat(fd); return True\n    except OSError:\n        return False\n"
        "print([fd for fd in range(3, 256) if is_open(fd)])",
    )
    names, descriptors = text.splitlines()
    assert "CANARY" not in names
    assert len(eval(descriptors)) <= 8, "the kernel's socket, its event loop's, and pipes for what is printed"


def test_it_can_signal_no_process_outside_and_open_no_connection(walled: Zygote, files: Files) -> None:
    source = (
        f"import os, signal, socket\nfor pid in (os.getppid(), {os.getpid()}, 1):\n"
        "    try:\n        os.kill(pid, signal.SIGTERM); print('SIGNALLED', pid)\n    except OSError as error:\n        print(type(error).__name__)\n"
        "try:\n    os.kill(-1, signal.SIGTERM)\nexcept OSError:\n    pass\n"  # would end these tests
        "try:\n    socket.create_connection(('127.0.0.1', 22), 1); print('CONNECTED')\nexcept PermissionError as error:\n    print('PermissionError')\n"
    )
    assert set(printed(walled, files, source).split()) <= {"PermissionError", "ProcessLookupError"}


def test_it_is_nobody_and_has_no_capability(walled: Zygote, files: Files) -> None:
    with finished(walled, files, "x = 1") as kernel:
        link = question(kernel)
        facts = dict(line.split(":\t", 1) for line in Path(f"/proc/{link.pid}/status").read_text().splitlines() if ":\t" in line)
        link.close()
        may_read = "0000000000000004" if any("right to read" in missing for missing in walled.confinement.missing) else "0" * 16
        assert {facts[key] for key in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {may_read}
        if os.getuid() == 0:
            assert facts["CapBnd"] == may_read
            assert "0" not in facts["Uid"].split()
            assert facts["Groups"].strip() == ""
        assert facts["NoNewPrivs"] == "1"
        assert facts["Seccomp"] == "2"


def test_what_it_starts_ends_with_it(walled: Zygote, files: Files) -> None:
    source = (
        "import os, subprocess\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        import time; time.sleep(60); os._exit(0)\n    os._exit(0)\n"
        "p = subprocess.Popen(['sleep', '60'])\n"
    )
    assert walled.confinement, "started"
    before = descendants(walled._process.pid)
    _notebook, execution, kernel = started(walled, files, source)
    assert not execution.problems
    until = time.monotonic() + 10
    while len(descendants(walled._process.pid) - before) < 4:  # the second fork may not have been made yet
        assert time.monotonic() < until
        time.sleep(0.01)
    kernel.close()
    wait_until(lambda: descendants(walled._process.pid) <= before)


def test_files_time_and_dumps_are_limited(walled: Zygote, files: Files) -> None:
    source = (
        "import resource as r\nprint([r.getrlimit(what)[1] for what in (r.RLIMIT_FSIZE, r.RLIMIT_CPU, r.RLIMIT_CORE, r.RLIMIT_NOFILE)])"
    )
    file_bytes, cpu_s, core, descriptors = eval(printed(walled, files, source))
    assert 0 < file_bytes <= 256 << 20
    assert 0 < cpu_s < 64 * 60
    assert core == 0
    assert 0 < descriptors <= 512


ASKS = """
import ctypes, errno, os, resource, socket
libc = ctypes.CDLL(None, use_errno=True)
def refused(act):
    try:
        result = act()
    except OSError as error:
        return errno.errorcode[error.errno]
    return errno.errorcode[ctypes.get_errno()] if result == -1 else f"DONE {result}"
"""
REFUSED = {
    "a socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "a socket file": "socket.socket(socket.AF_UNIX)",
    "a pair that could send to any socket file": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "memory that outlives it": "libc.shmget(0x5eed, 4096, 0o1600)",
    "messages that outlive it": "libc.msgget(0x5eed, 0o1600)",
    "keys that outlive it": "libc.syscall(248 if os.uname().machine == 'x86_64' else 217, b'user', b'k', b'v', 1, -4)",
    "limits of its init": "resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))",
    "priority of its init": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "processors of its init": "os.sched_setaffinity(os.getppid(), {0})",
    "memory of its init": "libc.ptrace(16, os.getppid(), 0, 0)",
    "namespaces": "libc.unshare(0x10000000)",
    "namespaces, by clone": "libc.syscall(56 if os.uname().machine == 'x86_64' else 220, 0x10000011, 0, 0, 0, 0)",
    "memory that no limit counts": "os.memfd_create('x')",
    "what the machine has read": "libc.mincore(0, 4096, ctypes.create_string_buffer(1))",
    "another owner": "os.chown('rnn_utils.py', os.getuid(), os.getgid())",
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_system_refuses_it(walled: Zygote, files: Files, what: str) -> None:
    assert printed(walled, files, ASKS, f"print(refused(lambda: {REFUSED[what]}))") == "EPERM\n"


def test_nobody_is_told_or_tells_the_system_which_parts_of_a_file_it_is_to_hold_in_memory(walled: Zygote, files: Files) -> None:
    asks = """
file = os.open("rnn_utils.py", os.O_RDONLY)
os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
print(os.preadv(file, [bytearray(1)], 0), refused(lambda: os.preadv(file, [bytearray(1)], 0, os.RWF_NOWAIT)))
"""
    assert printed(walled, files, ASKS, asks) == "1 ENOTSUP\n"


def test_modes_and_times_of_files_anywhere_stay_as_they_are(walled: Zygote, files: Files, tmp_path: Path) -> None:
    file = tmp_path / "somebody's"
    file.write_text("text")
    file.chmod(0o640)
    before = file.stat()
    printed(walled, files, f"import os\nos.chmod({str(file)!r}, 0o777)\nos.utime({str(file)!r}, (1, 1))")
    assert (file.stat().st_mode, file.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


def test_processes_threads_and_limits_of_its_own_are_as_usual(walled: Zygote, files: Files) -> None:
    source = (
        "import os, resource, shutil, subprocess, threading\n"
        "thread = threading.Thread(target=print, args=('thread',)); thread.start(); thread.join()\n"
        "print(subprocess.run(['echo', 'process'], capture_output=True, text=True).stdout, end='')\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.nice(1); shutil.copy('rnn_utils.py', 'copy.py')\n"
        "print(os.path.exists('copy.py'))\n"
    )
    assert printed(walled, files, source) == "thread\nprocess\nTrue\n"


def test_while_a_question_runs_nothing_else_moves_though_a_child_lets_the_kernel_go_on(walled: Zygote, files: Files) -> None:
    source = (
        "import os, signal, threading, time\nkernel = os.getpid()\n"
        "def write():\n"
        "    for n in range(10_000_000):\n"
        "        with open('count', 'w') as file: file.write(str(n))\n"
        "threading.Thread(target=write, daemon=True).start()\n"
        "if 0 in (os.fork() for _ in range(4)):\n"
        "    until = time.monotonic() + 10\n"
        "    while time.monotonic() < until: os.kill(kernel, signal.SIGCONT)\n"
        "    os._exit(0)\n"
    )
    with finished(walled, files, source) as kernel:
        link = question(kernel)
        count = next(Path(f"/proc/{link.pid}/cwd").glob("count"))
        before = count.read_text()
        time.sleep(0.1)
        assert count.read_text() == before
        link.close()
        kernel.end_question()


def test_more_processes_than_allowed_cannot_be_had_and_the_notebook_goes_on(walled: Zygote, files: Files) -> None:
    burst = (
        "import os, time\nchildren = []\n"
        "for _ in range(40):\n"
        "    try:\n        children.append(os.fork())\n    except BlockingIOError:\n        break\n"
        "    if children[-1] == 0:\n        time.sleep(60); os._exit(0)\n"
        "time.sleep(1)\n"
        "print(sum(os.waitpid(child, os.WNOHANG)[0] == 0 for child in children))\n"
    )
    notebook, execution, _kernel = run(walled, files, burst, limits=replace(QUICK, cell_s=10, processes=20))
    assert execution.problems == ()
    # Forked while init looks, some may be left; with the kernel they are hardly more than allowed.
    assert int(notebook.cells[0].outputs[0].text) + 1 <= 22


def test_memory_of_all_processes_together_is_limited_and_the_reason_told(walled: Zygote, files: Files) -> None:
    hoard = (
        "import os, time\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n        x = bytearray(b'x') * (100 << 20); time.sleep(9); os._exit(0)\n"
        "print(os.waitstatus_to_exitcode(os.wait()[1]))\n"
    )
    notebook, execution, kernel = run(walled, files, hoard, limits=replace(QUICK, cell_s=15, memory_bytes=128 << 20))
    assert execution.problems == ()
    assert notebook.cells[0].outputs[0].text == "-9\n"
    assert kernel.overrun == "memory"


def test_a_full_folder_is_an_error_of_its_cell(zygotes: Any, files: Files) -> None:
    fill = "for n in range(40):\n    with open(f'file{n}', 'wb') as file:\n        file.write(bytes(1 << 20))\n"
    limits = replace(QUICK, disk_bytes=16 << 20, cell_s=10)
    notebook, execution, _kernel = run(zygotes(Profile.NAMESPACES), files, fill, "print('later')", limits=limits)
    assert [(problem.cell, problem.name) for problem in execution.problems] == [(1, "OSError")]
    assert notebook.cells[1].outputs[0].text == "later\n"


TAMPERED = {
    "a thread": "import os, threading, time\nos.register_at_fork(after_in_child=lambda: threading.Thread(target=time.sleep, args=(9,)).start())",
    "a pipe": "import os\npipe = os.pipe()\ndef fstat(fd):\n    raise OSError\nos.fstat = fstat",
    "a grandchild": "import os\nfork = os.fork\ndef twice():\n    pid = fork()\n    return pid or fork()\nos.fork = twice",
    "a process of before": (
        "import os, socket, time\nfork = os.fork\nask, told = socket.socketpair()\n"
        "def old():\n    pid = fork()\n    if pid == 0:\n        time.sleep(0.2)\n    return pid if pid else fork()\nos.fork = old"
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_question_that_is_more_than_a_bare_fork_of_the_kernel_is_refused(walled: Zygote, files: Files, how: str) -> None:
    with finished(walled, files, TAMPERED[how]) as kernel:
        with pytest.raises(frames.BadFrame, match="a question's process that is"):
            question(kernel)
        kernel.end_question()


def test_open_files_pipes_and_threads_of_an_honest_notebook_cost_nothing(walled: Zygote, files: Files) -> None:
    source = (
        "import os, subprocess, threading, time\nfile = open('rnn_utils.py')\npipe = os.pipe()\n"
        "p = subprocess.Popen(['sleep', '9'], stdout=subprocess.PIPE)\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
    )
    with finished(walled, files, source) as kernel:
        for _ in range(3):
            link = question(kernel)
            link.close()
            kernel.end_question()


# Straight into the socket: a kernel's own session would not say such things.
SEND = """
import json, struct
socket = get_ipython().kernel.session._socket
def send(kind, content=None, **parts):
    message = {"header": {"msg_type": kind}, "parent_header": {}, "content": content or {}, **parts}
    text = json.dumps(message).encode()
    socket.sendall(struct.pack("!II", len(text), 0) + text)
"""


@pytest.mark.parametrize(
    "forged",
    [
        "send([])",
        "send('', header=3)",
        "for _ in range(4000): send('status', {'execution_state': 'x' * 20_000})",
        "socket.sendall(b'\\xff' * 1000)",
        "socket.close()",
    ],
)
def test_forged_messages_cost_their_cell_and_the_rest_runs(walled: Zygote, files: Files, forged: str) -> None:
    notebook, execution, _kernel = run(walled, files, SEND + forged, "print('later')", limits=replace(QUICK, cell_s=10))
    assert [(problem.cell, problem.kind) for problem in execution.problems] == [(1, "killed_kernel")]
    assert notebook.cells[1].outputs[0].text == "later\n"


def test_a_flood_that_never_pauses_does_not_outlast_its_cell(walled: Zygote, files: Files) -> None:
    flood = SEND + "while True: send('comm_msg', {'data': 'x' * 60_000})"
    began = time.monotonic()
    _notebook, execution, _kernel = run(walled, files, flood, "x = 1")
    assert [problem.cell for problem in execution.problems] == [1]
    assert time.monotonic() - began < QUICK.notebook_s, "the deadline of the cell was not seen"
