"""The student or the submission that a command names: by whatever people know them by, if it means one; else the nearest are named."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from autograder.errors import InputError
from autograder.intake.csv_files import shown
from autograder.intake.evidence import Index
from autograder.intake.likeness import Likeness
from autograder.intake.names import key
from autograder.model import HandedIn, Student

__all__ = ["OwnersCalled", "called_student", "find_owner", "find_student", "find_student_or_owner", "students_called"]

_SHOWN = 5


def find_student(text: str, students: Sequence[Student]) -> Student:
    """Return the student of an id, login, e-mail or name.

    Raises:
        InputError: nobody or more than one is meant.
    """
    if not students:
        raise InputError("There is no roster, so no student can be named. Give one with --roster.")
    these = students_called(text, students)
    if len(these) == 1:
        return these[0]
    if these:
        raise InputError(f"`{shown(text)}` may be {_several([called_student(student) for student in these])}. Name the id.")
    nearest = [called_student(students[number]) for number, _ in Likeness(students).nearest([text])]
    hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
    raise InputError(f"`{shown(text)}` is nobody's id, login, e-mail or name on the roster.{hint}")


def students_called(text: str, students: Sequence[Student]) -> list[Student]:
    """Return all students that a text names: by id, else login, else e-mail, else name; by the roster's ids."""
    index = Index(students)
    for who in (index.by_id(text), index.by_login(text), index.by_email(text), _named(index, text)):
        if who:
            return sorted((students[number] for number in who), key=lambda student: student.id)
    return []


def find_owner(text: str, handed_in: Sequence[HandedIn]) -> str:
    """Return the key of the owner (`HandedIn.owner_key`) of a submission that is named as in the gradebook, by its key, or by its person.

    Raises:
        InputError: no submission or those of several owners are meant.
    """
    found = OwnersCalled(handed_in).owners(text)
    if len(found) == 1:
        return found[0]
    if found:
        names = {one.owner_key: one.name for one in handed_in}
        several = _several([f"{shown(names[owner])} (key {shown(owner)})" for owner in found])
        raise InputError(f"`{shown(text)}` may be {several}. Name the key.")
    if not handed_in:
        raise InputError("Nothing was handed in, so no submission can be named.")
    known = {folded: one.name for one in handed_in for folded in (key(one.name), key(one.owner_key), key(one.owner))}
    nearest = dict.fromkeys(known[near] for near in difflib.get_close_matches(key(text)[:200], known, n=3))
    hint = f" Nearest: {', '.join(map(shown, nearest))}." if nearest else ""
    raise InputError(f"`{shown(text)}` is no submission: neither the name that the gradebook has nor a key.{hint}")


def find_student_or_owner(text: str, students: Sequence[Student], handed_in: Sequence[HandedIn]) -> Student | str:
    """Return the student that a text names, else the key of the owner of the submission that it names.

    Raises:
        InputError: nobody or more than one is meant.
    """
    try:
        return find_student(text, students)
    except InputError as nobody:
        if students_called(text, students):
            raise
        try:
            return find_owner(text, handed_in)
        except InputError as nothing:
            raise InputError(f"{nobody} {nothing}") from nothing


class OwnersCalled:
    """What owners are called, to be asked often."""

    def __init__(self, handed_in: Iterable[HandedIn]) -> None:
        self._exact: tuple[dict[str, set[str]], ...] = ({}, {}, {})
        self._folded: tuple[dict[str, set[str]], ...] = ({}, {}, {})
        for one in handed_in:
            for level, texts in zip(self._exact, ((one.owner_key, one.key), (one.name,), (one.owner,)), strict=True):
                _note(level, texts, one)
            known = [text for person in one.people for text in (person.id, person.sid, person.login, person.email)]
            names = [person.name for person in one.people]
            for folded, called in zip(self._folded, ([one.name, one.owner], known, names), strict=True):
                _note(folded, map(key, called), one)

    def owners(self, text: str) -> list[str]:
        """Return the keys of all owners that a text names: exactly, else without case, else by their people; sorted."""
        for levels, wanted in ((self._exact, text), (self._folded, key(text))):
            for level in levels:
                if wanted and wanted in level:
                    return sorted(level[wanted])
        return []


def _note(level: dict[str, set[str]], texts: Iterable[str], one: HandedIn) -> None:
    for text in texts:
        level.setdefault(text, set()).add(one.owner_key)


def called_student(student: Student) -> str:
    """Return a student for a message: name and id."""
    return shown(f"{student.name} ({student.id})" if student.name else student.id)


def _named(index: Index, text: str) -> set[int]:
    only, near = index.by_name(text)
    if only is not None:
        return {only}
    return near if len(near) > 1 else set()


def _several(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return " or ".join(texts[:_SHOWN]) + more
