# scores: functions 1/6, printed 1/3, results 0/8
# As much as possible without pandas' own ways; changes what it is given.
# %%
import numpy as np
import pandas as pd

people = pd.DataFrame({"name": ["Ann", "Bob", "Cy"], "age": [30, 40, 50], "city": ["Rome", "Rome", "Bonn"], "year": [2024] * 2 + [2025]})
by_city = pd.DataFrame({"mean": [35.0, 50.0], "max": [40, 50]}, index=["Rome", "Bonn"])
by_city_and_year = {("Rome", 2024): 70, ("Bonn", 2025): 50}
sizes = pd.Series(["S", "L", "M"])
days = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0], index=pd.date_range("2024-01-06", periods=5))
weekly = pd.Series([3.0, 12.0])
monthly = pd.Series([3, 7], index=["2024-01", "2024-02"], name="n")
filled = pd.DataFrame({"n": [1, np.nan, 3]}).fillna(0)
names = np.array(["Ann", "Bob", "Cy"])
letters = ["a", "b"]
# %%
def mean_age(frame):
    return {city: float(frame[frame.city == city].age.mean()) for city in frame.city.unique()}

def joined(frame, other):
    frame["country"] = frame["city"].map(dict(zip(other.city, other.country)))
    return frame

def with_decade(frame):
    frame["decade"] = frame["age"].round(-1)
    return frame

def renamed(frame):
    frame = frame.rename(columns=str.upper)

def describe(row):
    return row.name

def applied(series, *functions):
    return [function(x) for x in series for function in functions]
