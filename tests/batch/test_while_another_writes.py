"""Staff acts while another process holds the lock and writes: nothing waits, nothing is lost, and the files follow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from end_to_end.command import ENVIRONMENT

from autograder.batch import acts
from autograder.batch.status import as_lines, read_status
from autograder.batch.up_to_date import make
from autograder.store import Busy

from .reading import made_files, page_of, row

_WRITER = """
import sys, threading, time
from pathlib import Path
from autograder.batch.up_to_date import writing
from autograder.store import Store
out, ended = Path(sys.argv[1]), threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), ended.set()), daemon=True).start()
with writing(out):
    count = 0
    while not ended.is_set():
        with Store(out, writing=True) as store:
            for _ in range(5):
                with store.transaction():
                    store.set_fact("count", str(count))
                time.sleep(0.01)
                count += 1
                if count == 5:
                    print("writing", flush=True)
"""
"""Holds the lock and writes one transaction after another, until it reads a line; and looks at no event before that."""


@contextmanager
def writer(out: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes; after this it has ended."""
    command = [sys.executable, "-c", _WRITER, str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        if process.poll() is None:
            process.communicate("end\n", timeout=60)
    assert process.returncode in (0, -9)


def test_an_act_is_noted_at_once_and_whoever_writes_puts_it_into_the_files_at_the_end(out: Path) -> None:
    before = made_files(out)
    with writer(out) as process:
        done = acts.override(out, "ada", "helper", "9", "right but for a name")
        assert done.scores == ("Ada Adler (1001): 26 of 30 before, 29 of 30 now.",)
        assert done.later.startswith(f"Another command is writing (process {process.pid} on ")
        assert made_files(out) == before
        status = read_status(out)
        assert status.writing is not None
        assert status.writing.startswith(f"process {process.pid} on ")
        assert status.files_behind
        with pytest.raises(Busy):
            make(out)
    assert row(out, "ada")["helper"] == "9"
    assert "set by your teacher" in page_of(out, "Ada Adler")
    assert read_status(out).writing is None
    assert not read_status(out).files_behind


def test_when_whoever_wrote_is_killed_the_act_is_there_and_the_next_command_makes_the_files(out: Path) -> None:
    with writer(out) as process:
        acts.override(out, "ada", "helper", "9", "right but for a name")
        process.kill()
        process.wait(60)
    assert row(out, "ada")["helper"] == "6"
    assert any("`autograder report`" in line for line in as_lines(read_status(out)))
    acts.comment(out, "ben", None, "Well done")
    assert row(out, "ada")["helper"] == "9"
