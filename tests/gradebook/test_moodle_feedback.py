"""Feedback files as a zip, taken in by Moodle's own rules."""

from __future__ import annotations

import io
import zipfile

from autograder.gradebook.moodle_feedback import moodle_feedback_zip
from autograder.model.people import Platform, Standing

from . import moodle_importer
from .a_class import handed_in, reasons, standing, student
from .moodle_importer import Assign

HARD = (
    "Jane Doe",
    "a_9_b/c\\d",
    "x_100_assignfeedback_file_",
    "x/y_100_assignfeedback_file_",
    "Zoë 'Z' d'Ångström",
    "",
    "x" * 300,
    "名" * 300,
    "\u202etxt",
)
PEOPLE = [student(f"s{at}", name, moodle=str(100 + at)) for at, name in enumerate(HARD)]
CLASS = [standing(who, 5) for who in PEOPLE]
MOODLE = Assign({100 + at: (name, "") for at, name in enumerate(HARD)})


def page(of: Standing) -> bytes | None:
    return f"<p>{of.student.id if of.student else ''}</p>".encode()


def test_each_page_comes_to_its_student_whatever_they_are_called() -> None:
    after, _ = moodle_importer.import_feedback(MOODLE, moodle_feedback_zip(CLASS, page).data)
    assert after.files == {(100 + at, "/feedback.html"): f"<p>s{at}</p>".encode() for at in range(len(HARD))}


def test_the_names_are_as_moodle_makes_them_and_fit_a_disk() -> None:
    with zipfile.ZipFile(io.BytesIO(moodle_feedback_zip(CLASS, page).data)) as archive:
        names = archive.namelist()
    assert "Jane Doe_100_assignfeedback_file_/feedback.html" in names
    assert max(len(part.encode()) for name in names for part in name.split("/")) <= 255


def test_the_same_class_again_changes_nothing() -> None:
    data = moodle_feedback_zip(CLASS, page).data
    assert moodle_feedback_zip(CLASS, page).data == data
    after, _ = moodle_importer.import_feedback(MOODLE, data)
    assert moodle_importer.import_feedback(after, data) == (after, [])


def test_who_gets_none_is_listed() -> None:
    twice = [standing(student(id_, id_, moodle="900"), 1) for id_ in ("t1", "t2")]
    odd = standing(student("odd", "Odd", moodle="9_0"), 1)
    elsewhere = standing(student("c", "C"), 1, handed_in("55", Platform.CANVAS))
    export = moodle_feedback_zip([*twice, odd, elsewhere, standing(student("w", "W", moodle="901"), None)], page)
    assert export.written == 0
    assert reasons(export) == {
        "t1": "Participant 900 of Moodle may be theirs or another student's.",
        "t2": "Participant 900 of Moodle may be theirs or another student's.",
        "Odd (odd)": "Their participant number in Moodle is not known: give Moodle's grading worksheet as the roster.",
        "C (c)": "Their participant number in Moodle is not known: give Moodle's grading worksheet as the roster.",
        "W (w)": "It is withheld.",
    }
