"""What a notebook writes, by whatever way, is told whole, in order, within its limit, and never cuts a message in two."""

from __future__ import annotations

import time
from dataclasses import replace

from autograder.kernel.zygote import Zygote

from .cells import QUICK, Files, printed, run, started

ROOMY = replace(QUICK, output_bytes=1 << 20, cell_s=10)


def test_descriptors_children_and_prints_keep_their_order(zygote: Zygote, files: Files) -> None:
    source = (
        "import os, subprocess\n"
        "print('printed')\nos.write(1, b'raw\\n')\nprint('again')\nsubprocess.run(['echo', 'by a program'])\n"
        "pid = os.fork()\n"
        "if pid == 0:\n    print('by a child')\n    os._exit(0)\n"
        "os.waitpid(pid, 0)\nprint('last')\nos.write(1, 'é'.encode()[:1])"
    )
    lines = ["printed", "raw", "again", "by a program", "by a child", "last"]
    assert printed(zygote, files, source + ";").splitlines()[:6] == lines


def test_a_cell_may_write_more_than_any_pipe_holds(zygote: Zygote, files: Files) -> None:
    source = "import os\nos.write(1, b'x' * 10_000_000);\nos.system('yes | head -c 1000000 >&2');"
    notebook, execution, _kernel = run(zygote, files, source, "!yes | head -c 1000000", "print('later')", limits=ROOMY)
    assert (execution.problems, execution.output_dropped) == ((), True)
    kept = sum(len(output.get("text", "")) for cell in notebook.cells for output in cell.outputs)
    assert 0 < kept <= ROOMY.output_bytes


def test_an_output_too_large_for_a_message_is_named_and_costs_nothing_else(zygote: Zygote, files: Files) -> None:
    notebook, execution, _kernel = run(zygote, files, "'x' * 3_000_000", "raise ValueError('y' * 3_000_000)", "7", limits=ROOMY)
    assert notebook.cells[0].outputs[0].data["text/plain"].startswith("An output of 3,000,")
    assert [(problem.cell, problem.name) for problem in execution.problems] == [(2, "ValueError")]
    assert notebook.cells[2].outputs[0].data["text/plain"] == "7"


def test_a_handler_that_raises_while_something_is_sent_cuts_no_message(zygote: Zygote, files: Files) -> None:
    source = """
import signal
class Alarm(Exception): pass
def ring(*_): raise Alarm
signal.signal(signal.SIGALRM, ring)
def burst():
    signal.setitimer(signal.ITIMER_REAL, 0.0003)
    for _ in range(3):
        print("z" * 70_000)
    signal.setitimer(signal.ITIMER_REAL, 0)
rung = 0
for _ in range(60):
    try:
        burst()
    except Alarm:
        rung += 1
rung > 0
"""
    notebook, execution, _kernel = run(zygote, files, source, "8", limits=replace(ROOMY, output_bytes=16 << 20))
    assert (execution.problems, execution.fresh_kernels, execution.output_dropped) == ((), 0, False)
    assert notebook.cells[0].outputs[-1].data["text/plain"] == "True"
    assert notebook.cells[1].execution_count == 2


def test_a_child_that_runs_on_ends_with_its_cell(zygote: Zygote, files: Files) -> None:
    source = "import os\npid = os.fork()\nif pid:\n    print(os.waitpid(pid, 0)[1])"
    assert printed(zygote, files, source, "print('once')") == "0\nonce\n"


def test_tasks_go_on_between_cells(zygote: Zygote, files: Files) -> None:
    begins = (
        "import asyncio\nheard = []\nasync def work():\n"
        "    while len(heard) < 3:\n        heard.append(0)\n        await asyncio.sleep(0)\ntask = asyncio.create_task(work())"
    )
    assert printed(zygote, files, begins, "pass", "print(len(heard), task.done())") == "3 True\n"


def test_no_thread_is_left_to_hinder_a_fork(zygote: Zygote, files: Files) -> None:
    assert printed(zygote, files, "!echo\n%time 1\nimport threading\nprint(threading.active_count())").splitlines()[-1] == "1"


def test_what_a_question_writes_goes_nowhere(zygote: Zygote, files: Files) -> None:
    define = (
        "import os, sys\n"
        "def f():\n    print('x' * 10_000_000)\n    display(1)\n    os.system('echo y')\n"
        "    null = os.stat(os.devnull).st_ino\n"
        "    return os.fstat(1).st_ino == null and os.fstat(2).st_ino == null"
    )
    _notebook, _execution, kernel = started(zygote, files, define)
    try:
        deadline = time.monotonic() + 10
        link = kernel.fork_question(most_bytes=1 << 20, deadline=deadline)
        link.send(
            {"do": "call", "call": 1, "target": "f", "printed": False, "nodes": [["t", []], ["d", []], ["t", [0, 1]]], "root": 2},
            deadline=deadline,
        )
        reply, _body = link.receive(deadline=deadline)
        link.close()
        assert (reply["say"], reply["nodes"]) == ("returned", [["b", 1]])
        assert not kernel.link.pending()
    finally:
        kernel.close()
