"""Files by sha256: written once, whole or not at all, readable by their owner alone."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
from pathlib import Path

import pytest

from autograder.archive import replace_file
from autograder.errors import MachineFault
from autograder.store import Store
from autograder.store.files import Files


def modes(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): oct(path.stat().st_mode & 0o777) for path in sorted(folder.rglob("*"))}


def test_a_file_lies_under_its_own_sha256_once(tmp_path: Path) -> None:
    files = Files(tmp_path)
    digest = files.put(b"a notebook")
    assert digest == hashlib.sha256(b"a notebook").hexdigest()
    before = files.path(digest).stat().st_mtime_ns
    assert files.put(b"a notebook") == digest
    assert files.path(digest).stat().st_mtime_ns == before
    assert files.path(digest) == tmp_path / "kept" / digest[:2] / digest
    assert files.get(digest) == b"a notebook"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_their_owner_can_read_them_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        digest = Files(tmp_path).put(b"a notebook")
        with Store(tmp_path, writing=True) as store, store.transaction():
            store.set_fact("assignment", "toy")
            found = modes(tmp_path)
    finally:
        os.umask(before)
    database = {f"autograder.sqlite{suffix}": "0o600" for suffix in ("", "-shm", "-wal")}
    assert found == {**database, "kept": "0o700", f"kept/{digest[:2]}": "0o700", f"kept/{digest[:2]}/{digest}": "0o600"}


def test_what_is_not_what_was_kept_is_named_and_not_used(tmp_path: Path) -> None:
    files = Files(tmp_path)
    digest = files.put(b"a notebook")
    files.path(digest).write_bytes(b"another")
    with pytest.raises(MachineFault, match=rf"{digest} is not what was kept there\. Restore it from a backup"):
        files.get(digest)
    assert files.put(b"a notebook") == digest
    assert files.get(digest) == b"a notebook", "who has it again, mends it"
    files.path(digest).unlink()
    with pytest.raises(MachineFault, match=rf"{digest} cannot be read: No such file or directory\. Restore"):
        files.get(digest)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    files = Files(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(MachineFault, match=r"cannot be written: File too large\. Look at the disk's space"):
            files.put(b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path for path in (tmp_path / "kept").rglob("*") if path.is_file()] == []


def test_what_a_killed_process_could_not_finish_is_removed_and_what_another_still_writes_stays(tmp_path: Path) -> None:
    files = Files(tmp_path)
    digest = files.put(b"a notebook")
    folder = files.path(digest).parent
    theirs, ours = os.pipe()
    pid = os.fork()
    if pid == 0:  # between its first byte and the last: as `replace_file` is when it is killed
        os.close(theirs)

        def wait(_descriptor: object) -> None:
            os.write(ours, b"x")
            signal.pause()

        os.fsync = wait  # type: ignore[assignment]
        replace_file(folder / "another", b"half")
        os._exit(1)
    os.close(ours)
    assert os.read(theirs, 1) == b"x"
    files.tidy()
    assert len(list(folder.iterdir())) == 2, "it is still being written"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    files.tidy()
    assert list(folder.iterdir()) == [files.path(digest)]
