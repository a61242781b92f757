"""One writer at a time, who is named; the lock ends with its process, also by `kill -9`, and no child keeps it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.errors import InputError
from autograder.store import lock

HOLD = """
import os, sys, time
from pathlib import Path
from autograder.store import lock
with lock(Path(sys.argv[1])):
    forked = os.fork()
    started = 0 if forked == 0 else __import__("subprocess").Popen(["sleep", "60"]).pid
    if forked:
        print(forked, started, flush=True)
    time.sleep(60)
"""


def test_who_holds_it_is_named(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(InputError) as told, lock(tmp_path):
        pass
    who = rf"process {os.getpid()} on {re.escape(socket.gethostname())}, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\."
    assert re.search(who + " Wait until it has ended, or add `--wait`", str(told.value))
    with lock(tmp_path):
        pass


def test_after_kill_9_it_is_free_at_once_though_children_live_on(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        children = [int(pid) for pid in holder.stdout.readline().split()]
        try:
            with pytest.raises(InputError, match=f"process {holder.pid} on"), lock(tmp_path):
                pass
            holder.kill()
            holder.wait()
            assert all(Path(f"/proc/{pid}").exists() for pid in children)
            with lock(tmp_path):
                pass
        finally:
            for pid in children:
                os.kill(pid, signal.SIGKILL)


def test_one_that_waits_gets_it_when_the_other_ends(tmp_path: Path) -> None:
    waits = (
        "import sys; from pathlib import Path; from autograder.store import lock\nwith lock(Path(sys.argv[1]), wait=True): print('mine')"
    )
    with lock(tmp_path):
        waiting = subprocess.Popen([sys.executable, "-c", waits, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        time.sleep(1.0)
        assert waiting.poll() is None
    said, _ = waiting.communicate(timeout=60)
    assert said == "mine\n"


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"pid": "x"}', "\udcff"])
def test_a_lock_that_says_nothing_useful_still_locks(tmp_path: Path, text: str) -> None:
    with lock(tmp_path):
        (tmp_path / "lock").write_bytes(text.encode(errors="surrogateescape"))
        with pytest.raises(InputError, match="a process that has just begun"), lock(tmp_path):
            pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="Choose another folder with `-o`"), lock(tmp_path / "file" / "out"):
        pass
