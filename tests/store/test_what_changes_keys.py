"""An edit of a bundle, and whose verdicts it makes stale: a table. What is not here is forgotten, so every field of the policy is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.bundle import open_bundle, question_key, write_bundle, write_plan
from autograder.grading.contexts import Contexts, contexts
from autograder.grading.court import load_material
from autograder.model import (
    Assignment,
    Credit,
    Isolation,
    KernelKind,
    Lateness,
    Limits,
    OtterRules,
    Question,
    Reporting,
    Sandbox,
)

TEST = """
from otter.test_files import test_case
OK_FORMAT = False
name = "NAME"
@test_case(name="one", points=1)
def test_one(NAME):
    assert NAME(1) == 1
"""
SOLUTION = "def caller(x): return called(x)\ndef called(x): return x\ndef alone(x): return x\n"
RELEASE = '{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}'
NAMES = ("caller", "called", "alone")
QUESTIONS = tuple(Question(name, (name,), Fraction(1)) for name in NAMES)
TOY = Assignment("toy", "A toy", "toy.ipynb", "toy.py", QUESTIONS)
ALL = frozenset(NAMES)


@dataclass(frozen=True)
class Course:
    """What a bundle is built from: three questions, of which `caller` comes first in the config, and calls `called`."""

    assignment: Assignment = TOY
    parts: dict[str, str] = field(
        default_factory=lambda: {
            **{f"tests/{name}.py": TEST.replace("NAME", name) for name in NAMES},
            "solutions/toy.py": SOLUTION,
            "files/data.csv": "1,2\n",
            "release/toy.ipynb": RELEASE,
        }
    )
    secret: bytes = b"a secret of this test"
    engine: dict[str, str] = field(default_factory=lambda: {"python": "3.11"})

    def policy(self, **changed: object) -> Course:
        return replace(self, assignment=replace(self.assignment, **changed))  # type: ignore[arg-type]

    def question(self, name: str, /, **changed: object) -> Course:
        questions = tuple(replace(q, **changed) if q.name == name else q for q in self.assignment.questions)  # type: ignore[arg-type]
        return self.policy(questions=questions)

    def file(self, path: str, old: str, new: str) -> Course:
        assert old in self.parts[path]
        return replace(self, parts=self.parts | {path: self.parts[path].replace(old, new)})

    def contexts(self, folder: Path) -> Contexts:
        keys = {one.name: question_key(self.secret, self.assignment.name, one.name) for one in self.assignment.questions}
        parts = {path: text.encode() for path, text in self.parts.items()}
        folder.mkdir()
        write_bundle(parts | {"plan.json": write_plan(self.assignment, keys)}, folder / "bundle.zip")
        return contexts(load_material(open_bundle(folder / "bundle.zip", folder)), self.engine)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Contexts:
    return Course().contexts(tmp_path_factory.mktemp("before") / "bundle")


POLICY: dict[str, tuple[object, frozenset[str], bool]] = {
    "limits": (Limits(call_s=3), ALL, True),
    "credit": (Credit.OWN, ALL, True),
    "sandbox": (Sandbox.REQUIRED, ALL, True),
    "kernel": (KernelKind.STOCK, ALL, True),
    "preload": (("numpy", "json"), ALL, True),
    "otter": (OtterRules(seed=7), ALL, True),
    "name": ("toy2", ALL, False),  # what every case's inputs are drawn from
    "questions": (QUESTIONS[::-1], ALL, False),  # who is judged after whom
    "title": ("Another", frozenset(), False),
    "demo_secret": (True, frozenset(), False),
    "reporting": (Reporting(Lateness(datetime(2026, 5, 1, tzinfo=UTC), per_day=Fraction(1, 10)), Fraction(0)), frozenset(), False),
}
"""Field of the policy → another value, the questions that are judged again for it, and whether notebooks are run again."""
FILES = {"notebook", "solution"}
"""These name a file of the bundle: see below."""
EDITS: dict[str, tuple[Callable[[Course], Course], frozenset[str], bool]] = {
    "the solution": (lambda c: c.file("solutions/toy.py", "def alone", "# a word\ndef alone"), ALL, True),
    "a data file": (lambda c: c.file("files/data.csv", "2", "3"), ALL, True),
    "a data file more": (lambda c: replace(c, parts=c.parts | {"files/more.csv": ""}), ALL, True),
    "the release": (lambda c: c.file("release/toy.ipynb", "}", "} "), ALL, True),
    "the notebook's name": (
        lambda c: replace(c.policy(notebook="t.ipynb"), parts=c.parts | {"release/t.ipynb": RELEASE}),
        ALL,
        True,
    ),
    "the solution's name": (lambda c: replace(c.policy(solution="t.py"), parts=c.parts | {"solutions/t.py": SOLUTION}), ALL, True),
    "an engine": (lambda c: replace(c, engine={"python": "3.12"}), ALL, True),
    "the secret": (lambda c: replace(c, secret=b"another"), ALL, False),
    "one question's tests": (lambda c: c.file("tests/alone.py", "== 1", "== 2"), frozenset({"alone"}), False),
    "one question's points": (lambda c: c.question("alone", points=Fraction(2)), frozenset({"alone"}), False),
    "one question's place in the total": (lambda c: c.question("alone", points=Fraction(0), optional=True), frozenset({"alone"}), False),
    "where one question is judged": (lambda c: c.question("alone", isolation=Isolation.SHARED), ALL, False),
    "what one question is called": (
        lambda c: replace(
            c.question("alone", name="solo"),
            parts={path.replace("tests/alone", "tests/solo"): text for path, text in c.parts.items()},
        ),
        ALL,
        False,
    ),
    "which functions are one question's": (lambda c: c.question("alone", functions=("alone", "called_too")), ALL, False),
    # Now each needs the other: the config's order holds, so `caller` is judged before anybody may answer for `called`.
    "who answers for a helper": (
        lambda c: c.file("tests/called.py", "assert called(1)", "assert caller(1) == called(1)"),
        frozenset({"called", "caller"}),
        False,
    ),
}


def set_to(name: str, value: object) -> Callable[[Course], Course]:
    return lambda course: course.policy(**{name: value})


EDITS |= {f"`{name}`": (set_to(name, value), stale, again) for name, (value, stale, again) in POLICY.items()}


def stale(before: Contexts, after: Contexts) -> set[str]:
    """Questions of before whose verdicts can not be used any more."""
    return {name for name in NAMES if name not in after.questions or after.question_key(name, "a") != before.question_key(name, "a")}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_makes_stale_what_it_may_change_and_nothing_else(what: str, before: Contexts, tmp_path: Path) -> None:
    edit, expected, runs_again = EDITS[what]
    after = edit(Course()).contexts(tmp_path / "bundle")
    assert stale(before, after) == expected
    assert (after.execution_key("a notebook") != before.execution_key("a notebook")) == runs_again
    assert (after.digest != before.digest) == bool(expected or runs_again)


def test_who_makes_inputs_for_a_question_is_one_of_its_own_circumstances(tmp_path: Path) -> None:
    """Each needs the other: what `alone` returns is `caller`'s input, until `caller` is judged before it."""
    course = Course().file("tests/caller.py", "== 1", "== alone(1)")
    edited = course.file("tests/alone.py", "== 1", "== caller(1)")
    assert stale(course.contexts(tmp_path / "before"), edited.contexts(tmp_path / "after")) == {"alone", "caller"}


def test_every_field_of_the_policy_is_in_the_table() -> None:
    assert {one.name for one in fields(Assignment)} == POLICY.keys() | FILES
    assert {one.name for one in fields(Question)} == {"name", "functions", "points", "optional", "isolation"}


def test_the_same_parts_have_the_same_keys_wherever_they_lie_and_every_notebook_its_own(before: Contexts, tmp_path: Path) -> None:
    course = Course()
    again = course.contexts(tmp_path / "elsewhere")
    assert again == before
    keys = [[again.execution_key(one), *(again.question_key(name, one) for name in NAMES)] for one in ("a notebook", "another")]
    assert len({key for each in keys for key in each}) == 2 * (1 + len(NAMES))
