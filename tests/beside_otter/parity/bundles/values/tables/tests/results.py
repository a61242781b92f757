import pandas as pd
from otter.test_files import test_case

OK_FORMAT = False
name = "results"
points = 8


@test_case()
def test_grouped(by_city):
    assert by_city.index.name == "city" and list(by_city.columns) == ["mean", "max"]
    assert by_city.loc["Rome", "mean"] == 35


@test_case()
def test_two_keys(by_city_and_year):
    assert isinstance(by_city_and_year.index, pd.MultiIndex)
    assert by_city_and_year[("Rome", 2024)] == 70
    assert by_city_and_year.unstack(fill_value=0).shape == (2, 2)


@test_case()
def test_categorical(sizes):
    assert sizes.dtype == "category" and sizes.cat.ordered
    assert (sizes > "S").tolist() == [False, True, True]


@test_case(hidden=True)
def test_periods(monthly):
    pd.testing.assert_series_equal(
        monthly, pd.Series([3, 7], index=pd.period_range("2024-01", periods=2, freq="M", name="month"), name="n")
    )


@test_case(hidden=True)
def test_resampled(weekly):
    expected = pd.Series([3.0, 12.0], index=pd.date_range("2024-01-07", periods=2, freq="W-SUN"))
    pd.testing.assert_series_equal(weekly, expected, check_names=False)


@test_case(hidden=True)
def test_missing(filled):
    assert filled.isna().sum().sum() == 0 and filled["n"].dtype == "Int64"
    assert filled["n"].tolist() == [1, 0, 3]


@test_case(hidden=True)
def test_text(names):
    assert names.str.len().tolist() == [3, 3, 2] and names.iloc[-1] == "Cy"


@test_case(hidden=True)
def test_index(letters):
    assert isinstance(letters, pd.Index) and "b" in letters and letters.is_unique
