"""One folder of a course's submissions: what was handed in, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from making.notebook import Notebook


@dataclass
class Example:
    """One folder of submissions."""

    note: str
    make: Callable[[Notebook], None]
    points: dict[str, float] = field(default_factory=dict)
    worlds: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, dict[str, str]] = field(default_factory=dict)


def registering(examples: dict[str, Example]):
    """A decorator that registers an example in `examples` under its function's name; questions that are not named earn everything."""

    def example(note: str, *, worlds: dict[str, str] | None = None, verdicts: dict[str, dict[str, str]] | None = None, **points: float):
        def register(make: Callable[[Notebook], None]) -> Callable[[Notebook], None]:
            examples[make.__name__] = Example(note, make, points, worlds or {}, verdicts or {})
            return make

        return register

    return example


EXAMPLES: dict[str, Example] = {}
"""Of the recurrent network's course."""
example = registering(EXAMPLES)
