"""What every group of bundles is held to: the scores of stock otter, but for differences that the docs list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from beside_otter import written
from beside_otter.parity.both_ways import Bundle, Marks, bundles, ours, rounded, stock
from beside_otter.warm_otter import WarmOtter

__all__ = ["DIFFERENCES", "Pairs", "cases"]

DIFFERENCES = {
    "absent-names": "A case none of whose names the notebook has is *missing*: it earns nothing. Otter runs it with `None` in their place, "
    "and what passes for `None` earns points. As otter: `--otter-exact`.",
    "changed-modules": "What a notebook changes in a module (`tools.PI = 3`) holds in its own process. In otter the tests that import that "
    "module see it.",
    "classes": "A class of the notebook's cannot leave the student's process: it equals nothing and cannot be called, unless its question "
    "is shared.",
    "early-check": "A check in the notebook changes no score. Otter keeps the result of a question's first check, also when the answer "
    "changes later.",
    "exit-in-a-function": "A function that calls `sys.exit()` fails the cases that call it. In otter the whole submission is left without "
    "scores.",
    "fresh-cases": "A hidden case passes when it passes behind the public ones, or by itself in the notebook as it ended. Otter knows only the "
    "first way.",
    "ignored-cells": "What a submission's cells are tagged with decides nothing: every code cell runs. Otter leaves out those tagged "
    "`otter_ignore`, by whomever.",
    "names-of-otter": "A notebook may call its variables `open` and change its folder. Otter's own last cell runs in the notebook, needs both "
    "as they were, and leaves the submission without scores.",
    "other-objects": "What is neither data nor a function (a match of `re`, a coroutine, a masked array, an open file) is a handle that equals nothing, unless its "
    "question is shared. Whatever else can be called looks like a plain function, whose `__code__` is ours.",
    "own-modules": "A test that takes `np` or `pd` gets numpy or pandas, even where the notebook has not imported it: no test may depend on "
    "what a notebook calls `np`.",
    "rebound-names": "A test that holds a variable sees the new value when a function binds the name anew. Otter's test holds the old object.",
    "several-suites": "A file of several suites is graded. Otter 7 takes one suite a file, and leaves the submission without scores.",
    "written-files": "A file that a notebook or its functions write lies in the sandbox: tests that read it do not find it, unless their "
    "question is shared.",
}
"""Name → what differs, and why."""


def cases(group: str) -> list[ParameterSet]:
    """(Bundle, submission) of a group, as parameters of a test."""
    return [
        pytest.param(
            bundle.folder.name,
            one.name,
            id=f"{bundle.folder.name}/{one.name}",
        )
        for bundle in bundles(group)
        for one in bundle.submissions()
    ]


@dataclass
class Pairs:
    """The marks of a group, both ways; each bundle is graded when it is first asked for."""

    group: str
    """Folder of `bundles`."""
    home: Path
    """An empty folder."""
    otter: WarmOtter
    """What grades as otter does."""

    def __post_init__(self) -> None:
        self._marks: dict[str, tuple[dict[str, Marks], dict[str, Marks]]] = {}
        self._bundles = {bundle.folder.name: bundle for bundle in bundles(self.group)}

    def wrong(self, name: str, submission: str) -> list[str]:
        """Sentences: where a pair is not as it should be."""
        bundle = self._bundles[name]
        one = next(one for one in bundle.submissions() if one.name == submission)
        if name not in self._marks:
            self._marks[name] = self._both_ways(bundle)
        mine, theirs = (marks[submission] for marks in self._marks[name])
        found = []
        for what, said, given in (("otter gives", one.scores, theirs.questions), ("we give", one.ours, mine.questions)):
            if {question: rounded(*points) for question, points in said.items()} != given:
                found.append(f"its header says that {what} {said}, and {what} {given}")
        differences = mine.differences(theirs)
        if one.differs and not differences:
            found.append(f"it does not differ any more: take {', '.join(one.differs)} off")
        return found if one.differs else found + differences

    def _both_ways(self, bundle: Bundle) -> tuple[dict[str, Marks], dict[str, Marks]]:
        """Ours and otter's."""
        home = self.home / bundle.folder.name
        handed_in = home / "handed_in"
        handed_in.mkdir(parents=True, exist_ok=True)
        archive = written.bundle_zip(bundle.folder, home / "autograder.zip")
        paths = [one.hand_in(handed_in) for one in bundle.submissions()]
        return ours(bundle, archive, handed_in, home), stock(self.otter, archive, paths, home)
