"""Who writes to a class's folder, asked without getting in anybody's way."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

import pytest

from autograder.store import Busy, holder, lock


def test_it_names_whoever_writes_and_nobody_else(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    with lock(tmp_path):
        said = holder(tmp_path)
        assert said is not None
        assert said.startswith(f"process {os.getpid()} on ")
    assert holder(tmp_path) is None


def test_a_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    with lock(tmp_path):
        with pytest.raises(Busy, match=f"Another command writes to .*process {os.getpid()} on ") as refused, lock(tmp_path):
            pass
        assert refused.value.owner == holder(tmp_path)


def test_somebody_who_only_looks_refuses_no_writer(tmp_path: Path) -> None:
    with lock(tmp_path):
        pass
    looking = os.open(tmp_path / "lock", os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    threading.Timer(0.05, lambda: os.close(looking)).start()
    with lock(tmp_path):
        pass
