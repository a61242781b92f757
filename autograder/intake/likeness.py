"""Who on the roster is most like a text: suggestions for people to look at, from 0 to 100. Nothing is decided by them."""

from __future__ import annotations

import difflib
import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from autograder.intake.names import Name, key, read_name
from autograder.model import Student

__all__ = ["Likeness"]

_LONGEST = 120  # characters that are compared
_COMPARED = 8  # students that share most trigrams; only these are compared letter by letter
_MET = 3000
_LEAST = 60
_LEAST_OF_NUMBERS = 80  # two numbers are soon alike
_MOST = 3
_INSIDE = 95  # the id or login stands in the text as a word of its own, or differs by zeros in front
_WORDS = re.compile(r"[^\W_]+")


class Likeness:
    """A roster, to be asked often.

    Args:
        students: The roster.
        names: Their names, where these were read before.
    """

    def __init__(self, students: Sequence[Student], names: Sequence[Name] | None = None) -> None:
        self._students = students
        self._texts: list[tuple[str, int]] = []
        self._words: dict[str, set[int]] = defaultdict(set)
        self._sharing: dict[str, list[int]] = defaultdict(list)
        for number, student in enumerate(students):
            parts = (names[number] if names else read_name(student.name)).parts
            together = _together(student.name)
            local = key(student.email).partition("@")[0]
            for text in sorted({parts, together, key(student.id), key(student.login), local} - {""}):
                for trigram in _trigrams(text[:_LONGEST]):
                    self._sharing[trigram].append(len(self._texts))
                self._texts.append((text[:_LONGEST], number))
            for text in (student.id, student.login):
                if text:
                    self._words[_without_zeros(key(text))].add(number)

    def nearest(self, texts: Iterable[str], also: Iterable[int] = ()) -> list[tuple[int, int]]:
        """Return the places on the roster of at most three students, each with its likeness, most alike first.

        Args:
            texts: What is known: names, ids, logins.
            also: Students that are suggested in any case, such as two of the same name; there may be more than three.
        """
        likeness: dict[int, int] = dict.fromkeys(also, 100)
        for text in texts:
            for student, score in self._like(text[:_LONGEST]):
                likeness[student] = max(score, likeness.get(student, 0))
        certain = sum(score == 100 for score in likeness.values())
        order = sorted(likeness.items(), key=lambda item: (-item[1], self._students[item[0]].id))
        return order[: max(_MOST, min(certain, 2 * _MOST))]

    def _rarest(self, trigrams: Iterable[str]) -> Iterable[list[int]]:
        """Who shares each trigram, the rarest first, until enough texts were met: `van` and `ing` find everybody."""
        met = 0
        for sharing in sorted((self._sharing.get(trigram, []) for trigram in trigrams), key=len):
            if met > _MET:
                return
            met += len(sharing)
            yield sharing

    def _like(self, text: str) -> Iterable[tuple[int, int]]:
        for word in _WORDS.findall(key(text)):
            for student in self._words.get(_without_zeros(word), ()):
                yield student, _INSIDE
        for asked in {read_name(text).parts, key(text).partition("@")[0]} - {""}:
            trigrams = _trigrams(asked)
            shared: Counter[int] = Counter()
            for sharing in self._rarest(trigrams):
                shared.update(sharing)
            some = heapq.nlargest(8 * _COMPARED, shared, key=lambda at: (shared[at], -at))
            best = sorted(some, key=lambda at: (-shared[at] / (len(trigrams) + len(self._texts[at][0])), at))[:_COMPARED]
            matcher = difflib.SequenceMatcher(None, "", asked, autojunk=False)
            for at in best:
                matcher.set_seq1(self._texts[at][0])
                score = round(100 * matcher.ratio())
                if score >= (_LEAST_OF_NUMBERS if any(c.isdigit() for c in asked) else _LEAST):
                    yield self._texts[at][1], score


def _together(name: str) -> str:
    """As Canvas runs a name together, where it has more than one part."""
    parts = _WORDS.findall(key(name))
    return "".join(parts) if len(parts) > 1 else ""


def _trigrams(text: str) -> set[str]:
    padded = f" {text} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _without_zeros(text: str) -> str:
    return text.lstrip("0") or text
