"""Whose each submission is. A likeness is never more than a suggestion, and what is doubtful is nobody's.

Rules, strongest first: staff said so; platform id; the school's id or login; e-mail; name. A rule holds only where it means exactly one
student. Id, login and e-mail of one person that mean different students mean nobody. A name means nobody where two students could be
written that way, where the student has another number of the same kind, or where the student has a submission by a stronger rule. What
remains: a platform that gives names alone cannot tell somebody who is not on the roster from a namesake who is, and handed in nothing.

One student, two submissions: what staff said counts; else a platform's word counts before what somebody called a file; else the only one
with the student's e-mail before those with another; else neither counts. They are listed (`Matching.conflicts`).

Groups: a platform that names several people is believed. Otherwise a submission that is called as a group of the roster is all its
members'; and one member's is all members', unless two members of any one group handed in work of their own: then groups are not how this
was handed in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from autograder.intake.csv_files import shown
from autograder.intake.evidence import Index, Rule
from autograder.intake.likeness import Likeness
from autograder.intake.names import key
from autograder.model import HandedIn, Person, Platform, Student
from autograder.printable import counted

__all__ = ["Conflict", "Link", "Matching", "Owner", "Rule", "Suggestion", "match"]

_MOST_SUGGESTED = 500  # owners that get suggestions; so many without a match is a wrong roster
_FACTS = (Rule.PLATFORM_ID, Rule.SID, Rule.LOGIN, Rule.EMAIL)
_NUMBERS = {Platform.CANVAS, Platform.MOODLE, Platform.GRADESCOPE}  # their owners are numbers, never names
_SECOND = re.compile(r" ?\([0-9]{1,4}\)$")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Link:
    """A submission is a student's."""

    student: Student
    """Whose."""
    rule: Rule
    """Why."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who it may be; for people to look at."""

    student: Student
    """Who."""
    likeness: int
    """From 0 to 100."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whoever handed something in, in all their attempts."""

    key: str
    """`HandedIn.owner_key`."""
    submissions: tuple[str, ...]
    """Names of the attempts, in order."""
    links: tuple[Link, ...]
    """Whose it is, by the roster's ids; empty where it is nobody's."""
    sentence: str
    """How they were found, or why nobody was."""
    suggestions: tuple[Suggestion, ...] = ()
    """Never applied; most alike first. Only where somebody was not found."""
    displaced: bool = False
    """Whether it is nobody's because another submission is theirs, or may be: `sentence` says whose."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A student with more than one submission."""

    student: Student
    """Whose points are in doubt."""
    owners: tuple[str, ...]
    """Keys of all who claim to be them, in order."""
    counts: str | None
    """Key of the owner that counts; None: neither."""
    sentence: str
    """What is in conflict, and what to do."""


@dataclass(frozen=True, slots=True)
class Matching:
    """A class: whose each submission is."""

    owners: Mapping[str, Owner]
    """By key, in the order of keys."""
    conflicts: tuple[Conflict, ...]
    """By the roster's ids."""
    warnings: tuple[str, ...]
    """For the start of a run: sentences."""

    def students(self, owner_key: str) -> tuple[Student, ...]:
        """Return whose it is; empty where it is nobody's."""
        owner = self.owners.get(owner_key)
        return tuple(link.student for link in owner.links) if owner else ()

    def by_student(self) -> dict[str, str]:
        """Return the roster's ids, each with the key of the owner whose submission counts; a student without one is left out."""
        return {link.student.id: owner.key for owner in self.owners.values() for link in owner.links}


@dataclass(slots=True)
class _Asked:
    """An owner while it is looked for."""

    key: str
    attempts: list[HandedIn]
    people: list[Person]
    links: dict[int, Rule] = field(default_factory=dict)
    by_email: set[int] = field(default_factory=set)
    unknown: list[Person] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    maybe: set[int] = field(default_factory=set)
    settled: bool = False
    """True where a conflict, or staff, took a student away."""

    @property
    def first(self) -> HandedIn:
        return self.attempts[0]

    @property
    def shown(self) -> str:
        return f"`{shown(self.attempts[-1].name)}`"


