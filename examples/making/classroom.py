"""A class on the evening of its deadline: who hands in what, when, how often, with whom; and what each of them is then worth."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from making.example import EXAMPLES
from making.mix import OTHERS, TIME_OUTS, mix
from making.notebook import FULL
from making.own_hand import Hands, as_bytes
from making.people import Person, people

from autograder.archive import zip_bytes

TITLE = "Building your Recurrent Neural Network"
NOTEBOOK = "building_a_recurrent_neural_network.ipynb"
ASSIGNMENT = "51207"
"""The platform's number of the assignment."""
STUB = "as it came.ipynb"
"""What some leave beside their notebook: the assignment as they got it."""
DUE = datetime(2026, 11, 22, 23, 59, tzinfo=timezone.utc)
EMPTY_FILE, EMPTY_NOTEBOOK, NO_NOTEBOOK = "empty file", "notebook without cells", "no notebook"
BROKEN = (EMPTY_FILE, NO_NOTEBOOK, EMPTY_NOTEBOOK)
"""What stands in the place of an example where there is nothing that could be graded."""
_ABSENT, _BROKEN, _LATE, _AGAIN, _TOGETHER, _STUB_BESIDE = 0.03, 0.02, 0.1, 0.12, 0.06, 0.02


@dataclass(frozen=True)
class Attempt:
    """What was handed in at one time."""

    at: datetime
    files: dict[str, bytes]
    """By the student's names for them."""


@dataclass(frozen=True)
class HandIn:
    """All that one student, or a group, handed in."""

    people: tuple[Person, ...]
    """Who; the first one handed it in."""
    variant: str
    """The example that the last attempt was made from, or one of `BROKEN`."""
    attempts: tuple[Attempt, ...]
    """The last one counts."""

    @property
    def last(self) -> Attempt:
        return self.attempts[-1]

    @property
    def late(self) -> bool:
        return self.last.at > DUE

    @property
    def counts(self) -> bytes | None:
        """The one file that counts, a notebook or the zip of one; None where there is none."""
        return None if self.variant == NO_NOTEBOOK else next(iter(self.last.files.values()))

    @property
    def points(self) -> dict[str, float] | None:
        """Question → what it is worth; None where nothing can be graded."""
        if self.variant in BROKEN:
            return None
        return {name: EXAMPLES[self.variant].points.get(name, full) for name, full in FULL.items()}


@dataclass
class Classroom:
    """Everybody, and what came in."""

    everybody: list[Person]
    hand_ins: list[HandIn] = field(default_factory=list)

    @property
    def absent(self) -> list[Person]:
        """Who handed in nothing."""
        present = {person.sid for hand_in in self.hand_ins for person in hand_in.people}
        return [person for person in self.everybody if person.sid not in present]

    def shares(self) -> list[str]:
        """Sentences: how many, and of what kind."""
        variants = [hand_in.variant for hand_in in self.hand_ins]
        graded = [variant for variant in variants if variant not in BROKEN]
        near = sum(variant not in OTHERS for variant in graded)
        endless = sum(variant in TIME_OUTS for variant in graded)
        return [
            f"{len(self.everybody)} students: {len(self.hand_ins)} submissions, {len(self.absent)} who handed in nothing.",
            f"{len(variants) - len(graded)} submissions cannot be graded: empty, or no notebook.",
            f"Of the {len(graded)} others, {near} are near-perfect ({near / len(graded):.1%}), "
            f"and {endless} {'runs' if endless == 1 else 'run'} into a time limit ({endless / len(graded):.1%}).",
            f"{sum(hand_in.late for hand_in in self.hand_ins)} are late, {sum(len(hand_in.attempts) > 1 for hand_in in self.hand_ins)} "
            f"were handed in more than once, {sum(len(hand_in.people) > 1 for hand_in in self.hand_ins)} by a group.",
        ]


