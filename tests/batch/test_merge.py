"""Parts of a class are put together: the same in any order, and what they contradict each other about is nobody's score."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store.made import ASSIGNMENT, CONFINED, CONTEXTS, QUESTIONS, RUN, CountingEngine, Ear, Reads, graded, handed_in, score

from autograder.batch.agreeing import Claim, Found, agreed_claim, agreed_result
from autograder.batch.judging import Item, Judging
from autograder.batch.merge import Merged, merge
from autograder.batch.sources import Common, looked_at
from autograder.batch.union import unite
from autograder.batch.view import FIRST_RUN, OPAQUE_KEY
from autograder.errors import InputError
from autograder.grading.contexts import Contexts
from autograder.model import CellProblem, Execution, Graded, HandedIn, Reporting, Result, State, Student, Verdict, Withheld
from autograder.outputs import DATABASE
from autograder.standing.events import Comment, Event
from autograder.store import Run, Store, lock

A, B = QUESTIONS
RIGHT = graded()
WRONG = graded(score(A), score(B, Verdict.FAILED))
NO_ROOM = Withheld(RIGHT.submission, "There was no room.")
NOON = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
EAST = NOON.astimezone(timezone(timedelta(hours=9)))
STUDENTS = tuple(Student(name, name) for name in ("ann", "ben", "cyd"))
OTHER_RUN = replace(RUN, sha256="corrected")
OTHER_CONTEXTS = Contexts("with other tests", {"a": "other a's", "b": "other b's"})
ONE, TWO = b"{1} # of Ann", b"{1} # of Ben"  # the same to a kernel


@dataclass(frozen=True)
class Work:
    """What somebody handed in, as one source has it."""

    owner: str
    """Whose."""
    file: bytes = ONE
    """As it was handed in."""
    result: Result | None = RIGHT
    """What becomes of it where nothing is known of it yet; None: it is only announced."""
    at: datetime | None = None
    """When."""
    late: bool | None = None
    """The platform's flag."""

    @property
    def handed_in(self) -> HandedIn:
        """Who, what, when."""
        return replace(handed_in(self.owner), submitted_at=self.at, late=self.late)


def part(
    out: Path, works: Sequence[Work], *, events: Iterable[Event] = (), run: Run = RUN, contexts: Contexts = CONTEXTS, again: bool = False
) -> Path:
    """Grade some works into a folder, as a shard does: everything is announced first."""
    out.mkdir(exist_ok=True)
    with Store(out, writing=True) as store:
        run = replace(run, parts=store.files.put(run.parts.encode()))
        with store.transaction():
            store.classes.add_run(run)
            if store.fact(FIRST_RUN) is None:
                store.set_fact(FIRST_RUN, run.id)
            store.set_fact(OPAQUE_KEY, "cd" * 32)
            store.classes.set_roster(STUDENTS)
            for work in works:
                store.classes.announce(work.handed_in)
            for event in events:
                store.history.add(event)
        for work in works:
            if work.result is not None:
                engine = CountingEngine(work.result, contexts)
                judging = Judging(store, run, engine, CONFINED, Reads(), Ear(), again=frozenset({"withheld"} if again else ()))
                judging.judge([Item(work.handed_in, lambda file=work.file: file)])  # type: ignore[misc]
    return out


def standings(merged: Merged) -> dict[str, tuple[State, Fraction | None]]:
    return {standing.student.id: (standing.state, standing.final) for standing in merged.now if standing.student is not None}


def truth(out: Path) -> dict[str, list[str]]:
    """Everything in a store but what derived files were made of, and what confined results that are there no more."""
    with Store(out, writing=False) as store:
        tables = ("looked", "executed", "judged", "students", "submissions", "runs", "results", "events")
        rows = {table: sorted(map(repr, store._connection.execute(f"SELECT * FROM {table}"))) for table in tables}
        return {
            **rows,
            "facts": [f"{name}: {value}" for name, value in store.facts("").items() if not name.startswith(("confined", "events"))],
        }


Parts = Callable[..., Path]


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    """Makes a source of some works; the n-th is called `n`."""
    numbers = count(1)
    return lambda *works, **more: part(tmp_path / str(next(numbers)), works, **more)