def match(
    handed_in: Sequence[HandedIn],
    students: Sequence[Student],
    confirmed: Mapping[str, str] | None = None,
    *,
    group_work: bool | None = None,
) -> Matching:
    """Return for every owner of a submission whose it is, or why it is nobody's.

    Args:
        handed_in: The whole class, whatever of it is graded now: who else handed in decides what is certain.
        students: The roster; ids differ.
        confirmed: What staff said: owner's key to the roster's id.
        group_work: Whether one member's submission is all members'; None: as the module says.
    """
    index = Index(students)
    asked = [_ask(owner_key, list(attempts)) for owner_key, attempts in groupby(sorted(handed_in, key=_order), lambda one: one.owner_key)]
    ours = {platform: index.ids_are_ours(_people_of(asked, platform)) for platform in Platform}
    proven: dict[tuple[Platform, Rule], int] = defaultdict(int)
    for owner in asked:
        _by_facts(owner, index, proven, ids_are_ours=ours[owner.first.platform])
    for owner in asked:
        _by_name(owner, index, proven)
    _by_staff(asked, students, confirmed or {})
    _drop_weaker_names(asked, students)
    warnings = _by_group(asked, index, group_work)
    conflicts = _settle(asked, students)
    suggestions = _suggestions(asked, index)
    owners = {owner.key: _result(owner, students, suggestions.get(owner.key, ())) for owner in asked}
    return Matching(owners, tuple(conflicts), (*_warnings(asked, students), *(one.sentence for one in conflicts), *warnings))


def _order(one: HandedIn) -> tuple[str, int, str, str]:
    return one.owner_key, int(one.attempt) if re.fullmatch(r"[0-9]{1,40}", one.attempt) else 0, one.attempt, one.name


def _ask(owner_key: str, attempts: list[HandedIn]) -> _Asked:
    people = list(dict.fromkeys(person for one in attempts for person in one.people))
    first = attempts[0]
    if first.claimed or not people:
        called = _called_as(first)
        nameless = first.anonymous or first.platform in _NUMBERS
        people = [Person(id=called, name="" if nameless else called)]
    return _Asked(owner_key, attempts, people)


def _called_as(one: HandedIn) -> str:
    """The owner without the folders before it, and without the number that tells a second file of one name apart: `jdoe (2)`."""
    return _SECOND.sub("", one.owner.rpartition("/")[2])


def _people_of(asked: Iterable[_Asked], platform: Platform) -> Iterable[Person]:
    return (person for owner in asked if owner.first.platform is platform and not owner.first.claimed for person in owner.people)


def _by_facts(owner: _Asked, index: Index, proven: dict[tuple[Platform, Rule], int], *, ids_are_ours: bool) -> None:
    for person in owner.people:
        platform = owner.first.platform
        found = index.claim(person.id) if owner.first.claimed else index.facts(person, platform, ids_are_ours=ids_are_ours)
        who = set().union(*found.values())
        if len(who) == 1:
            rule = min(found, key=_FACTS.index)
            owner.links.setdefault(next(iter(who)), rule)
            owner.by_email |= found.get(Rule.EMAIL, set())
            if not owner.first.claimed:
                for every in found:
                    proven[platform, every] += 1
        else:
            owner.unknown.append(person)
            if who:
                owner.maybe |= who
                what = " and ".join(f"{rule} ({_these(found[rule], index.students)})" for rule in sorted(found, key=_FACTS.index))
                owner.reasons.append(f"{_called(person)}: different students are meant by {what}.")


def _by_name(owner: _Asked, index: Index, proven: Mapping[tuple[Platform, Rule], int]) -> None:
    unknown, owner.unknown = owner.unknown, []
    doubtful = set(owner.maybe)
    for person in unknown:
        student, near = (None, set()) if doubtful else index.by_name(person.name)
        against = ""
        if student is not None and not owner.first.claimed:
            against = index.contradicts(person, owner.first.platform, student, proven)
        if student is not None and not against:
            owner.links.setdefault(student, Rule.NAME)
            continue
        owner.unknown.append(person)
        owner.maybe |= near
        if student is not None:
            owner.reasons.append(f"{_called(person)}: {_these({student}, index.students)} has this name, but {against}.")
        elif len(near) > 1:
            owner.reasons.append(f"{_called(person)}: {len(near)} students may be written that way.")


