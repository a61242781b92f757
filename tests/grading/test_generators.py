"""Random generators cross by their state, and a test's own is moved on only to where drawing leads."""

# ruff: noqa: NPY002 - tests seed numpy's global generator

from __future__ import annotations

import copy
import json
import random
from typing import Any

import numpy as np
import pytest

from autograder.grading import wire
from autograder.grading.generators import Seeds, follow
from autograder.grading.putback import put_back

from .test_rich import arrived, refused, sent

BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
MAKERS: dict[str, Any] = {
    **{name: lambda name=name: np.random.Generator(getattr(np.random, name)(5)) for name in BIT_GENERATORS},
    "RandomState": lambda: np.random.RandomState(5),
    "Random": lambda: random.Random(5),
}


def draws(generator: Any) -> list[float]:
    one = generator.gauss(0, 1) if isinstance(generator, random.Random) else float(generator.normal())
    return [one, *(float(generator.random()) for _ in range(700))]


@pytest.mark.parametrize("cross", [arrived, sent])
@pytest.mark.parametrize("made", MAKERS.values(), ids=MAKERS)
def test_a_generator_gives_there_what_it_would_give_here(made: Any, cross: Any) -> None:
    generator = made()
    draws(generator)
    assert draws(cross(generator)) == draws(generator)


@pytest.mark.parametrize("drawn", [0, 1, 2, 623, 624, 625, 70_001])
@pytest.mark.parametrize("made", MAKERS.values(), ids=MAKERS)
def test_one_that_was_drawn_from_is_moved_on_as_far(made: Any, drawn: int) -> None:
    ours = made()
    theirs = copy.deepcopy(ours)
    for _ in range(drawn) if isinstance(theirs, random.Random) else ():
        theirs.random()
    if not isinstance(theirs, random.Random):
        theirs.random(drawn)
    put_back(ours, arrived(theirs))
    assert draws(ours) == draws(theirs)


@pytest.mark.parametrize("made", MAKERS.values(), ids=MAKERS)
def test_half_a_draw_that_is_kept_for_the_next_is_kept_here_too(made: Any) -> None:
    ours, theirs = made(), made()
    for _ in range(3):
        if isinstance(theirs, np.random.Generator):
            theirs.integers(0, 100, dtype="int32")
        else:
            (theirs.gauss if isinstance(theirs, random.Random) else theirs.normal)(0, 1)
    put_back([ours], [arrived(theirs)])
    one, other = (
        value.integers(0, 100, 9).tolist() if isinstance(value, np.random.Generator) else draws(value) for value in (ours, theirs)
    )
    assert one == other


def made_up(generator: Any) -> list[Any]:
    """What a student's function may say has become of it."""
    elsewhere = (
        type(generator)(9) if not isinstance(generator, np.random.Generator) else np.random.Generator(type(generator.bit_generator)(9))
    )
    back = copy.deepcopy(generator)
    draws(generator)
    return [elsewhere, back, np.random.default_rng(1) if isinstance(generator, random.Random) else random.Random(1)]


@pytest.mark.parametrize("made", MAKERS.values(), ids=MAKERS)
def test_one_that_is_said_to_be_where_drawing_does_not_lead_stays(made: Any) -> None:
    for wrong in made_up(made()):
        ours = made()
        draws(ours)
        before = draws(copy.deepcopy(ours))
        if type(wrong) is type(ours):
            with pytest.raises(ValueError, match=r"another generator|does not lead"):
                put_back(ours, arrived(wrong))
        else:
            put_back(ours, arrived(wrong))
        assert draws(ours) == before


def test_half_a_draw_that_is_made_up_is_not_taken() -> None:
    generator = np.random.default_rng(1)
    told = copy.deepcopy(generator)
    told.random(5)
    told.bit_generator.state = {**told.bit_generator.state, "has_uint32": 1, "uinteger": 7}
    with pytest.raises(ValueError, match="does not lead"):
        follow(generator, told)
    for state, keep in ((np.random.RandomState(1), "gauss"), (random.Random(1), "half")):
        other = copy.deepcopy(state)
        other.random()
        if isinstance(other, np.random.RandomState):
            other.set_state({**other.get_state(legacy=False), "has_gauss": 1, keep: 40.0})
        else:
            other.setstate((*other.getstate()[:2], 40.0))
        with pytest.raises(ValueError, match="does not lead"):
            follow(state, other)


MERSENNE = np.random.MT19937(1).state["state"]
PHILOX = np.random.Philox(1).state


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        ("generator", {"bit_generator": "MT19937", "state": {**MERSENNE, "pos": 625}}),
        ("generator", {"bit_generator": "MT19937", "state": {**MERSENNE, "pos": -1}}),
        ("generator", {"bit_generator": "MT19937", "state": {**MERSENNE, "key": MERSENNE["key"][:3]}}),
        ("generator", {**PHILOX, "buffer_pos": 5}),
        ("generator", {**PHILOX, "buffer_pos": -1}),
        ("generator", {"bit_generator": "SeedSequence", "state": {}}),
        ("generator", {"bit_generator": "PCG64", "state": {"state": 1 << 128, "inc": 1}, "has_uint32": 0, "uinteger": 0}),
        ("random state", {"bit_generator": "MT19937", "state": {**MERSENNE, "pos": 1 << 30}, "has_gauss": 0, "gauss": 0.0}),
        ("random state", {"bit_generator": "MT19937", "state": MERSENNE, "has_gauss": 0, "gauss": "0"}),
        ("random", (MERSENNE["key"], 625, None)),
        ("random", (MERSENNE["key"], 0, "half")),
    ],
)
def test_a_state_that_no_generator_has_is_refused(kind: str, plain: Any) -> None:
    assert refused(kind, plain)


def test_one_of_an_unknown_kind_is_not_sent() -> None:
    class Own(np.random.PCG64):
        pass

    with pytest.raises(wire.UnsendableOfOurs):
        wire.Encoded(np.random.Generator(Own(1)))
    assert json.dumps(wire.Encoded(np.random.Generator(np.random.PCG64(1))).nodes)


def test_that_a_test_seeds_the_global_generators_is_told_and_that_it_draws_is_not() -> None:
    seeds = Seeds()
    np.random.normal(size=1_000)
    random.random()
    assert seeds.news() is None
    np.random.seed(3)
    np.random.normal()
    legacy, plain = seeds.news() or (None, None)
    assert plain is None
    assert legacy is not None
    assert legacy.normal() == np.random.normal()
    assert seeds.news() is None
    random.seed(3)
    assert (seeds.news() or [None])[0] is None


def test_where_the_students_functions_drew_the_tests_numbers_go_on() -> None:
    np.random.seed(3)
    random.seed(3)
    seeds = Seeds()
    theirs = np.random.RandomState(3), random.Random(3)
    ahead, behind = copy.deepcopy(theirs)
    theirs[0].normal(size=3)
    seeds.follow(*theirs)
    assert seeds.news() is None
    assert ahead.normal(size=4).tolist()[3] == np.random.normal()
    assert behind.random() == random.random()
    np.random.seed(3)
    assert (seeds.news() or [None])[0] is not None
    seeds.follow(np.random.RandomState(4), random.Random(4))
    assert np.random.RandomState(3).normal() == np.random.normal()