def united(out: Path, sources: Sequence[Path]) -> Path:
    """Merge without making files."""
    copies = out.with_name(f"{out.name} copies")
    for folder in (out, copies):
        folder.mkdir(exist_ok=True)
    with Store(out, writing=True) as store:
        found = looked_at(sources, Common(), copies)
        unite(store, [source.copy for source in found])
    shutil.rmtree(copies)
    return out


def same_in_every_order(home: Path, sources: Sequence[Path]) -> dict[str, list[str]]:
    """Merge in orders in which each is first, second and last, at once and one after another, and once more; nothing hangs on it."""
    found = truth(united(home / "at once", sources))
    for number in range(1, len(sources)):
        order = [*sources[number:], *sources[:number]]
        first = united(home / f"first {number}", order[:2])
        assert truth(united(home / f"all {number}", [*order[2:], first])) == found
    assert truth(united(home / "at once", sources[:1])) == found
    return found


def in_every_order(home: Path, sources: Sequence[Path]) -> Merged:
    """Merge, and see that it is the same in every order."""
    found = same_in_every_order(home, sources)
    merged = merge(home / "merged", sources)
    assert truth(home / "merged") == found
    return merged


def test_equal_notebooks_that_two_parts_judged_differently_are_withheld_and_named_whoever_handed_them_in(
    parts: Parts, tmp_path: Path
) -> None:
    sources = [parts(Work("ann", ONE)), parts(Work("ben", TWO, WRONG)), parts(Work("cyd", TWO), Work("dan", b"{2}", WRONG))]
    merged = in_every_order(tmp_path, sources)
    assert sorted(merged.disputed) == ["ann", "ben", "cyd"]
    assert {state for state, _final in standings(merged).values()} == {State.WITHHELD}
    (dan,) = (standing for standing in merged.now if standing.student is None)
    assert dan.final == 10
    out = part(tmp_path / "merged", [Work("ann", ONE), Work("ben", TWO), Work("cyd", TWO)], again=True)
    assert merge(out, [parts(Work("dan", b"{2}", WRONG))]).disputed == ()
    assert set(standings(merge(out, [])).values()) == {(State.GRADED, Fraction(15))}


def test_so_they_are_where_the_notebook_ran_otherwise(parts: Parts, tmp_path: Path) -> None:
    ran = Execution(2, (CellProblem(1, "raised", "ValueError", "1"),))
    merged = in_every_order(tmp_path, [parts(Work("ann", ONE)), parts(Work("ben", TWO, replace(RIGHT, execution=ran)))])
    assert sorted(merged.disputed) == ["ann", "ben"]


def test_who_was_judged_in_other_contexts_contradicts_nobody(parts: Parts, tmp_path: Path) -> None:
    elsewhere = Contexts("another machine's", {"a": "its a's", "b": "its b's"})
    sources = [parts(Work("ann", ONE)), parts(Work("ben", TWO, WRONG), contexts=elsewhere)]
    merged = in_every_order(tmp_path, sources)
    assert merged.disputed == ()
    assert [final for _state, final in standings(merged).values()] == [15, 10, None]
    merged = merge(tmp_path / "merged", [parts(Work("cyd", TWO, WRONG))])
    assert sorted(merged.disputed) == ["ann", "cyd"]
    assert standings(merged)["ben"] == (State.GRADED, Fraction(10))


def result_in(run: Run, out: Path, owner: str) -> Result:
    with Store(out, writing=False) as store:
        (id_,) = (each.id for each in store.classes.runs().values() if each.sha256 == run.sha256)
        found = store.classes.result(id_, handed_in(owner))
    assert found is not None
    return found[0]


def test_in_a_run_that_only_one_part_has_what_is_disputed_is_withheld_too(parts: Parts, tmp_path: Path) -> None:
    one = parts(Work("ann", ONE))
    part(one, [Work("ann", ONE)], run=OTHER_RUN, contexts=OTHER_CONTEXTS)
    sources = [one, parts(Work("ann", TWO))]
    assert in_every_order(tmp_path, sources).disputed == ("ann",)
    assert isinstance(result_in(OTHER_RUN, tmp_path / "merged", "ann"), Withheld)


