"""What each platform writes is recognised, as a folder and zipped; whose it is comes from nothing that a student could write."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from intake.downloads_made import GRADESCOPE_YML, WANTED, as_zip, names, notebook, one, put, refusals, taken, unpacked, work

from autograder.intake import Attempts, Wanted, take_in
from autograder.intake.gradescope import read_metadata
from autograder.model import Person, Platform

shapes = pytest.mark.parametrize("shape", ["folder", "zip", "wrapped"])


@shapes
def test_a_canvas_download_is_recognised_with_lateness_and_what_was_handed_in_again(tmp_path: Path, shape: str) -> None:
    files = {
        "doejane_5678_9000_hw.ipynb": work(1),
        "doejane_LATE_5678_9900_hw-1.ipynb": work(2),
        "léonzoë_77_1234_hw.ipynb": work(2),
        "roe_88_4321_export.zip": as_zip({"hw.ipynb": work(2), "hw.log": b"", ".OTTER_LOG": b""}),
    }
    found = taken(unpacked(shape, tmp_path, "submissions", files))
    assert found.recognised[0].platform is Platform.CANVAS
    assert found.recognised[0].sentence.endswith(": a Canvas download: 4 files of 3 people, 1 late, 1 resubmitted")
    assert names(found) == ["doejane_5678", "léonzoë_77", "roe_88"]
    jane = one(found, "doejane_5678")
    assert (jane.owner, jane.attempt, jane.late, jane.file) == ("5678", "9900", True, "hw-1.ipynb")
    assert jane.people == (Person(id="5678", name="doejane"),)
    assert "hw.ipynb (attachment 9000)" in jane.notes[0]
    assert one(found, "roe_88").late is False
    assert [arrival.read() for arrival in found.arrivals] == [work(2), work(2), files["roe_88_4321_export.zip"]]
    assert found.warnings == ()


@pytest.mark.parametrize("name", ["de\u0301guymarie", "\u0915\u0941\u092e\u093e\u0930", "i\u0307rfan"])
def test_canvas_keeps_the_marks_of_a_name(tmp_path: Path, name: str) -> None:
    found = taken(put(tmp_path, {f"{name}_5678_9012_hw.ipynb": work(1), f"{name}_LATE_5679_9013_hw.ipynb": work(2)}))
    assert sorted((one.handed_in.platform, one.handed_in.owner, one.handed_in.late) for one in found.arrivals) == [
        (Platform.CANVAS, "5678", False),
        (Platform.CANVAS, "5679", True),
    ]


def test_of_files_handed_in_again_the_highest_attachment_id_counts_and_not_the_number_in_the_name(tmp_path: Path) -> None:
    files = {"doe_5678_9900_hw.ipynb": work(1), "doe_5678_9000_hw-3.ipynb": work(2), "roe_7_9001_hw.ipynb": work(2)}
    found = taken(put(tmp_path, files))
    assert one(found, "doe_5678").attempt == "9900"
    every = take_in([tmp_path], WANTED, attempts=Attempts.ALL)
    assert names(every) == ["doe_5678_9000", "doe_5678_9900", "roe_7"]


def test_of_several_attachments_the_one_with_most_functions_counts_and_a_tie_is_listed(tmp_path: Path) -> None:
    files = {
        "doe_5678_9000_full.ipynb": work(2),
        "doe_5678_9001_draft.ipynb": work(1),
        "roe_7_9002_a.ipynb": work(1, "a"),
        "roe_7_9003_b.ipynb": work(1, "b"),
    }
    found = taken(put(tmp_path, files))
    assert one(found, "doe_5678").file == "full.ipynb"
    assert "full.ipynb (2), draft.ipynb (1)" in one(found, "doe_5678").notes[0]
    assert "it is not clear which one to grade (graded functions that were worked on: a.ipynb (1), b.ipynb (1))" in refusals(found)["roe_7"]


def test_numbered_files_without_one_that_is_not_are_attachments_and_that_is_said(tmp_path: Path) -> None:
    files = {
        "doe_5678_9012_part-1.ipynb": work(1),
        "doe_5678_9010_part-2.ipynb": work(2),
        "doe_5678_9011_fig-1.png": b"",
        "doe_5678_9013_fig-2.png": b"",
        "roe_7_9003_b.ipynb": work(1),
    }
    found = taken(put(tmp_path, files))
    assert found.recognised[0].sentence.endswith(": a Canvas download: 5 files of 2 people")
    assert one(found, "doe_5678").file == "part-2.ipynb"
    said, why = one(found, "doe_5678").notes
    assert said.startswith("part-1.ipynb and part-2.ipynb count as files of one attempt")
    assert why.startswith("part-2.ipynb is graded, the one with most")
    put(tmp_path, {"doe_5678_9012_part-1.ipynb": work(2, "other")})
    refused = taken(tmp_path)
    assert "is not clear" in refusals(refused)["doe_5678"]
    assert one(refused, "doe_5678").notes[0].endswith("part-1.ipynb (attachment 9012) is the newest.")


@pytest.mark.parametrize("again", ["hw-1.v2.ipynb", "hw.v2-1.ipynb", "HW-7.v2.ipynb", "hw-0b6f9d1e-7c1a-4a52-9d0b-6a2f1c3e4d5f.v2.ipynb"])
def test_what_canvas_adds_to_a_name_is_seen_wherever_it_adds_it(tmp_path: Path, again: str) -> None:
    found = taken(put(tmp_path, {"doe_5678_9000_hw.v2.ipynb": work(2), f"doe_5678_9001_{again}": work(1)}))
    assert one(found, "doe_5678").file == again
    assert (
        one(found, "doe_5678").notes[0].startswith(f"hw.v2.ipynb (attachment 9000) is not graded: by its name, {again} (attachment 9001)")
    )


def test_a_zip_beside_a_notebook_is_named_as_left_out(tmp_path: Path) -> None:
    found = taken(put(tmp_path, {"doe_5678_9012_hw.ipynb": work(1), "doe_5678_9020_hw.zip": as_zip({"hw.ipynb": work(2)})}))
    assert one(found, "doe_5678").notes == ("hw.zip: not looked into and not graded, because a notebook was handed in beside it.",)


def test_anonymous_canvas_submissions_have_no_name(tmp_path: Path) -> None:
    found = taken(put(tmp_path, {"anon_x7Fq2_9012_hw.ipynb": work(1), "LATE_anon_B3_9013_hw.ipynb": work(2)}))
    assert "an anonymous Canvas download: 2 files of 2 people, 1 late" in found.recognised[0].sentence
    first = one(found, "anon_x7Fq2")
    assert (first.owner, first.anonymous, first.people, first.late) == ("anon_x7Fq2", True, (), False)
    assert one(found, "anon_B3").late


@pytest.mark.parametrize("name", ["doe_5678_text.html", "doe_LATE_5678_9012_text.html", "doe_5678_link.html", "doe_5678_9012_essay.pdf"])
def test_what_is_no_notebook_on_canvas_is_refused_by_name(tmp_path: Path, name: str) -> None:
    found = taken(put(tmp_path, {name: b"<p>", "roe_7_9001_hw.ipynb": work(2)}))
    assert list(refusals(found)) == ["doe_5678"]
    assert "Ask for the notebook." in refusals(found)["doe_5678"]


def test_a_person_or_file_called_like_somebody_elses_ids_gets_nothing_of_theirs(tmp_path: Path) -> None:
    files = {
        "smith_77_9000_hw.ipynb": work(2),
        "doe_77_123_5678_9001_hw.ipynb": work(1),  # a person who calls herself doe_77_123
        "roe_5_9002_77_9000_hw.ipynb": work(2),  # a person who calls the file 77_9000_hw.ipynb
    }
    found = taken(put(tmp_path, files))
    assert names(found) == ["doe_77_123_5678", "roe_5", "smith_77"]
    assert one(found, "doe_77_123_5678").people == ()
    assert "doe_77_123_5678_9001_hw.ipynb" in found.warnings[0]
    assert one(found, "roe_5").owner == "5"
    assert one(found, "smith_77").file == "hw.ipynb"


@pytest.mark.parametrize("name", ["hw_2026_11_24T10_20_{}.zip", "lab_3_{}_jane.ipynb", "hw_12_100_student{}.ipynb"])
def test_dates_and_numbers_in_the_names_of_a_flat_folder_are_no_ids_of_canvas(tmp_path: Path, name: str) -> None:
    data = as_zip({"hw.ipynb": work(1)}) if name.endswith("zip") else work(1)
    found = taken(put(tmp_path, {name.format(number): data for number in range(1, 6)}))
    assert found.recognised[0].platform is Platform.FOLDER
    assert len(found.arrivals) == 5


@shapes
@pytest.mark.parametrize(
    "form", ["{}_assignsubmission_file/hw.ipynb", "{}_assignsubmission_file_/hw.ipynb", "{}_assignsubmission_file_hw.ipynb"]
)
def test_a_moodle_download_is_recognised_in_every_form(tmp_path: Path, shape: str, form: str) -> None:
    files = {form.format("Jane van Doe_4454589"): work(2), form.format("Group A_12"): work(1)}
    found = taken(unpacked(shape, tmp_path, "CS1-rnn-99", files))
    assert found.recognised[0].sentence.endswith("a Moodle download: 2 files of 2 participants")
    assert names(found) == ["Group A_12", "Jane van Doe_4454589"]
    jane = one(found, "Jane van Doe_4454589")
    assert (jane.owner, jane.file, jane.late, jane.people) == ("4454589", "hw.ipynb", None, (Person(id="4454589", name="Jane van Doe"),))


def test_blind_marking_and_typed_text_on_moodle(tmp_path: Path) -> None:
    files = {
        "Participant_31_assignsubmission_file/hw.ipynb": work(2),
        "Participant_31_assignsubmission_onlinetext/onlinetext.html": b"",
        "Participant_32_assignsubmission_onlinetext/onlinetext.html": b"",
        "Participant_33_assignsubmission_file/99_assignsubmission_file_x.ipynb": work(2),
    }
    found = taken(put(tmp_path, files))
    assert one(found, "Participant_31").anonymous
    assert one(found, "Participant_31").people == (Person(id="31"),)
    assert list(refusals(found)) == ["Participant_32"]
    assert one(found, "Participant_33").owner == "33"


@pytest.mark.parametrize(
    ("word", "others"),
    [("Teilnehmer in", ()), ("Teilnehmerin", ()), ("参与者", ()), ("Þátttakandi", (32,)), ("Group A-Participant", (32, 33))],
)
def test_blind_marking_is_seen_in_every_language(tmp_path: Path, word: str, others: tuple[int, ...]) -> None:
    found = taken(put(tmp_path, {f"{word}_{number}_assignsubmission_file/hw.ipynb": work(2) for number in (31, *others)}))
    assert ": a Moodle download with names hidden: " in found.recognised[0].sentence
    assert [arrival.handed_in.people for arrival in found.arrivals] == [(Person(id=str(number)),) for number in (31, *others)]


def test_a_name_that_only_some_have_is_theirs(tmp_path: Path) -> None:
    files = {f"{name}_assignsubmission_file/hw.ipynb": work(2) for name in ("Jane Doe_31", "Jane Doe_32", "Bob Roe_33")}
    assert not any(arrival.handed_in.anonymous for arrival in taken(put(tmp_path, files)).arrivals)


def test_who_is_in_no_group_hands_in_as_moodles_default_group(tmp_path: Path) -> None:
    found = taken(put(tmp_path, {f"{name}_assignsubmission_file/hw.ipynb": work(2) for name in ("Group A_12", "Standard-Gruppe")}))
    assert found.recognised[0].sentence.endswith("a Moodle download: 2 files of 2 participants")
    assert [one(found, name).people for name in names(found)] == [(Person(id="12", name="Group A"),), (Person(name="Standard-Gruppe"),)]


def test_a_number_of_moodles_with_two_names_is_nobodys(tmp_path: Path) -> None:
    files = {f"{name}_31_assignsubmission_file/hw.ipynb": work(2) for name in ("Jane Doe", "Bob Roe")}
    assert "participant 31 is called Bob Roe and Jane Doe here" in refusals(taken(put(tmp_path, files)))["Bob Roe_31"]


@shapes
def test_a_gradescope_export_is_recognised_with_groups_and_times(tmp_path: Path, shape: str) -> None:
    files = {
        "submission_metadata.yml": GRADESCOPE_YML.encode(),
        "submission_101/deep/hw.ipynb": work(2),
        "submission_101/deep/essay.pdf": b"",
        "submission_102/hw.ipynb": work(1),
        "submission_103/hw.ipynb": work(1),
    }
    found = taken(unpacked(shape, tmp_path, "assignment_55_export", files))
    assert found.recognised[0].sentence.endswith("a Gradescope export: 3 submissions of 3 people, 1 of groups")
    jane, group, nobody = (one(found, f"submission_{number}") for number in (101, 102, 103))
    assert (jane.assignment, jane.owner, jane.attempt) == ("55", "jane@example.edu", "101")
    assert jane.people == (Person(sid="0042", email="Jane@Example.edu", name="Jane Doe"),)
    assert jane.submitted_at == datetime(2026, 11, 20, 21, 3, 4, 123456, UTC)
    assert [person.name for person in group.people] == ["Zoë Müller", "Ana O'Brien: the second"]
    assert (group.owner, group.submitted_at) == ("ana@example.edu,zoe@example.edu", datetime(2026, 11, 21, 7, 59, 59, tzinfo=UTC))
    assert (nobody.owner, nobody.people) == ("submission_103", ())
    assert "does not say who" in nobody.notes[0]


def test_a_submission_whose_folder_is_missing_is_refused_by_name(tmp_path: Path) -> None:
    found = taken(put(tmp_path, {"submission_metadata.yml": GRADESCOPE_YML.encode(), "submission_102/hw.ipynb": work(1)}))
    assert "names submission_101, whose folder is not there" in refusals(found)["submission_101"]


def test_our_reading_of_gradescopes_yml_is_that_of_yaml() -> None:
    written = read_metadata(GRADESCOPE_YML.encode())
    for name, fields in yaml.safe_load(GRADESCOPE_YML).items():
        ours = written[name.removeprefix("submission_")]
        people = [(str(one[":name"] or ""), str(one[":email"] or "")) for one in fields[":submitters"]]
        assert [(person.name, person.email) for person in ours.people] == people
        assert ours.created_at == fields[":created_at"].astimezone(UTC)
    assert set(written) == {"101", "102"}


def test_a_yml_of_aliases_or_rubbish_costs_nothing_and_names_nobody(tmp_path: Path) -> None:
    bomb = b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a,*a]\n" % (n, n) for n in range(100))
    found = taken(put(tmp_path, {"submission_metadata.yml": bomb + b"\xff\0" * 1000, "submission_1/hw.ipynb": work(1)}))
    assert "names no submission" in found.warnings[0]
    assert names(found) == ["submission_1"]


@shapes
def test_an_nbgrader_tree_is_recognised(tmp_path: Path, shape: str) -> None:
    files = {
        "jdoe/rnn/rnn.ipynb": work(2),
        "jdoe/rnn/timestamp.txt": b"2026-11-20 21:03:04.123456 UTC\n",
        "bob/rnn/rnn.ipynb": work(1),
        "bob/older/x.ipynb": work(1),
    }
    found = taken(unpacked(shape, tmp_path, "submitted", files))
    assert found.recognised[0].platform is Platform.NBGRADER
    assert names(found) == ["bob", "jdoe"]
    jane = one(found, "jdoe")
    assert (jane.assignment, jane.owner, jane.attempt) == ("rnn", "jdoe", "2026-11-20T21:03:04.123456Z")
    assert jane.submitted_at == datetime(2026, 11, 20, 21, 3, 4, 123456, UTC)
    assert "those of rnn are taken" in found.warnings[0]


def test_of_several_unknown_assignments_of_nbgraders_none_is_taken(tmp_path: Path) -> None:
    path = put(tmp_path / "submitted", {"jdoe/one/a.ipynb": work(2), "bob/two/b.ipynb": work(1)})
    found = taken(path)
    assert found.arrivals == ()
    assert "submissions of 2 assignments (one, two)" in found.warnings[0]


@shapes
def test_the_newest_of_nbgraders_inbound_counts(tmp_path: Path, shape: str) -> None:
    files = {
        "jdoe+rnn+2026-11-20 21:03:04.123456 UTC/rnn.ipynb": work(1),
        "jdoe+rnn+2026-11-21 01:00:00.000000 UTC+c2VjcmV0/rnn.ipynb": work(2),
        "bob+rnn+2026-11-20 21:03:04.123456 +0100/rnn.ipynb": work(2),
    }
    path = unpacked(shape, tmp_path, "inbound", files)
    found = taken(path)
    assert names(found) == ["bob", "jdoe"]
    assert one(found, "jdoe").submitted_at == datetime(2026, 11, 21, 1, tzinfo=UTC)
    assert "is earlier, and is not graded" in one(found, "jdoe").notes[0]
    assert one(found, "bob").submitted_at == datetime(2026, 11, 20, 20, 3, 4, 123456, UTC)
    every = take_in([path], WANTED, attempts=Attempts.ALL)
    assert len(every.arrivals) == 3


@shapes
def test_github_clones_are_recognised_by_the_folder_they_are_in(tmp_path: Path, shape: str) -> None:
    files = {"rnn-jane-doe/rnn.ipynb": work(2), "rnn-jane-roe/nb/rnn.ipynb": work(1), "rnn-jane-roe/nb/notes.ipynb": work(0)}
    found = taken(unpacked(shape, tmp_path, "rnn-submissions", files), wanted=Wanted("x", WANTED.functions, WANTED.stubs))
    assert found.recognised[0].platform is Platform.GITHUB
    assert [(handed_in.owner, handed_in.people[0].id) for handed_in in (one(found, name) for name in names(found))] == [
        ("rnn-jane-doe", "jane-doe"),
        ("rnn-jane-roe", "jane-roe"),
    ]
    assert one(found, "rnn-jane-roe").file == "rnn.ipynb"


def test_github_clones_are_recognised_by_what_git_left_in_them(tmp_path: Path) -> None:
    files = {f"hw1-{who}/{file}": work(1) for who in ("ann", "bob", "cy") for file in ("rnn.ipynb", ".git/config")}
    found = taken(put(tmp_path, files))
    assert [one(found, name).people[0].login for name in names(found)] == ["ann", "bob", "cy"]
    few = taken(put(tmp_path / "few", {name: data for name, data in files.items() if "cy" not in name}))
    assert names(few) == ["hw1-ann", "hw1-bob"]
    assert one(few, "hw1-ann").people == ()  # two names do not tell where the assignment's ends
    assert "not every repository's name tells an account" in few.warnings[0]


def test_folders_with_a_common_beginning_are_no_repositories(tmp_path: Path) -> None:
    found = taken(put(tmp_path, {"section-1/ann.ipynb": work(1), "section-2/bob.ipynb": work(1)}))
    assert found.recognised[0].platform is Platform.FOLDER
    assert names(found) == ["section-1", "section-2"]


def test_a_folder_that_mixes_is_named_and_nobody_in_it_is_lost(tmp_path: Path) -> None:
    files = {"doe_5678_9000_hw.ipynb": work(1), "roe_77_9001_hw.ipynb": work(1), "extra.ipynb": work(2), "roster.csv": b""}
    found = taken(put(tmp_path, files))
    assert names(found) == ["doe_5678", "extra", "roe_77"]
    assert one(found, "extra").claimed
    assert not one(found, "roe_77").claimed
    assert "what Canvas did not name: extra" in found.warnings[0]
    assert "roster.csv: Canvas did not name it" in found.passed_over[0]


def test_a_few_names_of_a_platforms_in_a_flat_folder_are_claims_and_said(tmp_path: Path) -> None:
    files = {"doe_5678_9000_hw.ipynb": work(1), "ann.ipynb": work(1), "bob.ipynb": work(1)}
    found = taken(put(tmp_path, files))
    assert all(one(found, name).claimed for name in names(found))
    assert "1 name is as Canvas writes them" in found.warnings[0]


def test_a_whole_download_among_submissions_is_nobodys_and_said_what_it_is(tmp_path: Path) -> None:
    download = as_zip({"doe_5678_9000_hw.ipynb": work(1), "roe_77_9001_hw.ipynb": work(2)})
    found = taken(put(tmp_path, {"submissions.zip": download, "jdoe.ipynb": work(1)}))
    assert list(refusals(found)) == ["submissions"]
    assert "It looks like a Canvas download: 2 files of 2 people: to grade that, give it by itself." in refusals(found)["submissions"]


def test_two_downloads_of_one_class_make_one_class(tmp_path: Path) -> None:
    put(tmp_path / "monday", {"doe_5678_9000_hw.ipynb": work(1), "roe_77_9001_hw.ipynb": work(1)})
    put(tmp_path / "friday", {"doe_5678_9500_hw-1.ipynb": work(2), "roe_77_9001_hw.ipynb": work(1)})
    found = taken(tmp_path / "friday", tmp_path / "monday")
    assert [(name, one(found, name).attempt) for name in names(found)] == [("doe_5678", "9500"), ("roe_77", "9001")]
    assert "is an attempt of roe_77 that is in" in found.warnings[0]


@pytest.mark.parametrize("shape", ["zip", "wrapped"])
def test_a_flat_folder_zipped_is_as_the_folder(tmp_path: Path, shape: str) -> None:
    files = {"jdoe.ipynb": work(1), "bob/hw.ipynb": work(2), "eve.zip": as_zip({"a.ipynb": work(2)}), "notes.txt": b""}
    found = taken(unpacked(shape, tmp_path, "class", files))
    assert names(found) == ["bob", "eve", "jdoe"]
    assert all(one(found, name).claimed and one(found, name).platform is Platform.FOLDER for name in names(found))
    assert "notes.txt: is no notebook" in found.passed_over[0]


def test_a_zip_of_one_notebook_is_one_submission_as_it_is(tmp_path: Path) -> None:
    data = as_zip({"hw.ipynb": work(2), "plot.png": b""})
    (tmp_path / "jdoe.zip").write_bytes(data)
    found = taken(tmp_path / "jdoe.zip")
    assert names(found) == ["jdoe"]
    assert found.arrivals[0].read() == data


def test_a_file_that_is_given_by_itself_may_be_called_anything(tmp_path: Path) -> None:
    (tmp_path / "hw.json").write_bytes(work(1))
    found = taken(tmp_path / "hw.json")
    assert names(found) == ["hw.json"]
    assert found.arrivals[0].read() == work(1)


def test_folders_in_a_zip_from_an_old_archiver_of_windows_are_folders(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in ("class\\ann.ipynb", "class\\bob.ipynb", "class\\..\\..\\eve.ipynb"):
            info = zipfile.ZipInfo(name)
            info.create_system = 0
            archive.writestr(info, work(1))
    found = taken(tmp_path / "class.zip")
    assert names(found) == ["ann", "bob"]
    assert "leads out" in found.warnings[0]


def test_a_class_takes_little_memory_however_much_it_handed_in(tmp_path: Path) -> None:
    files = {f"doe{number}_{number}_{number}_hw.ipynb": notebook("x = 1", outputs="x" * 300_000) for number in range(1000, 1100)}
    path = tmp_path / "submissions.zip"
    path.write_bytes(as_zip(files))
    del files
    tracemalloc.start()
    found = taken(path)
    assert sum(len(arrival.read()) for arrival in found.arrivals) > 30_000_000
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()


def test_names_and_order_do_not_depend_on_the_order_of_paths(tmp_path: Path) -> None:
    put(tmp_path, {"b/jdoe.ipynb": work(1), "a/jdoe.ipynb": work(1), "canvas/c/doe_5678_9000_hw.ipynb": work(1)})
    given = [tmp_path / name for name in ("a", "b", "canvas/c")]
    assert taken(*given).arrivals[0].handed_in.name == "a/jdoe"
    assert names(taken(*given)) == names(taken(*reversed(given))) == ["a/jdoe", "b/jdoe", "doe_5678"]