def _by_staff(asked: Iterable[_Asked], students: Sequence[Student], confirmed: Mapping[str, str]) -> None:
    places = {student.id: number for number, student in enumerate(students)}
    for owner in asked:
        said = confirmed.get(owner.key)
        if said is None:
            continue
        if said not in places:
            owner.reasons.append(f"Staff said it is {shown(said)}'s, who is not on the roster.")
            continue
        if len(owner.people) <= 1:
            owner.links, owner.unknown, owner.reasons = {}, [], []
        owner.links[places[said]] = Rule.STAFF


def _drop_weaker_names(asked: Iterable[_Asked], students: Sequence[Student]) -> None:
    """Take a name's word back where the student has a submission by a stronger rule."""
    strong: dict[int, _Asked] = {}
    for owner in asked:
        strong.update((student, owner) for student, rule in owner.links.items() if rule is not Rule.NAME and not owner.first.claimed)
    for owner in asked:
        for student in [student for student, rule in owner.links.items() if rule is Rule.NAME and student in strong]:
            if strong[student] is not owner and not owner.first.claimed:
                del owner.links[student]
                owner.maybe.add(student)
                owner.reasons.append(f"{_these({student}, students)} has this name, but handed in {strong[student].shown}.")


def _by_group(asked: Sequence[_Asked], index: Index, group_work: bool | None) -> list[str]:
    """Give a submission to all members of the group, and say so."""
    groups = {name: members for name, members in index.groups.items() if len(members) > 1}
    for owner in asked:
        # No platform's number is the roster's name of a group; a team's account on GitHub may be.
        called = {key(text) for person in owner.people for text in (person.name, person.login) if text}
        numbered = owner.first.platform is Platform.MOODLE and set(owner.links.values()) == {Rule.PLATFORM_ID}
        if numbered and called & set(index.groups) and not any(key(index.students[student].name) in called for student in owner.links):
            owner.links = {}  # Moodle's number is the group's then, and only by chance a participant's
        if not owner.links:
            for name in sorted(called & set(index.groups)):
                owner.links.update(dict.fromkeys(index.groups[name], Rule.GROUP))
                owner.unknown, owner.reasons = [], []
    own: dict[str, set[int]] = {name: set() for name in groups}
    expandable: dict[str, list[_Asked]] = defaultdict(list)
    for owner in asked:
        if len(owner.people) > 1 or owner.first.platform is Platform.GRADESCOPE or Rule.GROUP in owner.links.values():
            continue  # the platform itself says who is in a group
        for student in owner.links:
            name = key(index.students[student].group)
            if name in groups:
                own[name].add(student)
                expandable[name].append(owner)
    several = sorted(name for name, members in own.items() if len(members) > 1)
    if group_work is None and several and expandable:
        some = ", ".join(shown(index.students[groups[name][0]].group) for name in several[:_SHOWN])
        more = "…" if len(several) > _SHOWN else ""
        return [f"Members of one group handed in work of their own ({some}{more}), so nobody gets the submission of another member."]
    if group_work is False or not expandable:
        return []
    added = 0
    for name, owners in sorted(expandable.items()):
        if len(own[name]) == 1:
            for owner in owners:
                for member in groups[name]:
                    added += member not in owner.links
                    owner.links.setdefault(member, Rule.GROUP)
    get = counted(added, "student gets", "students get")
    return [f"The roster has groups: one member's submission counts for all members ({get} one that way)."] if added else []


def _settle(asked: Sequence[_Asked], students: Sequence[Student]) -> list[Conflict]:
    """Take links away until no student has two submissions; return what was in conflict."""
    claims: dict[int, list[_Asked]] = defaultdict(list)
    for owner in asked:
        for student in owner.links:
            claims[student].append(owner)
    conflicts: list[Conflict] = []
    for number, owners in sorted(claims.items(), key=lambda item: students[item[0]].id):
        if len(owners) == 1:
            continue
        staff = [owner for owner in owners if owner.links[number] is Rule.STAFF]
        platforms = [owner for owner in owners if not owner.first.claimed]
        counts = (staff or platforms or owners)[0] if len(staff or platforms or owners) == 1 else None
        addressed = [owner for owner in platforms if number in owner.by_email]
        others_have = all(any(person.email for person in owner.people) for owner in platforms if owner not in addressed)
        if counts is None and not staff and len(addressed) == 1 and others_have:
            counts = addressed[0]  # a number is typed in by whoever likes; an address has to be one's own
        for owner in owners:
            if owner is not counts:
                del owner.links[number]
                owner.maybe.add(number)
                owner.settled = True
        who, names = _these({number}, students), ", ".join(owner.shown for owner in owners)
        if counts is None:
            remedy = "Say which with `autograder match SUBMISSION STUDENT`" if not staff else "Staff said so of more than one; undo one"
            sentence = f"{who}: {len(owners)} submissions would be theirs ({names}). None counts. {remedy}."
        elif staff:
            sentence = ""
        else:
            why = "the platform says whose it is" if len(platforms) == 1 else "it alone has their e-mail"
            sentence = f"{who}: {len(owners)} submissions would be theirs ({names}). {counts.shown} counts: {why}."
        for owner in owners:
            if owner is not counts:
                owner.reasons.append(sentence or f"{who} has {staff[0].shown}, as staff said.")
        if sentence:
            conflicts.append(Conflict(students[number], tuple(owner.key for owner in owners), counts.key if counts else None, sentence))
    return conflicts


