"""What staff does after grading, seen through the files that come of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from report.made_by_hand import ASSIGNMENT

from autograder.batch import acts
from autograder.batch.acts import Done
from autograder.batch.status import as_lines, read_status
from autograder.batch.up_to_date import make
from autograder.batch.view import class_now
from autograder.errors import InputError
from autograder.model import HandedIn, Lateness, Person, Platform, Reporting, State
from autograder.standing.events import Event, Official, Override
from autograder.store import Store

from .a_store import ADA, BEN, CLEO, DUE, MEMBERS, Member, add_events, all_right, canvas, grade_by_hand
from .reading import class_page, page_of, row, rows, standing_of


def events(out: Path) -> tuple[Event, ...]:
    with Store(out, writing=False) as store:
        return store.history.all()


def undone(out: Path, done: Done) -> Done:
    assert done.event is not None
    return acts.undo(out, done.event.id)


def test_points_by_hand_stand_beside_the_automatic_ones_everywhere_and_undo_takes_them_back(out: Path) -> None:
    before = row(out, "ada")
    done = acts.override(out, "ada", "helper", "9.5", "right but for a name")
    assert done.did == "Ada Adler (1001) has 9.5 points for helper, in place of the automatic ones."
    assert done.scores == ("Ada Adler (1001): 26 of 30 before, 29.5 of 30 now.",)
    after = row(out, "ada")
    assert (after["helper"], after["total"], after["final"]) == ("9.5", "29.5", "29.5")
    assert (after["overridden"], after["why"]) == ("helper", "helper: right but for a name")
    assert "automatic: 6; right but for a name" in class_page(out)
    assert "9.5" in page_of(out, "Ada Adler")
    assert "set by your teacher; automatic: 6" in page_of(out, "Ada Adler")
    assert "right but for a name" not in page_of(out, "Ada Adler")
    again = undone(out, done)
    assert again.scores == ("Ada Adler (1001): 29.5 of 30 before, 26 of 30 now.",)
    assert row(out, "ada") == before
    assert "set by your teacher" not in page_of(out, "Ada Adler")


def test_an_undo_can_be_undone(out: Path) -> None:
    first = undone(out, acts.override(out, "ada", "TOTAL", "12", "spoke with her"))
    second = undone(out, first)
    assert second.scores == ("Ada Adler (1001): 26 of 30 before, 12 of 30 now.",)
    assert row(out, "ada")["final"] == "12"


@pytest.mark.parametrize(
    ("written", "points"), [("22/3", Fraction(22, 3)), ("0.1", Fraction(1, 10)), (" 7 ", 7), (".5", Fraction(1, 2)), ("0", 0)]
)
def test_points_are_exact(out: Path, written: str, points: Fraction) -> None:
    acts.override(out, "ada", "helper", written, "so it is")
    (event,) = events(out)
    assert event.act == Override(who="1001", question="helper", points=Fraction(points))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("-1", "never less than 0"),
        ("1,5", "Write 1.5"),
        ("1/0", "no number of points"),
        ("1e9", "no number of points"),
        ("nan", "no number of points"),
        ("", "no number of points"),
        ("٣", "no number of points"),
        ("9" * 10, "no number of points"),
    ],
)
def test_what_is_no_number_of_points_is_refused_and_nothing_is_noted(out: Path, written: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        acts.override(out, "ada", "helper", written, "so it is")
    assert events(out) == ()


def test_more_than_possible_is_taken_and_said(out: Path) -> None:
    done = acts.override(out, "ben", "whole", "25", "an elegant one")
    assert done.warnings == ("25 is more than the 20 points that whole has.",)
    assert row(out, "ben")["final"] == "35"


def test_points_that_change_no_score_say_why(out: Path) -> None:
    acts.override(out, "ada", "TOTAL", "12", "spoke with her")
    assert acts.override(out, "ada", "helper", "10", "b").warnings == ("Their total was given by hand, and stays 12.",)
    assert acts.override(out, "ben", "extra", "3", "b").warnings == ("extra is optional: it is not in the total.",)
    assert "Override the others too, or TOTAL" in acts.override(out, "cleo", "helper", "3", "b").warnings[0]
    acts.excuse(out, "ben", "ill")
    assert acts.override(out, "ben", "helper", "3", "b").warnings == ("They are excused, so no score counts.",)


def test_points_by_hand_are_a_score_also_where_grading_had_none(out: Path) -> None:
    assert acts.override(out, "dora", "TOTAL", "12", "on paper").scores == ("Dora Dorn (1004): withheld before, 12 of 30 now.",)
    assert "Total, set by your teacher in place of the above 12" in page_of(out, "Dora Dorn")
    assert acts.override(out, "cleo", "TOTAL", "0", "copied").scores == ("Cleo Clark (1003): not submitted before, 0 of 30 now.",)
    assert [(row(out, who)["status"], row(out, who)["final"]) for who in ("dora", "cleo")] == [("graded", "12"), ("graded", "0")]


@pytest.mark.parametrize("why", ["", "  \n "])
def test_points_and_excuses_need_a_reason(out: Path, why: str) -> None:
    with pytest.raises(InputError, match="`--why` is empty"):
        acts.override(out, "ada", "helper", "1", why)
    with pytest.raises(InputError, match="`--why` is empty"):
        acts.excuse(out, "ada", why)


def test_a_question_that_is_not_there_has_its_nearest_named(out: Path) -> None:
    with pytest.raises(InputError, match=r"`helpr` is no question of A toy & more. Nearest: helper\."):
        acts.override(out, "ada", "helpr", "1", "x")
    with pytest.raises(InputError, match=r"Nearest: TOTAL\."):
        acts.override(out, "ada", "total", "1", "x")
    with pytest.raises(InputError, match=r"There are helper, whole, extra and TOTAL\. .* put the comment in quotes"):
        acts.comment(out, "ada", "well", "done")


@pytest.mark.parametrize("text", ["1001", "ada", "ADA@example.edu", "Adler, Ada"])
def test_a_student_is_known_by_id_login_email_and_name(out: Path, text: str) -> None:
    acts.override(out, text, "helper", "1", "x")
    assert row(out, "ada")["helper"] == "1"


def test_whom_nobody_knows_is_neither_student_nor_submission(out: Path) -> None:
    with pytest.raises(InputError, match=r"on the roster\..*is no submission: .*Nearest: mystery\."):
        acts.excuse(out, "mystry", "x")
    assert events(out) == ()


def test_a_submission_that_is_nobodys_has_its_own_acts_and_keeps_them_when_it_is_matched(out: Path) -> None:
    acts.override(out, "mystery", "whole", "7", "half of it")
    acts.comment(out, "mystery", None, "Who are you?")
    assert row(out, "mystery")["final"] == "17"
    done = acts.match(out, "mystery", "cleo")
    assert done.scores == ("Cleo Clark (1003): not submitted before, 17 of 30 now.", "mystery: 17 of 30 before, no row of its own now.")
    assert row(out, "cleo")["comments"] == "Who are you?"


def test_without_a_roster_people_are_their_submissions(tmp_path: Path) -> None:
    out = tmp_path / "results"
    grade_by_hand(out, students=())
    done = acts.override(out, "mystery", "TOTAL", "3", "copied")
    assert done.scores == ("mystery: 30 of 30 before, 3 of 30 now.",)
    assert (row(out, "mystery")["final"], row(out, "mystery")["overridden"]) == ("3", "total")
    with pytest.raises(InputError, match="There is no roster"):
        acts.match(out, "mystery", "cleo")


def test_comments_are_plain_text_on_the_students_page_and_staffs_own_are_not(out: Path) -> None:
    acts.comment(out, "ben", "helper", "Use <b>axis=0</b>\u202e \x1b[31m")
    acts.comment(out, "ben", None, "Well done")
    acts.comment(out, "ben", None, "copied from Ada?", staff_only=True)
    page = page_of(out, "Ben Berg")
    assert r"Use <b>axis=0</b>\u202e \x1b[31m" in page
    assert "Well done" in page
    assert row(out, "ben")["comments"] == r"helper: Use <b>axis=0</b>\u202e \x1b[31m; Well done"
    assert "copied" not in page + str(standing_of(out, "Ben Berg")) + str(rows(out))


def test_a_comment_is_neither_empty_nor_a_book(out: Path) -> None:
    with pytest.raises(InputError, match="says nothing"):
        acts.comment(out, "ben", None, " \n")
    with pytest.raises(InputError, match="4001 characters; 4000 are the most"):
        acts.comment(out, "ben", None, "x" * 4001)


def test_who_is_excused_has_no_score_until_it_is_undone(out: Path) -> None:
    done = acts.excuse(out, "ben", "ill")
    assert done.scores == ("Ben Berg (1002): 30 of 30 before, excused now.",)
    assert (row(out, "ben")["status"], row(out, "ben")["final"], row(out, "ben")["why"]) == ("excused", "", "ill")
    undone(out, done)
    assert (row(out, "ben")["status"], row(out, "ben")["final"]) == ("graded", "30")


def test_an_extension_takes_the_place_of_the_due_date_for_one_person(tmp_path: Path) -> None:
    out = tmp_path / "results"
    late = Reporting(Lateness(DUE - timedelta(hours=3), per_day=Fraction(1, 10)))
    grade_by_hand(out, assignment=replace(ASSIGNMENT, reporting=late))
    assert (row(out, "ben")["final"], row(out, "ben")["late"], row(out, "ada")["final"]) == ("27", "1 day late", "23")
    done = acts.extend(out, "ben", "2026-05-04T00:00+02:00", "was ill")
    assert done.scores == ("Ben Berg (1002): 27 of 30 before, 30 of 30 now.",)
    assert (row(out, "ben")["late"], row(out, "ada")["final"]) == ("on time", "23")
    earlier = acts.extend(out, "ben", "2026-05-01T00:00Z")
    assert "earlier than everybody's due date" in earlier.warnings[0]


def test_an_extension_that_changes_nothing_says_so(out: Path) -> None:
    assert acts.extend(out, "ben", "2026-05-04T00:00Z").warnings == ("The config has no `lateness`, so nothing was or is subtracted.",)


@pytest.mark.parametrize("due", ["2026-05-04", "2026-05-04T12:00", "tomorrow", "20260-01-01T00:00Z", ""])
def test_a_due_date_has_a_time_and_an_offset(out: Path, due: str) -> None:
    with pytest.raises(InputError, match=r"Write a due date as 2026-11-20T23:59\+01:00"):
        acts.extend(out, "ben", due)


def test_after_a_match_the_page_of_nobody_is_gone_and_the_students_is_there(out: Path) -> None:
    before = {path.name for path in (out / "students").iterdir()}
    done = acts.match(out, "mystery", "Cleo Clark")
    after = {path.name for path in (out / "students").iterdir()}
    (gone,), (new,) = before - after, after - before
    assert gone != new
    assert "Cleo Clark" in page_of(out, "Cleo Clark")
    assert (row(out, "cleo")["submission"], row(out, "cleo")["final"]) == ("mystery", "30")
    assert "mystery,canvas/12/9zed,1003,Cleo Clark,confirmed by staff" in (out / "matches.csv").read_text()
    undone(out, done)
    assert {path.name for path in (out / "students").iterdir()} == before


def test_the_same_match_again_changes_nothing(out: Path) -> None:
    acts.match(out, "mystery", "cleo")
    again = acts.match(out, "canvas/12/9zed", "1003")
    assert again.event is None
    assert len(events(out)) == 1


def test_a_match_that_takes_something_from_somebody_says_so(out: Path) -> None:
    done = acts.match(out, "mystery", "ada")
    assert "What was theirs before, ada, counts for nobody now." in done.warnings
    assert done.scores == (
        "Ada Adler (1001): 26 of 30 before, 30 of 30 now.",
        "mystery: 30 of 30 before, no row of its own now.",
        "ada: no row of its own before, 26 of 30 now.",
    )
    with Store(out, writing=False) as store:
        gave_way = next(one for one in class_now(store).standings() if one.handed_in is not None and one.handed_in.name == "ada")
    assert gave_way.left_out == "Ada Adler (1001) has `mystery`, as staff said."
    assert "nobody's: ada: Ada Adler (1001) has `mystery`, as staff said." in as_lines(read_status(out))
    assert acts.match(out, "ben", "cleo").warnings == ("It was Ben Berg (1002)'s before: look at that again.",)


def test_what_gave_way_to_another_submission_waits_for_nobody_also_where_it_is_withheld(out: Path) -> None:
    def withheld() -> tuple[int, list[str]]:
        with Store(out, writing=False) as store:
            now = class_now(store)
            rows = now.standings()
            return now.withheld(rows), [row.handed_in.name for row in rows if row.state is State.WITHHELD and row.handed_in is not None]

    assert withheld() == (1, ["dora"])
    acts.match(out, "mystery", "dora", "by mail: what came first was empty")
    assert withheld() == (0, ["dora"])


def test_two_matches_of_one_student_are_in_doubt_and_say_so(out: Path) -> None:
    acts.match(out, "mystery", "cleo")
    done = acts.match(out, "ben", "cleo")
    assert any("2 submissions would be theirs" in sentence for sentence in done.warnings)
    assert row(out, "cleo")["status"] == "withheld"


def test_a_match_of_a_groups_submission_takes_it_from_no_member(tmp_path: Path) -> None:
    out = tmp_path / "results"
    people = (Person(login="ada"), Person(login="nobody-knows"))
    team = HandedIn(Platform.GRADESCOPE, "12", "77", "1", "team", "team.ipynb", people)
    grade_by_hand(out, [Member(team, all_right("team"))])
    acts.match(out, "team", "cleo")
    assert [row(out, who)["final"] for who in ("ada", "ben", "cleo")] == ["30", "", "30"]
    with pytest.raises(InputError, match=r"`team` is the submission of 2 students\. Name one: Ada Adler \(1001\) or Cleo Clark"):
        acts.override(out, "team", "helper", "1", "x")


def test_a_match_of_one_member_is_all_members_where_groups_hand_in_together(tmp_path: Path) -> None:
    out = tmp_path / "results"
    students = (replace(ADA, group="g"), replace(BEN, group="g"), CLEO)
    grade_by_hand(out, [Member(canvas("zed", "mystery"), all_right("mystery"))], students=students)
    acts.match(out, "mystery", "ada")
    assert [row(out, who)["final"] for who in ("ada", "ben", "cleo")] == ["30", "30", ""]


def test_what_staff_did_survives_a_regrade(out: Path) -> None:
    acts.override(out, "ada", "helper", "9", "right but for a name")
    acts.match(out, "mystery", "cleo")
    corrected = replace(ASSIGNMENT, title="A toy, corrected")
    better = [Member(one.handed_in, all_right(one.handed_in.name)) for one in MEMBERS]
    run = grade_by_hand(out, better, assignment=corrected, files=False)
    add_events(out, Official(run=run.id))
    make(out)
    assert (row(out, "ada")["helper"], row(out, "ada")["whole"], row(out, "ada")["final"]) == ("9", "20", "29")
    assert "set by your teacher; automatic: 10" in page_of(out, "Ada Adler")
    assert row(out, "cleo")["final"] == "30"
    assert row(out, "dora")["final"] == "30"


def test_an_undo_of_a_regrade_says_whose_scores_change(out: Path) -> None:
    run = grade_by_hand(
        out, [Member(MEMBERS[0].handed_in, all_right("ada"))], assignment=replace(ASSIGNMENT, title="Corrected"), files=False
    )
    (event,) = add_events(out, Official(run=run.id))
    done = acts.undo(out, event.id[:12])
    assert "Ada Adler (1001): 30 of 30 before, 26 of 30 now." in done.scores


def test_an_event_comes_after_all_before_it_whatever_the_clock_says(out: Path) -> None:
    with Store(out, writing=True) as store, store.transaction():
        ahead = datetime.now(UTC) + timedelta(days=400)
        store.history.add(Event("f" * 12, "ta", ahead, "of a clock that is ahead", Override(who="1001", question=None, points=Fraction(1))))
    acts.override(out, "ada", "TOTAL", "2", "later")
    assert row(out, "ada")["final"] == "2"
    assert events(out)[-1].at == ahead + timedelta(microseconds=1)


def test_an_event_says_who_did_it_also_where_an_account_has_no_name(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ta\x1b[2J")
    acts.comment(out, "ada", None, "Hello")
    assert events(out)[-1].by == r"ta\x1b[2J"
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    acts.comment(out, "ada", None, "Hello again")
    assert events(out)[-1].by.startswith("user ")


def test_a_folder_without_a_class_stays_as_it_is(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match="has no results"):
            acts.override(folder, "ada", "helper", "1", "x")
        with pytest.raises(InputError, match="has no results"):
            make(folder)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_into_files_is_noted_all_the_same(out: Path) -> None:
    (out / "gradebook.csv").unlink()
    (out / "gradebook.csv").mkdir()
    assert len(acts.override(out, "ada", "helper", "1", "x").unwritten) == 1
    (out / "gradebook.csv").rmdir()
    shutil.rmtree(out / "staff")
    (out / "staff").write_text("in the way")
    assert len(acts.override(out, "ada", "helper", "2", "x").unwritten) == 1
    assert len(events(out)) == 2
    (out / "staff").unlink()
    make(out)
    assert row(out, "ada")["helper"] == "2"
