"""The service beside a worker: started clean, heard by frames, and gone with all its children when its pipe closes."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from grading.course import RIGHT_DOUBLE, RIGHT_POWER, Course

from autograder.bundle import Bundle
from autograder.cluster.parcel import packed, unpacked
from autograder.cluster.process import Hello, ServiceEnded, ServiceProcess, ServiceRefused
from autograder.errors import InputError
from autograder.grading.engine import engine_identity
from autograder.grading.session import Order, as_answered, as_asked
from autograder.model import Graded, Submission

from .living import eventually, living

ASKED = {"do": "grade", "name": "a student", "shown": "theirs.ipynb"}


def notebook(*cells: str) -> bytes:
    code: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell} for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": code}).encode()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder of what is started in a test, and of nothing else."""
    folder = tmp_path / "temporary"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)  # what it was before is kept there
    return folder


@pytest.fixture
def service(folder: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceProcess]:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "tls://example:8786")
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "42")
    service = ServiceProcess(packed(bundle), 2)
    yield service
    service.close()
    assert eventually(lambda: not living(folder))
    assert not list(folder.iterdir())


def test_a_service_grades_as_its_engine_does_here_and_leaves_nothing(service: ServiceProcess, course: Course, folder: Path) -> None:
    hello = Hello.read(service.hello(60))
    assert hello.identity == engine_identity(course.grader.confinement)
    assert hello.walls.confinement().holds == course.grader.confinement.holds
    assert hello.walls.confinement().closes_files == course.grader.confinement.closes_files
    assert hello.contexts == course.grader.contexts
    assert dict(hello.stand_ins) == course.grader.stand_ins

    right = notebook(RIGHT_DOUBLE, RIGHT_POWER)
    header, body = service.grade(ASKED, b"", right)
    student = Submission("a student", Path("theirs.ipynb"))
    result = as_answered(student, header, body)
    assert isinstance(result, Graded)
    assert result.total == 20
    assert result.submission == student

    _header, known = as_asked(0, Order(student, (result.questions[0],)))
    header, body = service.grade(ASKED, known, notebook("double = 1\n", RIGHT_POWER))
    again = as_answered(student, header, body)
    assert isinstance(again, Graded)
    assert again.questions[0] == result.questions[0]  # as it was known, whatever the notebook has now

    # The bundle lies where no other user can look.
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def test_its_environment_has_nothing_of_dasks_or_the_shells(service: ServiceProcess) -> None:
    variables = Path(f"/proc/{service.pid}/environ").read_bytes()
    assert b"DASK" not in variables
    assert b"SECRET_OF_THE_SHELL" not in variables
    assert b"TMPDIR" in variables


def test_it_ends_in_the_middle_of_its_work_when_its_end_is_asked_for(folder: Path, bundle: Bundle) -> None:
    service = ServiceProcess(packed(bundle), 1)
    service.hello(60)
    ended: list[bool] = []

    def ask() -> None:
        with pytest.raises(ServiceEnded):
            service.grade(ASKED, b"", notebook("while True:\n    pass\n", RIGHT_DOUBLE))
        ended.append(True)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.5)
    service.close()
    thread.join(10)
    assert ended
    assert eventually(lambda: not living(folder))
    assert not list(folder.iterdir())


KEPT = """
import sys
from pathlib import Path
from autograder.cluster.process import ServiceProcess
service = ServiceProcess(Path(sys.argv[1]).read_bytes(), 1)
service.hello(60)
print("ready", flush=True)
service.grade({"do": "grade", "name": "x", "shown": "x.ipynb"}, b"", Path(sys.argv[2]).read_bytes())
"""


def test_it_ends_when_the_process_that_kept_it_is_killed(folder: Path, bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "parcel").write_bytes(packed(bundle))
    (tmp_path / "notebook").write_bytes(notebook("while True:\n    pass\n", RIGHT_DOUBLE))
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEPT, str(tmp_path / "parcel"), str(tmp_path / "notebook")], stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert keeper.stdout is not None
    assert keeper.stdout.readline() == b"ready\n"
    time.sleep(0.5)
    assert len(living(folder)) > 3  # the keeper, the service, its judges, the warm kernel
    os.kill(keeper.pid, signal.SIGKILL)
    keeper.wait()
    keeper.stdout.close()
    assert eventually(lambda: not living(folder))
    assert not list(folder.iterdir())


def test_a_bundle_that_does_not_load_is_refused_in_its_own_words(folder: Path, bundle: Bundle, tmp_path: Path) -> None:
    changed = unpacked(packed(bundle), tmp_path)
    changed.test_file("double").write_text("import nothing_of_this_name\n")
    service = ServiceProcess(packed(changed), 1)
    with pytest.raises(ServiceRefused, match="nothing_of_this_name") as refusal:
        service.hello(60)
    assert refusal.value.kind == "AuthorError"
    service.close()
    assert eventually(lambda: not living(folder))


def test_a_parcel_is_the_same_bytes_wherever_a_bundle_was_opened(bundle: Bundle, tmp_path: Path) -> None:
    parcel = packed(bundle)
    again = unpacked(parcel, tmp_path)
    assert packed(again) == parcel
    assert (again.sha256, again.assignment, again.question_keys) == (bundle.sha256, bundle.assignment, bundle.question_keys)
    with pytest.raises(InputError, match="cannot be used"):
        unpacked(parcel[: len(parcel) // 2], tmp_path)
    assert hashlib.sha256(packed(again)).digest() == hashlib.sha256(parcel).digest()
