"""One folder of `examples/submissions`: what was handed in, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from making.notebook import Notebook


@dataclass
class Example:
    """One folder of examples/submissions."""

    note: str
    make: Callable[[Notebook], None]
    points: dict[str, float] = field(default_factory=dict)
    worlds: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, dict[str, str]] = field(default_factory=dict)


EXAMPLES: dict[str, Example] = {}


def example(note: str, *, worlds: dict[str, str] | None = None, verdicts: dict[str, dict[str, str]] | None = None, **points: float):
    """Register an example under its function's name; questions that are not named earn everything."""

    def register(make: Callable[[Notebook], None]) -> Callable[[Notebook], None]:
        EXAMPLES[make.__name__] = Example(note, make, points, worlds or {}, verdicts or {})
        return make

    return register
