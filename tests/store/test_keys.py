"""Under what verdicts are kept: another Python, package or confinement is another key."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.bundle import open_bundle, question_key, write_bundle, write_plan
from autograder.grading.contexts import contexts
from autograder.grading.court import Material, load_material
from autograder.grading.engine import engine_identity
from autograder.kernel.sandbox import Confinement
from autograder.model import Assignment, Profile, Question

TEST = """
from otter.test_files import test_case
OK_FORMAT = False
name = "NAME"
@test_case(name="one", points=1)
def test_one(NAME):
    assert NAME(1) == 1
"""
RELEASE = '{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}'


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    home = tmp_path_factory.mktemp("bundle")
    assignment = Assignment("toy", "A toy", "toy.ipynb", "toy.py", tuple(Question(name, (name,), Fraction(1)) for name in ("one", "two")))
    parts = {f"tests/{name}.py": TEST.replace("NAME", name).encode() for name in ("one", "two")}
    parts |= {"solutions/toy.py": b"def one(x): return x\ndef two(x): return x\n", "release/toy.ipynb": RELEASE.encode()}
    keys = {name: question_key(b"a secret of this test", "toy", name) for name in ("one", "two")}
    write_bundle(parts | {"plan.json": write_plan(assignment, keys)}, home / "bundle.zip")
    (home / "opened").mkdir()
    return load_material(open_bundle(home / "bundle.zip", home / "opened"))


def test_another_python_package_or_confinement_changes_every_key(material: Material) -> None:
    engine = engine_identity(Confinement({"profile": Profile.NAMESPACES, "landlock": 0, "seccomp": False, "user": None, "home": None}, ()))
    assert {"python", "sandbox", "engine", "package numpy"} <= engine.keys()
    before = contexts(material, engine)
    keys = {before.execution_key("s"), *(before.question_key(name, "s") for name in ("one", "two"))}
    assert len(keys) == 3
    for name in ("python", "sandbox", "sandbox holds", "engine", "package numpy"):
        changed = contexts(material, {**engine, name: "another"})
        assert keys.isdisjoint({changed.execution_key("s"), *(changed.question_key(name, "s") for name in ("one", "two"))}), name
    assert before.question_key("one", "s") != before.question_key("one", "another notebook")
