"""Random generators as plain data, on the student's side: a bit generator's name and its state.

The trusted side's, which believes no state, is `autograder/grading/generators.py`.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np

__all__ = ["KINDS", "Globals", "rebuild", "reduce"]

KINDS = ("generator", "random state", "random")
_BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")


def reduce(value: Any, kind: type) -> tuple[str, Any] | None:
    """A generator as its kind's name and plain data; None of what is none, or not known."""
    if kind is np.random.Generator:
        state = value.bit_generator.state
        return ("generator", state) if state["bit_generator"] in _BIT_GENERATORS else None
    if kind is np.random.RandomState:
        state = value.get_state(legacy=False)
        return ("random state", state) if state["bit_generator"] == "MT19937" else None
    if kind is random.Random:
        _version, numbers, half = value.getstate()
        return "random", (np.array(numbers[:-1], "uint32"), numbers[-1], half)
    return None


def rebuild(kind: str, plain: Any) -> Any:
    """The generator that the trusted side described."""
    made: Any
    if kind == "generator":
        made = getattr(np.random, plain["bit_generator"])(0)
        made.state = plain
        return np.random.Generator(made)
    if kind == "random state":
        made = np.random.RandomState(0)
        made.set_state(plain)
        return made
    made = random.Random()  # noqa: S311 - as the tests have it
    made.setstate(_state(plain))
    return made


def _state(plain: Any) -> Any:
    key, position, half = plain
    return 3, (*key.tolist(), position), half


class Globals:
    """numpy's and Python's global generators: those of the tests, too, once a test has seeded them."""

    def __init__(self) -> None:
        self._told: tuple[Any, ...] | None = None

    def set(self, legacy: Any, plain: Any) -> None:
        """Put them where these are; None leaves one as it is."""
        if legacy is not None:
            np.random.set_state(legacy.get_state(legacy=False))  # noqa: NPY002 - students use it
        if plain is not None:
            random.setstate(plain.getstate())
        self._told = self._fingerprint()

    def moved(self) -> tuple[Any, Any] | None:
        """Copies of them, if they were set once and have moved since they were told last."""
        if self._told is None or (now := self._fingerprint()) == self._told:
            return None
        self._told = now
        legacy, plain = np.random.RandomState(0), random.Random()  # noqa: S311 - as the notebook has it
        legacy.set_state(np.random.get_state(legacy=False))  # noqa: NPY002
        plain.setstate(random.getstate())
        return legacy, plain

    def _fingerprint(self) -> tuple[Any, ...]:
        legacy: Any = np.random.get_state(legacy=False)  # noqa: NPY002
        return legacy["state"]["key"].tobytes(), legacy["state"]["pos"], legacy["has_gauss"], legacy["gauss"], random.getstate()
