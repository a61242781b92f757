from pathlib import Path

import pytest

from autograder.errors import InputError
from autograder.intake.roster import Roster, read_roster
from autograder.model import Platform, Student

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (4711),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,20.00,(read only)
"Doe, Jane",17,s101,jdoe,"01 and 02",18.5,
"Ruiz, José",18,,jruiz@school.edu,01,,
"Student, Test",19,,3a9f0c,01,,
"""
MOODLE = """\ufeffIdentifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 4454589,Jane Doe,101,jane@school.edu,Submitted for grading - ,,20.00,Yes,"Sunday, 1 March 2026, 11:59 PM",-,
Participant 4454590,José Ruiz,,jose@school.edu,No submission - ,,20.00,Yes,-,-,
"""


def read(tmp_path: Path, content: str | bytes, name: str = "roster.csv") -> Roster:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_roster(path)


def refusal(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(InputError) as error:
        read(tmp_path, content)
    said = str(error.value)
    assert said.startswith(str(tmp_path / "roster.csv"))
    assert said.isprintable()
    assert len(said) < 1000
    return said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_our_own_is_read_as_people_save_it(tmp_path: Path, encoding: str, delimiter: str, line_end: str) -> None:
    rows = [
        ["Name", "ID", "e", "Login"],
        ["José Ruiz", '="0102"', "x", " jruiz\u00a0"],
        [],
        ["", "", "", ""],
        ['"Doe, Jane"', "101", "y", ""],
    ]
    roster = read(tmp_path, line_end.join(delimiter.join(row) for row in rows).encode(encoding))
    assert roster.students == (Student("0102", "jruiz", name="José Ruiz"), Student("101", name="Doe, Jane"))
    assert roster.platform is None
    assert any("`e` is not used" in notice for notice in roster.notices)
    assert any("Windows-1252" in notice for notice in roster.notices) == (encoding == "cp1252")


def test_a_spreadsheet_s_own_line_about_the_delimiter_is_believed(tmp_path: Path) -> None:
    assert read(tmp_path, "sep=;\nid;name\n1;a,b\n").students == (Student("1", name="a,b"),)


def test_all_our_columns_are_read_and_missing_cells_at_the_end_are_said(tmp_path: Path) -> None:
    roster = read(tmp_path, "id,login,email,name,section,group\n1,a,a@b.c,A,01,G\n2,b\n3\n")
    assert roster.students == (Student("1", "a", "a@b.c", "A", "01", "G"), Student("2", "b"), Student("3"))
    assert "lines 3, 4 are shorter" in roster.notices[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,login\n1,a\n2,b\n1,c\n", "Lines 2 and 4 have the same id (1)"),
        ("id,login\n1,a\n2,A\n3,a\n", "Lines 2, 3 and 4 have the same login (a)"),
        ("id,email\n1,a@b.c\n2,A@B.C\n", "Lines 2 and 3 have the same e-mail"),
        ("id,name\n1,A\n,B\n", "Line 3: the id is empty"),
        ("id,name\n1,A,x,y\n", "Line 2 has 4 cells, and the header 2"),
        ('id,name\n1,A\n2,"B\n3,C\n', "row that begins at line 3 is malformed"),
        ('id,name\n1,A\n2,"B\n3,C"\n', "Line 3: the name goes over the end of the line"),
        ('id,name\n1,"A" B\n', "line 2 is malformed"),
        ('"id"x\tname\n1\tA\n', "malformed"),
        ("id,name\n1.23457E+11,A\n", "was rounded by a spreadsheet"),
        ("id,ID\n1,2\n", "2 columns `id`"),
        ("name,email\nA,a@b.c\n", "has no column `id`"),
        ("1,jdoe,Jane\n", "has no column `id`"),
        ("id,name\n", "no student in it"),
        ("", "is empty"),
        ("\n\n  \n", "is empty"),
        (b"PK\x03\x04rubbish", "save the sheet as `CSV UTF-8`"),
        (b"\xd0\xcf\x11\xe0", "workbook (.xls)"),
        (b"id,name\n1,A\x00B\n", "zero bytes"),
        ("id,name\n1,张伟\n".encode("gbk"), "make no sense"),
        ("id,name\n1,Андрей Петров\n".encode("cp1251"), "make no sense"),
        (b"id,name\n1,\x81\x8d\n", "no other encoding"),
        ("id,name\n" + "1," + "x" * 200_000, "malformed"),
        ("id,name\n1," + "x" * 9000, "9,000 characters"),
        ("id,name\n1,\x1b[31m" + "x" * 600, "605 characters"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in refusal(tmp_path, content)


def test_many_mistakes_make_one_readable_message(tmp_path: Path) -> None:
    said = refusal(tmp_path, "id,name\n" + ",x\n" * 1000)
    assert "And 995 more." in said


def test_ids_that_differ_by_case_are_two(tmp_path: Path) -> None:
    assert len(read(tmp_path, "id\naB1\nAb1\n").students) == 2


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "is a folder"), (tmp_path / "none.csv", "no such file"), (Path("/dev/zero"), "no regular file")):
        with pytest.raises(InputError, match=said):
            read_roster(path)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    assert "200,000 rows" in refusal(tmp_path, "id\n" + "".join(f"{number}\n" for number in range(200_001)))


def test_a_canvas_gradebook_is_read_without_its_special_rows_and_test_student(tmp_path: Path) -> None:
    roster = read(tmp_path, CANVAS)
    assert roster.students == (
        Student("s101", "jdoe", name="Doe, Jane", section="01 and 02", platform_ids=((Platform.CANVAS, "17"),)),
        Student("jruiz@school.edu", "jruiz@school.edu", "jruiz@school.edu", "Ruiz, José", "01", platform_ids=((Platform.CANVAS, "18"),)),
    )
    assert roster.platform is Platform.CANVAS
    assert "Canvas gradebook: 2 students" in roster.kind
    assert ["test student" in notice for notice in roster.notices] == [True]


def test_a_canvas_gradebook_with_two_columns_of_names(tmp_path: Path) -> None:
    roster = read(
        tmp_path, "LastName;FirstName;ID;SIS Login ID;Section;HW (1)\n    Points Possible;;;;;20,5\nvan der Berg;Ludwig;7;lvdb;01;19,5\n"
    )
    assert roster.students == (Student("lvdb", "lvdb", name="van der Berg, Ludwig", section="01", platform_ids=((Platform.CANVAS, "7"),)),)


def test_a_canvas_row_without_an_id_is_no_special_row(tmp_path: Path) -> None:
    assert "Line 7: Poe, Edgar has no ID" in refusal(tmp_path, CANVAS + '"Poe, Edgar",,,,,,\n')


def test_a_moodle_worksheet_links_participants_to_people(tmp_path: Path) -> None:
    roster = read(tmp_path, MOODLE)
    assert roster.students == (
        Student("101", "", "jane@school.edu", "Jane Doe", platform_ids=((Platform.MOODLE, "4454589"),)),
        Student("jose@school.edu", "", "jose@school.edu", "José Ruiz", platform_ids=((Platform.MOODLE, "4454590"),)),
    )
    assert roster.platform is Platform.MOODLE
    assert roster.notices == ()


@pytest.mark.parametrize(
    ("header", "participant", "notice"),
    [
        ("ID,Vollständiger Name,ID-Nummer,Anmeldename,Status,Bewertung,Beste Bewertung", "Teilnehmer/in 7", ""),
        ("Identifiant,Nom complet,Numéro d\u2019identification,Nom d\u2019utilisateur,Statut,Note,Note maximale", "Participant 7", ""),
        ("ID,Vollständiger Name,ID-Nummer,Anmeldename,Status,Bewertung,Bestwertung", "Teilnehmer/in7", ""),
        ("标识符,姓名,学号,用户名,状态,成绩,最高分", "参与者7", ""),
        ("ID,Fullt nafn,ID number,Username,Staða,Grade,Maximum grade", "Þátttakandi7", "`Fullt nafn` was taken for the names"),
        ("Auðkenni,Fullt nafn,ID number,Username,Staða,Einkunn,Hæsta einkunn", "Þátttakandi7", "`Fullt nafn` was taken for the names"),
        ("ID,Fullt nafn,ID number,Username,Staða,Einkunn,Hæsta einkunn", "Þátttakandi 7", "`Fullt nafn` was taken for the names"),
    ],
)
def test_a_worksheet_in_another_language_is_known_by_its_content(tmp_path: Path, header: str, participant: str, notice: str) -> None:
    roster = read(
        tmp_path, f"{header}\n{participant},Jane Doe,101,jdoe,eingereicht - ,,20\n{participant}1,José Ruiz,102,jruiz,eingereicht - ,,20\n"
    )
    assert roster.students == (
        Student("101", "jdoe", "", "Jane Doe", platform_ids=((Platform.MOODLE, "7"),)),
        Student("102", "jruiz", "", "José Ruiz", platform_ids=((Platform.MOODLE, "71"),)),
    )
    assert [notice in said for said in roster.notices] == ([True] if notice else [])


@pytest.mark.parametrize("header", ["id,name,login,lab,Grade", "ID,Name,Login,tutor,remarks", "id,name,login,email,section"])
def test_a_class_whose_ids_are_words_and_numbers_is_no_worksheet(tmp_path: Path, header: str) -> None:
    roster = read(tmp_path, f"{header}\nstudent7,Jane Doe,jdoe,1,\nstudent8,José Ruiz,jruiz,2,\n")
    assert ([student.id for student in roster.students], roster.platform) == (["student7", "student8"], None)


@pytest.mark.parametrize("word", ["Participant ", "Teilnehmer/in", "参与者"])
def test_a_worksheet_of_blind_marking_has_numbers_alone(tmp_path: Path, word: str) -> None:
    rows = "".join(f"{word}{number},No submission - ,,20,Yes\n" for number in (7, 8))
    roster = read(tmp_path, f"ID,Status,Grade,Maximum grade,Grade can be changed\n{rows}")
    assert roster.platform is Platform.MOODLE
    assert [student.id for student in roster.students] == ["7", "8"]
    assert not any(student.name for student in roster.students)
    assert "without names" in roster.notices[0]


def test_a_worksheet_of_groups_names_them(tmp_path: Path) -> None:
    groups = ("Groupe A", "Groupe par défaut", "Membre d'aucun groupe ; impossible donc de remettre un travail.")
    rows = "".join(f"Participant{number},Name {name},-,{name},,20\n" for number, name in enumerate(groups, 7))
    roster = read(tmp_path, f"Identifiant,Nom complet,Statut,Groupe,Note,Note maximale\n{rows}")
    assert [student.group for student in roster.students] == ["Groupe A", "Groupe par défaut", ""]


def test_a_broken_identifier_in_a_worksheet_is_named(tmp_path: Path) -> None:
    assert "Line 4: the identifier `oops`" in refusal(tmp_path, MOODLE + "oops,X,3,,,,,,,,\n")


def test_a_gradescope_roster_has_students_and_staff(tmp_path: Path) -> None:
    roster = read(
        tmp_path,
        "First Name,Last Name,SID,Email,Role,Section\nJane,Doe,101,jane@school.edu,Student,1\nJosé,Ruiz,,jose@school.edu,,\nT,A,9,ta@school.edu,TA,\n",
    )
    assert roster.students == (
        Student("101", "", "jane@school.edu", "Jane Doe", "1"),
        Student("jose@school.edu", "", "jose@school.edu", "José Ruiz"),
    )
    assert roster.platform is Platform.GRADESCOPE
    assert "1 row passed over (line 4)" in roster.notices[0]
    assert read(tmp_path, "Name,SID,Email\nJane Doe,101,j@s.edu\n").students == (Student("101", "", "j@s.edu", "Jane Doe"),)
