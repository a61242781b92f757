"""Checks of otter's bundles that nobody passed, and that met what cannot leave a student's process.

One student's odd answer is theirs; what nobody's answer passes may be what the question asks for.
"""

from __future__ import annotations

from autograder.model import Graded, Verdict

__all__ = ["HeldBack"]

_MOST_TYPES = 8


class HeldBack:
    """What was met, over the submissions that were added."""

    def __init__(self) -> None:
        self._passed: set[tuple[str, str]] = set()
        self._met: dict[tuple[str, str], set[str]] = {}

    def add(self, result: Graded) -> None:
        """Look at one submission."""
        for score in result.questions:
            for case in score.cases:
                key = (score.question.name, case.name)
                if case.verdict is Verdict.PASSED:
                    self._passed.add(key)
                elif case.held_back:
                    self._met.setdefault(key, set()).update(case.held_back)

    def sentences(self) -> list[str]:
        """One for each question with such a check."""
        questions: dict[str, set[str]] = {}
        for (question, case), types in self._met.items():
            if (question, case) not in self._passed:
                questions.setdefault(question, set()).update(types)
        return [
            f"{question}: nobody passed a check that looks at what cannot leave the student's process "
            f"({', '.join(sorted(types)[:_MOST_TYPES])}). If that is what the question asks for, grade again with --shared {question}: its "
            "tests then run there, and are not safe from the student's code."
            for question, types in sorted(questions.items())
        ]
