"""Our gradebook as a spreadsheet."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from fractions import Fraction

import openpyxl
import pytest

from autograder.errors import InputError
from autograder.gradebook.xlsx import gradebook_xlsx

from .a_class import ASSIGNMENT, excused, handed_in, standing, student

CLASS = (
    standing(student("007", "=1+1", login="#N/A"), Fraction(80, 3), handed_in("11")),
    excused(student("s2", "Zoë \x1b\ud800")),
    standing(student("s3", "Long", group="x" * 40_000), 0),
)


def test_numbers_are_numbers_and_texts_are_texts() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(gradebook_xlsx(CLASS, ASSIGNMENT))).active
    head, first, second, third = ({str(h.value): cell for h, cell in zip(sheet[1], row, strict=True)} for row in sheet.iter_rows())  # type: ignore[union-attr, index]
    assert list(head)[:4] == ["submission", "rnn_cell", "rnn", "backward"]
    assert (first["total"].value, first["total"].data_type) == (26.666667, "n")
    assert [(first[name].value, first[name].data_type) for name in ("name", "login", "student_id")] == [
        ("=1+1", "s"),
        ("#N/A", "s"),
        ("007", "s"),
    ]
    assert (second["name"].value, second["final"].value) == ("Zoë \\x1b\\ud800", None)
    assert (third["final"].value, len(str(third["group"].value))) == (0, 32_767)


def test_the_same_class_gives_the_same_bytes_with_nothing_of_the_clock() -> None:
    data = gradebook_xlsx(CLASS, ASSIGNMENT)
    assert gradebook_xlsx(CLASS, ASSIGNMENT) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        texts = b"".join(archive.read(entry) for entry in archive.infolist())
    assert set(re.findall(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+", texts)) == {b"1980-01-01T00:00:00"}


def test_without_openpyxl_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(InputError, match=r"needs openpyxl, .* pip install 'notebook-autograder\[xlsx\]'"):
        gradebook_xlsx(CLASS, ASSIGNMENT)
