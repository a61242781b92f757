"""Two engines are equal where every verdict would be."""

from __future__ import annotations

import importlib.metadata
import shutil
import time
from pathlib import Path

import pytest

import autograder
from autograder.grading import engine
from autograder.grading.engine import differences, engine_identity, identity_digest
from autograder.kernel.layers import Layer
from autograder.kernel.sandbox import Confinement


def confinement(*holding: str, profile: str = "namespaces") -> Confinement:
    found = {"profile": profile, "landlock": 6, "seccomp": True, "user": None, "home": None}
    return Confinement(found, [Layer(name, name in holding, "") for name in ("files", "network")])


def test_an_identity_is_the_same_each_time_and_quickly_had() -> None:
    began = time.process_time()
    first, second = (engine_identity(confinement("files", "network")) for _ in range(2))
    assert time.process_time() - began < 0.2
    assert first == second
    assert list(first) == sorted(first)
    assert identity_digest(first) == identity_digest(dict(sorted(first.items(), reverse=True)))


def test_it_names_every_installed_distribution_as_the_standard_library_does() -> None:
    installed = {
        (distribution.metadata["Name"].lower().replace("-", "_").replace(".", "_"), distribution.version)
        for distribution in importlib.metadata.distributions()
    }
    named = {(k.removeprefix("package "), v) for k, v in engine_identity(confinement()).items() if k.startswith("package ")}
    assert named == {(name, version) for name, version in installed if name != "notebook_autograder"}
    assert {name for name, _ in named} > {"numpy", "otter_grader"}


@pytest.mark.parametrize("deciding", ["inside/question.py", "grading/judge.py", "checks/arrays.py", "records.py", "opening/needs.py"])
def test_an_edit_in_what_decides_verdicts_makes_another_engine(tmp_path: Path, deciding: str) -> None:
    copy = shutil.copytree(Path(autograder.__file__).parent, tmp_path / "autograder")
    before = engine._source_digest(copy)
    assert before == engine._source_digest(Path(autograder.__file__).parent)
    (copy / "report" / "page.py").write_text("# another page\n")
    assert engine._source_digest(copy) == before
    with (copy / deciding).open("a") as file:
        file.write("# one more line\n")
    assert engine._source_digest(copy) != before


def test_what_differs_is_said_by_name() -> None:
    here = engine_identity(confinement("files", "network"))
    assert differences(here, dict(here)) == ""
    there = {**engine_identity(confinement("files", profile="processes")), "engine": "0", "package numpy": "1.0"}
    said = differences(here, there)
    assert "the grader's own source files" in said
    assert f"numpy: {here['package numpy']} here, 1.0 there" in said
    assert "sandbox: namespaces here, processes there" in said
    assert "sandbox holds: files, network here, files there" in said
    assert identity_digest(here) != identity_digest(there)


def test_many_differences_are_counted() -> None:
    assert differences({f"package p{n}": "1" for n in range(10)}, {}).endswith("; and 4 more")
