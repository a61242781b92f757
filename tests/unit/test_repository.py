"""Promises about the repository itself: what is in it, and what must never be."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder

LONGEST = 400
BUILT = {"dist", "results", "build", "notebook_autograder.egg-info"}
VAGUE = {"utils", "helpers", "common", "core", "base", "manager"}


@pytest.fixture(scope="module")
def tracked(repository: Path) -> list[Path]:
    """What the repository consists of; not asked of git, which a copy of the folder does not need."""
    own = (child for child in repository.iterdir() if child.name not in BUILT and (child.name == ".ci" or not child.name.startswith(".")))
    below = (path for child in own for path in ([child] if child.is_file() else child.rglob("*")))
    return [path for path in below if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts]


def python_files(tracked: list[Path]) -> Iterator[tuple[Path, str]]:
    return ((path, path.read_text(encoding="utf-8")) for path in tracked if path.suffix == ".py" and "submissions" not in path.parts)


def test_no_python_file_is_longer_than_a_reader_can_hold(tracked: list[Path]) -> None:
    assert [(path, lines) for path, text in python_files(tracked) if (lines := text.count("\n")) > LONGEST] == []


def test_every_module_is_named_for_what_is_in_it(tracked: list[Path]) -> None:
    assert [path for path in tracked if path.suffix == ".py" and path.stem in VAGUE] == []


def test_no_class_of_ours_looks_like_a_test_to_pytest(tracked: list[Path]) -> None:
    classes = ((path, node) for path, text in python_files(tracked) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ClassDef))
    assert [(path, node.name) for path, node in classes if node.name.startswith("Test")] == []


def test_no_file_knows_a_machine(tracked: list[Path]) -> None:
    # Put together here, so that this file is not one of them.
    machine = re.compile("|".join(["/" + "root/", "/" + "work/", "/" + r"home/\w+/", "/" + "tmp/v/", "/" + "opt/"]).encode())
    assert [path for path in tracked if machine.search(path.read_bytes())] == []


@pytest.mark.parametrize("name", ["autograder/platform/requirements", "requirements/dev", "requirements/bench"])
def test_every_requirement_is_pinned_with_a_hash_and_names_no_place(repository: Path, name: str) -> None:
    text = (repository / f"{name}.txt").read_text()
    assert re.search(r"://|^-|@ |file:|--(index|extra-index|find-links|trusted)", text, re.MULTILINE) is None
    requirements = text.replace("\\\n", " ").splitlines()
    assert [line for line in requirements if not re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_what_the_package_needs_is_what_is_installed_for_grading(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    needed = {re.match(r"[\w-]+", requirement)[0] for requirement in project["dependencies"]}  # type: ignore[index]
    listed = (repository / "requirements" / "runtime.in").read_text().splitlines()
    builders = {"setuptools", "wheel"}
    assert {re.split(r"[=<>~]", line)[0] for line in listed if line and not line.startswith("#")} - builders == needed


def test_every_field_of_a_public_record_has_its_sentence() -> None:
    assert autograder.__file__ is not None
    nouns = [*(Path(autograder.__file__).parent / "model").glob("*.py"), Path(autograder.__file__).parent / "standing" / "events.py"]
    silent = [
        f"{node.name}.{field.target.id}"
        for path in nouns
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        for field, after in zip(node.body, [*node.body[1:], None], strict=True)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str))
    ]
    assert silent == []


def test_the_changelog_has_a_section_for_this_version(repository: Path) -> None:
    versions = re.findall(r"^## (\S+)", (repository / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == autograder.__version__.partition(".dev")[0]


def test_every_link_of_the_readme_leads_to_something(repository: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", (repository / "README.md").read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (repository / link).exists()] == []


def test_every_target_of_the_makefile_is_in_its_help(repository: Path) -> None:
    text = (repository / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    help_text = subprocess.run(["make", "-C", str(repository), "--no-print-directory"], capture_output=True, text=True, check=True).stdout
    assert [target for target in phony[1].split() if target not in ("help", "FORCE") and f"make {target} " not in help_text] == []
    assert [target for target in phony[1].split() if target != "FORCE" and not re.search(rf"^{target}:", text, re.MULTILINE)] == []


def test_the_examples_are_what_their_script_makes_of_the_assignment_of_today(repository: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, repository / "examples" / "make_submissions.py", tmp_path], check=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = repository / "examples"
    assert made
    assert [path for path, data in made.items() if not (kept / path).is_file() or (kept / path).read_bytes() != data] == []
