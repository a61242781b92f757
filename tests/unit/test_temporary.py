"""A temporary folder whose process was killed is removed by the next; one in use, a young one and somebody else's are not."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder.temporary import temporary_folder

PREFIX = "autograder-tried-"
HOLD = f"""
import os, sys, time
from autograder.temporary import temporary_folder
with temporary_folder({PREFIX!r}) as folder:
    (folder / "solution.py").write_text("secret")
    if os.fork() == 0:
        time.sleep(60)
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


def age(folder: Path) -> None:
    an_hour_ago = time.time() - 3600
    os.utime(folder, (an_hour_ago, an_hour_ago))


def made_by_another() -> tuple[Path, subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    age(folder)
    return folder, process


def test_it_is_its_owners_alone_and_gone_afterwards() -> None:
    with temporary_folder(PREFIX) as folder:
        (folder / "solution.py").write_text("secret")
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_it_stays_while_any_process_uses_it_and_is_removed_when_all_were_killed() -> None:
    folder, process = made_by_another()
    with temporary_folder(PREFIX):
        assert (folder / "solution.py").exists()
    process.kill()
    process.wait()
    with temporary_folder(PREFIX):
        assert (folder / "solution.py").exists(), "a forked child still uses it"
    os.killpg(process.pid, 9)
    for _try in range(200):  # until the child is gone
        with temporary_folder(PREFIX):
            pass
        if not folder.exists():
            return
        time.sleep(0.05)
    pytest.fail("it is still there")


def test_a_young_one_one_that_others_can_read_and_a_link_are_left(tmp_path: Path) -> None:
    young, open_, target = (tmp_path / f"{PREFIX}{name}" for name in ("young", "open", "target"))
    for folder in (young, open_, target):
        folder.mkdir(mode=0o700)
    open_.chmod(0o755)
    age(open_)
    link = tmp_path / f"{PREFIX}link"
    target.rename(tmp_path / "mine")
    link.symlink_to(tmp_path / "mine")
    age(tmp_path / "mine")
    with temporary_folder(PREFIX):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["mine", link.name, open_.name, young.name])
