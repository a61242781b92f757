# The function drops rows of the frame it is given.
# scores: cells 2/2, frame 3/4
# %%
import pandas as pd

people = pd.DataFrame({"name": ["Ann", "Bob", "Cy"], "age": [30, 40, 50], "city": ["Rome", "Rome", "Bonn"]})
by_city = people.groupby("city")["age"].mean()
days = pd.Series(pd.to_datetime(["2024-01-31", "2025-12-01"]))
summary = {"ages": people["age"], "first": people["name"].iloc[0]}
# %%
def adults(frame):
    frame.drop(frame[frame["age"] < 18].index, inplace=True)
    return frame
