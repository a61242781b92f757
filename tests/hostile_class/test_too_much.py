"""One student's too much is that student's, and the class goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake.downloads_made import WANTED, put, refusals, work

from autograder.intake import take_in
from autograder.intake.caps import Caps
from autograder.model import Platform

YML = b"".join(b"submission_%d:\n  :submitters:\n  - :sid: %d\n" % (number, number) for number in (1, 2))


@pytest.mark.parametrize(
    ("platform", "one", "two", "more"),
    [
        (Platform.GITHUB, "rnn-ann", "rnn-bob", {"rnn-cleo/.git/HEAD": b"", "rnn-ann/.git/HEAD": b"", "rnn-bob/.git/HEAD": b""}),
        (Platform.GRADESCOPE, "submission_1", "submission_2", {"submission_metadata.yml": YML}),
        (Platform.MOODLE, "Ann A_1_assignsubmission_file", "Bob B_2_assignsubmission_file", {}),
        (Platform.FOLDER, "ann", "bob", {}),
    ],
)
def test_a_thousand_files_of_one_student_refuse_only_these(
    tmp_path: Path, platform: Platform, one: str, two: str, more: dict[str, bytes]
) -> None:
    many = {f"{one}/venv/{number}.py": b"" for number in range(50)}
    given = put(tmp_path / "given", {f"{one}/rnn.ipynb": work(2), f"{two}/rnn.ipynb": work(2), **many, **more})
    found = take_in([given], WANTED, caps=Caps(entries=40))
    assert found.recognised[0].platform is platform
    theirs = [reason for reason in refusals(found).values() if "has more than 40 files" in reason]
    assert len(theirs) == 1
    assert work(2) in [arrival.read() for arrival in found.arrivals if not arrival.handed_in.refused]


def test_thousands_of_attempts_leave_a_few_notes(tmp_path: Path) -> None:
    hour = "2026-11-20 {:02}:{:02}:04.123456 UTC"
    many = {f"mallory+rnn+{hour.format(number // 60, number % 60)}/rnn.ipynb": work(2) for number in range(100)}
    (arrival,) = take_in([put(tmp_path / "inbound", many)], WANTED).arrivals
    assert arrival.handed_in.attempt == "2026-11-20T01:39:04.123456Z"
    assert "2026-11-20T01:38:04" in arrival.handed_in.notes[0]
    assert arrival.handed_in.notes[20:] == ("And 79 more notes like these.",)


def test_a_given_folder_has_an_end_all_the_same(tmp_path: Path) -> None:
    given = put(tmp_path / "given", {f"{student}/{number}.py": b"" for student in range(9) for number in range(30)})
    (arrival,) = take_in([given], WANTED, caps=Caps(entries=40)).arrivals
    assert "has more than 160 files. Name a folder with fewer submissions." in arrival.handed_in.refused
