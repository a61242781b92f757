"""Under what a verdict may be used again: sha256 of everything that decided it, but for the notebook.

A verdict of one question hangs on the notebook as the kernel gets it (its cells' sources, and what lies beside it), on that
question's own test file, on every part of the bundle that is not another question's test file, on the question's plan and limits, on
which helpers the reference may stand in for, and on the engine: our code, Python, packages, and what confines student code. What is only
for reports (titles, lateness) is in none of it, so that changing it judges nothing again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder import records
from autograder.bundle import PLAN, Bundle
from autograder.grading.court import Material
from autograder.model import Question

__all__ = ["Contexts", "contexts"]

_FOR_REPORTS = ("title", "demo_secret", "reporting", "questions", "name")
"""Of an assignment: what decides no verdict by itself. A question's key holds the assignment's name."""


@dataclass(frozen=True, slots=True)
class Contexts:
    """Digests, in hexadecimal, for one bundle on one machine."""

    notebook: str
    """What decides how a notebook's cells run."""
    questions: Mapping[str, str]
    """Question → what decides its verdicts."""

    @property
    def digest(self) -> str:
        """All of it: where this is the same, so is everything that is judged, but for what the machine may have done."""
        return _digest([self.notebook, dict(self.questions)])

    def execution_key(self, source: str) -> str:
        """Under what a notebook's run is kept; `source` is the digest of what the kernel gets."""
        return _digest(["execution", self.notebook, source])

    def question_key(self, question: str, source: str) -> str:
        """Under what a question's score is kept."""
        return _digest(["question", self.questions[question], source])


def contexts(material: Material, engine: Mapping[str, str]) -> Contexts:
    """Digest what a bundle's verdicts hang on; `engine` is what grades (`autograder.grading.engine`)."""
    bundle = material.bundle
    assignment = bundle.assignment
    policy = {key: value for key, value in records.plain(assignment).items() if key not in _FOR_REPORTS}
    parts = _parts(bundle)
    tests = {_below(bundle, question): question.name for question in assignment.questions}
    shared = {name: digest for name, digest in parts.items() if name not in tests and name != PLAN}
    everybody = {"policy": policy, "engine": dict(engine), "parts": shared, "all": [_who(question) for question in assignment.questions]}
    before: set[str] = set()
    found: dict[str, str] = {}
    for question in material.plan.order:
        helpers = material.plan.helpers[question.name] | material.plan.inputs[question.name]
        own: dict[str, Any] = {
            "question": records.plain(question),
            "key": bundle.question_keys[question.name].hex(),
            "test": parts.get(_below(bundle, question), ""),
            "stand-ins": sorted(helpers & before),
        }
        found[question.name] = _digest([everybody, own])
        before |= set(question.functions)
    return Contexts(_digest([everybody["policy"], everybody["engine"], shared]), found)


def _parts(bundle: Bundle) -> dict[str, str]:
    """Path → sha256 of every file that a judge may read. What running leaves beside them is none of it."""
    return {
        path.relative_to(bundle.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(bundle.root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _below(bundle: Bundle, question: Question) -> str:
    return bundle.test_file(question.name).relative_to(bundle.root).as_posix()


def _who(question: Question) -> list[Any]:
    """What other questions see of it."""
    return [question.name, list(question.functions), str(question.isolation)]


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
