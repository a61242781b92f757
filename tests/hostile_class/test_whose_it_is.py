"""What students can choose (what they call themselves, their files, their accounts) makes nothing of theirs somebody else's, or the other way."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest
import yaml
from intake.downloads_made import as_zip, names, one, put, taken, work

from autograder.intake.gradescope import read_metadata
from autograder.intake.matching import match
from autograder.model import HandedIn, Person, Platform, Student

CLASS = {f"student{letter}_{6_000 + number}_{912_000_000 + number}_hw.ipynb": work(2, letter) for number, letter in enumerate("abcdefgh")}
"""A Canvas download with ids as large as Canvas's are."""


@pytest.mark.parametrize(
    "name",
    [
        "mallory_6001",  # user 6001 and attachment 4321
        "studentb_6001_999999999",  # the name and id of a classmate, and a newer attachment
        "studentb_6001_912000001",
        "x_1_100_2_200_3_300",
        "studentb_6001_LATE",
    ],
)
def test_on_canvas_nobody_can_call_themselves_somebody_else(tmp_path: Path, name: str) -> None:
    hostile = f"{name.lower()}_4321_912000500_hw.ipynb"
    found = taken(put(tmp_path, {**CLASS, hostile: work(2, "hostile")}))
    assert found.recognised[0].platform is Platform.CANVAS
    assert one(found, "studentb_6001").attempt == "912000001"
    assert [arrival.read() for arrival in found.arrivals if arrival.handed_in.owner == "6001"] == [work(2, "b")]
    (theirs,) = [arrival.handed_in for arrival in found.arrivals if arrival.read() == work(2, "hostile")]
    assert theirs.people == () or theirs.owner == "4321"


def test_on_canvas_a_name_with_ids_does_not_take_the_late_flag_away(tmp_path: Path) -> None:
    found = taken(put(tmp_path, {**CLASS, "mallory_4321_912000400_LATE_4321_912000500_hw.ipynb": work(2)}))
    (theirs,) = [arrival.handed_in for arrival in found.arrivals if "mallory" in arrival.handed_in.name]
    assert theirs.late


def test_on_canvas_nobody_can_make_the_whole_class_unknown(tmp_path: Path) -> None:
    twice = {f"mallory_6001_999999999_4321_91200050{number}_{number}.ipynb": work(2, str(number)) for number in range(2)}
    found = taken(put(tmp_path, {**CLASS, **twice}))
    assert found.recognised[0].platform is Platform.CANVAS
    assert one(found, "studenta_6000").people == (Person(id="6000", name="studenta"),)


def test_files_that_begin_with_a_students_number_are_that_students(tmp_path: Path) -> None:
    files = {name.replace("hw", f"{30_200_100 + number}_hw"): data for number, (name, data) in enumerate(CLASS.items())}
    found = taken(put(tmp_path, files))
    assert names(found) == [f"student{letter}_{6_000 + number}" for number, letter in enumerate("abcdefgh")]
    assert not found.warnings


def test_on_gradescope_a_long_name_sets_no_address_and_number() -> None:
    named = "Mallory " + "x" * 75 + " email: victim@uni.edu" + "\u3000" * 70 + " sid: 42" + "\u3000" * 90 + " x"
    said = {"submission_1": {":submitters": [{":name": named, ":sid": "666", ":email": "mallory@uni.edu"}]}}
    written = yaml.dump(said, allow_unicode=True, sort_keys=False)  # as libyaml folds it, of which Psych is made, too
    assert "\n      email: victim@uni.edu" in written
    (person,) = read_metadata(written.encode())["1"].people
    assert (person.email, person.sid) == ("mallory@uni.edu", "666")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_in_nbgraders_inbound_nobody_hands_in_as_somebody_else(tmp_path: Path) -> None:
    victim, mallory = [account for account in pwd.getpwall() if account.pw_uid][:2]
    inbound = put(
        tmp_path / "inbound",
        {
            f"{victim.pw_name}+rnn+2026-11-20 21:03:04.123456 UTC/rnn.ipynb": work(2),
            f"{victim.pw_name}+rnn+2026-11-22 21:03:04.123456 UTC/rnn.ipynb": work(1, "hostile"),
        },
    )
    first, second = sorted(inbound.iterdir())
    os.chown(first, victim.pw_uid, -1)
    os.chown(second, mallory.pw_uid, -1)
    found = taken(inbound)
    assert one(found, victim.pw_name).attempt.startswith("2026-11-20")
    (theirs,) = [arrival.handed_in for arrival in found.arrivals if arrival.handed_in.refused]
    assert f"belongs to the account {mallory.pw_name}" in theirs.refused
    assert theirs.people == ()
    os.chown(first, mallory.pw_uid, -1)  # as if somebody had copied both
    assert one(taken(inbound), victim.pw_name).attempt.startswith("2026-11-22")


