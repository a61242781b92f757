"""Who has a row, from which submission, and why platforms have none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from autograder.errors import InputError
from autograder.model import Assignment, HandedIn, Lateness, Outcome, Question, QuestionOutcome, Reporting, Standing, State, Student
from autograder.standing.effective import effective
from autograder.standing.events import Comment, Event, Excuse, Extension, Match, Override
from autograder.standing.export import Excused, exported_points
from autograder.standing.standing import standings
from standing.made import ADA, BEN, DUE, POLICY, assignment, event, handed_in, outcome, row_of_events, told, undo

DAY = timedelta(days=1)
GOOD = outcome(8, 4)


def rows(
    submissions: Iterable[HandedIn],
    *,
    students: tuple[Student, ...] = (ADA, BEN),
    outcomes: Mapping[str, Outcome] | None = None,
    owners: Mapping[str, tuple[str, ...]] | None = None,
    conflicts: Mapping[str, str] | None = None,
    events: Iterable[Event] = (),
    reporting: Reporting | None = None,
) -> tuple[Standing, ...]:
    """Return the rows; whose owner is a roster id is theirs, and all have the same good outcome unless the test says otherwise."""
    submissions = tuple(submissions)
    return standings(
        assignment(reporting),
        submissions,
        {one.key: GOOD for one in submissions} if outcomes is None else outcomes,
        students,
        {one.owner_key: (one.owner,) for one in submissions} if owners is None else owners,
        conflicts or {},
        effective(events),
    )


def named(found: Iterable[Standing]) -> list[tuple[str | None, str | None, State]]:
    return [
        (None if row.student is None else row.student.id, None if row.handed_in is None else row.handed_in.name, row.state) for row in found
    ]


def test_students_come_in_the_rosters_order_then_what_is_nobodys_by_name() -> None:
    found = rows([handed_in("zed"), handed_in("amy"), handed_in("1")], students=(BEN, ADA))
    assert named(found) == [
        ("2", None, State.NOT_SUBMITTED),
        ("1", "1", State.GRADED),
        (None, "amy", State.GRADED),
        (None, "zed", State.GRADED),
    ]


def test_without_a_roster_every_owner_has_a_row_that_platforms_may_have() -> None:
    found = rows([handed_in("zed"), handed_in("1")], students=())
    assert named(found) == [(None, "1", State.GRADED), (None, "zed", State.GRADED)]
    assert [row.left_out for row in found] == ["", ""]


def test_what_is_nobodys_is_left_out_with_the_command_that_helps() -> None:
    found = rows([handed_in("x", name="x y\x1b")], students=(ADA,), events=row_of_events(Excuse(who=handed_in("x").key)))
    assert found[1].left_out == r"It matches nobody on the roster. `autograder match 'x y\x1b' STUDENT` records whose it is."
    assert exported_points(found[1], assignment()) is None


def test_the_greatest_attempt_counts_by_value() -> None:
    attempts = [handed_in("1", attempt=attempt, at=DUE - n * DAY) for n, attempt in enumerate(["2", "10", "9", "9x", "", "010"])]
    for order in (attempts, attempts[::-1]):
        (row, _) = rows(order)
        assert row.handed_in == attempts[1]
    (row, _) = rows([handed_in("1", attempt="9" * 5000), handed_in("1", attempt="1" + "0" * 5000)])
    assert row.handed_in is not None
    assert row.handed_in.attempt.startswith("10")


def test_among_equal_attempts_the_latest_counts() -> None:
    submissions = [handed_in("1", name="a", at=DUE), handed_in("1", name="b", at=DUE + DAY), handed_in("1", name="c")]
    for order in (submissions, submissions[::-1]):
        assert named(rows(order))[0] == ("1", "b", State.GRADED)


def test_of_a_students_own_and_the_groups_submission_the_newest_counts() -> None:
    own, group = handed_in("own", at=DUE, attempt="7"), handed_in("group", at=DUE + DAY, attempt="1")
    owners = {own.owner_key: ("1",), group.owner_key: ("1", "2")}
    assert named(rows([own, group], owners=owners)) == [("1", "group1", State.GRADED), ("2", "group1", State.GRADED)]


@pytest.mark.parametrize(
    ("own_at", "group_at", "words"),
    [
        (None, DUE, "for want of the time of own the newest is not known"),
        (None, None, "time of group and own"),
        (DUE, DUE, "at the same time"),
    ],
)
def test_where_the_newest_is_not_known_none_counts_and_why_is_said(own_at: datetime | None, group_at: datetime | None, words: str) -> None:
    own, group = handed_in("own", at=own_at), handed_in("group", at=group_at)
    owners = {own.owner_key: ("1",), group.owner_key: ("1", "2")}
    ada, ben, *others = rows([own, group], owners=owners)
    assert named(others) == [(None, "own", State.GRADED)]
    assert others[0].left_out == ada.reason
    assert (ada.state, ada.final, ada.handed_in) == (State.WITHHELD, None, None)
    assert words in ada.reason
    assert ada.left_out == f"The score is withheld: {ada.reason}"
    assert ben.final == 12
    total = Override(who="1", question=None, points=Fraction(9))
    by_hand = rows([own, group], owners=owners, events=row_of_events(total))
    assert told(by_hand[0].final, by_hand[0].left_out, by_hand[2].left_out) == (9, "", others[0].left_out)


def test_every_member_of_a_group_has_a_due_date_of_their_own() -> None:
    late = handed_in("group", at=DUE + DAY)
    events = row_of_events(Extension(who="2", due=DUE + DAY))
    ada, ben = rows([late], owners={late.owner_key: ("1", "2")}, events=events, reporting=Reporting(POLICY))
    assert told(ada.final, ben.final) == (Fraction(21, 2), 12)
    assert ada.lateness is not None
    assert told(ada.subtotal, ada.lateness.points) == (12, Fraction(3, 2))


def test_a_claim_that_somebody_else_makes_too_is_nobodys_and_the_student_is_not_called_absent() -> None:
    one, other = handed_in("one"), handed_in("other")
    owners = {one.owner_key: ("1",), other.owner_key: ("1",)}
    conflicts = dict.fromkeys(owners, "Both `one` and `other` claim to be Ada's.")
    reporting = Reporting(not_submitted=Fraction(0))
    found = rows([one, other], owners=owners, conflicts=conflicts, reporting=reporting)
    assert named(found) == [
        ("1", None, State.WITHHELD),
        ("2", None, State.NOT_SUBMITTED),
        (None, "one", State.GRADED),
        (None, "other", State.GRADED),
    ]
    assert [exported_points(row, assignment(reporting)) for row in found] == [None, 0, None, None]
    assert all("claim to be Ada's" in found[place].left_out for place in (0, 2, 3))


def test_a_student_in_conflict_has_no_submission_and_the_others_of_the_group_keep_theirs() -> None:
    own, group = handed_in("own", at=DUE), handed_in("group", at=DUE)
    conflicts = {"1": "Two submissions would be Ada's. None counts."}
    for owners in ({group.owner_key: ("2",)}, {group.owner_key: ("1", "2"), own.owner_key: ("1",)}):
        found = rows([own, group], owners=owners, conflicts=conflicts)
        assert named(found) == [("1", None, State.WITHHELD), ("2", "group", State.GRADED), (None, "own", State.GRADED)]
        assert found[0].reason == conflicts["1"]
        assert found[2].left_out


def test_staffs_match_settles_a_claim_and_its_undo_unsettles_it() -> None:
    one, other = handed_in("one"), handed_in("other")
    owners = {one.owner_key: ("1",), other.owner_key: ("1",)}
    conflicts = dict.fromkeys(owners, "Both claim to be Ada's.")
    events = row_of_events(Match(submission=other.owner_key, student="1"), undo(1))
    assert named(rows([one, other], owners=owners, conflicts=conflicts, events=events[:1])) == [
        ("1", "other", State.GRADED),
        ("2", None, State.NOT_SUBMITTED),
        (None, "one", State.GRADED),
    ]
    assert rows([one, other], owners=owners, conflicts=conflicts, events=events) == rows([one, other], owners=owners, conflicts=conflicts)


def test_a_match_takes_the_place_of_what_was_found_and_one_to_a_stranger_does_nothing() -> None:
    one = handed_in("1")
    assert named(rows([one], events=row_of_events(Match(submission=one.owner_key, student="2")))) == [
        ("1", None, State.NOT_SUBMITTED),
        ("2", "1", State.GRADED),
    ]
    assert rows([one], events=row_of_events(Match(submission=one.owner_key, student="3"))) == rows([one])


def test_a_match_of_a_groups_submission_leaves_it_to_the_members_who_were_found_with_the_match() -> None:
    one = handed_in("team")
    said = row_of_events(Match(submission=one.owner_key, student="2"))
    assert named(rows([one], owners={one.owner_key: ("1", "2")}, events=said)) == [("1", "team", State.GRADED), ("2", "team", State.GRADED)]


def test_what_was_said_of_a_submission_stays_when_it_is_matched_and_the_later_word_counts() -> None:
    one, newer = handed_in("x", attempt="1"), handed_in("x", attempt="2")
    said = [
        event(1, Override(who=one.key, question="a", points=Fraction(1)), why="by key"),
        event(2, Comment(who=one.owner_key, question=None, text="hello")),
        event(3, Match(submission=one.owner_key, student="1")),
        event(4, Override(who="1", question="a", points=Fraction(2)), why="by id"),
    ]
    ada, _ = rows([one, newer], events=said[:3])
    assert told(ada.questions[0].points, ada.questions[0].why, ada.comments) == (1, "by key", ("hello",))
    ada, _ = rows([one, newer], events=said)
    assert told(ada.questions[0].points, ada.questions[0].why, ada.final) == (2, "by id", 6)
    ada, _ = rows([one, newer], events=[*said, event(5, Override(who=newer.key, question="a", points=Fraction(3)), why="by key again")])
    assert told(ada.questions[0].points, ada.questions[0].why) == (3, "by key again")


def test_students_never_see_staffs_comments() -> None:
    events = row_of_events(
        Comment(who="1", question="a", text="kind"),
        Comment(who="1", question="a", text="unkind", staff_only=True),
        Comment(who="1", question=None, text="all"),
        Comment(who="2", question=None, text="of another"),
    )
    ada = rows([handed_in("1")], events=events)[0]
    assert (ada.questions[0].comments, ada.questions[1].comments, ada.comments) == (("kind",), (), ("all",))
    assert "unkind" not in repr(ada)


def test_an_override_of_an_optional_question_is_shown_and_counts_nowhere() -> None:
    ada = rows([handed_in("1")], events=row_of_events(Override(who="1", question="extra", points=Fraction(7))))[0]
    assert told(ada.questions[2].points, ada.subtotal, ada.final) == (7, 12, 12)


def test_who_handed_in_and_is_not_graded_yet_has_not_handed_in_nothing() -> None:
    """As a student of a shard that was not merged yet: every shard knows of everybody."""
    reporting = Reporting(not_submitted=Fraction(0))
    ada, ben = rows([handed_in("1")], outcomes={}, reporting=reporting)
    assert (ada.state, ada.left_out, ben.state, ben.left_out) == (State.PENDING, "It is not graded yet.", State.NOT_SUBMITTED, "")
    assert exported_points(ada, assignment(reporting)) is None


def test_a_file_that_was_refused_is_withheld_with_its_reason() -> None:
    refused = handed_in("1", refused="`a.pdf` is no notebook. Ask for another.")
    for outcomes in ({}, {refused.key: Outcome((), None)}):
        ada = rows([refused], outcomes=outcomes)[0]
        assert (ada.state, ada.reason) == (State.WITHHELD, "`a.pdf` is no notebook. Ask for another.")


def test_points_by_hand_are_never_replaced_by_the_number_for_nothing_handed_in() -> None:
    reporting = Reporting(not_submitted=Fraction(0))
    some = row_of_events(Override(who="1", question="a", points=Fraction(5)))
    ada = rows([], events=some, reporting=reporting)[0]
    assert (ada.state, ada.final, exported_points(ada, assignment(reporting))) == (State.NOT_SUBMITTED, None, None)
    assert "only some questions have points by hand" in ada.left_out
    ada = rows([], events=[*some, event(2, Override(who="1", question="b", points=Fraction(0)))], reporting=reporting)[0]
    assert told(ada.state, ada.final, exported_points(ada, assignment(reporting))) == (State.GRADED, 5, 5)


def test_a_score_of_nothing_is_a_score() -> None:
    late = handed_in("1", at=DUE + 30 * DAY)
    for reporting in (Reporting(POLICY), Reporting(POLICY, export_late=True), Reporting(Lateness(DUE, cap=Fraction(0)), export_late=True)):
        ada = rows([late], outcomes={late.key: outcome(0, 0)}, reporting=reporting)[0]
        assert told(ada.state, ada.subtotal, ada.final, ada.left_out) == (State.GRADED, 0, 0, "")
        assert exported_points(ada, assignment(reporting)) == 0
    reporting = Reporting(Lateness(DUE, per_day=Fraction(1)), export_late=True)
    ada = rows([late], reporting=reporting)[0]
    assert told(ada.subtotal, ada.final, exported_points(ada, assignment(reporting))) == (12, 0, 0)


def test_thirds_add_up_exactly() -> None:
    third = handed_in("1", at=DUE + DAY)
    reporting = Reporting(Lateness(DUE, per_day=Fraction(1, 45)), export_late=True)
    ada = rows([third], outcomes={third.key: outcome(Fraction(1, 3), Fraction(1, 3))}, reporting=reporting)[0]
    assert (ada.subtotal, ada.final) == (Fraction(2, 3), Fraction(1, 3))
    assert exported_points(ada, assignment(reporting)) == Fraction(1, 3)


def test_where_no_question_counts_nobody_has_a_score_without_a_result() -> None:
    course = Assignment("toy", "A toy", "toy.ipynb", "toy.py", (Question("extra", ("extra",), Fraction(0), optional=True),))
    one = handed_in("1")
    judged = Outcome((QuestionOutcome("extra", Fraction(1), 1, 1),), Fraction(0))
    for outcomes, state, final in (
        ({}, State.PENDING, None),
        ({one.key: Outcome((), None, "x")}, State.WITHHELD, None),
        ({one.key: judged}, State.GRADED, 0),
    ):
        ada, ben = standings(course, [one], outcomes, [ADA, BEN], {one.owner_key: ("1",)}, {}, effective([]))
        assert (ada.state, ada.final) == (state, final)
        assert ben.state is State.NOT_SUBMITTED


def test_a_question_that_the_outcome_does_not_know_is_not_zero() -> None:
    one = handed_in("1")
    old = Outcome((QuestionOutcome("a", Fraction(8), 1, 1), QuestionOutcome("gone", Fraction(4), 1, 1)), Fraction(12))
    ada = rows([one], outcomes={one.key: old})[0]
    assert (ada.state, ada.subtotal, ada.questions[1].automatic, ada.reason) == (State.WITHHELD, None, None, "A question has no result.")


def test_the_reason_of_what_counts_is_told() -> None:
    total, excuse = Override(who="1", question=None, points=Fraction(0)), Excuse(who="1")
    events = [event(1, total, why="copied"), event(2, excuse, why="ill")]
    ada = rows([handed_in("1")], events=events[:1])[0]
    assert told(ada.why, ada.final, ada.total_override, ada.state) == ("copied", 0, 0, State.GRADED)
    ada = rows([handed_in("1")], events=events)[0]
    assert (ada.why, ada.final, ada.state, exported_points(ada, assignment())) == ("ill", None, State.EXCUSED, Excused.EXCUSED)


def test_a_time_without_an_offset_stops_it_by_name() -> None:
    with pytest.raises(InputError, match="The time of 1 "):
        rows([handed_in("1", at=DUE.replace(tzinfo=None))], reporting=Reporting(POLICY))
