"""Canvas: an export goes in, ours comes out, and Canvas's own rules of importing say what it changes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from autograder.errors import InputError
from autograder.gradebook.canvas import canvas_export
from autograder.gradebook.export import Export
from autograder.model import Assignment
from autograder.model.people import Platform, Standing

from . import canvas_importer
from .a_class import ASSIGNMENT, excused, handed_in, not_submitted, points_of, reasons, standing, student
from .canvas_importer import Course, User

RNN, OTHER, NAMESAKE = 501, 502, 503

JANE = student("s1", "Jane Doe", canvas="11")
ZOE = student("s2", "Zoë d'Ångström")
BO = student("s3", 'Bo "Bobby" Li', login="bo")
CY = student("s4", "Cy Nought", canvas="14")
DEE = student("s5", "Dee Died", canvas="15")
EVE = student("s6", "Eve Excused", canvas="16")


def course(**changes: Any) -> Course:
    users = [
        User(11, "Jane Doe", "Doe, Jane", "x1", "jdoe"),
        User(12, "Zoë d'Ångström", "d'Ångström, Zoë", "s2", "zoe"),
        User(13, 'Bo "Bobby" Li', 'Li, Bo "Bobby"', "x3", "bo@uni.example"),
        User(14, "Cy Nought", "Nought, Cy", "x4", "cy"),
        User(15, "Dee Died", "Died, Dee", "x5", "dee"),
        User(16, "Eve Excused", "Excused, Eve", "x6", "eve"),
        User(17, "Not Here", "Here, Not", "x7", "not"),
        User(99, "Test Student", "Student, Test", "", "0123456789abcdef0123456789abcdef01234567"),
    ]
    assignments = {RNN: ("Building your RNN", "30"), OTHER: ("Another; part 1, 2", "10"), NAMESAKE: ("Final Grade essay", "5")}
    grades = {(15, RNN): "22", (17, RNN): "21.5", (11, OTHER): "9", (14, RNN): "3"}
    return Course(users, assignments, grades, notes={11: "line one\nline two"}, manual={RNN}, **changes)


CLASS = (
    standing(JANE, Fraction(80, 3)),
    standing(ZOE, Fraction("29.995")),
    standing(BO, Fraction("26.5")),
    standing(CY, 0),
    standing(DEE, None),
    excused(EVE),
)


def exported(template: bytes, standings: Sequence[Standing] = CLASS, assignment: Assignment = ASSIGNMENT, **options: Any) -> Export:
    return canvas_export(template, "gradebook.csv", standings, assignment, points_of=points_of, **options)


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"delimiter": ";", "comma": True},
        {"delimiter": ";", "comma": True, "bom": True},
        {"delimiter": ";"},
        {"bom": True},
        {"names": True},
    ],
)
def test_exactly_the_intended_grades_change(shape: dict[str, Any]) -> None:
    before = course()
    export = exported(canvas_importer.export(before, **shape))
    after = canvas_importer.import_(before, export.data)
    intended = {(11, RNN): "26.67", (12, RNN): "30", (13, RNN): "26.5", (14, RNN): "0", (16, RNN): "EX"}
    assert after == replace(before, grades=before.grades | intended)
    assert export.written == 5


@pytest.mark.parametrize(
    ("shape", "written"),
    [
        ({"delimiter": ";", "comma": True}, b";26,67\n"),
        ({"delimiter": ";"}, b";26.67\n"),
        ({"comma": True}, b',"26,67"\n'),
        ({}, b",26.67\n"),
    ],
)
def test_decimals_are_written_as_the_template_writes_its_own(shape: dict[str, Any], written: bytes) -> None:
    assert written in exported(canvas_importer.export(course(), **shape)).data


def test_by_its_number_the_column_is_found_also_where_the_title_is_unlike_ours() -> None:
    before = course()
    other = replace(ASSIGNMENT, title="RNN")
    for column in ("501", "(501)", "Building your RNN (501)"):
        after = canvas_importer.import_(before, exported(canvas_importer.export(before), assignment=other, column=column).data)
        assert after.grades[11, RNN] == "26.67"


def test_students_without_a_sis_id_are_found_by_login() -> None:
    before = course()
    zoe = standing(student("zoe", "Somebody Else"), 7)
    after = canvas_importer.import_(before, exported(canvas_importer.export(before, sis=False), [zoe]).data)
    assert after.grades == before.grades | {(12, RNN): "7"}


def test_what_canvas_wrote_on_a_submission_says_whose_row_it_is() -> None:
    before = course()
    alone = standing(student("q1", "Jane"), 7, handed_in("11"))
    of_a_group = standing(student("q2", "Zoe", group="g"), 8, handed_in("12"))
    only_claimed = standing(student("q3", "Bo"), 9, handed_in("13", claimed=True))
    from_elsewhere = standing(student("q4", "Cy"), 9, handed_in("14", Platform.MOODLE))
    nobodys = standing(None, 5, handed_in("16"))
    export = exported(canvas_importer.export(before), [alone, of_a_group, only_claimed, from_elsewhere, nobodys])
    assert canvas_importer.import_(before, export.data).grades == before.grades | {(11, RNN): "7", (16, RNN): "5"}


def test_a_submission_that_is_nobodys_takes_no_row_from_who_has_another_one() -> None:
    before = course()
    empty_one = replace(standing(None, None, handed_in("11")), left_out="It matches nobody on the roster.")
    by_mail = standing(student("s1", "Jane Doe", login="jdoe"), 7, handed_in("mailed", Platform.FOLDER, claimed=True))
    export = exported(canvas_importer.export(before), [by_mail, empty_one])
    assert canvas_importer.import_(before, export.data).grades == before.grades | {(11, RNN): "7"}
    assert reasons(export)["canvas-11"] == "It matches nobody on the roster."


def test_another_classs_gradebook_is_refused() -> None:
    with pytest.raises(InputError, match=r"gradebook\.csv has no row of anybody in this class\. Name the one of this course\."):
        exported(canvas_importer.export(course()), [standing(student("s9", "New Here"), 3), standing(student("s8", "Too"), 3)])


def test_all_others_are_left_out_with_the_reason() -> None:
    before = course(not_assigned={(14, RNN)})
    before.grades[11, RNN] = "EX"
    gone = not_submitted(student("s8", "Gone", canvas="17"))
    stranger = standing(student("s9", "New Here"), 3)
    export = exported(canvas_importer.export(before), [*CLASS, gone, stranger])
    assert reasons(export) == {
        "Jane Doe (s1)": "They are excused in Canvas, and not here: excuse them here too, or take the excuse away in Canvas and export again.",
        "Cy Nought (s4)": "Canvas does not have this assignment for them.",
        "Dee Died (s5)": "It is withheld.",
        "Gone (s8)": "They handed in nothing.",
        "New Here (s9)": "gradebook.csv has no row of theirs.",
        "Test student": "It is Canvas's own, for trying out.",
    }
    assert canvas_importer.import_(before, export.data).grades == before.grades | {(12, RNN): "30", (13, RNN): "26.5", (16, RNN): "EX"}


def test_who_is_in_canvas_and_not_in_the_class_is_listed_and_not_in_the_file() -> None:
    export = exported(canvas_importer.export(course()))
    assert reasons(export)["Here, Not"] == "Line 11 of gradebook.csv is nobody's in this class."
    assert b"Here, Not" not in export.data


def test_a_real_student_may_be_called_test_student() -> None:
    before = course()
    before.students.append(User(18, "Test Student", "Student, Test", "x8", "tstudent"))
    after = canvas_importer.import_(before, exported(canvas_importer.export(before), [standing(student("x8", "Test Student"), 4)]).data)
    assert after.grades == before.grades | {(18, RNN): "4"}


def test_one_row_for_two_students_is_nobodys() -> None:
    before = course()
    export = exported(canvas_importer.export(before), [standing(JANE, 5), standing(student("x1", "Jan Doe"), 6), standing(CY, 7)])
    assert canvas_importer.import_(before, export.data).grades == before.grades | {(14, RNN): "7"}
    assert set(reasons(export)) >= {"Jane Doe (s1)", "Jan Doe (x1)"}


def test_two_rows_for_one_student_are_nobodys() -> None:
    export = exported(canvas_importer.export(course()), [standing(student("s2", "Zoe", canvas="11"), 5)])
    assert (export.written, reasons(export)["Zoe (s2)"]) == (0, "Several rows of gradebook.csv may be theirs: lines 4, 6.")


def test_a_roster_that_counts_as_canvas_does_meets_no_school_number_by_chance() -> None:
    before = course()
    before.students[1].sis = "11"  # Zoë's number at school is Jane's number in Canvas
    after = canvas_importer.import_(
        before, exported(canvas_importer.export(before), [standing(student("11", "Jane", canvas="11"), 5)]).data
    )
    assert after.grades == before.grades | {(11, RNN): "5"}


def test_a_roster_id_that_is_a_canvas_id_counts_only_with_the_same_name() -> None:
    before = course()
    same, other = standing(student("11", "DOE Jane"), 5), standing(student("12", "Jane Roe"), 6)
    export = exported(canvas_importer.export(before), [same, other])
    assert canvas_importer.import_(before, export.data).grades == before.grades | {(11, RNN): "5"}


def test_only_info_columns_and_the_assignment_are_in_the_file_and_are_as_they_were() -> None:
    template = canvas_importer.export(course(), bom=True).replace(b"\n", b"\r\n")
    rows = list(csv.reader(io.StringIO(exported(template).data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Building your RNN (501)"]
    assert rows[1:3] == [["", "", "", "", "", "Manual Posting"], ["    Points Possible", "", "", "", "", "30.00"]]
    assert exported(template).data.startswith(b"\xef\xbb\xbfStudent,")
    assert exported(template).data.count(b"\r\n") == len(rows)
    assert 'Li, Bo "Bobby"' in [row[0] for row in rows]


def test_points_possible_unlike_ours_stop_the_export_unless_scaled() -> None:
    before = course()
    before.assignments[RNN] = ("Building your RNN", "100")
    template = canvas_importer.export(before)
    with pytest.raises(InputError, match=r"gradebook.csv: its Points Possible is 100, and 30 points are possible here. .* --scale"):
        exported(template)
    grades = canvas_importer.import_(before, exported(template, scale=True).data).grades
    assert (grades[11, RNN], grades[14, RNN], grades[13, RNN]) == ("88.89", "0", "88.33")  # 80/3 · 10/3, rounded once


@pytest.mark.parametrize(
    ("options", "change", "message"),
    [
        ({}, (b"Building your RNN", b"RNN"), "no assignment titled `Building your RNN`. .* There are: RNN .501.; Another"),
        ({"column": "777"}, (b"", b""), "no assignment `777`. Name its number"),
        ({"column": "503"}, (b"", b""), "no assignment `503`"),  # Canvas takes `Final Grade essay` for a total
        ({}, (b"Another; part 1, 2", b"Building your RNN"), "2 assignments titled"),
        ({}, (b"30.00", b"30.00 (read only)"), "read only"),
        ({}, (b"30.00", b""), "`Building your RNN .501.` has no Points Possible"),
        ({}, (b"30.00", b"many"), "which is no number"),
        ({}, (b"30.00", b"0.00"), "is 0, and 30 points are possible here. Neither can be scaled"),
        ({}, (b"    Points Possible", b"Somebody"), "no row `Points Possible`"),
        ({}, (b"Student,ID", b"Name,Number"), "not a gradebook of Canvas"),
        ({}, (b'Excused, Eve",16,', b'Excused, Eve",16,,'), "line 10 has 13 cells, and the first line 12"),
    ],
)
def test_what_cannot_be_right_is_refused_and_named(options: dict[str, Any], change: tuple[bytes, bytes], message: str) -> None:
    template = canvas_importer.export(course())
    assert change[0] in template
    with pytest.raises(InputError, match=message) as refused:
        exported(template.replace(*change) if change[0] else template, **options)
    assert str(refused.value).startswith("gradebook.csv: ")
