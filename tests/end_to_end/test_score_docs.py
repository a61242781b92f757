"""docs/score.md: what it tells to type is typed, and what the command can do is told there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from end_to_end.command import ENVIRONMENT, REPOSITORY, run

TEXT = (REPOSITORY / "docs" / "score.md").read_text(encoding="utf-8")
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what was built, and a notebook that earns 80 of 100 points."""
    home = tmp_path_factory.mktemp("course")
    shutil.copytree(REPOSITORY / "dist", home / "dist")
    (notebook,) = (REPOSITORY / "examples" / "submissions" / "helper_raises").glob("*.ipynb")
    shutil.copy(notebook, home / "hand_in.ipynb")
    return home


def call(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = ENVIRONMENT | {"PATH": PATH}
    return subprocess.run(arguments, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def fenced(language: str) -> str:
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return str(block)


@pytest.mark.slow
def test_every_command_works_as_it_stands(course: Path) -> None:
    script = "".join(re.findall(r"^    (\w.*\n)", re.sub(r"^```.*?^```", "", TEXT, flags=re.MULTILINE | re.DOTALL), re.MULTILINE))
    assert script.count("autograder score") == 7
    done = call("bash", "-e", "-c", script, cwd=course)
    assert done.returncode == 0, done.stderr
    for name in ("score.json", "staff.json", "results.json"):
        assert json.loads((course / name).read_text(encoding="utf-8")), name
    for name in ("junit.xml", "staff.xml", "public.xml"):
        assert ET.parse(course / name).find("testsuite/testcase/failure") is not None, name


@pytest.mark.slow
def test_the_editors_task_and_the_python_script_work_as_they_stand(course: Path) -> None:
    (task,) = json.loads(fenced("json"))["tasks"]
    done = call(task["command"], *(argument.replace("${workspaceFolder}", str(course)) for argument in task["args"]), cwd=course)
    assert "staff_message" in done.stdout
    assert call(sys.executable, "-c", fenced("python"), cwd=course).stdout == "80 of 100\n"


def test_every_option_format_and_exit_code_is_told() -> None:
    shown = run("score", "--help", cwd=REPOSITORY).stdout
    options = set(re.findall(r"^ +(?:-\w, )?(--[\w-]+)", shown, re.MULTILINE)) - {"--help"}
    assert {"--format", "--for", "--fail-under", "--bundle", "--config", "--solution"} <= options
    short = {"--bundle": "-b", "--config": "-c"}
    assert [option for option in options if f"`{short.get(option, option)}" not in TEXT] == []
    (forms,) = re.findall(r"--format \[([\w|]+)\]", shown)
    assert [form for form in forms.split("|") if f"| `{form}` |" not in TEXT] == []
    assert [code for code in ("0", "1", "2", "3", "4", "130") if f"\n| {code} | " not in TEXT] == []
