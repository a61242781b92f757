"""The process that looks at notebooks: what it says of good ones, and that bad ones harm it alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from intake.downloads_made import WANTED, as_zip, notebook, work

import autograder
from autograder.errors import SubmissionError
from autograder.grading.notebook import read_submission
from autograder.intake import Looked, Reader, Unreadable
from autograder.model import OtterRules, Submission


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(WANTED.functions, time_s=10, memory_bytes=1 << 30) as reading:
        yield reading


def look(reader: Reader, data: bytes, shown: str = "hw.ipynb") -> Looked:
    looked = reader.look(data, shown)
    assert isinstance(looked, Looked)
    return looked


def test_what_runs_is_told_apart_and_nothing_else(reader: Reader) -> None:
    plain = look(reader, notebook("x = 1", "def first(x): pass"))
    assert plain == look(reader, notebook("x = 1", "def first(x): pass", outputs="much", text="# text"))
    assert plain == look(reader, as_zip({"a.ipynb": notebook("x = 1", "def first(x): pass"), "beside.py": b""}), "a.zip")
    others = [notebook("x = 1\ndef first(x): pass"), notebook("def first(x): pass", "x = 1"), notebook("x = 1 ", "def first(x): pass")]
    assert plain.source_sha256 not in [look(reader, other).source_sha256 for other in others]


def test_what_lies_beside_a_notebook_counts_in_a_course_made_with_otter() -> None:
    with Reader(WANTED.functions, OtterRules()) as reader:
        found = [look(reader, as_zip({"a.ipynb": work(1), "b.py": data}), "a.zip").source_sha256 for data in (b"1", b"2", b"1")]
        assert found[0] == found[2] != found[1]
        assert look(reader, b"def first(x): return 1", "hw.py").functions.keys() == {"first"}
        assert isinstance(reader.look(b"\xff", "hw.py"), Unreadable)


def test_a_functions_digest_is_of_its_last_definition_wherever_it_stands(reader: Reader) -> None:
    one = look(reader, notebook("def first(x): return 1", "def second(x): return 1", "def first(x):\n    # why\n    return 2"))
    other = look(reader, notebook("import numpy\n\n\ndef first(x): return (2)", "class second: pass", "def third(): pass"))
    assert one.functions["first"] == other.functions["first"]
    assert one.functions["second"] != other.functions["second"]
    assert set(other.functions) == {"first", "second"}


def test_every_way_to_define_a_function_is_seen(reader: Reader) -> None:
    plain = ["def first(x): pass", "%matplotlib inline\ndef first(x): pass", "def \\\n  first(x): pass", "def\tfirst (x):\n  pass"]
    others = ["first = lambda x: x", "async def first(x): pass", "class first(int): pass", "@np.vectorize\ndef first(x): pass"]
    digests = [look(reader, notebook(way, "firsts = 1; a_first = lambda: 1")).functions["first"] for way in plain + others]
    assert len(set(digests[:4])) == 1
    assert len(set(digests[3:])) == 1 + len(others)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"cells": 3}', b"PK\x03\x04rubbish", b"\xff\xfe\0\0", b'{"cells": [{"source": 3}]}', b"[" * 100_000]
)
def test_what_is_no_notebook_is_refused_in_the_words_of_grading(reader: Reader, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "hw.ipynb"
    path.write_bytes(data)
    with pytest.raises(SubmissionError) as caught:
        read_submission(Submission("hw", path), None)
    assert reader.look(data, str(path)) == Unreadable(str(caught.value))


def test_code_made_to_break_parsers_harms_nobody(reader: Reader) -> None:
    for source in (
        "def first(x): return " + "(" * 90_000,
        "def first(x): return " + "-" * 90_000 + "1",
        "def first(x): return x" + ".a" * 40_000,
    ):
        reader.look(notebook(source, "def second(x): pass"), "hw.ipynb")
        assert set(look(reader, work(1)).functions) == {"first", "second"}


def test_a_notebook_that_takes_too_much_memory_or_time_ends_a_process_that_is_started_again() -> None:
    big = b'{"cells": [' + b"{}," * 2_600_000 + b"{}]}"
    with Reader(WANTED.functions, time_s=20, memory_bytes=400 << 20) as small:
        looked = small.look(big, "big.ipynb")
        assert isinstance(looked, Unreadable)
        assert looked.reason.startswith("big.ipynb: ")
        assert set(look(small, work(1)).functions) == {"first", "second"}
    with Reader(WANTED.functions, time_s=0.0) as hasty:
        looked = hasty.look(big, "slow.ipynb")  # so much that no answer is there before anybody looks
        assert isinstance(looked, Unreadable)
        assert "takes more than 0 s" in looked.reason


def test_a_reader_that_is_killed_is_started_again(reader: Reader) -> None:
    first = look(reader, work(1))
    assert reader._process is not None
    os.kill(reader._process.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert look(reader, work(1)) == first


def test_an_ordinary_notebook_takes_milliseconds(reader: Reader) -> None:
    data = notebook(*(f"def f{number}(x):\n    return x + {number}" for number in range(40)), *WANTED.stubs, outputs="x" * 2000)
    look(reader, data)
    began = time.monotonic()
    for _ in range(50):
        look(reader, data)
    assert (time.monotonic() - began) / 50 < 0.1  # 2 ms on a machine that does nothing else


def test_the_reader_ends_with_whoever_started_it(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from autograder.intake import Reader\n"
        "reader = Reader(('f',)); reader.look(b'{}', 'x'); print(reader._process.pid, flush=True)\n"
        "if os.fork() == 0: time.sleep(20)\n"  # a child that keeps the socket open
        "else: os.kill(os.getpid(), 9)"
    )
    package = Path(autograder.__file__).parents[1]
    started = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(package)},
        start_new_session=True,
    )
    assert started.stdout is not None
    pid = int(started.stdout.readline())
    started.wait()
    try:
        until = time.monotonic() + 10
        while Path(f"/proc/{pid}/cmdline").exists() and "intake" in Path(f"/proc/{pid}/cmdline").read_text() and time.monotonic() < until:
            time.sleep(0.05)
        assert time.monotonic() < until
    finally:
        os.killpg(started.pid, signal.SIGKILL)


def test_a_module_of_a_students_in_the_folder_where_it_is_started_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    with Reader(WANTED.functions) as reader:
        look(reader, work(1))
    assert not (tmp_path / "ran").exists()