def classroom(count: int, seed: int, *, groups: bool, everyone: bool) -> Classroom:
    """A class of `count`.

    Args:
        count: Of students.
        seed: Everything is drawn from it.
        groups: Whether some hand in together.
        everyone: Each hands in a notebook of their own that can be graded.
    """
    rng = random.Random(f"classroom {seed}")
    made = Classroom(people(count, seed))
    absent, broken = (0, 0) if everyone else (max(1, round(_ABSENT * count)), max(2, round(_BROKEN * count)))
    if groups and not everyone:
        made.everybody = _grouped(made.everybody, max(1, round(_TOGETHER * count / 2)))
    teams = _teams(made.everybody)
    alone = [team for team in teams if len(team) == 1]
    away = set(rng.sample(range(len(alone)), min(absent, len(alone) - 1)))
    missing = {alone[place][0].sid for place in away}
    teams = [team for team in teams if team[0].sid not in missing]
    variants = mix(max(0, len(teams) - broken), seed) + [BROKEN[number % len(BROKEN)] for number in range(min(broken, len(teams)))]
    rng.shuffle(variants)
    # What is drawn once for a class is drawn so that a small one has it, too.
    order = rng.sample(range(len(teams)), len(teams))
    late, again, beside = (set(order[:: max(1, round(1 / share))]) for share in (_LATE, _AGAIN, _STUB_BESIDE))
    hands = Hands(seed)
    for place, (team, variant) in enumerate(zip(teams, variants, strict=True)):
        minutes = -rng.randint(5, 60 * 24 * 6) if place not in late else rng.randint(1, 60 * 70)
        at = DUE + timedelta(minutes=minutes, seconds=rng.randrange(60))
        last = Attempt(at, _files(team[0], variant, hands, rng, stub_beside=place in beside and not everyone))
        earlier = []
        if place in again and not everyone:
            # What was handed in first is worth something else, so that a mix-up of attempts shows.
            first = "untouched" if variant != "untouched" else "rnn_cell_wrong"
            earlier = [Attempt(at - timedelta(minutes=rng.randint(20, 3000)), _files(team[0], first, hands, rng, plainly=True))]
        made.hand_ins.append(HandIn(team, variant, (*earlier, last)))
    return made


def _grouped(everybody: list[Person], count: int) -> list[Person]:
    """Put the first few into `count` groups of two and three."""
    grouped, place = list(everybody), 0
    for number in range(count):
        for _ in range(2 + number % 2):
            if place < len(grouped):
                grouped[place] = replace(grouped[place], group=f"Team {number + 1:02}")
                place += 1
    return grouped


def _teams(everybody: list[Person]) -> list[tuple[Person, ...]]:
    teams: dict[str, list[Person]] = {}
    for person in everybody:
        teams.setdefault(person.group or person.sid, []).append(person)
    return [tuple(team) for team in teams.values()]


def _files(person: Person, variant: str, hands: Hands, rng: random.Random, *, stub_beside: bool = False, plainly: bool = False) -> dict[str, bytes]:
    if variant == NO_NOTEBOOK:
        return {"homework.pdf": b"%PDF-1.4\n% made up, and no notebook\n%%EOF\n"}
    if variant == EMPTY_FILE:
        return {NOTEBOOK: b""}
    if variant == EMPTY_NOTEBOOK:
        return {NOTEBOOK: json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()}
    nb = hands.notebook(variant)
    name = nb.name if plainly or nb.name != NOTEBOOK else _file_name(person, rng)
    files = {nb.zipped: zip_bytes({nb.name: as_bytes(nb)})} if nb.zipped else {name: as_bytes(nb)}
    files |= {beside: text.encode() for beside, text in nb.beside.items()}
    if stub_beside and not nb.zipped and variant != "untouched":  # with two stubs, nobody could say which one counts
        untouched = hands.notebook("untouched")
        files[STUB] = as_bytes(untouched)
    return files


def _file_name(person: Person, rng: random.Random) -> str:
    """Mostly the assignment's; else what students make of it, names and numbers that look like a platform's among them."""
    other = rng.choice(("RNN.ipynb", f"{person.family} RNN.ipynb", "rnn (1).ipynb", f"{person.sid}.ipynb", "hw3_FINAL_v2.ipynb", "90001_90002_RNN.ipynb", "doejane_LATE_31337_4242_RNN.ipynb"))
    return NOTEBOOK if rng.random() < 0.7 else other
