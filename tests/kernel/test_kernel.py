"""Real kernels, forked from a real zygote: what a notebook gets, and what it cannot reach."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import MachineFault
from autograder.grading.execute import run_cells
from autograder.grading.notebook import NotebookNode, parse_notebook
from autograder.grading.scratch import Scratch
from autograder.kernel.sandbox import survey
from autograder.kernel.zygote import Kernel, Zygote
from autograder.model import Execution, Limits, Sandbox

QUICK = Limits(notebook_s=20, cell_s=1.5, memory_bytes=256 << 20, output_bytes=20_000)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote(("numpy",), Sandbox.BEST)
    yield zygote
    zygote.close()


@pytest.fixture
def scratch(zygote: Zygote) -> Iterator[Scratch]:
    scratch = Scratch({"rnn_utils.py": b"def sigmoid(x):\n    return 'the bundle\\'s'\n"}, zygote.home)
    yield scratch
    scratch.close()


def run(zygote: Zygote, scratch: Scratch, *sources: str, limits: Limits = QUICK) -> tuple[NotebookNode, Execution, Kernel]:
    import nbformat

    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = parse_notebook(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode(), "test")
    kernel, execution = run_cells(notebook, lambda: zygote.fork(scratch.path, limits), limits)
    kernel.close()
    return notebook, execution, kernel


def printed(zygote: Zygote, scratch: Scratch, *sources: str) -> str:
    notebook, execution, _kernel = run(zygote, scratch, *sources)
    assert not execution.problems, execution.problems
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.outputs)


def test_a_notebook_prints_displays_and_keeps_its_state(zygote: Zygote, scratch: Scratch) -> None:
    notebook, execution, _kernel = run(
        zygote, scratch, "a = 2", "print('a is', a)", "a + 1", "%%time\nb = a", "import asyncio\nawait asyncio.sleep(0)\nprint(b, _)"
    )
    assert execution.problems == ()
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    assert outputs[0].text == "a is 2\n"
    assert outputs[1].data["text/plain"] == "3"
    assert outputs[-1].text == "2 3\n"


def test_an_error_stops_its_cell_and_not_the_next(zygote: Zygote, scratch: Scratch) -> None:
    notebook, execution, _kernel = run(zygote, scratch, "1/0", "def broken(:", "print('still here')")
    assert [(p.cell, p.kind, p.name) for p in execution.problems] == [(1, "raised", "ZeroDivisionError"), (2, "raised", "SyntaxError")]
    assert notebook.cells[2].outputs[0].text == "still here\n"


def test_a_cell_that_does_not_end_is_interrupted_and_the_rest_runs(zygote: Zygote, scratch: Scratch) -> None:
    notebook, execution, _kernel = run(zygote, scratch, "while True: pass", "import time\ntime.sleep(60)", "print('later')")
    assert [(p.cell, p.kind) for p in execution.problems] == [(1, "timed_out"), (2, "timed_out")]
    assert notebook.cells[2].outputs[0].text == "later\n"


def test_an_await_that_does_not_end_is_interrupted(zygote: Zygote, scratch: Scratch) -> None:
    _notebook, execution, _kernel = run(zygote, scratch, "import asyncio\nawait asyncio.sleep(60)", "x = 1")
    assert [p.cell for p in execution.problems] == [1]
    assert execution.fresh_kernels == 0


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import os\nos._exit(1)", "killed_kernel"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "killed_kernel"),
        ("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", "hung"),
    ],
)
def test_a_cell_that_kills_or_hangs_its_kernel_is_left_out_of_a_fresh_one(zygote: Zygote, scratch: Scratch, source: str, kind: str) -> None:
    notebook, execution, _kernel = run(zygote, scratch, "a = 1", source, "print('a is', a)")
    assert [(p.cell, p.kind) for p in execution.problems] == [(2, kind)]
    assert execution.fresh_kernels == 1
    assert notebook.cells[2].outputs[0].text == "a is 1\n"


def test_what_is_printed_beyond_the_limit_is_dropped_and_costs_nothing(zygote: Zygote, scratch: Scratch) -> None:
    notebook, execution, _kernel = run(zygote, scratch, "for _ in range(10_000): print('flood ' * 10)", "b = 1")
    assert execution.output_dropped
    assert execution.problems == ()
    assert sum(len(output.get("text", "")) for output in notebook.cells[0].outputs) <= QUICK.output_bytes


def test_memory_beyond_the_limit_is_an_error_of_its_cell(zygote: Zygote, scratch: Scratch) -> None:
    patient = replace(QUICK, cell_s=15)
    hoard = "import numpy as np\nx = [np.ones(4_000_000) for _ in range(50)]"
    _notebook, execution, _kernel = run(zygote, scratch, hoard, "y = 1", limits=patient)
    assert [(p.cell, p.kind) for p in execution.problems] == [(1, "raised")]
    assert "MemoryError" in execution.problems[0].name


def test_modules_beside_the_notebook_are_the_bundles(zygote: Zygote, scratch: Scratch) -> None:
    assert printed(zygote, scratch, "from rnn_utils import sigmoid\nprint(sigmoid(0))") == "the bundle's\n"


def test_global_random_numbers_are_the_same_every_time(zygote: Zygote, scratch: Scratch) -> None:
    source = "import random, numpy as np\nprint(random.random(), np.random.rand())"
    assert printed(zygote, scratch, source) == printed(zygote, scratch, source)


def test_the_order_of_sets_is_the_same_in_every_run(zygote: Zygote, scratch: Scratch) -> None:
    assert printed(zygote, scratch, "import sys\nprint(sys.flags.hash_randomization)") == "0\n"


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


def test_the_scratch_folder_is_put_back_between_questions(scratch: Scratch) -> None:
    (scratch.path / "data.txt").write_text("from the notebook")
    scratch.remember()
    (scratch.path / "data.txt").write_text("from a question!!")
    (scratch.path / "note").mkdir()
    (scratch.path / "note" / "x").write_text("for the next question")
    (scratch.path / "link").symlink_to("/etc/passwd")
    os.mkfifo(scratch.path / "pipe")
    scratch.restore()
    assert sorted(path.name for path in scratch.path.iterdir()) == ["data.txt", "rnn_utils.py"]
    assert (scratch.path / "data.txt").read_text() == "from the notebook"


def test_cpu_and_memory_of_all_its_processes_are_known_at_the_end(zygote: Zygote, scratch: Scratch) -> None:
    _notebook, _execution, kernel = run(zygote, scratch, "sum(range(3_000_000))")
    assert kernel.cpu_s > 0
    assert kernel.memory_bytes > 1 << 20
