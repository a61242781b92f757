"""The people of a made-up class: names as the world has them, with the numbers and logins that a school and a platform give."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from making.names import NAMES, ONE_NAME, OTHER_LETTERS

SECTIONS = ("Mon 10:15", "Tue 14:30", "Thu 08:45")
NAMESAKES = 20
"""One in so many has the name of somebody before."""
DECOMPOSED = 10
"""Of one in so many, the platform spells accents as separate characters."""


@dataclass(frozen=True)
class Person:
    """One of the class."""

    given: str
    """Empty for people with one name."""
    family: str
    sid: str
    """The school's number, eight digits."""
    login: str
    email: str
    section: str
    platform_id: str
    """What the platform calls them: Canvas's user id, Moodle's participant number."""
    group: str = ""
    decomposed: bool = False
    """Whether the platform spells their accents as separate characters (NFD)."""

    @property
    def name(self) -> str:
        """As the platform shows it."""
        return self._spelt(f"{self.given} {self.family}".strip())

    @property
    def sortable(self) -> str:
        """Family name first, as Canvas sorts."""
        return self._spelt(f"{self.family}, {self.given}" if self.given else self.family)

    def _spelt(self, name: str) -> str:
        return unicodedata.normalize("NFD" if self.decomposed else "NFC", name)


def people(count: int, seed: int) -> list[Person]:
    """A class, in no order. Some share a name; numbers, logins and addresses are theirs alone."""
    rng = random.Random(f"people {seed}")
    sids = rng.sample(range(20_100_000, 20_999_999), count)
    numbers = rng.sample(range(31_000, 31_000 + 60 * count), count)
    logins: set[str] = set()
    made: list[Person] = []
    latin: dict[tuple[str, str], tuple[str, str]] = {}
    for place in range(count):
        given, family, *plain = _somebody(rng, place, latin.keys())
        if place % NAMESAKES == NAMESAKES - 1:
            other = made[rng.randrange(len(made))]
            given, family = other.given, other.family
        plain = latin.setdefault((given, family), tuple(plain) or (given, family))
        login = _login(*plain, logins)
        made.append(
            Person(
                given,
                family,
                str(sids[place]),
                login,
                f"{login}@students.lakeside.example",
                rng.choice(SECTIONS),
                str(numbers[place]),
                decomposed=place % DECOMPOSED == 4,
            )
        )
    return made


def roster_rows(everybody: list[Person], ids: str, seed: int, *, logins: bool) -> list[dict[str, str]]:
    """The rows of our roster, as somebody at an office typed them.

    Args:
        everybody: Of the class.
        ids: Which field of a person is the roster's id.
        seed: Draws who lacks a login or an address, and whose name is written otherwise.
        logins: Whether nobody may lack a login, since the download has nothing else.
    """
    rng = random.Random(f"roster {seed}")
    rows = []
    for person in sorted(everybody, key=lambda person: getattr(person, ids)):
        full = f"{person.given} {person.family}".strip()
        turned = f"{person.family}, {person.given}" if person.given else full
        draw = rng.random()
        name = unicodedata.normalize("NFD", full) if draw < 0.05 else turned if draw < 0.15 else full
        lacks = rng.random()
        rows.append({
            "id": getattr(person, ids),
            "login": "" if lacks < 0.03 and not logins else person.login,
            "email": "" if 0.03 <= lacks < 0.06 else person.email if lacks < 0.9 else person.email.replace("students", "Students"),
            "name": name,
            "section": person.section,
            "group": person.group,
        })
    return rows


def _somebody(rng: random.Random, place: int, taken: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """A name that nobody has yet, as far as there are any: given and family name, and in Latin letters where they are not."""
    if place % 40 == 7 and place // 40 < len(OTHER_LETTERS):
        return OTHER_LETTERS[place // 40]
    if place % 40 == 13 and place // 40 < len(ONE_NAME):
        return "", ONE_NAME[place // 40]
    for tries in range(30):
        given, family = (names.split() for names in rng.choice(NAMES))
        first = " ".join(rng.sample(given, 1 if tries < 3 else 2))  # a second name tells them apart
        name = first.replace("|", " "), rng.choice(family).replace("|", " ")
        if name not in taken:
            break
    return name


def _login(given: str, family: str, taken: set[str]) -> str:
    """First letter and family name in ASCII, with a number where somebody has it already."""
    special = str.maketrans({"ß": "ss", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "þ": "th", "Þ": "th", "ı": "i"})
    text = unicodedata.normalize("NFD", (given[:1] + family).translate(special)).casefold()
    stem = "".join(letter for letter in text if letter.isascii() and letter.isalnum())[:12]
    login, number = stem, 1
    while login in taken:
        number += 1
        login = f"{stem}{number}"
    taken.add(login)
    return login
