import numpy as np
import pandas as pd
from otter.test_files import test_case

OK_FORMAT = False
name = "functions"
points = 6


def people():
    return pd.DataFrame({"name": ["Ann", "Bob", "Cy"], "age": [30, 40, 50], "city": ["Rome", "Rome", "Bonn"]})


@test_case()
def test_mean(mean_age):
    pd.testing.assert_series_equal(mean_age(people()), people().groupby("city")["age"].mean())


@test_case()
def test_join(joined):
    cities = pd.DataFrame({"city": ["Rome", "Bonn"], "country": ["IT", "DE"]})
    assert joined(people(), cities)["country"].tolist() == ["IT", "IT", "DE"]


@test_case(hidden=True)
def test_left_alone(with_decade):
    frame = people()
    assert with_decade(frame)["decade"].tolist() == [30, 40, 50]
    assert "decade" not in frame.columns


@test_case(hidden=True)
def test_in_place(renamed):
    frame = people()
    assert renamed(frame) is None
    assert list(frame.columns) == ["NAME", "AGE", "CITY"]


@test_case(hidden=True)
def test_row(describe):
    assert describe(people().iloc[0]) == "Ann (30)"
    assert people().apply(describe, axis=1).tolist()[2] == "Cy (50)"


@test_case(hidden=True)
def test_given(applied):
    result = applied(people()["age"], lambda x: x / 10, np.sqrt)
    assert np.allclose(result, np.sqrt([3, 4, 5]))
