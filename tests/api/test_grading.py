"""`autograder.grade` and `autograder.score`, as somebody who imports them meets them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from api.conftest import Called
from end_to_end.command import ENVIRONMENT
from end_to_end.conftest import RIGHT, notebook

import autograder
from autograder import Began, Confinement, Ended, Finished, InputError, Notice, Started, State
from autograder.batch.asking import asked_for
from autograder.bundle import HOME, MANIFEST, write_bundle
from autograder.store import lock


def totals(standings: tuple[autograder.Standing, ...]) -> dict[str, Fraction | None]:
    return {standing.student.id if standing.student else "": standing.final for standing in standings}


def test_a_class_is_graded_from_a_running_event_loop_beside_another_thread(called: Called) -> None:
    assert totals(called.graded.standings) == {"1": 10, "2": 6, "3": None}
    assert (called.graded.count(State.GRADED), called.graded.count(State.NOT_SUBMITTED)) == (2, 1)
    assert not called.graded.incomplete
    assert called.graded.unwritten == ()
    assert (called.home / "results" / "gradebook.csv").is_file()


def test_nothing_of_the_callers_process_is_changed(called: Called) -> None:
    assert called.changed == []


def test_each_step_is_heard_in_the_callers_thread_and_in_order(called: Called) -> None:
    assert called.threads == {threading.main_thread().ident}
    kinds = [type(step) for step in called.steps if not isinstance(step, Notice)]
    assert kinds[:2] == [Confinement, Began]
    assert kinds[-1] is Finished
    assert sorted(step.submission for step in called.steps if isinstance(step, Started)) == ["ann", "bob"]
    ended = {step.submission: step.outcome.total for step in called.steps if isinstance(step, Ended)}
    assert ended == {"ann": 10, "bob": 6}


def test_what_the_command_would_say_is_returned(called: Called) -> None:
    warned = [step.text for step in called.steps if isinstance(step, Notice) and step.warning]
    assert any("demo secret" in sentence for sentence in warned)
    assert set(warned) <= set(called.graded.warnings)


def children_of_this_process() -> set[str]:
    return {child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()}


pytestmark = pytest.mark.slow  # they share a class, which is graded first
SCRIPT = """
import sys, threading, time
import autograder

threading.Thread(target=lambda: [time.sleep(0.001) for _ in iter(int, 1)], daemon=True).start()
found = []
caller = threading.Thread(target=lambda: found.append(autograder.score(sys.argv[1], sys.argv[2])))
caller.start()
caller.join()
assert isinstance(found[0], autograder.Withheld), found
print(found[0].reason)
"""


def test_a_notebook_is_scored_from_any_thread_and_nothing_is_printed(called: Called, tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("no notebook")
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(called.home / "autograder.zip"), str(tmp_path / "a.ipynb")]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    (reason,) = done.stdout.splitlines()
    assert "a.ipynb" in reason


def test_ctrl_c_keeps_what_was_graded_and_leaves_nobody_behind(called: Called, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ipynb").write_text(notebook(RIGHT["center"]))
    (tmp_path / "in" / "b.ipynb").write_text(notebook("import time\ntime.sleep(60)", RIGHT["center"]))
    children, interrupted = children_of_this_process(), [0.0]

    def interrupt(step: autograder.Step) -> None:
        if isinstance(step, Ended):
            interrupted[0] = time.monotonic()
            threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts tests in the background has them ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            autograder.grade(called.home / "autograder.zip", tmp_path / "in", tmp_path / "out", jobs=1, on_step=interrupt)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - interrupted[0] < 15
    assert children_of_this_process() == children
    with lock(tmp_path / "out"), autograder.open_class(tmp_path / "out") as now:
        assert [(standing.state, standing.final) for standing in now.standings] == [(State.GRADED, 4), (State.PENDING, None)]


def test_what_a_callback_raises_comes_out_when_the_run_has_ended(called: Called, tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def refuse(step: autograder.Step) -> None:
        raise Enough(step)

    children = children_of_this_process()
    with pytest.raises(Enough):
        autograder.grade(called.home / "autograder.zip", called.home / "submissions", tmp_path / "out", on_step=refuse)
    assert children_of_this_process() == children


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"attempts": "best"}, "no attempts 'best'"),
        ({"state": ["lost"]}, "'lost' cannot be asked for"),
        ({"workers": 0}, "0 submissions cannot be graded at a time"),
        ({"shard": "4/3"}, "no shard 4/3"),
        ({"sample": 0}, "A sample of 0"),
        ({"roster": Path("nowhere.csv")}, "nowhere.csv"),
        ({"time_limit": "soon"}, "'soon' is no duration"),
    ],
)
def test_what_cannot_be_meant_is_said(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        asked_for(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("nobody", [{"only": []}, {"only": ""}, {"only": ["ann", ""]}, {"state": ()}])
def test_an_empty_choice_does_not_mean_everybody(called: Called, nobody: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="is empty"):
        autograder.grade(called.home / "autograder.zip", called.home / "submissions", called.home / "results", **nobody)


def test_what_is_wrong_with_the_call_is_raised_here(called: Called, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no bundle .*nowhere\.zip"):
        autograder.grade(tmp_path / "nowhere.zip", called.home / "submissions", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_mistake_of_the_author_has_its_file_and_line(called: Called, tmp_path: Path) -> None:
    with zipfile.ZipFile(called.home / "autograder.zip") as whole:
        names = [name for name in whole.namelist() if name.startswith(("tests/", "files/")) and name != MANIFEST]
        parts = {name.removeprefix(HOME): whole.read(name) for name in names}
    parts["tests/center.py"] = b"OK_FORMAT = False\nimport nothing_like_this\n"
    write_bundle(parts, tmp_path / "broken.zip")
    with pytest.raises(autograder.AuthorError) as caught:
        autograder.score(tmp_path / "broken.zip", called.home / "submissions" / "ann.ipynb")
    assert (Path(caught.value.file).name, caught.value.line) == ("center.py", 2)
