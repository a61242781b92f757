"""Moodle's words in the languages of its sites: headings of the grading worksheet, and what stands for a name where marking is blind.

`moodle_words.json` is the one place where they are written. A column whose heading is not there is known by what is in it, or a person
names it.

    Participant 4454589       who it is in a worksheet: the site's word, and the participant's number
    Teilnehmer/in4454589      many languages have no blank between the two
    Teilnehmerin_4454589_…    the word in the names of a download, where Moodle leaves out slashes and the like

Source: moodle, mod/assign/gradingtable.php (order and contents of the columns), mod/assign/feedback/offline/importgradeslib.php and
mod/assign/classes/downloader.php (strings `hiddenuser` and `participant`), and the language packs, as we know them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from autograder.intake.names import key

__all__ = ["Participant", "column_of", "folded", "identifier_column", "participant", "stands_for_a_name", "words"]

_PARTICIPANT = re.compile(r"(?P<word>\D*[^\W\d]\D*?)(?P<blank>\s*)(?P<number>[0-9]{1,20})")
_LONGEST = 200  # characters of an identifier


@dataclass(frozen=True, slots=True)
class Participant:
    """An identifier of a worksheet, taken apart."""

    word: str
    """The site's word for a participant; the same in each row."""
    number: str
    """The participant's; not the user's."""
    spaced: bool
    """Whether there is a blank between the two."""


@cache
def _words() -> dict[str, frozenset[str]]:
    text = (resources.files("autograder.intake") / "moodle_words.json").read_text(encoding="utf-8")
    return {role: frozenset(map(folded, known)) for role, known in json.loads(text).items()}


@cache
def _for_names() -> frozenset[str]:
    return frozenset(map(_letters, words("participant")))


def words(role: str) -> frozenset[str]:
    """Return all headings of a role (or all words for `yes`, `no` and `participant`) that we know, folded."""
    return _words()[role]


def folded(text: str) -> str:
    """Return a heading as headings are compared."""
    return key(" ".join(text.replace("\u2019", "'").split()))


def participant(cell: str) -> Participant | None:
    """Take an identifier apart; None where it is none."""
    found = _PARTICIPANT.fullmatch(cell.strip()) if len(cell) <= _LONGEST else None
    return Participant(found["word"], found["number"], spaced=bool(found["blank"])) if found else None


def stands_for_a_name(text: str) -> bool:
    """Whether a text is the word that Moodle writes instead of a name, as far as we know the language."""
    return _letters(text) in _for_names()


def column_of(headings: Sequence[str], role: str, *, but: int | None = None) -> int | None:
    """Return the place of the only heading of a role; None where there is none, or more.

    Args:
        headings: As they are in the file.
        role: As in `moodle_words.json`.
        but: The place of a column that is something else already.
    """
    places = [at for at, heading in enumerate(headings) if folded(heading) in words(role) and at != but]
    return places[0] if len(places) == 1 else None


def identifier_column(headings: Sequence[str], cells: Callable[[int], Sequence[str]]) -> int | None:
    """Return the column with the participants' numbers: by its heading, else the first; None where other things are in it.

    Args:
        headings: As they are in the file.
        cells: Returns a column's cells.
    """
    named = column_of(headings, "identifier")
    return next((at for at in (named, 0) if at is not None and _are_participants(cells(at))), None)


def _are_participants(cells: Sequence[str]) -> bool:
    """Whether it is one word and a number in most rows: a row of another shape is that row's mistake. Nobody at all is no contradiction."""
    found = [one for cell in cells if (one := participant(cell)) is not None]
    return not cells or (2 * len(found) > len(cells) and len({one.word for one in found}) == 1)


def _letters(text: str) -> str:
    return "".join(character for character in key(text) if character.isalnum())
