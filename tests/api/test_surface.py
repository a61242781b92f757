"""What `import autograder` offers: its names, its types, and that it costs nothing."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from api.conftest import Called
from end_to_end.command import ENVIRONMENT, REPOSITORY

import autograder
from autograder import api

TEXT = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_every_name_is_there_and_only_those() -> None:
    assert [name for name in autograder.__all__ if not hasattr(autograder, name)] == []
    assert sorted(autograder.__all__) == sorted([*api.__all__, "__version__"])
    assert set(autograder.__all__) <= set(dir(autograder))
    with pytest.raises(AttributeError, match="no attribute 'grades'"):
        autograder.grades  # type: ignore[attr-defined]  # noqa: B018


def test_type_checkers_see_every_name() -> None:
    assert autograder.__file__ is not None
    seen = [node for node in ast.walk(ast.parse(Path(autograder.__file__).read_text())) if isinstance(node, ast.ImportFrom)]
    names = next([alias.name for alias in node.names] for node in seen if node.module == "autograder.api")
    assert sorted(names) == sorted(api.__all__)
    assert (Path(autograder.__file__).parent / "py.typed").is_file()


def test_to_import_it_loads_nothing() -> None:
    script = "import sys; before = set(sys.modules); import autograder; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    ours = {name.partition(".")[0] for name in done.stdout.split()}
    assert "autograder" in ours
    assert ours <= {"autograder", *sys.stdlib_module_names}
    assert "autograder.api" not in done.stdout.split()


def test_every_name_and_argument_is_told_in_the_docs() -> None:
    functions = [name for name in autograder.__all__ if callable(getattr(autograder, name)) and name[0].islower()]
    assert functions == ["grade", "merge", "open_class", "regrade", "replay", "score"]
    for name in [*functions, *(step.__name__ for step in autograder.Step.__args__)]:
        assert name in TEXT
    arguments = [name for function in functions for name in inspect.signature(getattr(autograder, function)).parameters]
    methods = [name for name in vars(autograder.Class) if name[0] != "_" and name != "close"]
    told = " ".join(re.findall(r"`[^`\n]+`", re.sub(r"^```.*?^```", "", TEXT, flags=re.MULTILINE | re.DOTALL)))
    assert [name for name in [*arguments, *methods] if not re.search(rf"\b{name}\b", told)] == []


@pytest.mark.slow
def test_the_example_runs_as_it_stands(called: Called, tmp_path: Path) -> None:
    shutil.copytree(called.home, tmp_path / "home")  # with its results: what is graded already is not graded again
    done = subprocess.run(
        [sys.executable, "-c", SCRIPTS[0]], cwd=tmp_path / "home", env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert {"ann 10.0", "bob 6.0", "2 graded of 3", "1 10 of 10", "2 6 of 10"} <= set(lines)
    assert lines[-1].startswith("left out: Cyd Cook (3)")
    assert b"Bob Baker" in (tmp_path / "home" / "gradescope.csv").read_bytes()


@pytest.mark.slow
def test_the_examples_are_typed_for_a_strict_reader(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text("\n".join(SCRIPTS))
    (tmp_path / "wrong.py").write_text("import autograder\nautograder.score('a', 3).total\nautograder.grade('a', 'b', 'c', job=1)\n")
    command = [sys.executable, "-m", "mypy", str(tmp_path / "example.py"), str(tmp_path / "wrong.py")]  # strict, says pyproject.toml
    done = subprocess.run(command, cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert [line for line in done.stdout.splitlines() if "example.py" in line] == []
    assert sorted(re.findall(r"wrong\.py:(\d):.*\[([\w-]+)\]$", done.stdout, re.MULTILINE)) == [
        ("2", "arg-type"),
        ("2", "union-attr"),
        ("3", "call-arg"),
    ]
