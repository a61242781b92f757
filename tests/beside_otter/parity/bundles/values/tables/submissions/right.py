# scores: functions 6/6, printed 3/3, results 8/8
# %%
import pandas as pd

people = pd.DataFrame({"name": ["Ann", "Bob", "Cy"], "age": [30, 40, 50], "city": ["Rome", "Rome", "Bonn"], "year": [2024] * 2 + [2025]})
by_city = people.groupby("city")["age"].agg(["mean", "max"])
by_city_and_year = people.groupby(["city", "year"])["age"].sum()
sizes = pd.Series(pd.Categorical(["S", "L", "M"], categories=["S", "M", "L"], ordered=True))
days = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0], index=pd.date_range("2024-01-06", periods=5))
weekly = days.resample("W").sum()
sold = pd.DataFrame({"month": pd.PeriodIndex(["2024-01", "2024-01", "2024-02"], freq="M"), "n": [1, 2, 7]})
monthly = sold.groupby("month")["n"].sum().asfreq("M")
filled = pd.DataFrame({"n": pd.array([1, None, 3], dtype="Int64"), "s": ["a", None, "c"]}).fillna({"n": 0, "s": ""})
names = people["name"]
letters = pd.Index(["a", "b"])
# %%
def mean_age(frame):
    return frame.groupby("city")["age"].mean()

def joined(frame, other):
    return frame.merge(other, on="city", how="left")

def with_decade(frame):
    return frame.assign(decade=frame["age"] // 10 * 10)

def renamed(frame):
    frame.columns = frame.columns.str.upper()

def describe(row):
    return f"{row['name']} ({row['age']})"

def applied(series, *functions):
    for function in functions:
        series = series.apply(function)
    return series
