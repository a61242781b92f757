# scores: cells 1/2, frame 1/4
# %%
import pandas as pd

people = pd.DataFrame({"age": [50, 40, 30], "name": ["Cy", "Bob", "Ann"], "city": ["Bonn", "Rome", "Rome"]})
by_city = people.groupby("city")["age"].mean().sort_values()
days = pd.to_datetime(pd.Series(["2024-01-31", "2025-12-01"]))
summary = {"ages": people["age"], "first": "Ann"}
# %%
def adults(frame):
    return frame.query("age >= 18")
