"""A small class, graded once, in the way that is hardest on a library: from a coroutine, as in a notebook, with another thread running."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from end_to_end.conftest import RIGHT, notebook

import autograder
from autograder.authoring.bundling import build_bundle
from autograder.authoring.scaffold import new_course
from autograder.config import load_config

ROSTER = "id,login,name\n1,ann,Ann Archer\n2,bob,Bob Baker\n3,cyd,Cyd Cook\n"


@dataclass
class Called:
    """A call of `grade`, and what could be seen around it."""

    home: Path
    graded: autograder.GradedClass
    steps: list[autograder.Step] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    """Of the callback."""
    printed: str = ""
    changed: list[str] = field(default_factory=list)
    """What of this process is not as it was before."""


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle, a roster and two submissions: `ann` is right, `bob` lacks what the other question calls."""
    home = tmp_path_factory.mktemp("home")
    new_course(home / "small")
    build_bundle(load_config(home / "small"), home / "autograder.zip", prove=False)
    (home / "roster.csv").write_text(ROSTER)
    (home / "submissions").mkdir()
    (home / "submissions" / "ann.ipynb").write_text(notebook(RIGHT["center"], RIGHT["standardize"]))
    (home / "submissions" / "bob.ipynb").write_text(notebook(RIGHT["standardize"]))
    return home


def of_this_process() -> dict[str, object]:
    umask = os.umask(0)
    os.umask(umask)
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals() if number not in (signal.SIGKILL, signal.SIGSTOP)}
    return {"umask": umask, "folder": os.getcwd(), "environment": dict(os.environ), "handlers": handlers}


@pytest.fixture(scope="session")
def called(home: Path) -> Called:
    """The class, graded."""
    steps: list[autograder.Step] = []
    threads: set[int] = set()

    def hear(step: autograder.Step) -> None:
        steps.append(step)
        threads.add(threading.get_ident())

    async def as_in_a_notebook() -> autograder.GradedClass:
        return autograder.grade(
            str(home / "autograder.zip"), home / "submissions", home / "results", roster=home / "roster.csv", on_step=hear
        )

    over, before = threading.Event(), of_this_process()
    busy = threading.Thread(target=over.wait)
    busy.start()
    try:
        graded = asyncio.run(as_in_a_notebook())
    finally:
        over.set()
        busy.join()
    after = of_this_process()
    return Called(home, graded, steps, threads, changed=[what for what in before if after[what] != before[what]])