def test_what_became_of_an_earlier_file_in_another_run_contradicts_nobody(parts: Parts, tmp_path: Path) -> None:
    one, other = parts(Work("ann", b"{3}")), parts(Work("ann", b"{4}"))
    part(one, [Work("ann", b"{3}", WRONG)], run=OTHER_RUN, contexts=OTHER_CONTEXTS)
    part(one, [Work("ann", b"{4}")])
    part(other, [Work("ann", b"{4}")], run=OTHER_RUN, contexts=OTHER_CONTEXTS)
    merged = in_every_order(tmp_path, [one, other])
    assert merged.disputed == ()
    found = result_in(OTHER_RUN, tmp_path / "merged", "ann")
    assert isinstance(found, Graded)
    assert found.total == 15


def test_another_file_or_time_under_the_same_identity_is_withheld_until_it_comes_in_again(parts: Parts, tmp_path: Path) -> None:
    later = NOON + timedelta(days=2)
    one = [Work("file", ONE), Work("time", at=NOON), Work("announced", at=NOON), Work("flag", late=False), Work("ann", at=NOON)]
    other = [Work("file", TWO), Work("time", at=later), Work("announced", result=None, at=later), Work("flag", late=True), Work("ann")]
    merged = in_every_order(tmp_path, [parts(*one), parts(*other)])
    assert sorted(merged.disputed) == ["announced", "file", "flag", "time"]
    finals = {standing.handed_in.name: standing.final for standing in merged.now if standing.handed_in is not None}
    assert finals == {"file": None, "time": None, "announced": None, "flag": None, "ann": 15}
    out = part(tmp_path / "merged", one)
    again = merge(out, [parts(Work("ben"))])
    assert again.disputed == ()
    assert [standing.final for standing in again.now if standing.handed_in is not None] == [15] * 6


def test_a_time_that_only_one_part_knows_counts(parts: Parts, tmp_path: Path) -> None:
    merged = in_every_order(tmp_path, [parts(Work("ann", late=True)), parts(Work("ann", at=NOON)), parts(Work("ann", at=EAST))])
    (ann,) = (standing.handed_in for standing in merged.now if standing.handed_in is not None)
    assert (ann.submitted_at, ann.late) == (NOON, True)
    assert merged.disputed == ()


def test_a_score_counts_more_than_none(parts: Parts, tmp_path: Path) -> None:
    lost = graded(score(A), score(B, Verdict.WITHHELD))
    sources = [parts(Work("ann", result=lost)), parts(Work("ann")), parts(Work("ann", result=NO_ROOM))]
    assert standings(in_every_order(tmp_path, sources))["ann"] == (State.GRADED, Fraction(15))


EVENTS = tuple(Event(f"{n:012x}", "ta", NOON, "because", Comment(who="ann", question=None, text=str(n))) for n in range(3))
A_WORK = st.builds(
    Work,
    st.sampled_from(["ann", "ben"]),
    st.sampled_from([ONE, TWO, b"no notebook"]),
    st.sampled_from([RIGHT, RIGHT, WRONG, NO_ROOM, None]),
    st.sampled_from([None, NOON, EAST, NOON + timedelta(hours=1)]),
    st.sampled_from([None, None, True, False]),
)
A_SOURCE = st.tuples(st.lists(A_WORK, max_size=2, unique_by=lambda work: work.owner), st.lists(st.sampled_from(EVENTS), max_size=2))


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(A_SOURCE, min_size=2, max_size=3))
def test_whatever_the_parts_say_the_order_and_the_times_that_they_are_merged_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[list[Work], list[Event]]]
) -> None:
    home = tmp_path_factory.mktemp("night")
    sources = [part(home / f"part {number}", works, events=events) for number, (works, events) in enumerate(said)]
    same_in_every_order(home, sources)
    shutil.rmtree(home)


A_CLAIM = st.builds(lambda work, content: Claim(work.handed_in, content), A_WORK, st.sampled_from(["", "c0", "c1"]))
A_FINDING = st.builds(lambda work, contexts: Found(work.result or RIGHT, None, contexts), A_WORK, st.sampled_from(["", "one", "two"]))


