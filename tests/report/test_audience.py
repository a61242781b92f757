"""What students may read is the same however long grading took, and holds nothing for staff: in every format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from autograder.bundle import Bundle
from autograder.errors import MachineFault
from autograder.model import Measured, Result, Withheld
from autograder.report.document import document_bytes, text_of
from autograder.report.gradescope import gradescope_results
from autograder.report.junit import junit_bytes
from autograder.report.student_document import student_document

from .made_by_hand import BUNDLE, ROOT, STAFF, submission, withheld, wrong_helper

Writer = Callable[[Result, Bundle], bytes]


def json_for_students(result: Result, bundle: Bundle) -> bytes:
    return text_of(student_document(result, bundle))


def gradescopes(result: Result, bundle: Bundle) -> bytes:
    return text_of(gradescope_results(result, bundle))


def junit_for_staff(result: Result, bundle: Bundle) -> bytes:
    return junit_bytes(result, bundle, for_staff=True)


FOR_STUDENTS: list[Writer] = [json_for_students, junit_bytes, gradescopes]
FOR_STAFF: list[Writer] = [document_bytes, junit_for_staff]
SLOWER = Measured(9.0, 8.0, 7.0, 6)


@pytest.mark.parametrize("write", FOR_STUDENTS)
def test_no_duration_is_in_it(write: Writer) -> None:
    assert write(replace(wrong_helper(), measured=SLOWER), BUNDLE) == write(wrong_helper(), BUNDLE)
    assert write(replace(withheld(), measured=SLOWER), BUNDLE) == write(withheld(), BUNDLE)


@pytest.mark.parametrize("write", FOR_STUDENTS)
def test_neither_words_for_staff_nor_where_the_bundle_lies_are_in_it(write: Writer) -> None:
    text = write(wrong_helper(message=f"see {ROOT}/tests/helper.py"), BUNDLE).decode()
    assert "see tests/helper.py" in text
    for secret in (STAFF, str(ROOT), "secret-folder"):
        assert secret not in text


@pytest.mark.parametrize("write", FOR_STUDENTS)
def test_why_the_grader_failed_is_for_staff_and_what_is_wrong_with_the_file_is_not(write: Writer) -> None:
    assert "hand_in.ipynb: is empty." in write(withheld(), BUNDLE).decode()
    assert "secret-folder" not in write(withheld(), BUNDLE).decode()
    fault = Withheld(submission(), f"{ROOT}/tests/whole.py:3: The reference gives 42.")
    try:
        assert "42" not in write(fault, BUNDLE).decode()
    except MachineFault:
        assert write is gradescopes  # which has no way to say it


@pytest.mark.parametrize("write", FOR_STAFF)
def test_staff_read_all_of_it(write: Writer) -> None:
    assert STAFF in write(wrong_helper(), BUNDLE).decode()
    assert write(replace(wrong_helper(), measured=SLOWER), BUNDLE) != write(wrong_helper(), BUNDLE)
    assert (
        "tests/whole.py:3: The reference gives 42."
        in write(Withheld(submission(), f"{ROOT}/tests/whole.py:3: The reference gives 42."), BUNDLE).decode()
    )
