"""Whom on the roster a text may mean: by id, login, e-mail, name or group. Decides nothing."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from autograder.intake.names import Name, key, read_name
from autograder.model import Person, Platform, Student

__all__ = ["Index", "Rule"]

_SCHOOL_S_OWN = {Platform.NBGRADER, Platform.GITHUB, Platform.FOLDER}  # their ids are the school's, or accounts that the roster may name


class Rule(enum.StrEnum):
    """By what a submission is somebody's, strongest first."""

    STAFF = "confirmed by staff"
    """`autograder match` was used."""
    PLATFORM_ID = "platform id"
    """The platform's id stands in the platform's own file, or in the roster."""
    SID = "id"
    """The school's number."""
    LOGIN = "login"
    """Account name."""
    EMAIL = "e-mail"
    """Without case."""
    NAME = "name"
    """The only student of this name."""
    GROUP = "group"
    """Of the group, or of one of its members."""


class Index:
    """The roster by everything that may be looked up. Students are numbers: their places on the roster."""

    def __init__(self, students: Sequence[Student]) -> None:
        self.students = students
        self.names: list[Name] = [read_name(student.name, run_together=True) for student in students]
        self.groups: dict[str, list[int]] = defaultdict(list)
        self._ids: dict[str, int] = {}
        self._folded: dict[str, set[int]] = defaultdict(set)
        self._logins: dict[str, set[int]] = defaultdict(set)
        self._emails: dict[str, set[int]] = defaultdict(set)
        self._platform_ids: dict[tuple[Platform, str], set[int]] = defaultdict(set)
        self._marked: dict[str, set[int]] = defaultdict(set)
        self._plain: dict[str, set[int]] = defaultdict(set)
        self._spelled: dict[str, set[int]] = defaultdict(set)
        for number, student in enumerate(students):
            self._add(number, student)

    def _add(self, number: int, student: Student) -> None:
        self._ids[student.id] = number
        self._folded[key(student.id)].add(number)
        if student.login:
            self._logins[key(student.login)].add(number)
        for email in (student.email, student.login, student.id):
            if "@" in email:
                self._emails[key(email)].add(number)
        for platform, platform_id in student.platform_ids:
            self._platform_ids[platform, key(platform_id)].add(number)
        if student.group:
            self.groups[key(student.group)].append(number)
        name = self.names[number]
        for forms, index in ((name.marked, self._marked), (name.plain, self._plain), (name.spelled, self._spelled)):
            for form in forms:
                index[form].add(number)

    def by_id(self, text: str) -> set[int]:
        """Exactly, else without case."""
        if text in self._ids:
            return {self._ids[text]}
        return set(self._folded.get(key(text), ()))

    def by_login(self, text: str) -> set[int]:
        """Without case."""
        return set(self._logins.get(key(text), ()))

    def by_email(self, text: str) -> set[int]:
        """Without case; a login that is an e-mail counts as one."""
        return set(self._emails.get(key(text), ())) if "@" in text else set()

    def by_name(self, text: str) -> tuple[int | None, set[int]]:
        """The only student of a name, or None; and all who may be meant.

        A name without accents means nobody where a second student's name could be written that way.
        """
        name = read_name(text)
        near = _all(self._spelled, name.spelled)
        plain = _all(self._plain, name.plain)
        if len(near) == 1 and plain == near:
            return next(iter(near)), near
        exact = _all(self._marked, name.marked) if name.marked != name.plain else set()
        return (next(iter(exact)) if len(exact) == 1 else None), near | plain

    def facts(self, person: Person, platform: Platform, *, ids_are_ours: bool) -> dict[Rule, set[int]]:
        """Whom a person's id, number, login and e-mail mean; rules without anybody are left out.

        Args:
            person: What the platform wrote.
            platform: Which one.
            ids_are_ours: Whether the platform's own ids are known to be the roster's.
        """
        found: dict[Rule, set[int]] = {}
        if person.id:
            found[Rule.PLATFORM_ID] = set(self._platform_ids.get((platform, key(person.id)), ()))
            if not found[Rule.PLATFORM_ID] and (ids_are_ours or platform in _SCHOOL_S_OWN):
                found[Rule.PLATFORM_ID] = self.by_id(person.id) | self.by_login(person.id)
        if person.sid:
            found[Rule.SID] = self.by_id(person.sid) or self.by_login(person.sid)
        if person.login:
            found[Rule.LOGIN] = self.by_login(person.login) or self.by_id(person.login) or self.by_email(person.login)
        if person.email:
            found[Rule.EMAIL] = self.by_email(person.email)
        return {rule: students for rule, students in found.items() if students}

    def claim(self, text: str) -> dict[Rule, set[int]]:
        """Whom what somebody called a file may mean."""
        found = {Rule.SID: self.by_id(text), Rule.LOGIN: self.by_login(text), Rule.EMAIL: self.by_email(text)}
        return {rule: students for rule, students in found.items() if students}

    def contradicts(self, person: Person, platform: Platform, student: int, proven: Mapping[tuple[Platform, Rule], int]) -> str:
        """What speaks against a student of the same name: a number or address of the same kind that differs. Empty: nothing.

        Args:
            person: What the platform wrote.
            platform: Which one.
            student: Who has the name.
            proven: How many of this platform's people were found by which rule; one that found nobody says nothing.
        """
        one = self.students[student]
        has_platform_id = any(of is platform for of, _ in one.platform_ids)
        if person.id and has_platform_id and proven.get((platform, Rule.PLATFORM_ID)):
            return "has another id on the platform"
        if person.sid and proven.get((platform, Rule.SID)):
            return "has another id"
        if person.login and one.login and proven.get((platform, Rule.LOGIN)):
            return "has another login"
        domains = {key(email).rpartition("@")[2] for email in (person.email, one.email)}
        if person.email and one.email and len(domains) == 1 and proven.get((platform, Rule.EMAIL)):
            return "has another e-mail at the same place"
        return ""

    def ids_are_ours(self, people: Iterable[Person]) -> bool:
        """Whether a platform's own ids are those of the roster's column `id`, or only look like them.

        Numbers from 1 to 1,000 may be both. So the names decide: at least one person found that way has the student's name, and more
        have it than have another. On a roster without names, most people must be found.
        """
        agree = differ = unsaid = people_in_all = 0
        for person in people:
            people_in_all += 1
            for student in self.by_id(person.id) if person.id else ():
                ours, theirs = self.names[student], read_name(person.name)
                if not ours.plain or not theirs.plain:
                    unsaid += 1
                elif ours.spelled & theirs.spelled:
                    agree += 1
                else:
                    differ += 1
        return agree > differ or (not agree and not differ and 2 * unsaid > people_in_all and not any(name.plain for name in self.names))


def _all(index: Mapping[str, set[int]], forms: Iterable[str]) -> set[int]:
    return {student for form in forms for student in index.get(form, ())}