@pytest.mark.parametrize(("agreed", "said"), [(agreed_claim, A_CLAIM), (agreed_result, A_FINDING)])
@given(data=st.data())
def test_to_agree_is_the_same_in_any_order_and_as_often_as_one_likes(
    agreed: Callable[[Any, Any], Any], said: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    one, two, three = data.draw(said), data.draw(said), data.draw(said)
    assert agreed(one, two) == agreed(two, one)
    assert agreed(agreed(one, two), three) == agreed(one, agreed(two, three))
    assert agreed(agreed(one, two), two) == agreed(one, two)


def test_a_part_that_is_still_being_graded_is_taken_as_it_is_and_named(parts: Parts, tmp_path: Path) -> None:
    source = parts(Work("ann"), Work("ben", result=None))
    with lock(source), Store(source, writing=True) as writer, writer.transaction():
        writer.classes.set_submission(handed_in("cyd"), "")
        merged = merge(tmp_path / "all", [source])
    (sentence,) = merged.unfinished
    assert sentence.startswith(f"{source} is still being written to (process ")
    assert [state for state, _final in standings(merged).values()] == [State.GRADED, State.PENDING, State.NOT_SUBMITTED]


def test_who_is_in_a_part_that_was_stopped_midway_has_not_handed_in_nothing(parts: Parts, tmp_path: Path) -> None:
    lenient = replace(RUN, assignment=replace(ASSIGNMENT, reporting=Reporting(not_submitted=Fraction(0))))
    merged = merge(tmp_path / "all", [parts(Work("ann"), Work("ben", result=None), run=lenient)])
    assert [(one.state, bool(one.left_out)) for one in merged.now] == [
        (State.GRADED, False),
        (State.PENDING, True),
        (State.NOT_SUBMITTED, False),
    ]


def complaint(out: Path, sources: Sequence[Path]) -> list[str]:
    with pytest.raises(InputError) as caught:
        merge(out, sources)
    return str(caught.value).replace(f"{out.parent}/", "").splitlines()


def test_everything_that_cannot_be_merged_is_named_at_once_and_no_folder_is_made(parts: Parts, tmp_path: Path) -> None:
    good = parts(Work("ann"))
    (tmp_path / "empty").mkdir()
    torn = Path(shutil.copytree(good, tmp_path / "torn"))
    data = (torn / DATABASE).read_bytes()
    (torn / DATABASE).write_bytes(data[: len(data) // 2])
    begun = tmp_path / "begun"
    begun.mkdir()
    with Store(begun, writing=True):
        pass
    other = parts(Work("ben"), run=OTHER_RUN)
    lines = complaint(tmp_path / "all", [tmp_path / "missing", good, tmp_path / "empty", torn, begun, other, good])
    assert sorted(lines[:-1]) == [
        "1 and 2 were graded with different bundles. Only parts of one class can be merged.",
        "There is no folder missing. If its part was not graded yet, leave it out for now.",
        "begun has no results yet. Merge it when something was graded into it.",
        f"empty has no results: there is no {DATABASE} in it. Name the folders that `autograder grade -o` wrote to.",
        "torn is damaged (database disk image is malformed), and nothing of it is taken. Restore it from a backup, or grade its part again.",
    ]
    assert lines[-1] == "Nothing was merged. A part may also be left out: its students are `not graded` until it is merged, too."
    assert not (tmp_path / "all").exists()


def test_the_folder_that_is_merged_into_is_no_source_of_its_own(parts: Parts) -> None:
    source = parts(Work("ann"))
    assert complaint(source, [source.parent / "." / source.name]) == ["1 is the folder that is merged into. Name the others alone."]


def test_a_part_whose_notebook_is_gone_is_refused_and_nothing_is_taken(parts: Parts, tmp_path: Path) -> None:
    good, poor = parts(Work("ann")), parts(Work("ben", TWO))
    with Store(poor, writing=False) as store:
        (ben,) = store.classes.submissions("")
        store.files.path(ben.content).unlink()
    (said, last) = complaint(tmp_path / "all", [good, poor])
    assert said.startswith("2 is damaged, and nothing of it is taken.")
    assert f"{ben.content} cannot be read" in said
    assert last.startswith("Nothing was merged.")
    with Store(tmp_path / "all", writing=True) as store:
        assert store.classes.runs() == {}


def test_two_stories_of_one_event_are_refused(parts: Parts, tmp_path: Path) -> None:
    sources = [parts(Work("ann"), events=[replace(EVENTS[0], why=why)]) for why in ("because", "for another reason")]
    assert complaint(tmp_path / "all", sources)[0] == "1 and 2 say different things of the event 000000000000: one of them is damaged."
