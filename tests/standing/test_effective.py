"""Events folded into what counts: latest wins, undo and its undo, any order, and what makes no sense."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import InputError
from autograder.model import Reporting
from autograder.standing.describe import describe
from autograder.standing.effective import effective, undo_target
from autograder.standing.events import Act, Comment, Event, Excuse, Extension, Match, Official, Override, Undo
from autograder.standing.standing import standings
from autograder.standing.unused import unused
from standing.made import ADA, BEN, DUE, POLICY, assignment, event, handed_in, outcome, row_of_events, undo


def points(number: int, *, who: str = "1", question: str | None = "a") -> Override:
    return Override(who=who, question=question, points=Fraction(number))


def counted(events: list[Event]) -> Fraction | None:
    said = effective(events).overrides.get(("1", "a"))
    return None if said is None else said.act.points


def test_the_latest_override_counts_and_after_its_undo_the_one_before() -> None:
    events = row_of_events(points(3), points(0), undo(2))
    assert [counted(events[:n]) for n in range(4)] == [None, 3, 0, 3]


def test_undoing_an_undo_brings_the_event_back() -> None:
    events = row_of_events(points(0), undo(1), undo(2), undo(3))
    assert [counted(events[:n]) for n in range(5)] == [None, 0, None, 0, None]


def test_of_two_undos_one_is_enough() -> None:
    events = row_of_events(points(3), undo(1), undo(1), undo(2))
    assert counted(events) is None
    assert counted([*events, event(9, undo(3))]) == 3


def test_order_is_by_the_moment_then_by_the_id() -> None:
    east = timezone(timedelta(hours=9))
    early = event(9, points(1), at=DUE.astimezone(east))
    later = event(1, points(2), at=DUE + timedelta(seconds=1))
    same = event(2, points(3), at=later.at.astimezone(east))
    assert counted([later, early]) == 2
    assert counted([same, later, early]) == 3


def test_an_undo_counts_though_its_clock_was_behind() -> None:
    assert counted([event(1, points(3)), event(2, undo(1), at=DUE - timedelta(days=1))]) is None


def test_a_thousand_undos_in_a_row_end() -> None:
    chain = row_of_events(points(3), *(undo(number) for number in range(1, 3001)))
    assert counted(chain) == 3
    assert counted(chain[:-1]) is None


def test_what_makes_no_sense_has_no_effect_and_is_told() -> None:
    events = [
        event(1, points(3)),
        event(2, undo(77)),
        event(3, undo(3)),
        event(4, undo(5)),
        event(5, undo(4)),
        event(1, points(8), at=DUE + timedelta(days=1)),
    ]
    view = effective(events)
    assert view.overrides["1", "a"].act.points == 3
    told = " ".join(view.odd)
    assert len(view.odd) == 5
    for words in (
        "00000000004d, and there is no such event",
        "000000000003 undoes itself",
        "000000000004 undoes itself",
        "Two different events",
    ):
        assert words in told
    assert effective([*events, *events]) == view


def test_of_two_events_with_one_id_and_moment_the_same_counts_in_any_order() -> None:
    one, other = event(1, points(3)), event(1, points(8))
    assert effective([one, other]) == effective([other, one])


def test_comments_add_up_and_the_last_official_run_counts() -> None:
    events = row_of_events(
        Comment(who="1", question=None, text="one"),
        Comment(who="1", question="a", text="two", staff_only=True),
        Official(run="r1"),
        Official(run="r2", keep_best=("a",)),
    )
    view = effective(events)
    assert [said.act.text for said in view.comments["1"]] == ["one", "two"]
    assert view.official == Official(run="r2", keep_best=("a",))
    assert [said.act.run for said in view.officials] == ["r1", "r2"]
    assert effective([*events, event(9, undo(4))]).official == Official(run="r1")
    assert effective([]).official is None


def test_an_event_is_found_by_the_beginning_of_its_id() -> None:
    events = [Event("aa11", "ta", DUE, "", points(3)), Event("aa22", "ta", DUE, "", points(4)), Event("aa", "ta", DUE, "", points(5))]
    assert undo_target(events, "AA1").id == "aa11"
    assert undo_target(events, "aa").id == "aa"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", ["no event ''"]),
        ("ff", ["no event 'ff'", "first digits"]),
        ("0", ["3 events begin with '0'", "more digits", "000000000001: 1 has 3 points for a"]),
        ("000000000001", ["undone already", "undo 000000000003"]),
    ],
)
def test_what_cannot_be_undone_is_refused_with_what_to_do(written: str, words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        undo_target(row_of_events(points(3), points(4), undo(1)), written)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (points(1), "jdoe has 1 point for a, in place of the automatic ones."),
        (points(0, question=None), "The total of jdoe is 0 points, whatever its questions and lateness would make of it."),
        (Comment(who="jdoe", question="a", text="well\x1b[31m\ndone"), r"To jdoe, on a: well\x1b[31m\ndone"),
        (Comment(who="jdoe", question=None, text="hm", staff_only=True), "For staff alone, about jdoe: hm"),
        (Excuse(who="jdoe"), "jdoe is excused: no score counts."),
        (Extension(who="jdoe", due=DUE), "jdoe may hand in until 2026-11-20 23:00+00:00."),
        (Match(submission="canvas/hw/7", student="jdoe"), "Whatever canvas/hw/7 handed in is jdoe's."),
        (Official(run="r1"), "The results of run r1 count."),
        (
            Official(run="r1", keep_best=("a", "b")),
            "The results of run r1 count, but in a, b the earlier ones where they are better.",
        ),
        (undo(1), "Event 000000000001 counts no more: jdoe is excused: no score counts."),
        (undo(2), "Event 000000000002, an undo, counts no more."),
        (undo(7), "Event 000000000007 counts no more."),
    ],
)
def test_every_event_is_a_sentence(act: Act, sentence: str) -> None:
    if isinstance(act, Override):
        act = points(int(act.points), who="jdoe", question=act.question)
    known = {each.id: each for each in row_of_events(Excuse(who="jdoe"), undo(1))}
    assert describe(event(9, act), known) == sentence


def test_events_that_reach_nobody_are_told() -> None:
    submission = handed_in("7", attempt="1")
    events = row_of_events(
        points(1),
        points(2, question="renamed"),
        points(3, who="gone"),
        Match(submission=submission.owner_key, student="gone"),
        Match(submission="canvas/hw/8", student="1"),
        Excuse(who=submission.key),
        Extension(who=submission.owner_key, due=DUE),
        Comment(who="gone", question=None, text="x"),
        undo(8),
    )
    told = unused(effective(events), assignment(), [ADA], [submission])
    assert [sentence.split(":")[0].split(" is ")[0] for sentence in told] == [f"Event {number:012x}" for number in (2, 3, 4, 5)]
    assert "a question that this assignment does not have" in told[0]


times = st.sampled_from([DUE + timedelta(hours=n) for n in range(5)])
whos = st.sampled_from(["1", "2", handed_in("x").key, handed_in("x").owner_key, "nobody"])
names = st.sampled_from(["a", "b", "extra", None, "no such"])
acts: st.SearchStrategy[Act] = st.one_of(
    st.builds(Override, who=whos, question=names, points=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(7)])),
    st.builds(Comment, who=whos, question=names, text=st.sampled_from(["x", "y"]), staff_only=st.booleans()),
    st.builds(Excuse, who=whos),
    st.builds(Extension, who=whos, due=times),
    st.builds(Match, submission=st.sampled_from([handed_in(owner).owner_key for owner in ("x", "y", "z")]), student=whos),
    st.builds(Official, run=st.sampled_from(["r1", "r2"])),
    st.builds(Undo, event=st.integers(0, 12).map(lambda number: f"{number:012x}")),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    drawn = draw(st.lists(st.tuples(acts, times), max_size=12))
    return [event(number, act, at=at) for number, (act, at) in enumerate(drawn)]


def rows(events: list[Event]) -> object:
    submissions = [handed_in("x", at=DUE + timedelta(hours=3)), handed_in("y", attempt="1", late=True), handed_in("y", attempt="2", at=DUE)]
    outcomes = {submissions[0].key: outcome(Fraction(10, 3), 2), submissions[2].key: outcome(None, 2, reason="no memory")}
    owners = {submissions[1].owner_key: ("1", "2")}
    return standings(assignment(Reporting(POLICY)), submissions, outcomes, [ADA, BEN], owners, {}, effective(events))


@given(events=histories(), act=acts, at=times)
def test_an_event_and_its_undo_leave_everything_as_it_was(events: list[Event], act: Act, at: datetime) -> None:
    before = rows(events)
    more = [*events, event(100, act, at=at), event(101, undo(100), at=at)]
    assert rows(more) == before
    assert rows([*more, event(102, undo(101), at=at)]) == rows([*events, event(100, act, at=at)])


@given(events=histories(), data=st.data())
def test_neither_order_nor_repetition_changes_anything(events: list[Event], data: st.DataObject) -> None:
    again = data.draw(st.permutations([*events, *events]))
    assert effective(again) == effective(events)
    assert rows(again) == rows(events)
