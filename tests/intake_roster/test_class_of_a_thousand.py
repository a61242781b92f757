import dataclasses
import time
from collections import Counter

import pytest
from intake_roster.classes import Member, handed_in, make_class

from autograder.intake.matching import Matching, Rule, match
from autograder.model import HandedIn, Platform, Student

SEEDS = (1, 2)
PLATFORMS = (Platform.CANVAS, Platform.MOODLE, Platform.GRADESCOPE, Platform.FOLDER)


def wrong(matching: Matching, truth: dict[str, str]) -> list[str]:
    return [
        f"{owner.submissions} was given to {[link.student.id for link in owner.links]}, and is {truth[owner.key]}'s"
        for owner in matching.owners.values()
        if owner.links and [link.student.id for link in owner.links] != [truth[owner.key]]
    ]


def unmatched(matching: Matching) -> list[str]:
    return [owner.key for owner in matching.owners.values() if not owner.links]


def roster(members: list[Member], platform: Platform | None = None) -> list[Student]:
    """The school's own; or as the platform itself gives it, with its ids."""
    ids = {Platform.CANVAS: lambda member: member.canvas, Platform.MOODLE: lambda member: member.moodle}
    return [
        dataclasses.replace(member.student, platform_ids=((platform, ids[platform](member)),)) if platform else member.student
        for member in members
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_nobody_is_mixed_up_and_whoever_is_not_found_has_a_reason_and_is_suggested(platform: Platform, seed: int) -> None:
    members = make_class(1000, seed)
    came, truth = handed_in(members, platform, seed)
    namesakes = sum(
        count for count in Counter(" ".join(sorted(f"{one.given} {one.family}".split())) for one in members).values() if count > 1
    )
    assert namesakes > 20, "the class must be hard"
    matching = match(came, roster(members))
    assert wrong(matching, truth) == []
    assert set(matching.owners) == set(truth)
    lost = unmatched(matching)
    assert 0 < len(lost) < 0.12 * len(came), f"{len(lost)} of {len(came)} are nobody's"
    for key in lost:
        owner = matching.owners[key]
        assert owner.sentence
        assert truth[key] in {suggestion.student.id for suggestion in owner.suggestions}, (owner.submissions, owner.sentence)


@pytest.mark.parametrize("platform", [Platform.CANVAS, Platform.MOODLE])
def test_with_the_platform_s_own_file_everybody_is_found(platform: Platform) -> None:
    members = make_class(1000, 3)
    came, truth = handed_in(members, platform, 3)
    matching = match(came, roster(members, platform))
    assert {key: [link.student.id for link in owner.links] for key, owner in matching.owners.items()} == {k: [v] for k, v in truth.items()}
    assert {link.rule for owner in matching.owners.values() for link in owner.links} == {Rule.PLATFORM_ID}
    assert matching.warnings == ()


def test_who_is_not_on_the_roster_is_nobody_else_where_the_platform_has_a_number() -> None:
    members = make_class(1000, 4)
    came, truth = handed_in(members, Platform.GRADESCOPE, 4)
    came = [one for one in came if one.people[0].sid]  # a name alone cannot tell a namesake who is on the roster
    dropped = {member.student.id for member in members[::20]}
    matching = match(came, [one for one in roster(members) if one.id not in dropped])
    assert wrong(matching, truth) == []
    assert {one.owner_key for one in came if truth[one.owner_key] in dropped} <= set(unmatched(matching))


def test_the_order_of_what_comes_changes_nothing() -> None:
    members = make_class(300, 5)
    came, _ = handed_in(members, Platform.FOLDER, 5)
    assert match(came, roster(members)) == match(came[::-1], roster(members))


def test_numbers_that_only_look_like_the_roster_s_ids_match_nobody() -> None:
    # Canvas's user ids and the roster's ids are both the numbers from 1 to 200, for different people.
    members = make_class(200, 6)
    students = [dataclasses.replace(member.student, id=str(number)) for number, member in enumerate(members, start=1)]
    came, truth = [], {}
    for number, member in enumerate(reversed(members), start=1):
        (one,), _ = _one(dataclasses.replace(member, canvas=str(number)))
        came.append(one)
        truth[one.owner_key] = str(201 - number)
    matching = match(came, students)
    assert wrong(matching, truth) == []
    assert len(unmatched(matching)) < 20


def _one(member: Member) -> tuple[list[HandedIn], dict[str, str]]:
    for seed in range(50):
        came, truth = handed_in([member], Platform.CANVAS, seed)
        if came:
            return came, truth
    raise AssertionError


def test_a_thousand_are_matched_within_a_second() -> None:
    members = make_class(1000, 7)
    came, _ = handed_in(members, Platform.MOODLE, 7)
    began = time.process_time()
    match(came, roster(members))
    assert time.process_time() - began < 1  # measured: 0.4 s
