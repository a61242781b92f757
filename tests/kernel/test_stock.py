"""The environment's ordinary kernel instead of the warm one: the same cells, the same walls, a fresh kernel for each question.

Each test runs in the way that is found here (with bubblewrap, where it is installed and works) and without bubblewrap.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import MachineFault
from autograder.grading import wire
from autograder.kernel import frames, stock
from autograder.kernel.stock import Stock
from autograder.model import Profile, Sandbox

from .cells import QUICK, Files, printed, run, started, wait_until
from .test_walls import ASKS, REFUSED

pytestmark = pytest.mark.slow

WAYS = {"as found here": None, "without bubblewrap": Profile.PROCESSES}


@pytest.fixture(scope="module", params=list(WAYS.values()), ids=list(WAYS))
def ordinary(request: pytest.FixtureRequest) -> Iterator[Stock]:
    starter = Stock(("numpy",), Sandbox.BEST, request.param)
    yield starter
    starter.close()


def ask(link: frames.Link, name: str) -> Any:
    """Call a function without arguments in a question; what it returned, as the frames describe it."""
    deadline = time.monotonic() + 60
    call = wire.Encoded(((), {}))
    link.send(
        {"do": "call", "target": name, "printed": False, "nodes": call.nodes, "root": call.root, "call": 1}, call.body, deadline=deadline
    )
    header, _body = link.receive(deadline=deadline)
    return header


def test_cells_run_in_order_and_what_goes_wrong_in_one_costs_it_alone(ordinary: Stock, files: Files) -> None:
    cells = "print('first'); x = 1", "x / 0", "while True: pass", "import os; os._exit(1)", "exit()", "!echo {x + 1}", "x + 2"
    notebook, execution, _kernel = run(ordinary, files, *cells)
    assert [(problem.cell, problem.kind) for problem in execution.problems] == [(2, "raised"), (3, "timed_out"), (4, "killed_kernel")]
    assert notebook.cells[0].outputs[0].text == "first\n"
    assert notebook.cells[1].outputs[0].evalue == "division by zero"
    assert notebook.cells[5].outputs[0].text.split() == ["2"]
    assert notebook.cells[6].outputs[0].data["text/plain"] == "3"


def test_a_question_is_a_fresh_kernel_in_which_the_same_cells_have_run(ordinary: Stock, files: Files) -> None:
    cells = (
        "import os\nlog = open('log', 'a')\ndef note(what):\n    log.write(what + ' '); log.flush()\nnote('one')",
        "note('two')\nwhile True: pass",
        "os._exit(1)",
        "note('three')\ndef seen():\n    note('asked'); return open('log').read()",
    )
    _notebook, execution, kernel = started(ordinary, files, *cells)
    try:
        assert [(problem.cell, problem.kind) for problem in execution.problems] == [(2, "timed_out"), (3, "killed_kernel")]
        kernel.remember()
        for _ in range(2):
            link = kernel.fork_question(most_bytes=1 << 20, deadline=0)
            assert link.pid != os.getpid()
            assert "one two three asked " in str(ask(link, "seen")["nodes"])
            link.close()
            kernel.end_question()
    finally:
        kernel.close()
    assert kernel.cpu_s > 1
    assert kernel.memory_bytes > 1 << 20


def test_a_notebook_that_ends_its_kernel_when_it_runs_again_has_no_question(ordinary: Stock, files: Files) -> None:
    # Only a question's kernel has a third socket; the notebook finds it and gives up.
    cell = (
        "import os, stat\ndef is_socket(fd):\n    try:\n        return stat.S_ISSOCK(os.fstat(fd).st_mode)\n    except OSError:\n        return False\n"
        "inherited = [fd for fd in range(3, 8) if is_socket(fd) and os.get_inheritable(fd)]\nif inherited: os._exit(0)"
    )
    _notebook, execution, kernel = started(ordinary, files, cell)
    try:
        assert execution.problems == ()
        kernel.remember()
        with pytest.raises(frames.Closed):
            kernel.fork_question(most_bytes=1 << 20, deadline=0)
    finally:
        kernel.close()


def test_it_sees_no_file_outside_no_process_and_nothing_of_the_grader(
    ordinary: Stock, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    monkeypatch.setenv("CANARY", "canary")
    source = (
        "import os, signal\n"
        "def refused(act):\n    try:\n        act()\n    except OSError as error:\n        return\n    print('DONE', act.__code__.co_firstlineno)\n"
        f"refused(lambda: open({str(secret)!r}).read())\n"
        f"refused(lambda: open({str(Path(__file__))!r}).read())\n"
        "refused(lambda: open('/etc/shadow').read())\n"
        "refused(lambda: open(f'/proc/{os.getppid()}/environ').read())\n"
        "refused(lambda: open(f'/proc/{os.getppid()}/mem', 'rb'))\n"
        f"refused(lambda: os.listdir({str(tmp_path)!r}))\n"
        "refused(lambda: open('/usr/file', 'w'))\n"
        "refused(lambda: open('/file', 'w'))\n"
        f"refused(lambda: os.kill({os.getpid()}, signal.SIGTERM))\n"
        "print('CANARY' in os.environ)\n"
    )
    assert printed(ordinary, files, source) == "False\n"


def test_the_system_refuses_it_what_it_refuses_a_warm_kernel_but_for_its_own_socket_files(ordinary: Stock, files: Files) -> None:
    refused = dict.fromkeys(REFUSED, "EPERM") | {"a socket": "ENOTSUP", "a pair that could send to any socket file": "ENOTSUP"}
    del refused["a socket file"]
    asked = "".join(f"print({what!r}, refused(lambda: {REFUSED[what]}), sep=': ')\n" for what in refused)
    text = printed(ordinary, files, ASKS, asked)
    assert dict(line.split(": ") for line in text.splitlines()) == refused
    connects = (
        "import socket\nserver, client = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)\n"
        "server.bind('here'); server.listen()\n"
        "for place in ('here', '\\0there', '../run/k-1'):\n    print(refused(lambda: client.connect(place)))"
    )
    assert printed(ordinary, files, ASKS, connects) == "EPERM\n" * 3


def test_floods_of_output_memory_and_processes_are_held_to_their_limits(ordinary: Stock, files: Files) -> None:
    cells = (
        "for _ in range(30): print('é\\\\' * 500_000)",
        "held = bytearray(300 << 20)",
        (
            "import os, time\nchildren = []\nfor _ in range(40):\n    children.append(os.fork())\n    if children[-1] == 0:\n        time.sleep(60); os._exit(0)\n"
            "time.sleep(1)\nleft = sum(os.waitpid(child, os.WNOHANG)[0] == 0 for child in children)"
        ),
        "assert left < 20, left",
    )
    notebook, execution, _kernel = run(ordinary, files, *cells, limits=replace(QUICK, cell_s=10, processes=20))
    assert [(problem.cell, problem.name) for problem in execution.problems] == [(2, "MemoryError")]
    assert execution.output_dropped
    kept = notebook.cells[0].outputs[0].text
    assert kept == ("é\\" * 500_000)[: len(kept)] != ""


def test_what_it_starts_ends_with_it(ordinary: Stock, files: Files) -> None:
    marker = f"{60 + os.getpid() / 1e8:.8f}"
    source = f"import os, subprocess\nif os.fork() == 0:\n    os.setsid()\n    os.execvp('sleep', ['sleep', '{marker}'])\nsubprocess.Popen(['sleep', '{marker}'])"
    _notebook, _execution, kernel = started(ordinary, files, source)
    assert len(processes(marker)) == 2
    kernel.close()
    wait_until(lambda: not processes(marker))


def processes(argument: str) -> list[int]:
    """Processes that were started with this among their arguments."""
    found = []
    for entry in os.scandir("/proc"):
        try:
            if entry.name.isdigit() and argument.encode() in Path(entry.path, "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


KILLED = """
import sys, time
from autograder.kernel.stock import Stock
from autograder.model import Limits, Profile, Sandbox
starter = Stock((), Sandbox.BEST, Profile(sys.argv[1]) if sys.argv[1] else None)
kernel = starter.fork({}, Limits())
code = "import subprocess; subprocess.Popen(['sleep', '%s'])" % sys.argv[2]
content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": False}
header = {"msg_id": "1", "msg_type": "execute_request", "username": "", "session": "", "version": "5.4"}
message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
kernel.link.send({"do": "execute", "message": message}, deadline=time.monotonic() + 10)
print(kernel.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("way", WAYS)
def test_nothing_outlives_a_grader_that_is_killed(way: str, tmp_path: Path) -> None:
    marker = f"{61 + os.getpid() / 1e8:.8f}"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", KILLED, WAYS[way] or "", marker]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as grader:
        try:
            assert grader.stdout is not None
            kernel = int(grader.stdout.readline())
            wait_until(lambda: f"sleep\0{marker}" in commands(marker))
        finally:
            grader.send_signal(signal.SIGKILL)
    wait_until(lambda: not processes(marker))
    wait_until(lambda: not Path(f"/proc/{kernel}").exists())
    wait_until(lambda: not list(tmp_path.iterdir()))


def commands(argument: str) -> str:
    texts = []
    for pid in processes(argument):
        try:
            texts.append(Path(f"/proc/{pid}/cmdline").read_text())
        except OSError:
            continue
    return "\n".join(texts)


def test_it_says_what_is_not_protected_and_refuses_where_all_of_it_is_required(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock, "environment", lambda: {"PATH": str(tmp_path)})
    starter = Stock((), Sandbox.BEST)
    try:
        assert any("bubblewrap is not installed" in sentence for sentence in starter.confinement.missing)
        assert starter.confinement.profile is Profile.PROCESSES
    finally:
        starter.close()
    with pytest.raises(MachineFault, match="bubblewrap is not installed"):
        _ = Stock((), Sandbox.REQUIRED).confinement
    with pytest.raises(MachineFault, match="bubblewrap is not installed"):
        _ = Stock((), Sandbox.BEST, Profile.NAMESPACES).confinement


def test_bubblewrap_that_does_not_work_is_not_used_and_its_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setattr(stock, "environment", lambda: {"PATH": f"{tmp_path}:/usr/bin:/bin"})
    found = stock.find_bubblewrap()
    assert found.command(1 << 20) == []
    assert "No permissions to create new namespace" in found.why_not


def test_without_a_sandbox_only_limits_hold_and_it_runs(files: Files) -> None:
    starter = Stock((), Sandbox.OFF)
    try:
        assert any("sandbox: off" in sentence for sentence in starter.confinement.missing)
        assert printed(starter, files, "import rnn_utils\nprint(rnn_utils.sigmoid(0))") == "the bundle's\n"
    finally:
        starter.close()
