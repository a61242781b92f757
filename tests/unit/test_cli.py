"""The command's doors: help, misuse, and errors as one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import autograder
from autograder import cli

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(autograder.__file__).parents[1])}


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_help_names_every_command() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    for command in ("grade", "release", "bundle", "new"):
        assert f"  {command} " in shown.stdout


def test_it_knows_its_version() -> None:
    assert run("--version").stdout == f"autograder, version {autograder.__version__}\n"


def test_asking_for_help_loads_nothing_that_is_slow() -> None:
    slow = {"numpy", "nbformat", "nbclient", "otter", "jinja2", "rich", "msgspec", "yaml", "IPython"}
    script = f"import sys, autograder.cli; print(sorted({slow!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"


@pytest.mark.parametrize("arguments", [["grade"], ["grade", "--no-such-option", "x"], ["no-such-command"], ["new"]])
def test_misuse_ends_with_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Usage: autograder" in done.stderr


@pytest.mark.parametrize("command", [["bundle"], ["release"], ["grade", "x.ipynb"]])
def test_a_folder_without_a_course_is_one_sentence_and_1(tmp_path: Path, command: list[str]) -> None:
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("autograder: ")
    assert "grader_config.yaml" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_with_debug_an_error_has_its_traceback_too(tmp_path: Path) -> None:
    done = run("--debug", "bundle", cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_a_mistake_of_ours_is_a_sentence_that_asks_to_report_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("x\x1b[2J")

    monkeypatch.setattr("autograder.authoring.scaffold.new_course", broken)
    monkeypatch.setattr(sys, "argv", ["autograder", "new", "course"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "mistake in the grader (RuntimeError: x\\x1b[2J)" in said
    assert "--debug" in said
    assert "Traceback" not in said


def test_an_empty_path_is_a_misuse_and_not_the_current_folder(tmp_path: Path) -> None:
    done = run("grade", "", cwd=tmp_path)
    assert done.returncode == 2
    assert "it is empty" in done.stderr


def test_a_new_course_is_listed_file_by_file_and_builds(tmp_path: Path) -> None:
    made = run("new", "course", "--name", "week-1", cwd=tmp_path)
    assert made.returncode == 0
    *listed, what_now = made.stdout.splitlines()
    assert what_now.startswith("Now: cd course && make grade")
    assert sorted(listed) == sorted(str(p.relative_to(tmp_path)) for p in (tmp_path / "course").rglob("*") if p.is_file())
    built = run("bundle", "--no-prove", "-c", "course", "-o", "here.zip", cwd=tmp_path)
    assert built.returncode == 0
    assert (tmp_path / "here.zip").is_file()
    assert "here.zip: sha256 " in built.stdout
    assert "demo secret" in built.stderr
