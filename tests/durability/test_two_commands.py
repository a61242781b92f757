"""Two commands at once over one class: the second says whom it would have to wait for, or waits and then goes on."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from .conftest import Graded
from .killing import environment

pytestmark = pytest.mark.slow


def test_the_second_of_two_names_the_first_and_with_wait_goes_on_after_it(graded: Graded, tmp_path: Path) -> None:
    submissions = shutil.copytree(graded.home / "submissions", tmp_path / "submissions")
    shutil.copy(graded.home / "roster.csv", tmp_path)
    slow = json.loads((submissions / "s000.ipynb").read_text())
    slow["cells"].insert(0, {**slow["cells"][0], "source": "import time\ntime.sleep(6)"})
    (submissions / "s000.ipynb").write_text(json.dumps(slow))
    out = tmp_path / "out"

    def started(*more: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(graded.command(out, *more), cwd=tmp_path, env=environment(), stdout=pipe, stderr=pipe, text=True)

    first = started("-j", "1")
    assert first.stdout is not None
    assert next(line for line in first.stdout if '"event": "started"' in line)
    second, third = started(), started("--wait")
    _said, refused = second.communicate()
    assert first.poll() is None, "it must still be at work, for this to say anything"
    rest, stderr = first.communicate()
    assert first.returncode == 3, stderr
    assert '"event": "finished"' in rest
    assert second.returncode == 1
    who = rf"Another command writes to {re.escape(str(out))}: process {first.pid} on {re.escape(socket.gethostname())}, since 2\d{{3}}-"
    assert re.search(who, refused), refused
    assert "Traceback" not in refused
    said, stderr = third.communicate()
    assert third.returncode == 3, stderr
    events = [json.loads(line) for line in said.splitlines()]
    assert any(re.search(who + ".*Waiting until it has ended", event.get("text", "")) for event in events)
    assert sum(event["event"] == "ended" for event in events) == graded.count
    assert not any(event["event"] == "started" for event in events), "what the first has judged is not judged again"
