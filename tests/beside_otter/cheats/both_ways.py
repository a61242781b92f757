"""Has cheats graded: by stock otter, by `otter run` with our plugin, and by `autograder grade`; and looks at what came of it."""

from __future__ import annotations

import contextlib
import html
import json
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import nbformat
from attacks import arena
from end_to_end.command import ENVIRONMENT, command, earned
from results_of import documents, folders, students_text

from beside_otter import written
from beside_otter.cheats.cheat import BUNDLES, Cheat, work
from beside_otter.cheats.every import honest
from beside_otter.warm_otter import OtterRun, Ran, WarmOtter

__all__ = ["TOKEN", "Ear", "Outcome", "graded", "under_otter"]

PLUGIN = "autograder.otter_plugin.IsolatedGrading"
SECRETS = ("canary-of", "48151", "31415", "34635")
"""What no student may read: words of hidden cases and of the config, values in hidden cases, a variable of the grader's."""
TOKEN = {"TEACHERSTOKEN": "canary-of-the-environment"}
_PATIENCE_S = 20.0


Cheats = dict[str, list[Cheat]]
"""Bundle → what is handed in."""


class Ear:
    """Listens on this machine."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._heard = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._socket.close()

    @property
    def port(self) -> int:
        """Where."""
        return int(self._socket.getsockname()[1])

    def heard(self) -> str:
        """All that it was told until now."""
        with contextlib.suppress(BlockingIOError):
            while True:
                connection, _address = self._socket.accept()
                with connection:
                    connection.settimeout(5)
                    while said := connection.recv(1 << 16):
                        self._heard += said.decode(errors="replace")
        return self._heard


@dataclass(frozen=True)
class Outcome:
    """What one submission got."""

    scores: dict[str, float]
    """Question → points; empty where there are none."""
    read: str
    """What students may come to read."""
    written: str
    """All that is written where students might: what they read is in it."""
    mark: Path
    """There if the cheat could write outside."""

    def made_its_mark(self) -> str | None:
        """What it wrote, if it did within a time."""
        until = time.monotonic() + _PATIENCE_S
        while not self.mark.exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.05)
        return self.mark.read_text() if self.mark.exists() else None

    def leaked(self) -> list[str]:
        """Which secrets are in what is written."""
        return [secret for secret in SECRETS if secret in self.written]


def under_otter(otter: WarmOtter, home: Path, cheats: Cheats, port: int, *, ours: bool) -> dict[str, Outcome]:
    """Name → what `otter run` gives, by itself or with our plugin."""
    runs: dict[str, OtterRun] = {}
    later: dict[str, OtterRun] = {}
    marks = {}
    (home / "handed_in").mkdir(parents=True)
    for bundle, these in cheats.items():
        archive = written.bundle_zip(_with_plugin(bundle, home) if ours else BUNDLES / bundle, home / f"{bundle}.zip")
        for cheat in these:
            marks[cheat.name] = home / f"mark-of-{cheat.name}"
            path = cheat.hand_in(home / "handed_in", marks[cheat.name], port)
            runs[cheat.name] = OtterRun.of(archive, path, home / cheat.name, cold_kernel=cheat.cold_kernel)
            if cheat.by_the_next:
                (home / f"{cheat.name}-next").mkdir()
                (home / f"{cheat.name}-next" / "home").symlink_to(home / cheat.name / "home")
                path = honest(bundle).hand_in(home / "handed_in", marks[cheat.name], port)
                later[cheat.name] = OtterRun.of(archive, path, home / f"{cheat.name}-next")
    ran = dict(zip(runs, otter.run(list(runs.values())), strict=True))
    otter.run(list(later.values()))
    return {name: _of_otter(one, marks[name]) for name, one in ran.items()}


def _with_plugin(bundle: str, home: Path) -> Path:
    folder = Path(shutil.copytree(BUNDLES / bundle, home / bundle))
    config = folder / "otter_config.json"
    before = json.loads(config.read_text()) if config.exists() else {}
    ours = {PLUGIN: {"shared_where_needed": True}} if bundle == "shared" else PLUGIN
    config.write_text(json.dumps(before | {"plugins": [ours]}))
    return folder


def _of_otter(ran: Ran, mark: Path) -> Outcome:
    found = ran.results or {"tests": []}
    read = [entry.get("output", "") for entry in found["tests"] if entry.get("visibility") != "hidden"]
    scores = {entry["name"]: float(entry["score"]) for entry in found["tests"] if "score" in entry}
    return Outcome(scores, "\n".join([*read, str(found.get("output", ""))]), json.dumps(found) + ran.said, mark)


def graded(home: Path, cheats: Cheats, port: int, *, profile: str | None = None) -> dict[str, Outcome]:
    """Name → what `autograder grade` gives."""
    found = {}
    for bundle, these in cheats.items():
        folder = home / bundle
        (folder / "handed_in").mkdir(parents=True)
        marks = {cheat.name: home / f"mark-of-{cheat.name}" for cheat in these}
        for cheat in these:
            cheat.hand_in(folder / "handed_in", marks[cheat.name], port)
        said = _grade(folder, _as_notebook(bundle, folder) if bundle == "doctests" else BUNDLES / bundle, profile)
        of_students = folders(folder / "out")
        for name, document in documents(folder / "out").items():
            page = html.unescape(students_text(of_students[name]))
            found[name] = Outcome(earned(document), page, page + said, marks[name])
    return found


def _grade(folder: Path, bundle: Path, profile: str | None) -> str:
    """Grade `folder / "handed_in"`; what the terminal shows."""
    options = ["--shared-where-needed"] if bundle.name == "shared" else []
    call = command("grade", "-b", bundle, "handed_in", "-o", "out", *options)
    if profile is not None:
        call = [sys.executable, str(Path(arena.__file__).with_name("in_profile.py")), profile, *call[3:]]
    (folder / "home").mkdir()
    done = subprocess.run(
        call, cwd=folder, env=ENVIRONMENT | TOKEN | {"HOME": str(folder / "home")}, capture_output=True, text=True, encoding="utf-8", check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _as_notebook(bundle: str, folder: Path) -> Path:
    """Its tests in a notebook's metadata, as `otter assign` leaves them there."""
    tests = {}
    for path in sorted((BUNDLES / bundle / "tests").glob("*.py")):
        names: dict[str, object] = {}
        exec(path.read_text(), names)
        tests[path.stem] = names["test"]
    made = written.notebook(work(bundle).cells)
    made.metadata["otter"] = {"OK_FORMAT": True, "assignment_name": bundle, "tests": tests}
    path = folder / "master.ipynb"
    path.write_text(nbformat.writes(made), encoding="utf-8")
    return path
