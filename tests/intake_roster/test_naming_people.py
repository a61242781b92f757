from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.errors import InputError
from autograder.intake.finding import find_owner, find_student
from autograder.intake.matching import match
from autograder.intake.subsets import chosen, parse_shard, sample, shard
from autograder.intake.times import Times, read_times, with_times
from autograder.model import HandedIn, Person, Platform, Student

CLASS = [
    Student("101", "jdoe", "jane@school.edu", "Jane Doe"),
    Student("102", "jruiz", "", "Ruiz, José"),
    Student("103", name="Jane  Doe"),
    Student("104"),
]
FOLDER = [HandedIn(Platform.FOLDER, "", stem, "", stem, claimed=True) for stem in ("jdoe", "102", "stranger")]
CANVAS = [
    HandedIn(Platform.CANVAS, "5", "17", attempt, f"doejane_17_{attempt}", people=(Person("17", name="doejane"),)) for attempt in ("1", "2")
]
MANY = [
    HandedIn(Platform.FOLDER, "", str(number), attempt, f"{number}-{attempt}", claimed=True) for number in range(500) for attempt in "ab"
]


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value).isprintable()
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "student"), [("101", "101"), ("JDOE", "101"), ("Jane@School.edu", "101"), ("josé ruiz", "102"), ("Jose Ruiz", "102")]
)
def test_a_student_is_found_by_whatever_people_know_them_by(text: str, student: str) -> None:
    assert find_student(text, CLASS).id == student


def test_a_student_who_is_not_found_has_neighbours() -> None:
    assert refused(lambda: find_student("jane doe", CLASS)) == "`jane doe` may be Jane Doe (101) or Jane  Doe (103). Name the id."
    assert "Nearest: Jane Doe (101)" in refused(lambda: find_student("jdo", CLASS))
    assert "Nearest" not in refused(lambda: find_student("\x1b[2J" + "?" * 4000, CLASS))
    assert "--roster" in refused(lambda: find_student("101", []))


def test_a_submission_is_found_by_name_key_and_person() -> None:
    for text in ("doejane_17_2", "DOEJANE_17_1", "canvas/5/17", "canvas/5/17/2", "17", "doejane"):
        assert find_owner(text, [*FOLDER, *CANVAS]) == "canvas/5/17"
    assert "Nearest: stranger" in refused(lambda: find_owner("strangr", FOLDER))
    assert "Nothing was handed in" in refused(lambda: find_owner("x", []))
    twins = [HandedIn(Platform.GRADESCOPE, "", owner, "", owner, people=(Person(name="A B"),)) for owner in "12"]
    assert "Name the key" in refused(lambda: find_owner("a b", twins))


def test_only_those_who_are_named_are_chosen() -> None:
    matching = match([*FOLDER, *CANVAS[:0]], CLASS)
    assert [one.name for one in chosen(" jdoe, José Ruiz,", FOLDER, CLASS, matching)] == ["jdoe", "102"]
    assert [one.name for one in chosen("Ruiz, José", FOLDER[1:], CLASS, matching)] == ["102"]
    assert [one.name for one in chosen("stranger", FOLDER)] == ["stranger"]
    assert chosen("canvas/5/17", CANVAS) == CANVAS
    assert "no submission that counts" in refused(lambda: chosen("jdoe,104", FOLDER, CLASS, matching))
    assert "nobody's id, login, e-mail or name on the roster. `nemo` is no submission" in refused(
        lambda: chosen("nemo", FOLDER, CLASS, matching)
    )
    assert "No name" in refused(lambda: chosen(" , ", FOLDER))


def test_a_sample_is_always_the_same_and_grows() -> None:
    ten = sample(MANY, 10)
    assert len(ten) == 20, "both attempts of each"
    assert {one.key for one in ten} == {one.key for one in sample(MANY[::-1], 10)}
    assert {one.key for one in ten} < {one.key for one in sample(MANY, 20)}
    assert sample(MANY, 9999) == MANY
    assert "1 or more" in refused(lambda: sample(MANY, 0))


def test_every_owner_is_in_exactly_one_shard_whoever_else_there_is() -> None:
    parts = [shard(MANY, parse_shard(f"{number}/4")) for number in range(1, 5)]
    assert sorted(one.key for part in parts for one in part) == sorted(one.key for one in MANY)
    assert all(150 < len(part) < 350 for part in parts)
    assert shard(MANY[:100], parse_shard("2/4")) == [one for one in MANY[:100] if one in parts[1]]


@pytest.mark.parametrize("text", ["", "3", "0/4", "5/4", "-1/4", "1/0", "1/99999", "a/b", "1/2/3", "1.5/3", "²/3"])
def test_a_shard_that_there_is_not_is_refused(text: str) -> None:
    assert "shard" in refused(lambda: parse_shard(text))


def times(tmp_path: Path, text: str, name: str = "times.csv") -> Times:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_times(path)


def test_times_are_given_to_submissions_and_students(tmp_path: Path) -> None:
    file = times(
        tmp_path,
        "student,time\nJDOE,2026-03-01T23:59:00+01:00\ndoejane_17_2,2026-03-02T00:30Z\n17,2026-03-01 10:00-05:00\nnoone,2026-03-01T10:00Z\n",
    )
    timed, said = with_times([*FOLDER, *CANVAS], file, match(FOLDER, CLASS))
    assert [one.submitted_at for one in timed] == [
        datetime(2026, 3, 1, 22, 59, tzinfo=UTC),
        None,
        None,
        datetime(2026, 3, 1, 15, tzinfo=UTC),
        datetime(2026, 3, 2, 0, 30, tzinfo=UTC),
    ]
    assert timed[1] == FOLDER[1]
    assert timed[0].notes == ("The time is from times.csv.",)
    assert "1 of 4 names" in said[0]
    assert "noone" in said[0]


def test_json_says_the_same(tmp_path: Path) -> None:
    assert (
        times(tmp_path, '{"jdoe": "2026-03-01T23:59:00+01:00"}', "t.json").times
        == times(tmp_path, "submission;time\njdoe;2026-03-01T22:59Z\n").times
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student,time\na,2026-03-01T23:59\n", "Line 2: `2026-03-01T23:59` has no UTC offset"),
        ("student,time\na,2026-03-01\n", "no time of day"),
        ("student,time\na,01/03/2026 23:59\n", "no time in ISO 8601"),
        ("student,time\na,\n", "no time in ISO 8601"),
        ("student,time\na,0001-01-01T00:00+23:59\n", "no year"),
        ("student,time\n,2026-03-01T23:59Z\n", "does not say whose"),
        ("student,time\na,2026-03-01T23:59Z\nA,2026-03-01T22:59Z\n", "Line 3: `A` has another time before (line 2)"),
        ("who,when\na,b\n", "needs the columns"),
        ("student,time\n", "names no time"),
    ],
)
def test_a_time_that_could_be_another_moment_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(lambda: times(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[1]",
        '{"a": 1}',
        '{"a": {"b": "c"}}',
        "[" * 100_000,
        '"a"',
        "null",
        '{"a": "2026-01-01T00:00Z", "a": "2026-01-02T00:00Z"}',
    ],
)
def test_json_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    assert len(refused(lambda: times(tmp_path, text, "t.json"))) < 400


def test_a_time_that_may_be_several_people_s_is_refused(tmp_path: Path) -> None:
    twins = [HandedIn(Platform.GRADESCOPE, "", owner, "", owner, people=(Person(name="A B"),)) for owner in "12"]
    file = times(tmp_path, "student,time\na b,2026-03-01T23:59Z\n")
    assert "several" in refused(lambda: with_times(twins, file))
