import pandas as pd
from otter.test_files import test_case

OK_FORMAT = False
name = "frame"
points = 4


@test_case()
def test_columns(people):
    assert list(people.columns) == ["name", "age", "city"]
    assert people.shape == (3, 3)


@test_case(hidden=True)
def test_values(people):
    assert people["age"].tolist() == [30, 40, 50]
    assert people.loc[people["age"] > 35, "name"].tolist() == ["Bob", "Cy"]


@test_case(hidden=True)
def test_series(by_city):
    pd.testing.assert_series_equal(by_city, pd.Series([50.0, 35.0], index=["Bonn", "Rome"]), check_names=False)
    assert by_city.idxmax() == "Bonn"


@test_case(hidden=True)
def test_function(adults, people):
    young = pd.DataFrame({"name": ["Kid", "Old"], "age": [3, 90]})
    assert adults(young)["name"].tolist() == ["Old"]
    assert len(young) == 2
    assert len(adults(people)) == 3