@pytest.mark.parametrize("shape", ["zip", "folder"])
@pytest.mark.parametrize(
    "inside",
    [
        {
            "submission_metadata.yml": b"submission_1:\n  :submitters:\n  - :sid: ann\n    :email: ann@uni.edu\n",
            "submission_1/hw.ipynb": work(1),
        },
        {"ann_5678_9012_hw.ipynb": work(1)},
        {"submitted/ann/rnn/hw.ipynb": work(1)},
    ],
)
def test_what_a_student_puts_into_a_zip_or_folder_does_not_say_who_somebody_is(
    tmp_path: Path, shape: str, inside: dict[str, bytes]
) -> None:
    for name, files in {"ann": {"hw.ipynb": work(2)}, "bob": {"hw.ipynb": work(2)}, "mallory": inside}.items():
        if shape == "zip":
            put(tmp_path, {f"{name}.zip": as_zip(files)})
        else:
            put(tmp_path / name, files)
    found = taken(*sorted(tmp_path.iterdir()))  # as `autograder grade submissions/*` gives them
    mallorys = [arrival.handed_in for arrival in found.arrivals if "mallory" in arrival.shown]
    assert [(one.owner, one.people, one.claimed) for one in mallorys] == [("mallory", (), True)]


def test_a_zip_of_many_notebooks_among_zips_of_one_is_one_submission(tmp_path: Path) -> None:
    zips = {f"{name}.zip": as_zip({"hw.ipynb": work(2, name)}) for name in ("ann", "bob")}
    zips["mallory.zip"] = as_zip({"ann.ipynb": work(1), "bob.ipynb": work(2)})
    found = taken(*sorted(put(tmp_path, zips).iterdir()))
    assert names(found) == ["ann", "bob", "mallory"]
    assert "give it by itself" in found.warnings[0]


def test_who_types_in_somebody_elses_number_takes_nothing_from_them() -> None:
    students = [Student("42", email="jane@uni.edu", name="Jane Doe"), Student("66", email="mallory@uni.edu", name="Mallory")]
    jane = HandedIn(Platform.GRADESCOPE, "", "jane@uni.edu", "1", "submission_1", people=(Person(sid="42", email="jane@uni.edu"),))
    hostile = (Person(sid="42", email="m@mail.com", name="Jane Doe"),)
    mallory = HandedIn(Platform.GRADESCOPE, "", "m@mail.com", "2", "submission_2", people=hostile)
    found = match([jane, mallory], students)
    assert found.by_student() == {"42": jane.owner_key}
    (conflict,) = found.conflicts
    assert conflict.sentence.endswith("`submission_1` counts: it alone has their e-mail.")


def test_names_that_are_written_alike_are_two_submissions(tmp_path: Path) -> None:
    found = taken(put(tmp_path, {"a\x1b.ipynb": work(1), "a\\x1b.ipynb": work(2), "a\\x1b (2).ipynb": work(2, "other")}))
    assert len({arrival.handed_in.key for arrival in found.arrivals}) == 3
    assert len(set(names(found))) == 3
