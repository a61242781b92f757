"""Real kernels, forked from a real zygote: what a notebook gets."""

from __future__ import annotations

import os

from autograder.grading.scratch import Scratch
from autograder.kernel.zygote import Zygote

from .cells import run


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
