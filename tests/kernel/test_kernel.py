"""Real kernels, forked from a real zygote: what a notebook gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.kernel.zygote import Zygote

from .cells import QUICK, Files, printed, run


def test_a_notebook_prints_displays_and_keeps_its_state(zygote: Zygote, files: Files) -> None:
    notebook, execution, _kernel = run(
        zygote, files, "a = 2", "print('a is', a)", "a + 1", "%%time\nb = a", "import asyncio\nawait asyncio.sleep(0)\nprint(b, _)"
    )
    assert execution.problems == ()
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    assert outputs[0].text == "a is 2\n"
    assert outputs[1].data["text/plain"] == "3"
    assert outputs[-1].text == "2 3\n"
    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3, 4, 5]


def test_an_error_stops_its_cell_and_not_the_next(zygote: Zygote, files: Files) -> None:
    notebook, execution, _kernel = run(zygote, files, "1/0", "def broken(:", "print('still here')")
    assert [(p.cell, p.kind, p.name) for p in execution.problems] == [(1, "raised", "ZeroDivisionError"), (2, "raised", "SyntaxError")]
    assert notebook.cells[2].outputs[0].text == "still here\n"


def test_a_cell_that_does_not_end_is_interrupted_and_the_rest_runs(zygote: Zygote, files: Files) -> None:
    notebook, execution, _kernel = run(zygote, files, "while True: pass", "import time\ntime.sleep(60)", "print('later')")
    assert [(p.cell, p.kind) for p in execution.problems] == [(1, "timed_out"), (2, "timed_out")]
    assert notebook.cells[2].outputs[0].text == "later\n"


def test_a_cell_that_interrupts_itself_was_not_too_slow(zygote: Zygote, files: Files) -> None:
    _notebook, execution, _kernel = run(zygote, files, "raise KeyboardInterrupt('mine')", "x = 1")
    assert [(p.cell, p.kind, p.text) for p in execution.problems] == [(1, "raised", "mine")]


def test_when_the_notebooks_time_is_over_later_cells_are_not_run(zygote: Zygote, files: Files) -> None:
    short = replace(QUICK, notebook_s=2.4, cell_s=1.6)
    _notebook, execution, _kernel = run(zygote, files, "while True: pass", "while True: pass", "x = 1", limits=short)
    assert [(p.cell, p.kind) for p in execution.problems] == [(1, "timed_out"), (2, "timed_out"), (3, "not_run")]
    assert [p.text for p in execution.problems[:2]] == ["stopped after 1.6 s", "stopped after the rest of the notebook's time"]


def test_an_error_after_a_flood_is_still_told(zygote: Zygote, files: Files) -> None:
    _notebook, execution, _kernel = run(zygote, files, "for _ in range(10_000): print('flood ' * 10)", "1 / 0")
    assert [(p.cell, p.name) for p in execution.problems] == [(2, "ZeroDivisionError")]


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nawait asyncio.sleep(60)",
        pytest.param("import subprocess\nsubprocess.run(['sleep', '60'])", marks=pytest.mark.slow),
        pytest.param("import numpy as np\na = np.ones((300, 300))\nwhile True: a @ a", marks=pytest.mark.slow),
        pytest.param("import threading\nthreading.Event().wait()", marks=pytest.mark.slow),
    ],
)
def test_whatever_a_cell_waits_for_is_interrupted(zygote: Zygote, files: Files, source: str) -> None:
    _notebook, execution, _kernel = run(zygote, files, source, "x = 1")
    assert [(p.cell, p.kind) for p in execution.problems] == [(1, "timed_out")]
    assert execution.fresh_kernels == 0


@pytest.mark.parametrize(
    "source", ["import os\nprint(os.system('sleep 60'))", pytest.param("!sleep 60\nprint(_exit_code)", marks=pytest.mark.slow)]
)
def test_a_command_that_does_not_end_is_interrupted_and_its_cell_goes_on(zygote: Zygote, files: Files, source: str) -> None:
    notebook, execution, _kernel = run(zygote, files, source)
    assert (execution.problems, execution.fresh_kernels) == ((), 0)
    assert notebook.cells[0].outputs[-1].text.splitlines()[-1] in ("2", "-2")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("import os\nos._exit(1)", "killed_kernel"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "killed_kernel"),
        ("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass", "hung"),
    ],
)
def test_a_cell_that_kills_or_hangs_its_kernel_is_left_out_of_a_fresh_one(zygote: Zygote, files: Files, source: str, kind: str) -> None:
    notebook, execution, _kernel = run(zygote, files, "a = 1", source, "print('a is', a)")
    assert [(p.cell, p.kind) for p in execution.problems] == [(2, kind)]
    assert execution.fresh_kernels == 1
    assert notebook.cells[2].outputs[0].text == "a is 1\n"


def test_what_is_printed_beyond_the_limit_is_dropped_and_costs_nothing(zygote: Zygote, files: Files) -> None:
    notebook, execution, _kernel = run(zygote, files, "for _ in range(10_000): print('flood ' * 10)", "b = 1")
    assert execution.output_dropped
    assert execution.problems == ()
    assert sum(len(output.get("text", "")) for output in notebook.cells[0].outputs) <= QUICK.output_bytes


def test_memory_beyond_the_limit_is_an_error_of_its_cell(zygote: Zygote, files: Files) -> None:
    patient = replace(QUICK, cell_s=15)
    hoard = "import numpy as np\nx = [np.ones(4_000_000) for _ in range(50)]"
    _notebook, execution, _kernel = run(zygote, files, hoard, "y = 1", limits=patient)
    assert [(p.cell, p.kind) for p in execution.problems] == [(1, "raised")]
    assert "MemoryError" in execution.problems[0].name


def test_temporary_files_are_made_in_the_scratch_folder(zygote: Zygote, files: Files) -> None:
    assert printed(zygote, files, "import tempfile\nprint(tempfile.gettempdir())").endswith("/tmp\n")


def test_modules_beside_the_notebook_are_the_bundles(zygote: Zygote, files: Files) -> None:
    assert printed(zygote, files, "from rnn_utils import sigmoid\nprint(sigmoid(0))") == "the bundle's\n"


def test_global_random_numbers_are_the_same_every_time(zygote: Zygote, files: Files) -> None:
    source = "import random, numpy as np\nprint(random.random(), np.random.rand())"
    assert printed(zygote, files, source) == printed(zygote, files, source)


def test_the_order_of_sets_is_the_same_in_every_run(zygote: Zygote, files: Files) -> None:
    assert printed(zygote, files, "import sys\nprint(sys.flags.hash_randomization)") == "0\n"


def test_cpu_and_memory_of_all_its_processes_are_known_at_the_end(zygote: Zygote, files: Files) -> None:
    _notebook, _execution, kernel = run(zygote, files, "sum(range(3_000_000))")
    assert kernel.cpu_s > 0
    assert kernel.memory_bytes > 1 << 20
