"""Nobody's files hold anything of anybody else, nothing hidden, and nothing that is for staff: canaries of all of it, searched in all of them."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from autograder.model import Measured
from autograder.report.student_files import student_files

from .made_by_hand import (
    BUNDLE,
    FOR_STAFF,
    HIDDEN_INPUT,
    HOST,
    REASON,
    ROOT,
    STAFF,
    STAND_INS,
    Member,
    a_class,
    handed_in,
    standing,
    words_of,
    wrong_helper,
)

CLASS = a_class()
FOR_NOBODY = (HIDDEN_INPUT, FOR_STAFF, REASON, HOST, STAFF, str(ROOT), "canary-folder", "canary-owner", "canary-group", "2026", "23:59")
"""What no student is given: hidden inputs, staff's words and reasons, the machine, folders, the platform's ids, times."""


def files(member: Member) -> dict[str, str]:
    """As text, escapes undone: what a reader could find."""
    found = student_files(member.result, BUNDLE, STAND_INS, member.standing)
    return {name: html.unescape(content.decode()) for name, content in found.items()}


def canaries(member: Member) -> Iterator[str]:
    """All that may not be in the files of one student."""
    yield from FOR_NOBODY
    for other in CLASS:
        if other.who != member.who:
            yield from words_of(other.who)
    for one in CLASS:
        yield from (f"canary-section-{one.who}", f"canary-platform-{one.who}", words_of(one.who)[3])


@pytest.mark.parametrize("member", CLASS, ids=[member.who for member in CLASS])
def test_a_students_files_hold_no_canary_of_anybody_or_anything_else(member: Member) -> None:
    for name, text in files(member).items():
        assert [canary for canary in canaries(member) if canary in text] == [], name


def test_the_canaries_are_there_to_be_found() -> None:
    everything = "\n".join(repr(member) for member in CLASS)
    assert [c for member in CLASS for c in canaries(member) if c != "23:59" and c not in everything] == []


@pytest.mark.parametrize("member", CLASS, ids=[member.who for member in CLASS])
def test_a_students_files_hold_their_own_name_and_comments(member: Member) -> None:
    name, *_ids, comment = words_of(member.who)
    for text in files(member).values():
        assert name in text
        assert (comment in text) == bool(member.standing.comments)


def test_members_of_a_group_have_the_same_result_and_none_of_the_others_names() -> None:
    first, second = (next(member for member in CLASS if member.who == who) for who in ("first", "second"))
    for name, text in files(first).items():
        assert text.replace("-first", "-second") == files(second)[name]


def test_the_bytes_depend_on_nothing_that_the_student_may_not_see() -> None:
    member = next(member for member in CLASS if member.who == "override")
    assert member.standing.handed_in is not None
    slower = replace(member.result, measured=Measured(9.0, 8.0, 7.0, 6))
    elsewhere = replace(BUNDLE, root=ROOT / "elsewhere")
    other = replace(
        member.standing,
        why="another",
        reason="another",
        left_out="another",
        questions=tuple(replace(question, why="another") for question in member.standing.questions),
        handed_in=replace(member.standing.handed_in, submitted_at=datetime(1999, 1, 1, tzinfo=UTC), notes=()),
    )
    assert student_files(slower, elsewhere, STAND_INS, other) == student_files(member.result, BUNDLE, STAND_INS, member.standing)


def test_equal_notebooks_share_verdicts_and_no_names() -> None:
    """What was judged for one is shown to another who handed in the same bytes."""
    result = wrong_helper("canary-name-other", message="a[0]: its values are different.")
    mine = standing("mine", handed_in("mine"), result)
    for content in student_files(result, BUNDLE, STAND_INS, mine).values():
        assert b"canary-name-other" not in content


def test_what_a_document_says_of_a_standing_is_what_it_is_meant_to_and_no_more() -> None:
    found = [json.loads(student_files(member.result, BUNDLE, STAND_INS, member.standing)["result.json"])["standing"] for member in CLASS]
    assert {key for one in found for key in one} == {"state", "subtotal", "late", "total_set_by_teacher", "final", "comments", "questions"}
    assert {key for one in found for question in one["questions"] for key in question} == {
        "name",
        "points",
        "automatic",
        "set_by_teacher",
        "comments",
    }
