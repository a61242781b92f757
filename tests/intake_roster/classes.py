"""A class with everything that makes people hard to tell apart, and what each platform would hand over of it. Seeded: always the same."""

# ruff: noqa: RUF001 -- letters of other alphabets are what this is about

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass

from autograder.model import HandedIn, Person, Platform, Student

_GIVEN = (
    *(
        "Jane",
        "José",
        "Anna",
        "Anne-Marie",
        "Wei",
        "Müge",
        "Zoë",
        "Søren",
        "Łukasz",
        "Nguyễn",
        "Đức",
        "Seán",
        "Ana María",
        "Li",
        "Lian",
        "محمد",
    ),
    *(
        "فاطمة",
        "伟",
        "娜",
        "Андрей",
        "Андреи",
        "Ελένη",
        "אורי",
        "राहुल",
        "Jean-Luc",
        "D'Arcy",
        "Iñaki",
        "İpek",
        "Björk",
        "Bjork",
        "Joerg",
        "Jörg",
    ),
)
_FAMILY = (
    *("Doe", "Ruiz", "García Márquez", "van der Berg", "de la Cruz", "O'Brien", "O’Neill", "Müller", "Mueller", "Muller", "Groß", "Gross"),
    *(
        "Na",
        "Anna",
        "Wei",
        "王",
        "张",
        "الفارسي",
        "Петров",
        "Παπαδόπουλος",
        "כהן",
        "शर्मा",
        "Smith-Jones",
        "Yılmaz",
        "Strauß",
        "MacDonald",
        "Ng",
    ),
)


_WRITTEN_OUT = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the class, as they are."""

    student: Student
    given: str
    family: str
    canvas: str
    moodle: str


def make_class(size: int, seed: int) -> list[Member]:
    """Return the members; about a third have a name that another has too."""
    dice = random.Random(seed)
    members: list[Member] = []
    for number in range(size):
        given, family = dice.choice(_GIVEN), dice.choice(_FAMILY)
        if dice.random() < 0.7:
            given += f" {dice.choice(_GIVEN)}"  # else nearly everybody would have a namesake
        if dice.random() < 0.3:
            family += f" {dice.choice(_FAMILY)}"
        if dice.random() < 0.5:
            given, family = (unicodedata.normalize("NFD", part) for part in (given, family))
        name = f"{family}, {given}" if dice.random() < 0.5 else f"{given} {family}"
        login = f"u{number * 7919 % 100003}" if dice.random() < 0.8 else ""
        email = f"{login}@School.edu" if login and dice.random() < 0.8 else ""
        student = Student(f"{number + 1:05d}" if dice.random() < 0.5 else f"S{number + 1}", login, email, name)
        members.append(Member(student, given, family, str(4000 + number * 13), str(900000 + number * 17)))
    dice.shuffle(members)
    return members


def handed_in(members: list[Member], platform: Platform, seed: int) -> tuple[list[HandedIn], dict[str, str]]:
    """Return what a platform would hand over, and the truth: owner's key to the student's id."""
    dice = random.Random(seed)
    found: list[HandedIn] = []
    truth: dict[str, str] = {}
    for member in members:
        if dice.random() < 0.05:
            continue  # handed in nothing
        one = _MAKERS[platform](member, dice)
        if one.owner_key in truth:
            continue  # a second file of this name in one folder cannot be
        found.append(one)
        truth[one.owner_key] = member.student.id
    dice.shuffle(found)
    return found, truth


def _written(text: str, dice: random.Random) -> str:
    """A name as another system has it: other case, other composition, another apostrophe, umlauts written out."""
    text = unicodedata.normalize(dice.choice(["NFC", "NFD"]), text)
    match dice.randrange(5):
        case 0:
            return text.upper()
        case 1:
            return text.replace("'", "’")
        case 2:
            return text.lower()
        case 3:  # a system that knows no umlauts
            return unicodedata.normalize("NFC", text).translate({ord(umlaut): two for umlaut, two in _WRITTEN_OUT})
    return text


def _known(member: Member, dice: random.Random, share: float) -> tuple[str, str, str]:
    student = member.student
    return (
        student.id if dice.random() < share else "",
        student.login.upper() if dice.random() < share else "",
        student.email.lower() if dice.random() < share else "",
    )


def _canvas(member: Member, dice: random.Random) -> HandedIn:
    sortable = _written(f"{member.family}, {member.given}", dice).lower()
    # Canvas drops what is no word character; marks belong to words.
    name = "".join(c for c in sortable if c.isalnum() or unicodedata.category(c)[0] == "M")
    person = Person(id=member.canvas, name=name)
    return HandedIn(Platform.CANVAS, "", member.canvas, "1", f"{name}_{member.canvas}", people=(person,), late=False)


def _moodle(member: Member, dice: random.Random) -> HandedIn:
    name = re.sub(r"['’]", "", _written(f"{member.given} {member.family}", dice)).replace("_", " ")
    person = Person(id=member.moodle, name=name)
    return HandedIn(Platform.MOODLE, "", member.moodle, "", f"{name} {member.moodle}", people=(person,))


def _gradescope(member: Member, dice: random.Random) -> HandedIn:
    sid, _, email = _known(member, dice, 0.6)
    person = Person(sid=sid, email=email, name=_written(f"{member.given} {member.family}", dice))
    return HandedIn(Platform.GRADESCOPE, "77", f"submission_{member.canvas}", "", f"submission_{member.canvas}", people=(person,))


def _folder(member: Member, dice: random.Random) -> HandedIn:
    stems = [
        member.student.id,
        member.student.login,
        member.student.email,
        f"{member.family}_{member.given}",
        f"{member.given} {member.family}",
    ]
    stem = _written(dice.choice([stem for stem in stems if stem]), dice)
    stem = stem.replace("/", "")
    return HandedIn(Platform.FOLDER, "", stem, "", stem, claimed=True)


_MAKERS = {Platform.CANVAS: _canvas, Platform.MOODLE: _moodle, Platform.GRADESCOPE: _gradescope, Platform.FOLDER: _folder}
