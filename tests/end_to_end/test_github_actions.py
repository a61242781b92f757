"""The example workflow: its steps that grade are run as GitHub's runner would, in a folder with the notebook of a push."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from end_to_end.command import ENVIRONMENT, REPOSITORY

BUNDLE = REPOSITORY / "dist" / "autograder.zip"
WORKFLOW: dict[Any, Any] = yaml.safe_load((REPOSITORY / "examples" / "github_actions" / "score.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["score"]["steps"]
GRADES = [number for number, step in enumerate(STEPS) if re.search(r"^autograder ", step.get("run", ""), re.MULTILINE)]


@dataclass
class Push:
    """A runner's folders after a push."""

    home: Path

    def run(self, step: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        """Run a step in the shell that a step has by default; what is adapted are the places of things."""
        places = {"RUNNER_TEMP": str(self.home / "temp"), "GITHUB_STEP_SUMMARY": str(self.summary)}
        places["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        script = self.home / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        environment = ENVIRONMENT | {name: str(value) for name, value in WORKFLOW["env"].items()} | places
        return subprocess.run(
            ["bash", "-e", script],
            cwd=self.home / "checkout",
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    @property
    def report(self) -> Path:
        return self.home / "checkout" / "junit.xml"

    @property
    def summary(self) -> Path:
        return self.home / "summary.md"


def pushed(submission: str, home: Path, bundle: Path = BUNDLE) -> Push:
    for folder in ("checkout", "temp"):
        (home / folder).mkdir()
    shutil.copy(bundle, home / "temp" / "autograder.zip")
    (notebook,) = (REPOSITORY / "examples" / "submissions" / submission).glob("*.ipynb")
    shutil.copy(notebook, home / "checkout" / WORKFLOW["env"]["NOTEBOOK"])
    return Push(home)


def test_it_is_a_workflow_whose_every_step_either_uses_or_runs_something() -> None:
    assert {"name", "env", "jobs", "permissions", True} == set(WORKFLOW)  # YAML 1.1 reads the key `on` as true
    for step in STEPS:
        assert ("uses" in step) != ("run" in step), step
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))
        read = subprocess.run(["bash", "-n"], input=step.get("run", ""), capture_output=True, text=True, check=False)
        assert (read.returncode, read.stderr) == (0, "")
    assert (REPOSITORY / "assignment" / WORKFLOW["env"]["NOTEBOOK"]).is_file()


def test_it_grades_once_and_then_always_uploads_what_was_written() -> None:
    (grades,) = GRADES
    last = STEPS[-1]
    assert last["uses"].startswith("actions/upload-artifact@")
    assert last["if"] == "always()"
    assert STEPS[grades]["run"].rstrip().endswith(f"> {last['with']['path']}")


@pytest.mark.slow
def test_the_bundle_brings_the_installer_that_it_calls() -> None:
    (called,) = {found for step in STEPS for found in re.findall(r'bash "\$RUNNER_TEMP/bundle/(\S+)"', step.get("run", ""))}
    with zipfile.ZipFile(BUNDLE) as archive:
        assert called in archive.namelist()


@pytest.mark.slow
@pytest.mark.parametrize(("submission", "code", "points"), [("helper_raises", 0, "80"), ("untouched", 4, "0")])
def test_it_fails_under_its_threshold_and_reports_the_points_in_both_cases(tmp_path: Path, submission: str, code: int, points: str) -> None:
    push = pushed(submission, tmp_path)
    done = push.run(STEPS[GRADES[0]])
    assert done.returncode == code, done.stderr
    root = ET.parse(push.report).getroot()
    assert root.find(f"properties/property[@name='earned'][@value='{points}']") is not None
    told = push.run(STEPS[GRADES[0] + 1])
    assert told.returncode == 0, told.stderr
    lines = push.summary.read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"## {points} of 100 points"
    assert any(line.startswith("| rnn_cell_forward | 0 of 20 | shapes of the expected output; ") for line in lines)


@pytest.mark.slow
def test_where_there_is_no_bundle_it_fails_and_the_summary_says_nothing(tmp_path: Path) -> None:
    push = pushed("untouched", tmp_path)
    (tmp_path / "temp" / "autograder.zip").write_text("a page that says 404")
    done = push.run(STEPS[GRADES[0]])
    assert done.returncode == 1
    assert "is not a zip archive" in done.stderr
    assert push.run(STEPS[GRADES[0] + 1]).returncode == 0
    assert not push.summary.exists()
