"""CSV files of others: taken apart and given back byte for byte."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import InputError
from autograder.gradebook.sheet import cell_text, read_sheet

CELLS = st.lists(st.sampled_from([*"a1é ,;\t\"'\n=-", "\r\n"]), max_size=5).map("".join)
TABLES = st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4))


@settings(max_examples=150, deadline=None)
@given(TABLES, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_what_goes_in_comes_out_and_means_the_same(table: list[list[str]], delimiter: str, end: str, bom: bool, quoting: int) -> None:
    header = [f"column{at}" for at in range(len(table[0]) if table else 2)]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([header, *table])  # type: ignore[arg-type]
    data = (b"\xef\xbb\xbf" if bom else b"") + buffer.getvalue().encode()
    sheet = read_sheet(data, "x.csv")
    assert sheet.data() == data
    assert [list(row.values) for row in (sheet.header, *sheet.rows)] == [header, *table]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(st.sampled_from('a,;"\n\r\0\ufeff'), max_size=30).map(str.encode)))
def test_whatever_else_comes_is_given_back_or_refused_by_name(data: bytes) -> None:
    assert again(data) == data


def again(data: bytes) -> bytes:
    """The file, written again; also where it is refused by its name."""
    try:
        return read_sheet(data, "x.csv").data()
    except InputError as error:
        return data if "x.csv" in str(error) else b"refused without its name"


def test_one_cell_is_changed_and_no_other_byte() -> None:
    data = b'a;"b";c\r\n"1";2;"x""y\nz"\r\n\r\n3;;4'
    sheet = read_sheet(data, "x.csv")
    row = sheet.rows[0].with_raw(1, cell_text("2,5", sheet.rows[0].raw[1], ";"))
    changed = type(sheet)(sheet.name, sheet.bom, sheet.delimiter, sheet.header, (row, *sheet.rows[1:]))
    assert changed.data() == data.replace(b";2;", b";2,5;")
    assert [row.line for row in sheet.rows] == [2, 4, 5]


@pytest.mark.parametrize(
    ("value", "instead_of", "written"),
    [("2,5", "", '"2,5"'), ("25", '""', '"25"'), ("25", "", "25"), ('a"b', "", '"a""b"'), (" a", "", '" a"'), ("a\nb", "", '"a\nb"')],
)
def test_a_cell_is_quoted_where_the_old_one_was_or_where_it_must_be(value: str, instead_of: str, written: str) -> None:
    assert cell_text(value, instead_of, ",") == written


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x.csv is empty"),
        (b"\xef\xbb\xbf \n", "x.csv is empty"),
        (b"PK\x03\x04rest", "is a spreadsheet or a zip, not CSV"),
        ("a,é\n".encode("latin-1"), r"is not written in UTF-8 \(byte 2\)"),
        ("a,b\n".encode("utf-16"), "is not written in UTF-8"),
        (b"a,b\n1,\0\n", "has a NUL character"),
        (b"one word\n", "is not a row of columns"),
        (b"\na,b\n", "its first line is"),
        (b'a,b\n1,"2\n3,4\n', "x.csv:2: this row is not CSV: a quote is out of place, or is never closed"),
        (b'a,b\n1,"2"3\n', "x.csv:2: this row is not CSV"),
        (b"a,b\n" * (17 << 20), "x.csv has 68 MiB; a gradebook has at most 64"),
    ],
)
def test_a_file_that_is_no_csv_is_refused_by_name(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_sheet(data, "x.csv")
