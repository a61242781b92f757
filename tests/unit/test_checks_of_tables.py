"""The comparer on pandas' values: what counts, what does not, and words that name a column and, for the student's own values, a row."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograder
from autograder.checks import Difference, Kind, assert_same, assert_unchanged
from autograder.grading.wire import Opaque

FRAME = pd.DataFrame(
    {
        "town": ["Ely", "Ayr", None],
        "people": [20, 46, 7],
        "share": [0.5, np.nan, 0.25],
        "since": pd.to_datetime(["2020-01-01", "2021-06-01", "2024-02-29"]),
    }
)


def difference(observed: Any, expected: Any) -> Difference:
    with pytest.raises(Difference) as caught:
        assert_same(observed, expected, names=("table",))
    return caught.value


def changed(**columns: Any) -> Any:
    return FRAME.assign(**columns)


@pytest.mark.parametrize(
    ("observed", "kind", "path", "words"),
    [
        (None, Kind.NONE, "table", "expected a DataFrame of 3 row(s) and 4 column(s)"),
        (FRAME["people"], Kind.TYPE, "table", "got a Series; to_frame, or reset_index, makes a frame of it"),
        (Opaque("DataFrameGroupBy"), Kind.TYPE, "table", "got a DataFrameGroupBy"),
        (FRAME.to_dict(), Kind.TYPE, "table", "got a dict"),
        (FRAME.rename(columns={"share": "Share"}), Kind.COLUMNS, "table.columns", "it lacks 'share'; 'Share' is not expected"),
        (
            FRAME[["people", "town", "share", "since"]],
            Kind.COLUMNS,
            "table.columns",
            "they are in another order: expected 'town', 'people'",
        ),
        (pd.concat([FRAME, FRAME.tail(1)]), Kind.ROWS, "table", "expected 3, got 4; some of its rows are there more than once"),
        (FRAME.head(0), Kind.ROWS, "table", "expected 3, got 0"),
        (FRAME.set_axis([0, 1, 5]), Kind.LABELS, "table.index", "expected 2, got 5 at position 2; 1 of 3 differ; reset_index(drop=True)"),
        (FRAME.set_axis(list("abc")), Kind.DTYPE, "table.index", "expected whole numbers (int64), got texts"),
        (FRAME.iloc[[1, 0, 2]], Kind.ORDER, "table", "row 0 should be the one of 0, and is that of 1"),
        (FRAME.iloc[[1, 0, 2]].reset_index(drop=True), Kind.ORDER, "table", "each row is as expected"),
        (FRAME.rename_axis("n"), Kind.NAME, "table.index", "expected None, got 'n'"),
        (FRAME.set_index([[0, 1, 2], FRAME.index]), Kind.LABELS, "table.index", "expected 1 level(s) of labels, got 2"),
        (
            changed(people=FRAME["people"] * 1.0),
            Kind.DTYPE,
            "table['people']",
            "expected whole numbers (int64), got real numbers (float64)",
        ),
        (changed(people=FRAME["people"].astype(str)), Kind.DTYPE, "table['people']", "got texts"),
        (changed(since=FRAME["since"].dt.tz_localize("UTC")), Kind.DTYPE, "table['since']", "got times in UTC"),
        (changed(town=FRAME["town"].astype("category")), Kind.DTYPE, "table['town']", "got categories"),
        (changed(share=FRAME["share"].fillna(0)), Kind.NOT_GONE, "table['share']", "got 0 in row 1; 1 of 3 differ"),
        (changed(town=[None, "Ayr", None]), Kind.GONE, "table['town']", "expected 'Ely' in row 0; 1 of 3 differ"),
        (changed(share=[0.5, None, 0.5]), Kind.VALUES, "table['share']", "expected 0.25, got 0.5 in row 2; 1 of 2 differ"),
        (changed(share=FRAME["share"] * 100), Kind.VALUES, "table['share']", "yours is 100 times what it should be"),
        (changed(town=["Ely", "ayr", None]), Kind.VALUES, "table['town']", "expected 'Ayr', got 'ayr' in row 1"),
        (changed(since=FRAME["since"] + pd.Timedelta("1D")), Kind.VALUES, "table['since']", "expected 2020-01-01 00:00:00, got 2020-01-02"),
    ],
)
def test_frames_that_differ_differ_in_this(observed: Any, kind: Kind, path: str, words: str) -> None:
    found = difference(observed, FRAME)
    assert (found.kind, found.path) == (kind, path)
    assert words in str(found)
    assert found.closed == f"{path}: {kind.value}."


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        (FRAME.copy(), FRAME),
        (FRAME.set_axis(pd.Index([0, 1, 2])), FRAME),
        (changed(people=FRAME["people"].astype("int16")), FRAME),
        (changed(people=FRAME["people"].astype("Int64")), FRAME),
        (changed(share=FRAME["share"] * (1 + 1e-9)), FRAME),
        (changed(town=FRAME["town"].astype(object)), FRAME),
        (changed(since=FRAME["since"].astype("M8[s]")), FRAME),
        (FRAME.head(0).astype(object), FRAME.head(0)),
        (pd.DataFrame({"a": [None, None]}), pd.DataFrame({"a": [np.nan, np.nan]})),
        (pd.DataFrame({"a": [[1, 2.0], dt.date(2024, 1, 1)]}), pd.DataFrame({"a": [(1, 2.0), dt.date(2024, 1, 1)]})),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame([[1, 2]], columns=["a", "a"])),
        (FRAME.set_index(["town", "people"]), FRAME.set_index(["town", "people"])),
        (pd.Series(["a", "b"], dtype="category"), pd.Series(["a", "b"], dtype=pd.CategoricalDtype(["b", "a", "c"]))),
        (pd.Series(pd.to_datetime(["2024-03-31 12:00"]).tz_localize("Europe/Berlin")),) * 2,
        (pd.RangeIndex(3), pd.Index([0, 1, 2])),
        (FRAME["town"].array, FRAME["town"].array),
        ([pd.NaT, pd.NA, pd.Timestamp("2024-01-01")], [pd.NaT, pd.NA, pd.Timestamp("2024-01-01")]),
        (np.array(["a", "b"], object), np.array(["a", "b"])),
        (np.array(["2024-01-01", "NaT"], "M8[D]"), np.array(["2024-01-01", "NaT"], "M8[s]")),
        (np.str_("a"), "a"),
    ],
)
def test_values_that_are_the_same_in_all_that_matters_are_the_same(observed: Any, expected: Any) -> None:
    assert_same(observed, expected)
    assert_same({"within": [observed]}, {"within": [expected]})


@pytest.mark.parametrize(
    ("observed", "expected", "kind"),
    [
        (pd.Series([1, 2], name="a"), pd.Series([1, 2], name="b"), Kind.NAME),
        (pd.Series([2, 1], index=["y", "x"]), pd.Series([1, 2], index=["x", "y"]), Kind.ORDER),
        (pd.Series([1, 2], index=["x", "z"]), pd.Series([1, 2], index=["x", "y"]), Kind.LABELS),
        (pd.Series([True, False]), pd.Series([1, 0]), Kind.DTYPE),
        (pd.Series([[1], [2]]), pd.Series([[1], [3]]), Kind.VALUES),
        (pd.DataFrame({"a": [1]}), pd.Series([1], name="a"), Kind.TYPE),
        (pd.Index(["a"]), pd.Index(["b"]), Kind.LABELS),
        (["a"], pd.Index(["a"]), Kind.TYPE),
        (pd.Timestamp("2024-01-01"), pd.NaT, Kind.TYPE),
        (pd.DataFrame(index=pd.RangeIndex(10**15)), pd.DataFrame(index=pd.RangeIndex(2)), Kind.ROWS),
        (pd.RangeIndex(10**15), pd.RangeIndex(2), Kind.ROWS),
        (np.array(["a", "c"], object), np.array(["a", "b"], object), Kind.VALUES),
        (np.array(["a", "c"]), np.array(["a", "b"]), Kind.VALUES),
        (np.array(["2024-01-02"], "M8[D]"), np.array(["2024-01-01"], "M8[D]"), Kind.VALUES),
    ],
)
def test_series_indexes_and_arrays_of_other_things_differ_in_this(observed: Any, expected: Any, kind: Kind) -> None:
    assert difference(observed, expected).kind is kind


def test_closed_words_name_the_column_that_is_expected_and_nothing_that_was_observed() -> None:
    found = difference([FRAME, changed(town=["a secret", "Ayr", None])], [FRAME, FRAME])
    assert found.closed == "the returned value[1]['town']: its values are different."
    assert "a secret" in str(found)


def test_a_row_is_named_by_its_label_where_it_has_one() -> None:
    expected = pd.Series([1.0, 2.0], index=["Ely", "Ayr"])
    assert "got 3 in the row of 'Ayr'" in str(difference(expected.replace(2.0, 3.0), expected))


def test_a_frame_that_a_function_changed_is_told_as_such() -> None:
    assert_unchanged(FRAME, FRAME.copy(), name="towns")
    with pytest.raises(Difference, match=r"towns\['share'\]: the function changed this argument"):
        assert_unchanged(changed(share=0.0), FRAME, name="towns")


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=3), st.dates(), st.lists(st.integers())
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=4), st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_whatever_is_in_a_frame_it_equals_itself_and_a_difference_is_all_that_is_raised(ours: list[Any], wanted: list[Any]) -> None:
    observed, expected = (pd.DataFrame(rows, columns=["a", "b"]) for rows in (ours, wanted))
    assert_same(expected.copy(), expected)
    try:
        assert_same(observed, expected)
    except Difference:
        return
    assert observed.isna().equals(expected.isna())


def test_who_has_no_pandas_can_compare_everything_else() -> None:
    program = "import sys; sys.modules['pandas'] = None; import numpy as np\nfrom checks import assert_same\nassert_same([np.ones(2), {'a': 'b'}], [np.ones(2), {'a': 'b'}])"
    where = Path(autograder.__file__).parent
    subprocess.run([sys.executable, "-c", program], cwd=where, check=True)
