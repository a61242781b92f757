"""Which of several notebooks in one submission is graded: the one with most graded functions that are not as in the stub.

A tie between notebooks whose code is the same is none; any other is refused, and listed, for whoever knows the student. In a folder of
files, whose names are claims, several notebooks may be of several people: one is chosen only where all others have nothing of the work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.errors import SubmissionError
from autograder.intake.reader import Looked, Reader, Unreadable
from autograder.printable import one_line

__all__ = ["Candidate", "Choice", "Chooser"]

_LISTED = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A notebook of several."""

    original: str
    """What the student called it."""
    shown: str
    """What messages call it."""
    read: Callable[[], bytes]
    """Its bytes; raises SubmissionError."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One notebook, or why there is none."""

    chosen: int | None
    """Place among the candidates; None where it is not clear."""
    note: str
    """A sentence: why this one, or how they compare."""


@dataclass(frozen=True, slots=True)
class _Seen:
    number: int
    candidate: Candidate
    changed: int
    """Graded functions that are there and not as in the stub."""
    source: str
    """Digest of the code; empty when it cannot be read."""


class Chooser:
    """Compares notebooks with the stub.

    Args:
        reader: Where they are read.
        stubs: Sources of the untouched release's code cells.
    """

    def __init__(self, reader: Reader, stubs: Sequence[str]) -> None:
        self._reader = reader
        self._stubs = stubs
        self._untouched: dict[str, str] | None = None

    def choose(self, candidates: Sequence[Candidate], *, claimed: bool = False) -> Choice:
        """Choose one.

        Args:
            candidates: At least two.
            claimed: Whether they may be of several people.

        Raises:
            MachineFault: notebooks cannot be read here.
        """
        seen = [self._look(number, candidate) for number, candidate in enumerate(candidates)]
        most = max(one.changed for one in seen)
        best = [one for one in seen if one.changed == most]
        readable = [one for one in best if one.source]
        best = readable or best
        counts = ", ".join(f"{one_line(one.candidate.original)} ({_counted(one)})" for one in seen[:_LISTED])
        counts += f" and {len(seen) - _LISTED} more" * (len(seen) > _LISTED)
        others = [one for one in seen if one.changed and one.source != best[0].source]
        same = len({one.source for one in best}) == 1 and bool(best[0].source)
        if not same or (claimed and (others or not most)):
            return Choice(None, f"graded functions that were worked on: {counts}")
        why = "the one with most graded functions that were worked on"
        return Choice(best[0].number, f"{one_line(best[0].candidate.original)} is graded, {why}: {counts}.")

    def _look(self, number: int, candidate: Candidate) -> _Seen:
        try:
            looked = self._reader.look(candidate.read(), candidate.shown)
        except SubmissionError:
            return _Seen(number, candidate, 0, "")
        match looked:
            case Unreadable():
                return _Seen(number, candidate, 0, "")
            case Looked(source_sha256=source, functions=functions):
                untouched = self._stub()
                return _Seen(number, candidate, sum(untouched.get(name) != digest for name, digest in functions.items()), source)

    def _stub(self) -> dict[str, str]:
        if self._untouched is None:
            cells = [{"cell_type": "code", "source": source} for source in self._stubs]
            data = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()
            looked = self._reader.look(data, "the release.ipynb")
            self._untouched = dict(looked.functions) if isinstance(looked, Looked) else {}
        return self._untouched


def _counted(seen: _Seen) -> str:
    return str(seen.changed) if seen.source else "cannot be read"
