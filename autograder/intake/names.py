"""When two texts may be one name: by their letters and digits, without case, in any order of their parts.

    marked      José Ruiz, ruiz josé, RUIZ, José    one name; composed and decomposed accents are the same
    plain       Jose Ruiz                           without the accents of Latin letters
    spelled     Mueller = Müller, Soerensen = Sørensen    never enough to say who it is: they only make a name doubtful

An apostrophe is dropped and joins (`O'Brien` = `OBrien`); other punctuation parts (`Anne-Marie` = `Anne Marie`). A text without spaces is
also compared with the parts of a name run together, as Canvas does it: `doejane` for `Doe, Jane`. Which part comes first is not
always known, so every turn of the parts counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Name", "key", "read_name"]

_LONGEST = 300  # characters; a longer text is no name
_MOST_PARTS = 12
_APOSTROPHES = dict.fromkeys(map(ord, "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\uff07"))
_LATIN_MARKS = re.compile(r"([a-z])[\u0300-\u036f]+")
_DIAERESIS = re.compile(r"([aou])\u0308")
# Letters that do not come apart into a letter and a mark, as they are written without them.
_SPELLED = str.maketrans({"ø": "oe", "æ": "ae", "œ": "oe", "å": "aa", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"})


@dataclass(frozen=True, slots=True)
class Name:
    """A text as a name: each spelling as a set of equal forms."""

    marked: frozenset[str]
    """With its accents. Empty where there is neither letter nor digit."""
    plain: frozenset[str]
    """Without accents on Latin letters."""
    spelled: frozenset[str]
    """`plain`, and with umlauts and the like written out."""
    parts: str
    """Its parts in alphabetical order, spelled out, for likeness."""


_NONE = Name(frozenset(), frozenset(), frozenset(), "")


def key(text: str) -> str:
    """Return an id, login or e-mail as it is compared: without case, width and spaces around it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def read_name(text: str, *, run_together: bool = False) -> Name:
    """Return the forms of a name.

    Args:
        text: A name as somebody wrote it.
        run_together: Whether the forms without spaces count too: for those of the roster. A text of one part has no other.
    """
    if len(text) > _LONGEST:
        return _NONE
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold())
    parts = _parts(folded)
    if not parts or len(parts) > _MOST_PARTS:
        return _NONE
    plain = [_LATIN_MARKS.sub(r"\1", part).replace("\u0131", "i") for part in parts]  # a dotless i is an I in capitals
    spelled = [_LATIN_MARKS.sub(r"\1", _DIAERESIS.sub(r"\1e", part.replace("a\u030a", "aa"))).translate(_SPELLED) for part in parts]
    either = _forms(plain, run_together) | _forms(spelled, run_together)
    return Name(_forms(parts, run_together), _forms(plain, run_together), either, " ".join(sorted(spelled)))


def _parts(folded: str) -> list[str]:
    """Letters with their marks, and digits; whatever else stands between them parts."""
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded if unicodedata.category(c) != "Cf").split()


def _forms(parts: Sequence[str], run_together: bool) -> frozenset[str]:
    forms = {" ".join(sorted(parts))}
    if run_together:
        forms |= {"".join([*parts[turn:], *parts[:turn]]) for turn in range(len(parts))}
    return frozenset(forms)
