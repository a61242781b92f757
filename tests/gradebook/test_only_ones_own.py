"""Each student's part of every file for a platform: nothing of anybody else, nothing hidden or for staff, and points only where there are any.

The class is one of canaries, made by hand; who stands where is worked out by the real rules.
"""

from __future__ import annotations

import csv
import html
import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import pytest
from report.made_by_hand import ASSIGNMENT, BUNDLE, FOR_STAFF, HIDDEN_INPUT, HOST, REASON, ROOT, STAFF, STAND_INS, Member, a_class, words_of

from autograder.gradebook.canvas import canvas_export
from autograder.gradebook.export import Excused, Export
from autograder.gradebook.gradescope import gradescope_csv
from autograder.gradebook.moodle import moodle_export
from autograder.gradebook.moodle_feedback import moodle_feedback_zip
from autograder.gradebook.nbgrader import nbgrader_csv
from autograder.model import HandedIn, Outcome, Platform, Reporting, Standing, State, Student
from autograder.report.student_files import PAGE, student_files
from autograder.standing.effective import View
from autograder.standing.export import exported_points
from autograder.standing.standing import standings

from . import canvas_importer, moodle_importer

FOR_NOBODY = (HIDDEN_INPUT, FOR_STAFF, REASON, HOST, STAFF, str(ROOT), "canary-folder", "canary-owner", "canary-group", "canary-reason")


def _with_number(number: int, member: Member) -> Member:
    """The same student in Moodle, with a score unless it is withheld."""
    assert member.standing.student is not None
    who = replace(member.standing.student, platform_ids=((Platform.CANVAS, str(number)), (Platform.MOODLE, str(number))))
    left_out = "It is withheld." if member.standing.state is State.WITHHELD else ""
    hand_in = replace(member.standing.handed_in, platform=Platform.GRADESCOPE) if member.standing.handed_in is not None else None
    return replace(member, standing=replace(member.standing, student=who, handed_in=hand_in, left_out=left_out))


CLASS = [_with_number(number, member) for number, member in enumerate(a_class(), 100)]
STANDINGS = [member.standing for member in CLASS]
STUDENTS = [standing.student for standing in STANDINGS if standing.student is not None]
NUMBERS = {student.id: number for number, student in enumerate(STUDENTS, 100)}
WORKSHEET = moodle_importer.worksheet(moodle_importer.Assign({NUMBERS[one.id]: (one.name, one.email) for one in STUDENTS}))
GRADEBOOK = canvas_importer.export(
    canvas_importer.Course(
        [canvas_importer.User(NUMBERS[one.id], one.name, one.name, one.id, one.login) for one in STUDENTS], {7: (ASSIGNMENT.title, "30")}
    )
)


def points_of(standing: Standing) -> Fraction | Excused | None:
    return exported_points(standing, ASSIGNMENT)


def page_of(standing: Standing) -> bytes | None:
    member = next(member for member in CLASS if member.standing is standing)
    return student_files(member.result, BUNDLE, STAND_INS, standing)[PAGE]


def rows(export: Export) -> list[str]:
    """Every row but the first, which names the columns."""
    return ["\n".join(row) for row in csv.reader(io.StringIO(export.data.decode(), newline=""))][1:]


def pages(export: Export) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(export.data)) as archive:
        return [f"{name}\n{archive.read(name).decode()}" for name in archive.namelist()]


PARTS = {
    "moodle-feedback": pages(moodle_feedback_zip(STANDINGS, page_of)),
    "moodle": rows(moodle_export(WORKSHEET, "w.csv", STANDINGS, ASSIGNMENT, points_of=points_of)),
    "canvas": rows(canvas_export(GRADEBOOK, "g.csv", STANDINGS, ASSIGNMENT, points_of=points_of)),
    "gradescope": rows(gradescope_csv(STANDINGS, ASSIGNMENT, points_of=points_of)),
    "gradescope without a roster": rows(
        gradescope_csv([replace(standing, student=None) for standing in STANDINGS], ASSIGNMENT, points_of=points_of)
    ),
    "nbgrader": rows(nbgrader_csv(STANDINGS, ASSIGNMENT, points_of=points_of)),
}
"""Form → what is of one student each."""


