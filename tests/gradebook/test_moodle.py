"""Moodle: a worksheet goes in, ours comes out, and Moodle's own rules of importing say what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from intake.downloads_made import put, taken, work

from autograder.errors import InputError
from autograder.gradebook.export import Export
from autograder.gradebook.moodle import feedback_html, moodle_export
from autograder.intake.matching import match
from autograder.intake.roster import read_roster
from autograder.model.people import LateLine, Outcome, Platform, QuestionOutcome, Standing
from autograder.standing.effective import View
from autograder.standing.standing import standings

from . import moodle_importer
from .a_class import ASSIGNMENT, excused, handed_in, not_submitted, points_of, reasons, standing, student
from .moodle_importer import ENGLISH, FRENCH, GERMAN, UNKNOWN, Assign, Grade, Language

BEFORE, NOW = datetime(2026, 10, 6, 12, 0, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)

JANE = student("s1", "Jane Doe", moodle="4454589")
ZOE = student("s2", "Zoë d'Ångström", login="zoe")
CY = student("s3", "Cy Nought", moodle="4454591")
DEE = student("s4", "Dee Died", moodle="4454592")
EVE = student("s5", "Eve Excused", moodle="4454593")
LOU = student("s6", "Lou Locked", moodle="4454594")


def assign(language: Language = ENGLISH, **changes: Any) -> Assign:
    people = {
        4454589: ('Doe "J", Jane', "jane@uni.example"),
        4454590: ("Zoë d'Ångström", "ZOE@uni.example"),
        4454591: ("Cy\\Nought", "cy@uni.example"),
        4454592: ("Dee Died", ""),
        4454593: ("Eve Excused", ""),
        4454594: ("Lou Locked", ""),
        4454595: ("Not Here", ""),
    }
    grades = {
        4454592: Grade(22, BEFORE, "See\nme."),
        4454595: Grade(21.5, BEFORE),
        4454591: Grade(3, BEFORE),
        4454594: Grade(1, BEFORE),
    }
    return Assign(people, grades=grades, locked={4454594}, language=language, **changes)


CLASS = (
    standing(JANE, Fraction(80, 3)),
    standing(ZOE, Fraction("26.5")),
    standing(CY, 0),
    standing(DEE, None),
    excused(EVE),
    standing(LOU, 9),
)


def exported(template: bytes, standings: Sequence[Standing] = CLASS, **options: Any) -> Export:
    return moodle_export(template, "grades.csv", standings, ASSIGNMENT, points_of=points_of, **options)


@pytest.mark.parametrize("language", [ENGLISH, GERMAN, FRENCH, UNKNOWN], ids=["en", "de", "fr", "by content"])
@pytest.mark.parametrize(("bom", "end"), [(True, "\n"), (False, "\r\n")])
def test_exactly_the_intended_grades_change(language: Language, bom: bool, end: str) -> None:
    before = assign(language)
    export = exported(moodle_importer.worksheet(before, bom=bom, end=end), feedback=False)
    after = moodle_importer.import_grades(before, export.data, now=NOW)
    intended = {4454589: Grade(26.67, NOW), 4454590: Grade(26.5, NOW), 4454591: Grade(0, NOW)}
    if language is UNKNOWN:  # its word for `no` is not known, and e-mail addresses are not looked for by content
        del intended[4454590]
    assert after == replace(before, grades=before.grades | intended)


@pytest.mark.parametrize("language", [ENGLISH, GERMAN, FRENCH, UNKNOWN], ids=["en", "de", "fr", "unknown"])
def test_who_hands_in_without_a_name_gets_the_grade_by_the_worksheet_alone(tmp_path: Path, language: Language) -> None:
    before = replace(assign(language), grades={})
    (tmp_path / "worksheet.csv").write_bytes(template := moodle_importer.worksheet(before))
    word = language.participant.strip().replace("/", "")
    numbers = (4454589, 4454590, 4454591)
    download = put(tmp_path / "CS1", {f"{word}_{number}_assignsubmission_file/hw.ipynb": work(2) for number in numbers})
    handed_in = [arrival.handed_in for arrival in taken(download).arrivals]
    students = read_roster(tmp_path / "worksheet.csv").students
    owners = {key: tuple(link.student.id for link in owner.links) for key, owner in match(handed_in, students).owners.items()}
    outcomes = {
        one.key: Outcome((QuestionOutcome("rnn_cell", Fraction(10), 1, 1), QuestionOutcome("rnn", Fraction(5), 1, 2)), Fraction(15))
        for one in handed_in
    }
    class_ = standings(ASSIGNMENT, handed_in, outcomes, students, owners, {}, View())
    after = moodle_importer.import_grades(before, exported(template, class_, feedback=False).data, now=NOW)
    assert after.grades == {number: Grade(15, NOW) for number in numbers}


def test_all_other_bytes_are_as_they_were() -> None:
    template = moodle_importer.worksheet(assign(GERMAN), end="\r\n")
    before, after = template.decode().split("\r\n"), exported(template, feedback=False).data.decode().split("\r\n")
    expected = [line.replace(',,"30,00"', f',"{grade}","30,00"') for line, grade in zip(before[1:3], ("26,67", "26,5"), strict=True)]
    assert after == [before[0], *expected, before[3].replace('"3,00"', '"0"'), *before[4:]]


def test_a_grade_that_is_the_same_already_is_not_touched() -> None:
    before = assign()
    before.grades[4454589] = Grade(26.5, BEFORE)
    template = moodle_importer.worksheet(before)
    export = exported(template, [standing(JANE, Fraction("26.5"))], feedback=False)
    assert (export.data, export.written) == (template, 1)


def test_who_was_graded_in_moodle_after_the_download_keeps_that_grade() -> None:
    before = assign()
    template = moodle_importer.worksheet(before)
    before.grades[4454591] = Grade(17, BEFORE + timedelta(days=3))
    after = moodle_importer.import_grades(before, exported(template).data, now=NOW)
    assert after.grades[4454591] == before.grades[4454591]


def test_all_others_are_left_out_with_the_reason() -> None:
    much = standing(student("s7", "Much", moodle="4454595"), 31)
    gone = not_submitted(student("s8", "Gone"))
    export = exported(moodle_importer.worksheet(assign()), [*CLASS, much, gone, standing(student("s9", "New Here"), 3)])
    assert reasons(export) == {
        "Dee Died (s4)": "It is withheld.",
        "Eve Excused (s5)": "They are excused, and a worksheet has no word for that: see to it in Moodle.",
        "Lou Locked (s6)": "Their grade is locked in Moodle: it cannot be changed.",
        "Much (s7)": "Moodle takes grades from 0 to 30, and theirs is 31.",
        "Gone (s8)": "They handed in nothing.",
        "New Here (s9)": "grades.csv has no row of theirs.",
    }


def test_a_participant_number_on_a_submission_is_enough_also_in_blind_marking() -> None:
    before = assign()
    blind = replace(handed_in("4454593", Platform.MOODLE), anonymous=True)
    after = moodle_importer.import_grades(before, exported(moodle_importer.worksheet(before), [standing(None, 8, blind)]).data, now=NOW)
    assert after.grades[4454593].grade == 8


def test_grades_in_words_are_left_out_and_nothing_changes() -> None:
    before = assign(scale=("poor", "fair, or so", "good"))
    before.grades = {4454589: Grade(2, BEFORE)}
    template = moodle_importer.worksheet(before)
    export = exported(template)
    assert (export.data, export.written) == (template, 0)
    assert "with words (a scale)" in reasons(export)["Jane Doe (s1)"]


def test_a_maximum_grade_unlike_ours_stops_the_export_unless_scaled() -> None:
    before = assign(GERMAN, maximum=100)
    template = moodle_importer.worksheet(before)
    with pytest.raises(InputError, match=r"grades.csv: its Maximum grade is 100, and 30 points are possible here. .* --scale"):
        exported(template)
    grades = moodle_importer.import_grades(before, exported(template, scale=True).data, now=NOW).grades
    assert (grades[4454589].grade, grades[4454590].grade, grades[4454591].grade) == (88.89, 88.33, 0)


def test_comments_and_points_by_question_are_what_the_student_reads() -> None:
    hard = 'a "quoted" word, a\\path\\ and <script>\nnext line; =1+1\\'
    jane = replace(standing(JANE, 12), comments=(hard,))
    before = assign()
    after = moodle_importer.import_grades(before, exported(moodle_importer.worksheet(before), [jane]).data, now=NOW)
    assert after.grades[4454589].feedback == (
        "<p>Graded automatically, points by question:</p><ul><li>rnn_cell: 10 of 10</li><li>rnn: 2 of 20</li></ul>"
        "<p>a &quot;quoted&quot; word, a&#92;path&#92; and &lt;script&gt;<br>next line; =1+1&#92;</p>"
    )
    assert {number: grade for number, grade in after.grades.items() if number != 4454589} == before.grades


def test_the_feedback_says_how_the_grade_comes_about_where_it_is_not_the_sum() -> None:
    late = replace(standing(JANE, 12), lateness=LateLine("2 days late", Fraction(3)), final=Fraction(9))
    gone = replace(not_submitted(CY), left_out="")
    assert feedback_html(late, ASSIGNMENT, Fraction(9)).endswith("</ul><p>2 days late: \u22123</p>")
    assert feedback_html(late, ASSIGNMENT, Fraction(12)).endswith("<li>rnn: 2 of 20</li></ul>")
    assert feedback_html(replace(late, total_override=Fraction(29)), ASSIGNMENT, Fraction(29)).endswith("in place of the above: 29</p>")
    assert feedback_html(gone, ASSIGNMENT, Fraction(0)) == "<p>Graded automatically: nothing was handed in.</p>"


def test_a_teachers_comments_stay_and_our_own_are_written_anew() -> None:
    before = assign()
    before.grades[4454589] = Grade(1, BEFORE, "Come and see me.")
    once = moodle_importer.import_grades(before, exported(moodle_importer.worksheet(before)).data, now=NOW)
    assert once.grades[4454589] == Grade(26.67, NOW, "Come and see me.")
    export = exported(moodle_importer.worksheet(once), [standing(JANE, 1), standing(CY, 30)])
    assert export.notes == ("1 row has feedback comments that a teacher wrote in Moodle; they stay, and ours are not there.",)
    twice = moodle_importer.import_grades(once, export.data, now=NOW)
    assert "rnn: 20 of 20" in twice.grades[4454591].feedback
    assert twice.grades[4454589].feedback == "Come and see me."


def test_where_headings_are_unknown_a_number_beside_texts_is_no_maximum_grade() -> None:
    before = assign(UNKNOWN)
    template = moodle_importer.worksheet(before).replace(b'"Submitted - 1, late"', b"30")  # after e-mail addresses
    assert moodle_importer.import_grades(before, exported(template, feedback=False).data, now=NOW).grades[4454589].grade == 26.67


def test_a_person_names_the_column_where_it_cannot_be_told() -> None:
    before = assign(UNKNOWN)
    before.participants = {number: (name, "") for number, (name, _) in before.participants.items()}
    template = moodle_importer.worksheet(before).replace(b'"Submitted - 1, late"', b"30")  # beside a blank column: it could be a maximum
    with pytest.raises(
        InputError, match=r"grades.csv: which column has the grades\? .* --column. There are: Auðkenni; Nafn; Póstur; Staða; "
    ):
        exported(template)
    after = moodle_importer.import_grades(before, exported(template, column="Einkunn", feedback=False).data, now=NOW)
    assert after.grades[4454589].grade == 26.67


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ((b"Participant ", b"Somebody"), {"column": "Note"}, "0 columns are called `Note`. There are: Identifier; "),
        ((b"Participant ", b""), {}, "no column has participant numbers"),
        ((b"30.00,Yes", b"20.00,Yes"), {}, "its Maximum grade should be one number, and is 20 and 30"),
        ((b",30.00", b",30.00,"), {}, "line 2 has 11 cells, and the first line 10: Moodle refuses such a file"),
    ],
)
def test_what_cannot_be_right_is_refused_and_named(change: tuple[bytes, bytes], options: dict[str, Any], message: str) -> None:
    template = moodle_importer.worksheet(assign()).replace(*change)
    with pytest.raises(InputError, match=message) as refused:
        exported(template, **options)
    assert str(refused.value).startswith("grades.csv: ")
