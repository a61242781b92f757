"""A full disk, a folder that may not be written to, files that were removed or damaged: named, nothing lost, and mended where it can be."""

from __future__ import annotations

import ctypes
import json
import os
import random
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .comparing import differences
from .conftest import Graded
from .killing import command, environment

pytestmark = pytest.mark.slow

_CAPBSET_DROP = 24  # PR_CAPBSET_DROP, linux/prctl.h
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2  # linux/capability.h: what lets root pass by a folder's rights


def grade(graded: Graded, out: Path, *more: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        graded.command(out, *more), cwd=graded.home, env=environment(), capture_output=True, text=True, check=False, preexec_fn=before
    )


def files_no_larger_than(size: int) -> Callable[[], None]:
    """Like a full disk, wherever the test runs: `write` fails in the middle of a file."""

    def limit() -> None:
        _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    return limit


def as_somebody_whom_rights_bind() -> None:
    """Root may write anywhere; not so without these capabilities. Nothing changes for an ordinary user."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (_DAC_OVERRIDE, _DAC_READ_SEARCH):
            if libc.prctl(_CAPBSET_DROP, capability, 0, 0, 0) != 0:
                os._exit(75)


def events(done: subprocess.CompletedProcess[str], kind: str) -> list[dict[str, object]]:
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [event for event in found if event["event"] == kind]


def test_a_database_that_finds_no_more_room_keeps_what_it_has_and_goes_on_later(graded: Graded, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = grade(graded, out, before=files_no_larger_than(150_000))
    assert done.returncode == 1, done.stderr
    assert f"autograder: {out}/autograder.sqlite cannot be written (" in done.stderr
    assert "Look at the disk's space and rights; the same command then goes on from here." in done.stderr
    assert "mistake" not in done.stderr
    told = events(done, "ended")
    assert 0 < len(told) < graded.count, "it must come in the middle, for this to say anything"
    again = grade(graded, out)
    assert again.returncode == 3, again.stderr
    judged = {event["submission"] for event in events(again, "started")}
    assert judged
    assert judged.isdisjoint({event["submission"] for event in told})
    assert differences(graded.out, out) == []


@pytest.fixture(scope="module")
def large(graded: Graded, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Two notebooks, one of which is large, as is its document."""
    home = tmp_path_factory.mktemp("large")
    (home / "submissions").mkdir()
    shutil.copy(graded.home / "submissions" / "s000.ipynb", home / "submissions" / "ann.ipynb")
    notebook = json.loads((home / "submissions" / "ann.ipynb").read_text())
    noise = "".join(random.Random(1).choices("abcdefghijklmnop", k=200))
    raising = [{**notebook["cells"][0], "source": f"raise ValueError('{noise}')"} for _ in range(1200)]
    notebook["cells"] += raising
    (home / "submissions" / "big.ipynb").write_text(json.dumps(notebook))
    (home / "roster.csv").write_text("id,login\n1,ann\n2,big\n")
    return Graded(home, graded.bundle, home / "out", 2)


def test_what_was_handed_in_and_finds_no_room_is_named(large: Graded, tmp_path: Path) -> None:
    done = grade(large, tmp_path / "out", before=files_no_larger_than(300_000))
    assert done.returncode == 1, done.stderr
    assert "cannot be written: File too large. Look at the disk's space and rights" in done.stderr
    assert f"{tmp_path}/out/kept/" in done.stderr
    assert list((tmp_path / "out" / "kept").rglob(".*")) == []


def test_a_derived_file_that_finds_no_room_costs_no_score_and_is_made_when_there_is_some(large: Graded, tmp_path: Path) -> None:
    out = tmp_path / "out"
    small = (large.home / "submissions" / "big.ipynb").stat().st_size
    done = grade(large, out, before=files_no_larger_than(small + 1_000))
    assert done.returncode == 1, done.stderr
    assert f"{out}/staff/results/big.json cannot be written: File too large." in done.stderr
    assert "make room, and give the same command again" in done.stderr
    assert (out / "gradebook.csv").read_text().count(",graded,") == 2
    assert (out / "staff" / "results" / "ann.json").exists()
    assert not (out / "staff" / "results" / "big.json").exists()
    again = grade(large, out)
    assert again.returncode == 0, again.stderr
    assert events(again, "started") == []
    assert (out / "staff" / "results" / "big.json").exists()


def test_a_folder_that_may_not_be_written_to_is_named_before_anything_is_graded(graded: Graded, tmp_path: Path) -> None:
    out = shutil.copytree(graded.out, tmp_path / "out")
    tmp_path.chmod(0o500)
    out.chmod(0o500)
    try:
        for place in (tmp_path / "new", out):
            done = grade(graded, place, before=as_somebody_whom_rights_bind)
            assert done.returncode == 1
            assert f"{place} cannot be used for results: Permission denied. Choose another folder with `-o`." in done.stderr
            assert events(done, "began") == []
    finally:
        tmp_path.chmod(0o700)
        out.chmod(0o700)


def test_what_is_removed_is_made_again_without_judging_and_what_was_damaged_is_mended(graded: Graded, tmp_path: Path) -> None:
    out = shutil.copytree(graded.out, tmp_path / "out")
    student = sorted((out / "students").iterdir())
    kept = next(path for path in sorted((out / "kept").rglob("*")) if path.is_file() and path.read_bytes().startswith(b'{"nbformat"'))
    for path in (out / "gradebook.csv", out / "matches.csv", out / "staff" / "class.html", student[0] / "feedback.html"):
        path.unlink()
    shutil.rmtree(student[1])
    shutil.rmtree(out / "staff" / "results")
    kept.write_bytes(b"rotten")
    done = grade(graded, out)
    assert done.returncode == 3, done.stderr
    assert events(done, "started") == []
    assert differences(graded.out, out) == []


@pytest.mark.parametrize("what", ["damaged", "somebody else's"])
def test_a_database_that_cannot_be_used_is_named_and_left(graded: Graded, tmp_path: Path, what: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    database = out / "autograder.sqlite"
    whole = (graded.out / "autograder.sqlite").read_bytes()
    database.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:] if what == "damaged" else b"PK\x03\x04" * 5000)
    before = database.read_bytes()
    done = grade(graded, out)
    assert done.returncode == 1
    assert f"{database} is damaged or cannot be used (" in done.stderr
    assert "Restore it from a backup, or grade into a new folder." in done.stderr
    assert database.read_bytes() == before


def test_only_their_owner_can_read_results_whatever_the_umask(large: Graded, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = subprocess.run(
        command("grade", "-b", large.bundle, "submissions/ann.ipynb", "--roster", "roster.csv", "-o", out),
        cwd=large.home,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        umask=0,
    )
    assert done.returncode == 0, done.stderr
    found = [out, *out.rglob("*")]
    assert {path.name for path in found} >= {"autograder.sqlite", "lock", "kept", "staff", "students", "gradebook.csv", "feedback.html"}
    assert [str(path) for path in found if path.stat().st_mode & 0o077] == []