@pytest.mark.parametrize("form", PARTS)
def test_what_is_of_one_student_holds_no_canary_of_anybody_or_anything_else(form: str) -> None:
    owners = [[member.who for member in CLASS if _among(words_of(member.who)[:4], part)] for part in PARTS[form]]
    assert [who for who in owners if len(who) > 1] == []
    assert len({who[0] for who in owners if who}) >= 6  # else nothing was looked at
    for part in PARTS[form]:
        assert [canary for canary in FOR_NOBODY if canary in html.unescape(part)] == []


def _among(words: Iterable[str], text: str) -> bool:
    return any(word in html.unescape(text) for word in words)


@pytest.mark.parametrize("form", ["moodle-feedback", "moodle"])
def test_comments_are_with_whom_they_are_for(form: str) -> None:
    for part in PARTS[form]:
        (who,) = [member.who for member in CLASS if words_of(member.who)[0] in part]
        comments = [member.who for member in CLASS if words_of(member.who)[4] in part]
        assert comments in ([], [who])
    assert sum("canary-comment" in part for part in PARTS[form]) >= 6


@pytest.mark.parametrize("given", [None, Fraction(0), Fraction(1, 2)])
def test_who_handed_in_nothing_has_the_configs_number_or_none_and_who_is_withheld_never_has_one(given: Fraction | None) -> None:
    assignment = replace(ASSIGNMENT, reporting=Reporting(not_submitted=given))
    gone = Student("gone", "gone", "", "Gone", platform_ids=((Platform.CANVAS, "1"), (Platform.MOODLE, "1")))
    dead = Student("dead", "dead", "", "Dead", platform_ids=((Platform.CANVAS, "2"), (Platform.MOODLE, "2")))
    work = HandedIn(Platform.FOLDER, "", "dead", "", "dead", "dead.ipynb", claimed=True)
    outcomes = {work.key: Outcome((), None, "The machine failed.")}
    class_ = standings(assignment, [work], outcomes, [gone, dead], {work.owner_key: ("dead",)}, {}, View())
    worksheet = moodle_importer.worksheet(moodle_importer.Assign({1: ("Gone", ""), 2: ("Dead", "")}))
    users = [canvas_importer.User(1, "Gone", "Gone"), canvas_importer.User(2, "Dead", "Dead")]
    gradebook = canvas_importer.export(canvas_importer.Course(users, {7: (ASSIGNMENT.title, "30")}))

    def points(standing: Standing) -> Fraction | Excused | None:
        return exported_points(standing, assignment)

    exports = [
        canvas_export(gradebook, "g.csv", class_, assignment, points_of=points),
        moodle_export(worksheet, "w.csv", class_, assignment, points_of=points),
        gradescope_csv(class_, assignment, points_of=points),
        nbgrader_csv(class_, assignment, points_of=points),
    ]
    for export in exports:
        out = {one.who: one.reason for one in export.left_out}
        assert export.written == (given is not None)
        assert "Dead (dead)" in out
        assert ("Gone (gone)" in out) == (given is None)
        assert export.notes == ()
    number = "" if given is None else f"{float(given):g}"
    assert [row.split("\n")[4] for row in rows(exports[1])] == [number, ""]


def test_where_a_submission_is_nobodys_nobody_gets_points_for_nothing_without_a_word() -> None:
    assignment = replace(ASSIGNMENT, reporting=Reporting(not_submitted=Fraction(0)))
    class_ = standings(
        assignment, [HandedIn(Platform.CANVAS, "", "7", "", "anon_7", anonymous=True)], {}, [Student("a"), Student("b")], {}, {}, View()
    )
    for export in (gradescope_csv, nbgrader_csv):
        (note,) = export(class_, assignment, points_of=lambda standing: exported_points(standing, assignment)).notes
        assert note.startswith(
            "2 students get the config's `not_submitted` points, and 1 submission is nobody's on the roster, which may be theirs."
        )
