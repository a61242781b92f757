"""What a bundle installs itself with."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.authoring.installing import installation_parts
from autograder.authoring.wheel import package_wheel, wheel_name

from .platforms import REPOSITORY, call

MAKE = "import sys, autograder; from autograder.authoring.wheel import package_wheel as w; assert sys.argv[1] in autograder.__file__; "


@pytest.mark.slow
def test_pip_installs_the_wheel_and_what_it_installed_makes_the_same_wheel(tmp_path: Path) -> None:
    wheel = tmp_path / wheel_name()
    wheel.write_bytes(package_wheel())
    done = call(sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", tmp_path / "there", wheel, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    again = f"{MAKE}open('again', 'wb').write(w())"
    made = call(sys.executable, "-c", again, tmp_path, cwd=tmp_path, PYTHONPATH=str(tmp_path / "there"))
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_the_package_and_nothing_that_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "w.whl").write_bytes(package_wheel())
    with zipfile.ZipFile(tmp_path / "w.whl") as archive:
        names = {name for name in archive.namelist() if name.startswith("autograder/")}
    own = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "autograder").rglob("*") if path.is_file()}
    assert names == {name for name in own if not name.endswith(".pyc")}


def test_scripts_have_the_line_ends_of_unix_and_requirements_name_no_index() -> None:
    parts = installation_parts()
    for name in ("setup.sh", "run_autograder", "run_otter.py", "environment.yml"):
        assert b"\r" not in parts[name], name
    lines = parts["requirements.txt"].decode().splitlines()
    assert [line for line in lines if line.startswith("-") or "://" in line] == []
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)


def test_what_the_courses_notebooks_need_besides_is_taken_from_its_folder(tmp_path: Path) -> None:
    assert "requirements.course.txt" not in installation_parts(tmp_path)
    (tmp_path / "requirements.txt").write_bytes(b"scipy\r\n")
    assert installation_parts(tmp_path)["requirements.course.txt"] == b"scipy\n"


def test_setup_says_what_to_do_where_there_is_no_python_to_be_had(tmp_path: Path) -> None:
    source, tools = tmp_path / "source", tmp_path / "tools"
    source.mkdir()
    tools.mkdir()
    for name, content in installation_parts().items():
        (source / name).write_bytes(content)
    for tool in ("bash", "cat", "cksum", "dirname"):
        found = shutil.which(tool)
        assert found is not None
        os.symlink(found, tools / tool)
    done = call(tools / "bash", source / "setup.sh", cwd=tmp_path, PATH=str(tools))
    assert done.returncode == 1
    assert "no Python 3.11 or later with venv, and no apt-get" in done.stderr
    assert not (tmp_path / "venv").exists()
