"""What a notebook cannot reach, and what it does that must be its own loss only. Every attack here is bounded."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import MachineFault
from autograder.grading.scratch import Scratch
from autograder.kernel.sandbox import survey
from autograder.kernel.zygote import Zygote
from autograder.model import Sandbox

from .cells import QUICK, printed, run, started

pytestmark = pytest.mark.slow


def test_landlock_that_does_not_hold_is_a_fault_and_nothing_runs() -> None:
    assert survey(Sandbox.BEST, 7, walled=True, seccomp=True).landlock == 7
    with pytest.raises(MachineFault, match="does not enforce"):
        survey(Sandbox.BEST, 7, walled=False, seccomp=True)


def test_files_outside_the_scratch_folder_cannot_be_read(zygote: Zygote, scratch: Scratch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    source = (
        "import os\n"
        f"for path in [{str(secret)!r}, {str(Path(__file__))!r}, '/etc/passwd', '/proc/1/environ', '/proc/self/environ']:\n"
        "    try:\n        open(path).read(); print('READ', path)\n    except OSError as error:\n        print(type(error).__name__)\n"
        f"for path in [{str(tmp_path)!r}, {str(Path(__file__).parent)!r}, '/tmp', '/proc', '/']:\n"
        "    try:\n        os.listdir(path); print('LISTED', path)\n    except OSError as error:\n        print(type(error).__name__)\n"
    )
    assert set(printed(zygote, scratch, source).split()) == {"PermissionError"}


def test_the_environment_and_descriptors_are_its_own(zygote: Zygote, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "canary")
    text = printed(
        zygote,
        scratch,
        "import os\nprint(sorted(os.environ))\n"
        "def is_open(fd):\n    try:\n        os.fstat(fd); return True\n    except OSError:\n        return False\n"
        "print([fd for fd in range(3, 256) if is_open(fd)])",
    )
    names, descriptors = text.splitlines()
    assert "CANARY" not in names
    assert len(eval(descriptors)) <= 4, "the kernel's socket and its event loop's"


def test_it_can_signal_no_process_outside_and_open_no_connection(zygote: Zygote, scratch: Scratch) -> None:
    source = (
        f"import os, signal, socket\nfor pid in (os.getppid(), {os.getpid()}):\n"
        "    try:\n        os.kill(pid, signal.SIGTERM); print('SIGNALLED')\n    except OSError as error:\n        print(type(error).__name__)\n"
        "try:\n    socket.create_connection(('127.0.0.1', 22), 1); print('CONNECTED')\nexcept PermissionError as error:\n    print('PermissionError')\n"
    )
    assert printed(zygote, scratch, source).split() == ["PermissionError"] * 3


def test_what_it_starts_ends_with_it(zygote: Zygote, scratch: Scratch) -> None:
    source = (
        "import os, subprocess\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        import time; time.sleep(60); os._exit(0)\n    os._exit(0)\n"
        "p = subprocess.Popen(['sleep', '60'])\nprint(p.pid)\n"
    )
    pid = int(printed(zygote, scratch, source))
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{pid}").exists()


def test_a_wall_that_is_required_and_cannot_be_had_refuses_to_run() -> None:
    with pytest.raises(MachineFault, match="is not protected"):
        survey(Sandbox.REQUIRED, 0, walled=False, seccomp=True)
    assert survey(Sandbox.BEST, 0, walled=False, seccomp=False).missing
    assert survey(Sandbox.OFF, 7, walled=True, seccomp=True).landlock == 0


def test_files_time_and_dumps_are_limited(zygote: Zygote, scratch: Scratch) -> None:
    source = (
        "import resource as r\nprint([r.getrlimit(what)[1] for what in (r.RLIMIT_FSIZE, r.RLIMIT_CPU, r.RLIMIT_CORE, r.RLIMIT_NOFILE)])"
    )
    file_bytes, cpu_s, core, descriptors = eval(printed(zygote, scratch, source))
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
    "another owner": "os.chown('rnn_utils.py', os.getuid(), os.getgid())",
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_system_refuses_it(zygote: Zygote, scratch: Scratch, what: str) -> None:
    assert printed(zygote, scratch, ASKS, f"print(refused(lambda: {REFUSED[what]}))") == "EPERM\n"


def test_modes_and_times_of_files_anywhere_stay_as_they_are(zygote: Zygote, scratch: Scratch, tmp_path: Path) -> None:
    file = tmp_path / "somebody's"
    file.write_text("text")
    file.chmod(0o640)
    before = file.stat()
    printed(zygote, scratch, f"import os\nos.chmod({str(file)!r}, 0o777)\nos.utime({str(file)!r}, (1, 1))")
    assert (file.stat().st_mode, file.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


def test_processes_threads_and_limits_of_its_own_are_as_usual(zygote: Zygote, scratch: Scratch) -> None:
    source = (
        "import os, resource, shutil, subprocess, threading\n"
        "thread = threading.Thread(target=print, args=('thread',)); thread.start(); thread.join()\n"
        "print(subprocess.run(['echo', 'process'], capture_output=True, text=True).stdout, end='')\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.nice(1); shutil.copy('rnn_utils.py', 'copy.py')\n"
        "print(os.path.exists('copy.py'))\n"
    )
    assert printed(zygote, scratch, source) == "thread\nprocess\nTrue\n"


def test_while_it_is_held_nothing_of_it_moves_though_a_child_lets_it_go_on(zygote: Zygote, scratch: Scratch) -> None:
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
    _notebook, _execution, kernel = started(zygote, scratch, source)
    try:
        kernel.hold(None)
        before = (scratch.path / "count").read_text()
        time.sleep(0.1)
        assert (scratch.path / "count").read_text() == before
        kernel.release()
    finally:
        kernel.close()


def test_more_processes_than_allowed_are_ended_and_the_notebook_goes_on(zygote: Zygote, scratch: Scratch) -> None:
    burst = (
        "import os, time\nchildren = []\n"
        "for _ in range(40):\n"
        "    children.append(os.fork())\n"
        "    if children[-1] == 0:\n        time.sleep(60); os._exit(0)\n"
        "time.sleep(1)\n"
        "print(sum(os.waitpid(child, os.WNOHANG)[0] == 0 for child in children))\n"
    )
    notebook, execution, _kernel = run(zygote, scratch, burst, limits=replace(QUICK, cell_s=10, processes=20))
    assert execution.problems == ()
    # Forked while init looks, some may be left; with the kernel they are no more than allowed.
    assert int(notebook.cells[0].outputs[0].text) + 1 <= 20


SEND = "session = get_ipython().kernel.session\nsend = session.send\n"


@pytest.mark.parametrize(
    "forged",
    [
        "send('iopub', {'header': {'msg_type': []}, 'parent_header': {}, 'content': {}})",
        "send('iopub', {'header': 3, 'parent_header': {}, 'content': {}})",
        "for _ in range(4000): send('iopub', 'status', {'execution_state': 'x' * 20_000})",
        "session.socket.sendall(b'\\xff' * 1000)",
        "session.socket.close()",
    ],
)
def test_forged_messages_cost_their_cell_and_the_rest_runs(zygote: Zygote, scratch: Scratch, forged: str) -> None:
    notebook, execution, _kernel = run(zygote, scratch, SEND + forged, "print('later')", limits=replace(QUICK, cell_s=10))
    assert [(problem.cell, problem.kind) for problem in execution.problems] == [(1, "killed_kernel")]
    assert notebook.cells[1].outputs[0].text == "later\n"


def test_a_flood_that_never_pauses_does_not_outlast_its_cell(zygote: Zygote, scratch: Scratch) -> None:
    flood = SEND + "while True: send('iopub', 'comm_msg', {'data': 'x' * 60_000})"
    began = time.monotonic()
    _notebook, execution, _kernel = run(zygote, scratch, flood, "x = 1")
    assert [problem.cell for problem in execution.problems] == [1]
    assert time.monotonic() - began < QUICK.notebook_s, "the deadline of the cell was not seen"


def test_a_folder_closed_to_its_owner_is_emptied_and_removed(scratch: Scratch) -> None:
    (scratch.path / "closed" / "below").mkdir(parents=True)
    (scratch.path / "closed" / "below" / "file").write_text("x")
    scratch.remember()
    (scratch.path / "closed").chmod(0)
    scratch.restore()
    assert (scratch.path / "closed" / "below" / "file").read_text() == "x"
    (scratch.path / "closed" / "below").chmod(0)
    home = scratch.path.parent
    scratch.close()
    assert not home.exists()


def test_a_folder_deeper_than_anyone_needs_is_not_copied_and_harms_nobody(scratch: Scratch) -> None:
    deep = scratch.path
    for _ in range(60):
        deep /= "d"
    deep.mkdir(parents=True)
    scratch.remember()
    scratch.restore()
    assert not scratch.complete
