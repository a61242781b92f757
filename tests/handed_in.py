"""Folders with something handed in and an `expected.json`: graded by the real command, and held to what they say.

    note, questions (question → points), worlds (question → world that counted), verdicts (question → case → verdict)
    at_most (question → points), problems (`KIND NAME` of each cell that did not run to its end; null: any)

`examples/submissions` and `tests/attacks/notebooks` are such folders; adding a case is adding a folder.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from end_to_end.command import earned
from results_of import documents

__all__ = ["Class", "expected", "lost", "mismatches", "without_measured"]


@dataclass(frozen=True)
class Class:
    """A finished run of `autograder grade … -o out`."""

    home: Path
    """Where it ran."""
    code: int
    """How it ended."""
    said: str
    """All that it printed."""
    documents: dict[str, dict[str, Any]]
    """Submission → result."""

    @classmethod
    def of(cls, home: Path, code: int, said: str) -> Class:
        """Read what a run in `home` left in its folder `out`."""
        return cls(home, code, said, documents(home / "out"))

    def rows(self) -> list[dict[str, str]]:
        """The gradebook's rows."""
        with (self.home / "out" / "gradebook.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


def expected(folder: Path) -> dict[str, Any]:
    """What a folder says of itself."""
    data: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return data


def mismatches(wanted: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Sentences: where a result is not what was expected of it; ends with every case that did not pass, for whoever reads them."""
    if document["status"] != "graded":
        return [f"{document['status']}: {document['reason']}"]
    questions = {question["name"]: question for question in document["questions"]}
    points = earned(document)
    at_most = wanted.get("at_most", {})
    found = [f"{name} earned {points[name]}, not {worth}" for name, worth in wanted["questions"].items() if points[name] != worth]
    found += [f"{name} earned {points[name]}, more than {worth}" for name, worth in at_most.items() if points[name] > worth]
    if set(points) != set(wanted["questions"]) | set(at_most):
        found.append(f"the questions are {', '.join(points)}")
    for name, world in wanted.get("worlds", {}).items():
        if questions[name]["world"] != world:
            found.append(f"{name} was judged in the world {questions[name]['world']}, not {world}")
    for name, verdicts in wanted.get("verdicts", {}).items():
        seen = {case["name"]: case["verdict"] for case in questions[name]["cases"]}
        found += [f"{name}, {case}: {seen.get(case)}, not {verdict}" for case, verdict in verdicts.items() if seen.get(case) != verdict]
    if wanted.get("problems") is not None:
        problems = [f"{problem['kind']} {problem['name']}" for problem in document["notebook_run"]["problems"]]
        if problems != wanted["problems"]:
            found.append(f"cells that did not run to their end: {document['notebook_run']['problems']}, not {wanted['problems']}")
    return [*found, str(wanted.get("note")), lost(document)] if found else []


def lost(document: dict[str, Any]) -> str:
    """Every case that did not pass."""
    return "\n".join(
        f"{question['name']} ({question['world']}), {case['name']}: {case['verdict']}, {case['message']}"
        for question in document["questions"]
        for case in question["cases"]
        if case["verdict"] != "passed"
    )


def without_measured(text: str) -> str:
    """A result's document without the one key that differs between two runs."""
    data = json.loads(text)
    del data["measured"]
    return json.dumps(data)
