"""A submission's folder, as init keeps it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.inside.scratch import Scratch


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    (tmp_path / "scratch").mkdir()
    return Scratch(str(tmp_path / "scratch"), {"rnn_utils.py": b"GIVEN = 1\n", "data/deep/x.csv": b"1,2\n"}, None)


def contents(scratch: Scratch) -> dict[str, str]:
    """Path → text, a link's target, or what else it is; folders left out."""
    found = {}
    for path in sorted(Path(scratch.path).rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(scratch.path))] = f"-> {os.readlink(path)}"
        elif not path.is_dir():
            found[str(path.relative_to(scratch.path))] = path.read_text() if path.is_file() else "neither file nor folder"
    return found


def test_the_bundles_files_are_there_and_folders_for_home_and_the_temporary(scratch: Scratch) -> None:
    assert contents(scratch) == {"work/rnn_utils.py": "GIVEN = 1\n", "work/data/deep/x.csv": "1,2\n"}
    assert sorted(os.listdir(scratch.path)) == ["home", "shm", "tmp", "work"]


def test_it_is_put_back_between_questions_wherever_something_was_written(scratch: Scratch) -> None:
    work = Path(scratch.work)
    (work / "data.txt").write_text("from the notebook")
    (work / "mine").symlink_to("data.txt")
    scratch.remember()
    before = contents(scratch)
    (work / "data.txt").write_text("from a question!!")
    (work / "note").mkdir()
    (work / "note" / "x").write_text("for the next question")
    (work / "link").symlink_to("/etc/passwd")
    os.mkfifo(work / "pipe")
    (Path(scratch.path) / "tmp" / "x").write_text("for the next question")
    (Path(scratch.path) / "shm").rmdir()
    scratch.restore()
    assert contents(scratch) == before
    assert (Path(scratch.path) / "shm").is_dir()


def test_a_change_that_keeps_size_and_times_is_seen(scratch: Scratch) -> None:
    file = Path(scratch.work) / "rnn_utils.py"
    scratch.remember()
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    file.write_text("GIVEN = 2\n")
    os.utime(file, ns=times)
    scratch.restore()
    assert file.read_text() == "GIVEN = 1\n"
    inode = file.stat().st_ino
    scratch.restore()
    assert file.stat().st_ino == inode, "nothing changed, so nothing was to be done"


def test_a_folder_closed_to_its_owner_is_emptied_and_removed(scratch: Scratch) -> None:
    closed = Path(scratch.work) / "closed"
    (closed / "below").mkdir(parents=True)
    (closed / "below" / "file").write_text("x")
    scratch.remember()
    closed.chmod(0)
    scratch.restore()
    assert (closed / "below" / "file").read_text() == "x"
    (closed / "below").chmod(0)
    scratch.remove()
    assert not Path(scratch.path).exists()


def test_more_than_can_be_put_back_leaves_the_bundles_files_alone(scratch: Scratch) -> None:
    deep = Path(scratch.work)
    for _ in range(60):
        deep /= "d"
    deep.mkdir(parents=True)
    scratch.remember()
    scratch.restore()
    assert not scratch.complete
    assert contents(scratch) == {"work/rnn_utils.py": "GIVEN = 1\n", "work/data/deep/x.csv": "1,2\n"}