def _suggestions(asked: Sequence[_Asked], index: Index) -> dict[str, tuple[Suggestion, ...]]:
    students = index.students
    lost = [owner for owner in asked if owner.unknown or not owner.links][:_MOST_SUGGESTED]
    if not lost or not students:
        return {}
    likeness = Likeness(students, index.names)
    return {
        owner.key: tuple(
            Suggestion(students[number], score)
            for number, score in likeness.nearest(_texts(owner.unknown or owner.people), owner.maybe)
            if number not in owner.links
        )
        for owner in lost
    }


def _texts(people: Iterable[Person]) -> list[str]:
    return list(dict.fromkeys(text for person in people for text in (person.name, person.sid, person.login, person.email) if text))


def _result(owner: _Asked, students: Sequence[Student], suggestions: tuple[Suggestion, ...]) -> Owner:
    links = tuple(sorted((Link(students[number], rule) for number, rule in owner.links.items()), key=lambda link: link.student.id))
    if owner.unknown and not owner.reasons and owner.links:
        owner.reasons.append(f"{', '.join(_called(person) for person in owner.unknown)}: not on the roster.")
    if links:
        rules = ", ".join(rule for rule in Rule if rule in owner.links.values())
        sentence = " ".join([f"Found by {rules}." if rules != Rule.STAFF else "Staff said so.", *owner.reasons])
    elif owner.reasons:
        sentence = " ".join(owner.reasons)
    elif owner.first.anonymous:
        sentence = "The platform hid who it is, and the roster does not have its id."
    else:
        sentence = "Nobody on the roster has this id, login, e-mail or name."
    return Owner(owner.key, tuple(one.name for one in owner.attempts), links, sentence, suggestions, displaced=owner.settled and not links)


def _warnings(asked: Sequence[_Asked], students: Sequence[Student]) -> Iterable[str]:
    whole = counted(len(asked), "submission")
    hidden = [owner for owner in asked if owner.first.anonymous and not owner.links]
    if hidden:
        moodle = any(owner.first.platform is Platform.MOODLE for owner in hidden)
        worksheet = any(platform is Platform.MOODLE for student in students for platform, _id in student.platform_ids)
        again = "Download Moodle's grading worksheet again" if worksheet else "Give Moodle's grading worksheet"
        remedy = f"{again}, as the roster" if moodle else "Make the names visible on the platform, and download again"
        yield f"Anonymous, with an id that is not on the roster: {len(hidden):,} of {whole}. None is exported. {remedy}."
    lost = [owner for owner in asked if not owner.links and not owner.first.anonymous and not owner.settled]
    if lost and students:
        some = ", ".join(owner.shown for owner in lost[:_SHOWN])
        yield (
            f"Nobody's on the roster: {len(lost):,} of {whole} ({some}{'…' if len(lost) > _SHOWN else ''}). None is exported. "
            "`matches.csv` has suggestions; `autograder match SUBMISSION STUDENT` says whose one is."
        )


def _called(person: Person) -> str:
    return shown(next(text for text in (person.name, person.email, person.login, person.sid, person.id, "somebody without a name") if text))


def _these(numbers: Iterable[int], students: Sequence[Student]) -> str:
    return ", ".join(
        shown(f"{student.name} ({student.id})" if student.name else student.id)
        for student in sorted((students[number] for number in numbers), key=lambda student: student.id)
    )
